"""Amounts of money in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.news.clauses import Part
from ingest.news.words import INVESTED, MONEY, NOT_INVESTED
from ingest.values import ValueProblem, parse_amount_yi

# 追加投资2亿元建设…: what it is for is built
_USED = re.compile("[，,]?(?:用于|在[^，,]{1,14})?(?:投资)?(?:建设|新建|兴建|打造|扩建)")

# 一期投资2亿元: of the first phase
_PHASE = re.compile(
    "(?P<phase>[一二三四五首]期)(?:工程|项目|建设)*(?:计划|预计|拟|固定资产|总|新增)*投资[^，,。;；]*$"
)


_SORTED = re.compile("(?:及|[(])?以上[)]?(?:的|[^，,。;；、]{0,10}(?:项目|企业|[0-9]+[个家项]))")
_MONEY_UNIT = re.compile("(?:万|亿)(?:元|美元|欧元|港元|日元)?")
# 总投资(万元): 63300, as forms have it
UNIT_FIRST = re.compile(
    r"投资(?:总额|金额|额|规模|概算)?\((?P<unit>[万亿](?:美|欧)?元)\)[:\s]*(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?)"
)


class Money(NamedTuple):
    """An amount in 亿 of its currency, where it stands, and whether it is what something costs.

    `phase`: 一期 or another one, if it is the cost of that only.
    """

    yi: float
    currency: str
    start: int
    end: int
    invested: bool
    phase: str | None = None


def amounts(sentence: Part) -> list[Money]:
    """The amounts of a sentence in order; a threshold (1亿元以上) is none."""
    found = list(_with_unit_first(sentence))
    for match in MONEY.finditer(sentence.text):
        after = sentence.text[match.end() : match.end() + 3]
        if after.startswith(("以上", "及以上")) and _limits(sentence, match):
            continue
        if after.startswith(("级", "以下", "吨", "千瓦", "平方", "台", "套", "件", "亩")):
            continue
        written = match.group().replace("，", ",").replace("余", "").replace("多", "")
        bare = not written.strip().endswith(("元", "金", "币", "镑"))
        if bare and not after.startswith("的") and not _named(sentence, match.start()):
            continue  # 10亿: of what is not said
        try:
            amount = parse_amount_yi(written.replace(" ", ""))
        except ValueProblem:
            continue  # a number that is no amount (一万): the text is free to have such
        if amount is not None:
            before = sentence.text[max(0, match.start() - 12) : match.start()]
            start = sentence.start + match.start()
            used = _USED.match(sentence.text, match.end()) is not None
            kept = (start, sentence.start + match.end(), used or _is_invested(before))
            phase = _PHASE.search(sentence.text, 0, match.start())
            part = phase["phase"] if phase else None
            found.append(Money(amount.amount_yi, amount.currency, *kept, part))
    return sorted(found, key=lambda money: money.start)


def _with_unit_first(sentence: Part) -> Iterator[Money]:
    for match in UNIT_FIRST.finditer(sentence.text):
        yi, currency = money_in(match["number"], match["unit"])
        if yi is not None and currency is not None:
            span = (sentence.start + match.start("number"), sentence.start + match.end())
            yield Money(yi, currency, *span, invested=True)


def money_in(cell: str, unit: str) -> tuple[float | None, str | None]:
    """A cell of money in 亿 of its currency; a bare number is in the unit of the heading."""
    written = cell.replace(" ", "").replace("，", ",")
    if re.fullmatch(r"[0-9,]+(?:\.[0-9]+)?", written):
        said = _MONEY_UNIT.search(unit)
        written += said.group() if said else "亿元"
    try:
        amount = parse_amount_yi(written)
    except ValueProblem:
        return None, None  # 一期5亿元，二期待定: the cell stays in the evidence
    return (amount.amount_yi, amount.currency) if amount else (None, None)


def _named(sentence: Part, at: int) -> bool:
    """总投资10亿: 元 may be left out where it is said that money is meant."""
    return INVESTED.search(sentence.text[max(0, at - 6) : at]) is not None


def _limits(sentence: Part, match: re.Match[str]) -> bool:
    """Whether 1亿元以上 sorts projects or firms, and is not the cost of one.

    总投资5亿元以上的项目12个 does, 计划投资2000亿元以上 does not.
    """
    said = _named(sentence, match.start())
    return not said or _SORTED.match(sentence.text, match.end()) is not None


def _is_invested(before: str) -> bool:
    """The nearest word before an amount decides; none at all leaves it as an investment."""
    other = [match.end() for match in NOT_INVESTED.finditer(before)]
    own = [match.end() for match in INVESTED.finditer(before)]
    return not other or (bool(own) and own[-1] > other[-1])
