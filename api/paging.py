"""Pages of lists: `limit` rows, and a cursor that says behind which row the next ones stand."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Query

T = TypeVar("T")
Limit = Annotated[int, Query(ge=1, le=500, description="每页条数")]
AllOrLimit = Annotated[int | None, Query(ge=1, le=5000, description="每页条数；不填则给出全部")]
Cursor = Annotated[str | None, Query(max_length=400, description="上一页给出的 next")]


class CursorInvalid(ValueError):
    """A page cursor that this service did not give out."""

    def __init__(self, cursor: str) -> None:
        super().__init__(f"翻页标记「{cursor[:40]}」无效，请从第一页重新开始")


def page_of(
    rows: Sequence[T], number: Callable[[T], int], limit: int, cursor: str | None
) -> tuple[list[T], str | None]:
    """The page after `cursor` of rows that come with falling numbers, and the next cursor.

    Rows may be taken away between two pages.

    Raises:
        CursorInvalid: `cursor` is not one given out here.
    """
    if cursor:
        last = read_cursor(cursor)
        if not (last.isascii() and last.isdigit()):
            raise CursorInvalid(cursor)
        rows = [row for row in rows if number(row) < int(last)]
    page = list(rows[:limit])
    return page, cursor_of(str(number(page[-1]))) if len(rows) > limit else None


def page_behind(
    rows: Sequence[T], key: Callable[[T], str], limit: int | None, cursor: str | None
) -> tuple[list[T], str | None]:
    """The page behind the row that `cursor` names, of rows in any order, and the next cursor.

    Raises:
        CursorInvalid: `cursor` names none of the rows.
    """
    start = 0
    if cursor:
        last = read_cursor(cursor)
        start = next((i + 1 for i, row in enumerate(rows) if key(row) == last), 0)
        if not start:
            raise CursorInvalid(cursor)
    end = len(rows) if limit is None else start + limit
    page = list(rows[start:end])
    return page, cursor_of(key(page[-1])) if page and end < len(rows) else None


def cursor_of(key: str) -> str:
    """The cursor of the page behind the row with this key."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> str:
    """The key in a cursor. Raises CursorInvalid."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return base64.b64decode(padded.encode("ascii"), b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError) as error:
        raise CursorInvalid(cursor) from error


__all__ = [
    "AllOrLimit",
    "Cursor",
    "CursorInvalid",
    "Limit",
    "cursor_of",
    "page_behind",
    "page_of",
    "read_cursor",
]
