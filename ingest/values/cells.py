"""What a cell may hold, when it holds nothing, and how a parser says no."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata

Cell = str | int | float | dt.date | dt.time | dt.timedelta | None

# Longer than any number, amount or date that somebody means.
_MAX_LENGTH = 100
_SHOWN = 40
_BLANKS = re.compile(r"[\s\u200b-\u200f\ufeff]+")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\uff0d]")
_MISSING = frozenset(
    (
        "- -- --- _ / \\ . * ? ?? 无 暂无 没有 空 不详 未知 不明 未公开 未披露 未公布 保密 待定 "
        "待补充 待核实 待查 不适用 暂无数据 无数据 暂缺 缺失 暂未公开 未提及 "
        "n/a #n/a na n.a. null none nan nil <na> <null> 0000-00-00 "
        "#value! #ref! #div/0! #name? #num! #null!"
    ).split()
)


class ValueProblem(ValueError):
    """A cell that is no value of its kind: `text` (shortened) and `reason` (Chinese)."""

    def __init__(self, text: str, reason: str) -> None:
        self.text = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
        self.reason = reason
        super().__init__(f"“{self.text}”：{reason}")


class RangeProblem(ValueProblem):
    """A range or an upper bound where one number is wanted: 1000-4999人, 50人以下.

    `low` and `high` are the numbers it says, 万 and 亿 reckoned in, None for an open end. Whoever
    calls decides whether the row goes or the cell counts as missing; no middle is made up.
    """

    def __init__(self, text: str, low: float | None, high: float | None) -> None:
        super().__init__(
            text, "是一个范围，请写一个数" if low is not None else "只给了上限，请写一个数"
        )
        self.low = low
        self.high = high


def text_of(cell: Cell, blank: str = "") -> str | None:
    """The cell as half-width text, `blank` for every run of blanks in it; None when missing.

    Raises:
        ValueProblem: too long, or a true/false, a time of day or an infinite number.
    """
    if isinstance(cell, bool | dt.time | dt.timedelta):
        raise ValueProblem(str(cell), "不是数、金额或日期")
    if isinstance(cell, float):
        if math.isnan(cell):
            return None
        if math.isinf(cell):
            raise ValueProblem(str(cell), "数值无穷大")
        return repr(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
    raw = "" if cell is None else str(cell)
    if len(raw) > _MAX_LENGTH and len(raw.strip()) > _MAX_LENGTH:
        raise ValueProblem(raw, f"内容过长（{len(raw)} 个字符）")
    text = _DASHES.sub("-", _BLANKS.sub(blank, unicodedata.normalize("NFKC", raw.strip())))
    return None if not text or text.casefold() in _MISSING else text


def is_missing(cell: Cell) -> bool:
    """Whether the cell says that there is nothing: empty, —, 无, 暂无, N/A, an Excel error."""
    if isinstance(cell, str) and len(cell) > _MAX_LENGTH:
        return not cell.strip()
    if isinstance(cell, str | float) or cell is None:
        return not (isinstance(cell, float) and math.isinf(cell)) and text_of(cell) is None
    return False
