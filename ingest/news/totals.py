"""Sums over projects that are not named: counts with the amounts beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.news.amounts import Money
from ingest.news.answer import Total
from ingest.news.clauses import Part
from ingest.news.words import COUNTED, STAGE, STAGE_OF, number

REACH = 18
# 两个项目, 总投资分别为…: what follows is no sum.
_EACH = re.compile("分别|均|各|都|其中|包括|之一|[:：;；—]|项目.*项目")


def totals(sentence: Part, money: Sequence[Money]) -> list[Total]:
    """The counts of projects in a sentence, each with the amount that follows it closely."""
    text, found = sentence.text, []
    for match in COUNTED.finditer(text):
        around = text[max(0, match.start() - 12) : match.end() + 14]
        count = number(match["n"])
        if "项目" not in around or count is None or match["n"] == "一":
            continue
        at = sentence.start + match.end()
        limit = next(
            (sentence.start + m.start() for m in COUNTED.finditer(text, match.end())), at + 99
        )
        amount = next((m for m in money if at <= m.start <= min(at + REACH, limit)), None)
        if amount and text.startswith("的", amount.end - sentence.start):
            amount = None  # 10个, 包括总投资6亿元的甲项目
        if amount and _EACH.search(text, match.end(), amount.start - sentence.start):
            amount = None
        stage = _stage(text, match.start(), match.end())
        end = amount.end if amount else at
        values = (amount.yi, amount.currency) if amount else (None, None)
        span = (sentence.start + match.start(), end)
        found.append(Total(span, count, values[0], values[1], stage))
    return found


def _stage(text: str, start: int, end: int) -> str | None:
    before = list(STAGE.finditer(text, max(0, start - 10), start))
    after = STAGE.search(text, end, end + 10)
    word = before[-1].group() if before else after.group() if after else None
    return STAGE_OF[word] if word else None
