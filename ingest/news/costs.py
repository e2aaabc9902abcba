"""What each project of a sentence costs, of the amounts that stand in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.news.amounts import Money
from ingest.news.clauses import Part
from ingest.news.spots import Spot

_COUNTED = re.compile("等[^，,]{0,4}?(?:[0-9]+|[一二三四五六七八九十两]+)余?[个项]")
# 总投资6亿元的甲、乙、丙三个项目: the sum of all
_TOGETHER = re.compile("等?(?:[2-9]|[1-9][0-9]|[两二三四五六七八九十]+)(?:个|大|项)")
_BRACKET = re.compile(r"\([^()]*\)")
# 总投资24亿元，甲项目
_CALLED_TOTAL = re.compile("总投资[^，,]{0,4}$")
# 投资3亿元、年产1亿个包装箱的甲项目: what ends here is no longer said of the name behind
_ENDS = re.compile("项目|[。;；:]")
# 甲项目约10亿元, 甲（3亿元）
_TOUCHING = re.compile(
    '[”"]?(?:项目|工程)?[(,，:]?(?:计划|预计|拟|总|概算|估算|协议|合同|固定资产)*(?:投资|投入)?(?:总额|额)?'
    r"(?:约|达|为|近|超过?|逾|[:：\s])*$"
)
_TO_BUILD = re.compile(
    "[，,][^，,]{0,10}(?:建设|兴建|打造|实施|新建|新上|投建|设立|建)[^，,]{0,4}$"
)


def costs_of(sentence: Part, found: Sequence[Spot], money: Sequence[Money]) -> list[Money | None]:
    """The cost of each project: written with it, behind it alone, or given in turn for all."""
    costs: list[Money | None] = []
    touching = _touching(sentence, found, money)
    money = [m for m in money if m not in touching.values()]
    before = _attributes(sentence, found, money)
    money = [m for m in money if m not in before.values()]
    for i, spot in enumerate(found):
        until = found[i + 1].raw[0] if i + 1 < len(found) else sentence.end
        own = [m for m in money if spot.raw[0] <= m.start < _closed(sentence, spot) and m.invested]
        behind = [m for m in money if spot.raw[1] <= m.start < until and m.invested]
        alone = not several(sentence, spot)
        closing = sentence.text[spot.end - sentence.start :][:3]
        behind = of_phase(behind, spot.name + closing)
        written = touching.get(i) or before.get(i) or first(sentence, own)
        costs.append(written or (first(sentence, behind) if alone else None))
    for group in {spot.group for spot in found if spot.size > 1}:
        rows = [i for i, spot in enumerate(found) if spot.group == group]
        if _summed(sentence, found[rows[-1]]) and not any(costs[i] for i in rows[1:]):
            costs[rows[0]] = _own(sentence, found[rows[0]], costs[rows[0]])
        _shared(sentence, [found[i] for i in rows], rows, money, costs)
    _led(sentence, found, money, costs)
    return costs


def _attributes(sentence: Part, found: Sequence[Spot], money: Sequence[Money]) -> dict[int, Money]:
    """Which names are described by an amount before them: 投资3亿元、年产1亿个包装箱的甲项目."""
    text, at, made = sentence.text, sentence.start, {}
    for i, spot in enumerate(found):
        since = found[i - 1].end if i else at
        if not text[since - at : spot.span[0] - at].rstrip(' “"').endswith("的"):
            continue
        near = [
            m
            for m in money
            if m.invested and since <= m.start < spot.span[0]
            if _ENDS.search(text, m.end - at, spot.span[0] - at) is None
        ]
        if (cost := first(sentence, near)) is not None:
            made[i] = cost
    return made


def _touching(sentence: Part, found: Sequence[Spot], money: Sequence[Money]) -> dict[int, Money]:
    """The amounts that follow a name with nothing but 项目 and 投资 between: 甲项目约10亿元."""
    text, at, made = sentence.text, sentence.start, {}
    for i, spot in enumerate(found):
        cost = next((m for m in money if m.start >= spot.span[1]), None)
        if cost is None or (i + 1 < len(found) and cost.start > found[i + 1].span[0]):
            continue
        between = text[spot.span[1] - at : cost.start - at]
        behind = text[cost.end - at : found[i + 1].span[0] - at if i + 1 < len(found) else None]
        if _TOUCHING.fullmatch(between) is None or behind.startswith("的"):
            continue
        # 甲项目，投资3亿元、年产1亿件的乙项目; 甲、乙项目总投资3亿元
        parted = any(comma in between for comma in ",，")
        of_next = parted and behind.rstrip(' “"').endswith("的")
        if not of_next and not ("投" in between and several(sentence, spot)):
            made[i] = cost
    return made


def _closed(sentence: Part, spot: Spot) -> int:
    """The end of what was written with a name, brackets behind 项目 included."""
    bracket = _BRACKET.match(sentence.text, spot.end - sentence.start)
    return sentence.start + bracket.end() if bracket else spot.raw[1]


def _summed(sentence: Part, last: Spot) -> bool:
    """Whether the enumeration that `last` ends is counted, so that one amount is of all."""
    return _TOGETHER.match(sentence.text, last.span[1] - sentence.start) is not None


def _own(sentence: Part, spot: Spot, cost: Money | None) -> Money | None:
    """The cost of the first of several, if it stands right before its name: 投资14亿元甲、乙等."""
    return cost if cost is not None and cost.end == spot.span[0] else None


def several(sentence: Part, spot: Spot) -> bool:
    """Whether the phrase speaks of more than this one: 甲等16个项目, 总投资…."""
    closing = sentence.text[spot.raw[1] - sentence.start : spot.end - sentence.start]
    return spot.size > 1 or _COUNTED.search(closing) is not None


def _leads(sentence: Part, money: Money, spot: Spot) -> bool:
    """Whether an amount before a name is of it: in its clause, or 总投资20亿元，建设甲."""
    text, at = sentence.text, money.start - sentence.start
    between = text[money.end - sentence.start : spot.span[0] - sentence.start]
    if between in (",", "，") and _CALLED_TOTAL.search(text, 0, at) is not None:
        return True
    return re.search("[，,]", between) is None or _TO_BUILD.search(between) is not None


def of_phase(money: Sequence[Money], name: str) -> list[Money]:
    """The amounts of a whole project, or of the phase that its name ends in (甲二期)."""
    return [m for m in money if m.phase is None or m.phase in name]


def first(sentence: Part, money: Sequence[Money]) -> Money | None:
    """The amount called total investment, else the first."""
    for m in money:
        before = sentence.text[max(0, m.start - sentence.start - 6) : m.start - sentence.start]
        if "总投资" in before:
            return m
    return money[0] if money else None


def _shared(
    sentence: Part,
    group: Sequence[Spot],
    rows: Sequence[int],
    money: Sequence[Money],
    costs: list[Money | None],
) -> None:
    """分别为3亿元、5亿元 goes to the projects in turn, 均为10亿元 to all."""
    end = group[-1].end
    behind = [m for m in money if m.start >= end and m.invested]
    if not behind:
        return
    between = sentence.text[end - sentence.start : behind[0].start - sentence.start]
    if "分别" in between and len(behind) >= len(rows):
        for row, amount in zip(rows, behind, strict=False):
            costs[row] = costs[row] or amount
    elif re.search("(?:均|各|都)(?:计划|预计|总)*(?:为|达|投资|总投资)*约?$", between):
        for row in rows:
            costs[row] = costs[row] or behind[0]


def _led(
    sentence: Part, found: Sequence[Spot], money: Sequence[Money], costs: list[Money | None]
) -> None:
    """总投资20亿元，建设甲项目: an amount before belongs to the next single project."""
    for i, spot in enumerate(found):
        if costs[i] is not None or several(sentence, spot):
            continue
        since = found[i - 1].end if i else sentence.start
        used = [cost for cost in costs if cost]
        free = (m for m in money if m.invested and m not in used)
        before = [m for m in free if since <= m.start < spot.raw[0] and _leads(sentence, m, spot)]
        costs[i] = before[-1] if before else None
