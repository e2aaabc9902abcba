"""Values as they stand in a cell: shown the same everywhere, and never run as a formula."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from chainscout.output.document import Column

# A spreadsheet runs a cell that begins so, full-width forms included (OWASP, "CSV injection").
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Characters that XML cannot hold or that steer a terminal. Line feed and tab may stay.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
MISSING = ""


def clean(text: str) -> str:
    """`text` without control characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def neutral(text: str) -> str:
    """`text` that a spreadsheet keeps as text: what could be a formula gets an apostrophe."""
    kept = clean(text)
    # Spaces before it do not stop every spreadsheet; what `text` began with tells of a risk too.
    risky = any(t.startswith(_RISKY) for t in (text, kept, kept.lstrip()))
    return "'" + kept if risky else kept


def spreadsheet(value: Any) -> Any:
    """A value for a cell of a workbook or a CSV; numbers stay numbers."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return neutral(plain(value))


def plain(value: Any) -> str:
    """Any value as text, lists joined the Chinese way."""
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "；".join(plain(v) for v in value)
    return clean(str(value))


def shown(value: Any, column: Column) -> str:
    """A value as a person reads it in `column`; unknown is a dash."""
    if value is None or value == "":
        return "—"
    if isinstance(value, int | float) and not isinstance(value, bool):
        match column.kind:
            case "score" | "number":
                return f"{value:.2f}"
            case "percent":
                return f"{value:.0%}"
            case "integer":
                return f"{value:,.0f}"
    return plain(value)


def width(text: str) -> int:
    """Columns that `text` takes where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


__all__ = ["clean", "neutral", "plain", "shown", "spreadsheet", "width"]
