"""Numbers: 1,234.5, １２３, 12.3万, 约300, 三千五百, 80%."""

from __future__ import annotations

import math
import re
from decimal import Decimal, localcontext

from ingest.values.cells import Cell, RangeProblem, ValueProblem, text_of

_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_FORMAL_UNITS = str.maketrans("拾佰仟萬億", "十百千万亿")
_PLAIN = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
_NUMBER = re.compile(rf"({_PLAIN})(?:[eE]([+-]?[0-9]{{1,3}}))?([十百千万亿]*)")
_CHINESE = re.compile("[0-9.零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖点十百千万亿]+")
_BEFORE = re.compile(
    "^(?:大约|约为|约|大概|近|将近|接近|逾|超过|超|不少于|不低于|至少|共计|合计|总计|共|>=|≥|>)"
)
_AFTER = re.compile("(?:左右|上下|以上|余|多|\\+)$")
_MORE_BEFORE_UNIT = re.compile("[余多](?=[十百千万亿元人名位])")
_AT_MOST_AFTER = re.compile("(?:以下|以内|不到)$")
_AT_MOST_BEFORE = re.compile("^(?:不超过|不多于|不高于|低于|少于|小于|至多|最多|不足|<=|≤|<)")
_RANGE = re.compile(r"(?<=[0-9十百千万亿元人])(?:-|~|～|至|到|—)+(?=[0-9一二三四五六七八九])")
_PEOPLE = ("人", "名", "位")


def parse_number(cell: Cell, units: tuple[str, ...] = ()) -> float | None:
    """A number; `units` are words that may stand after it and change nothing (人, 亩, 家).

    About, more than and at least are left aside: 约300, 300余 and 300以上 are 300. A minus sign and
    the brackets of accountants are understood: (1,234) is −1234.

    Raises:
        RangeProblem: a range, or only an upper bound.
        ValueProblem: anything else that is no number.
    """
    text = text_of(cell)
    return None if text is None else float(_decimal(text, units))


def parse_integer(cell: Cell, units: tuple[str, ...] = _PEOPLE) -> int | None:
    """A whole number, with 人, 名 or 位 after it or not: 1,000人 is 1000.

    Raises:
        RangeProblem: a range such as 1000-4999人, which stays a range.
        ValueProblem: no number, or one with a fraction.
    """
    text = text_of(cell)
    if text is None:
        return None
    value = _decimal(text, units)
    if value != value.to_integral_value():
        raise ValueProblem(text, "应为整数")
    return int(value)


def parse_ratio(cell: Cell) -> float | None:
    """A share between 0 and 1: 0.8, 80%, 八成, 百分之八十.

    Raises:
        ValueProblem: no number, or one outside of [0, 1]; 80 without % is not guessed at.
    """
    text = text_of(cell)
    if text is None:
        return None
    body, parts = text, Decimal(1)
    if text.endswith("%"):
        body, parts = text[:-1], Decimal(100)
    elif text.startswith("百分之"):
        body, parts = text[3:], Decimal(100)
    elif text.endswith("成"):
        body, parts = text[:-1], Decimal(10)
    value = _decimal(body, ()) / parts
    if not 0 <= value <= 1:
        raise ValueProblem(text, "应在 0 到 1 之间，或写成百分数（如 80%）")
    return float(value)


def bare(text: str, units: tuple[str, ...] = ()) -> str:
    """The number phrase without unit words and without about, more than, at least.

    Raises:
        RangeProblem: a range, or only an upper bound.
    """
    ends = _RANGE.split(text)
    if len(ends) == 2:
        low, high = (_without(end, units) for end in ends)
        if re.fullmatch("[0-9.]+", low):
            # 3-5亿 begins at 3亿
            low += high[len(high.rstrip("十百千万亿")) :]
        least, most = _or_none(low), _or_none(high)
        if least is not None and most is not None and least < most:
            raise RangeProblem(text, least, most)
    if _AT_MOST_BEFORE.search(text) or _AT_MOST_AFTER.search(text):
        inner = _AT_MOST_AFTER.sub("", _AT_MOST_BEFORE.sub("", text))
        raise RangeProblem(text, None, _or_none(_without(inner, units)))
    return _without(text, units)


def _without(text: str, units: tuple[str, ...]) -> str:
    text = _MORE_BEFORE_UNIT.sub("", _AFTER.sub("", _BEFORE.sub("", text)))
    for unit in units:
        text = text.removesuffix(unit)
    return _AFTER.sub("", text)


def _or_none(phrase: str) -> float | None:
    try:
        return float(quantity(phrase, phrase))
    except ValueProblem:
        return None


def _decimal(text: str, units: tuple[str, ...]) -> Decimal:
    phrase = bare(text, units)
    if phrase.startswith("(") and phrase.endswith(")"):
        return -quantity(phrase[1:-1], text)
    if phrase.startswith("-"):
        return -quantity(phrase[1:], text)
    return quantity(phrase.removeprefix("+"), text)


def quantity(phrase: str, shown: str) -> Decimal:
    """The value, ≥ 0, of digits and Chinese numerals: 12.3万, 1亿2000万, 壹仟, 3千5百万.

    `shown` is what a problem quotes.

    Raises:
        ValueProblem: it is none.
    """
    phrase = phrase.translate(_FORMAL_UNITS)
    match = _NUMBER.fullmatch(phrase)
    if match is None:
        return _chinese(phrase, shown)
    digits, exponent, units = match.groups()
    value = Decimal(digits.replace(",", "")).scaleb(int(exponent or 0))
    for unit in units:
        value *= _UNITS[unit]
    if math.isinf(float(value)):
        raise ValueProblem(shown, "数值过大")
    return value


def _chinese(phrase: str, shown: str) -> Decimal:
    """A Chinese numeral; its last unit apart where the whole is none (一点五亿)."""
    import cn2an  # heavy, and few numbers are written so

    head = phrase.rstrip("万亿")
    for part, units in ((phrase, ""), (head, phrase[len(head) :])):
        if not _CHINESE.fullmatch(part):
            continue
        try:
            value = cn2an.cn2an(part, "smart")
        except (ValueError, KeyError):
            # KeyError is what cn2an says to a malformed end (十11)
            continue
        with localcontext(prec=120):
            return Decimal(str(value)) * math.prod(_UNITS[unit] for unit in units)
    raise ValueProblem(shown, _why_not(phrase))


def _why_not(phrase: str) -> str:
    if phrase.endswith("%"):
        return "是百分数，这里要一个数"
    if "," in phrase and not re.search("[^0-9,.]", phrase):
        return "千分位逗号的位置不对"
    return "不是数"
