"""Amounts of money: 3,000万元人民币, 3亿美元, 379.75亿元, 壹仟万元, 5000.

Currencies are kept, never converted: a rate belongs to a day and a source, and a cell has neither.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from ingest.values.cells import Cell, RangeProblem, ValueProblem, text_of
from ingest.values.numbers import bare, quantity

# 10 万亿 of a currency: no firm and no project is that large, a slip of units is.
MAX_WAN = 10**9

_YUAN_OF = {"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "亿元": 10**8}
MONEY_UNITS = tuple(_YUAN_OF)
# Names that count in units by themselves (美元, 英镑), longest first where one holds another.
_COUNTED = {
    "CNY": ("¥",),
    "USD": ("US$", "美元", "美金"),
    "HKD": ("HK$", "港元", "港币", "港幣", "香港元"),
    "EUR": ("欧元", "€"),
    "JPY": ("日元", "日圆"),
    "GBP": ("英镑", "£"),
    "TWD": ("NT$", "新台币", "新臺幣", "台币"),
    "KRW": ("韩元", "韩币", "韩圆"),
    "SGD": ("S$", "新加坡元", "新加坡币", "新元", "新币"),
    "AUD": ("A$", "澳大利亚元", "澳元"),
    "CAD": ("C$", "加拿大元", "加元"),
    "CHF": ("瑞士法郎", "瑞郎"),
}
# Names that only say which currency: "5000 人民币" may be 元 or 万元.
_NAMED = {"CNY": ("人民币", "RMB"), **{iso: () for iso in _COUNTED if iso != "CNY"}}
_WORDS: dict[str, tuple[str, bool]] = {
    **{word: (iso, True) for iso, words in _COUNTED.items() for word in words},
    **{word: (iso, False) for iso, words in _NAMED.items() for word in (iso, *words)},
    "$": ("USD", True),
}
_CURRENCY = re.compile(
    "|".join(re.escape(word) for word in sorted(_WORDS, key=len, reverse=True)), re.IGNORECASE
)
_FOREIGN = re.compile(
    "法郎|卢布|卢比|泰铢|马克|里亚尔|第纳尔|比索|克朗|林吉特|令吉|越南盾|先令|澳门元|葡币"
)
_LABEL = re.compile(
    "^(?:认缴|实缴)?(?:注册资本|注册资金|出资额?|投资总额|总投资额?|投资额?|金额|资本)(?:约?为)?:?"
)
_REMARK = re.compile(r"\([^()0-9]*\)$")
_ENGLISH = {"thousand": 10**3, "million": 10**6, "mn": 10**6, "billion": 10**9, "bn": 10**9}
_ENGLISH_UNIT = re.compile("(thousand|million|mn|billion|bn)$", re.IGNORECASE)
_YUAN = re.compile("[元圆块]整?(左右|上下|以上|以下|以内|不到|)$")
_SMALL = {"分": Decimal("0.01"), "角": Decimal("0.1")}


class Money(NamedTuple):
    """An amount in 万 of its currency (ISO 4217): 3亿美元 is (30000.0, "USD")."""

    amount_wan: float
    currency: str


class Amount(NamedTuple):
    """An amount in 亿 of its currency (ISO 4217): 3亿美元 is (3.0, "USD")."""

    amount_yi: float
    currency: str


def parse_money(cell: Cell, default_unit: str = "万元") -> Money | None:
    """An amount of money; a number without a unit is in `default_unit`, one of MONEY_UNITS.

    Raises:
        RangeProblem: a range, or only an upper bound.
        ValueProblem: no amount, two currencies or an unknown one, negative, above MAX_WAN, or a
            currency's name without 元 or 万 (5000 人民币), which may be either.
    """
    text = text_of(cell)
    if text is None:
        return None
    units, currency = _units(text, default_unit)
    return Money(float(units / 10**4), currency)


def parse_amount_yi(cell: Cell, default_unit: str = "亿元") -> Amount | None:
    """The same as parse_money for the large amounts of events, in 亿."""
    text = text_of(cell)
    if text is None:
        return None
    units, currency = _units(text, default_unit)
    return Amount(float(units / 10**8), currency)


def _units(text: str, default_unit: str) -> tuple[Decimal, str]:
    """(amount in units of the currency, ISO code)."""
    body = _LABEL.sub("", text)
    currency, counted, body = _take_currency(body, text)
    body, factor = _take_unit(_unwrap(body))
    try:
        phrase = bare(body)
    except RangeProblem as problem:
        raise RangeProblem(text, problem.low, problem.high) from None
    if phrase.startswith("-") or (phrase.startswith("(") and phrase.endswith(")")):
        raise ValueProblem(text, "金额不能为负")
    value = quantity(phrase, text)
    if factor is None:
        factor = _implied(phrase, currency, counted, default_unit, text)
    units = value * factor
    if units > MAX_WAN * 10**4:
        raise ValueProblem(text, "金额超过 10 万亿，请检查单位")
    return units, currency or "CNY"


def _take_currency(body: str, text: str) -> tuple[str | None, bool, str]:
    """(ISO code, does its name count in units, the text without the name)."""
    found: list[tuple[str, bool]] = []

    def note(word: re.Match[str]) -> str:
        found.append(_WORDS[word.group().upper()])
        return ""

    rest = _CURRENCY.sub(note, body)
    if _FOREIGN.search(rest):
        raise ValueProblem(text, f"币种不认识，可用：{'、'.join(_COUNTED)}")
    kinds = {iso for iso, _ in found}
    if len(kinds) > 1:
        raise ValueProblem(text, f"写了两种货币：{'、'.join(sorted(kinds))}")
    counted = any(counts for _, counts in found)
    return (found[0][0] if found else None), counted, rest


def _unwrap(body: str) -> str:
    """5000万(元) → 5000万元, 3000万元() → 3000万元, 5000万元(认缴) → 5000万元."""
    body = body.replace("()", "")
    unit = re.sub(r"\(([千百万亿]*元)\)$", r"\1", body)
    return _REMARK.sub("", unit) if unit == body else unit


def _take_unit(body: str) -> tuple[str, Decimal | None]:
    """The text without its unit word, and the units of one; None where 元 is not written.

    What stands before 元 stays with the number: 万 of 3万元 is part of it.
    """
    english = _ENGLISH_UNIT.search(body)
    if english is not None:
        return body[: english.start()], Decimal(_ENGLISH[english.group(1).lower()])
    for word, factor in _SMALL.items():
        if body.endswith(word):
            return body[: -len(word)], factor
    # 元 in the middle belongs to no amount of one unit (3元5角): quantity() will refuse it
    yuan = _YUAN.search(body)
    if yuan is None:
        return body, None
    return body[: yuan.start()] + yuan.group(1), Decimal(1)


def _implied(
    phrase: str, currency: str | None, counted: bool, default_unit: str, text: str
) -> Decimal:
    """Units of one where 元 is not written: by 万 or 亿, by a counting name, else the default."""
    if re.search("[万亿萬億]", phrase) or counted:
        return Decimal(1)
    if currency is not None:
        raise ValueProblem(text, "没写单位，请写明是元还是万元")
    return Decimal(_YUAN_OF[default_unit])
