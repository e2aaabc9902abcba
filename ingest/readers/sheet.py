"""What every reader returns, and how a header row is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import duckdb

from ingest.headings import is_heading

T = TypeVar("T")
_HEADER_WITHIN = 20


@dataclass
class Sheet:
    """One table of text: rows stand in the workbench table `table` as ``_row, c0, c1 …``.

    `_row` counts as a spreadsheet does, from 1, title and header rows included. `broken` are rows
    that could not be read into the columns: (row, reason, cells).

    While `careful` is set, `table` is a view of a file that was not read yet; if reading it fails,
    calling `careful` reads it row by row instead.
    """

    file: Path
    name: str
    headings: list[str]
    table: str
    broken: list[tuple[int, str, list[str]]] = field(default_factory=list)
    careful: Callable[[], None] | None = None

    def read(self, use: Callable[[], T]) -> T:
        """`use()`, which reads :attr:`table`; again after a careful reading if the quick one fails."""
        if self.careful is None:
            return use()
        careful, self.careful = self.careful, None
        try:
            return use()
        except duckdb.Error:
            careful()
            return use()

    @property
    def where(self) -> str:
        return f"{self.file.name}[{self.name}]" if self.name != self.file.stem else self.file.name


def header_row(rows: Sequence[Sequence[str]]) -> int:
    """Index of the row that holds the headings: the one with most known headings near the top.

    A title line or a merged group heading above it is passed over. Where no row has a known
    heading, the first row with a text in it is taken.
    """
    best, known = 0, 0
    for i, row in enumerate(rows[:_HEADER_WITHIN]):
        hits = sum(1 for cell in row if is_heading(cell))
        if hits > known:
            best, known = i, hits
    if known:
        return best
    return next((i for i, row in enumerate(rows) if any(c.strip() for c in row)), 0)


def clean_headings(row: Sequence[str]) -> list[str]:
    """Headings without white space, line breaks and the required-mark; trailing blanks dropped."""
    names = ["".join(str(cell).split()).strip("*＊﻿") for cell in row]
    while names and not names[-1]:
        names.pop()
    return names
