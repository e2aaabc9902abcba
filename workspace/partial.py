"""Days in the world as partial ISO text: 2021, 2021-09, 2021-09-01; as precise as is known."""

from __future__ import annotations

import calendar
import datetime as dt

from ingest.values import ValueProblem, parse_date
from workspace.errors import Invalid

# A day that nobody knows: what is said to have happened is then in no month and in no year.
UNDATED = "不详"


def today() -> str:
    """Today as ISO text."""
    return dt.date.today().isoformat()


def read_day(value: str | dt.date | None, what: str = "日期") -> str:
    """A day as people write it → partial ISO text; None = today, UNDATED = "". Raises Invalid."""
    if value == UNDATED:
        return ""
    if value is None or value == "":
        return today()
    if isinstance(value, dt.date):
        return value.isoformat()
    try:
        found = parse_date(value)
    except ValueProblem as problem:
        raise Invalid(f"{what}{problem}") from problem
    return found or today()


def read_full_day(value: str | dt.date, what: str = "日期") -> dt.date:
    """A day that has to be exact. Raises Invalid."""
    text = read_day(value, what)
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"{what}应写到日，如 2026-09-01，现为「{value}」") from error


def last_day(text: str) -> dt.date:
    """The last day that a partial date may mean: 2021-09 → 2021-09-30; of "" the first of all."""
    if not text:
        return dt.date.min
    year, month, day = _parts(text)
    if month is None:
        return dt.date(year, 12, 31)
    return dt.date(year, month, day or calendar.monthrange(year, month)[1])


def month_of(text: str) -> str | None:
    """``2021-09``; None where only the year is known."""
    return text[:7] if len(text) >= 7 else None


def quarter_of(text: str) -> str | None:
    """``2021Q3``; None where only the year is known."""
    year, month, _ = _parts(text)
    return None if month is None else f"{year}Q{(month + 2) // 3}"


def _parts(text: str) -> tuple[int, int | None, int | None]:
    parts: list[int | None] = [int(part) for part in text.split("-")]
    year, month, day = [*parts, None, None][:3]
    assert year is not None
    return year, month, day


__all__ = ["UNDATED", "last_day", "month_of", "quarter_of", "read_day", "read_full_day", "today"]
