"""Pages of things that are numbered: the cursor is the last number seen."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar

from api.listing import CursorInvalid

T = TypeVar("T")


def page_of(
    rows: Sequence[T], number: Callable[[T], int], limit: int, cursor: str | None
) -> tuple[list[T], str | None]:
    """The page after `cursor` of rows that come with falling numbers, and the next cursor.

    Raises:
        CursorInvalid: `cursor` is not one given out here.
    """
    if cursor:
        last = _decoded(cursor)
        rows = [row for row in rows if number(row) < last]
    page = list(rows[:limit])
    return page, _encoded(number(page[-1])) if len(rows) > limit else None


def _encoded(number: int) -> str:
    return base64.urlsafe_b64encode(f"n{number}".encode()).decode().rstrip("=")


def _decoded(cursor: str) -> int:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded.encode("ascii"), b"-_", validate=True).decode("ascii")
        if not text.startswith("n") or not text[1:].isdigit():
            raise ValueError(text)
        return int(text[1:])
    except (binascii.Error, ValueError) as error:
        raise CursorInvalid(f"翻页标记「{cursor[:40]}」无效，请从第一页重新开始") from error


__all__ = ["page_of"]
