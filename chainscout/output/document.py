"""A document before it is drawn: title, facts, and sections that are tables.

Every format (terminal, CSV, workbook, Word, HTML) draws the same document, so they say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Kind = Literal["text", "long", "integer", "score", "number", "percent"]
# `long` is text of several sentences: it wraps. `score` is 0–1, `percent` a share of 1.


@dataclass(frozen=True)
class Column:
    """One column: the field's name, its Chinese heading, its kind and width.

    `width` counts half-width characters in a workbook. `brief` columns are shown in a terminal,
    and of a numbered list of sentences there the first `sentences`. `says` has the Chinese word of
    each code in a column for programs, for files that people read.
    """

    name: str
    label: str
    kind: Kind = "text"
    width: int = 12
    brief: bool = True
    sentences: int = 3
    says: Mapping[str, str] | None = None

    @property
    def numeric(self) -> bool:
        return self.kind in ("integer", "score", "number", "percent")


@dataclass(frozen=True)
class Section:
    """One table of a document: a sheet of a workbook, a heading with a table elsewhere.

    A cell of a row is None where the value is not known; it is drawn empty, never as zero.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    note: str = ""
    empty: str = "没有符合条件的内容"
    terminal: bool = True

    def head(self, limit: int, rest: str) -> Section:
        """The first `limit` rows; the note says how many there are more, and `rest` where."""
        more = len(self.rows) - limit
        if more <= 0:
            return self
        note = f"{self.note}以下为前 {limit} 项，另有 {more:,} 项{rest}。"
        return replace(self, rows=self.rows[:limit], note=note)


@dataclass(frozen=True)
class Document:
    """What is drawn.

    Args:
        title: in the first line.
        purpose: one sentence: what this is for.
        facts: (label, value) pairs under the title: region, chain, data version …
        sections: the tables; `sections[flat]` is what CSV holds.
        answer: the JSON of the contract.
        records: one JSON object per line of JSON lines.
    """

    title: str
    sections: Sequence[Section]
    answer: Any
    records: Sequence[Any]
    purpose: str = ""
    facts: Sequence[tuple[str, str]] = field(default_factory=tuple)
    flat: Section | None = None

    @property
    def main(self) -> Section:
        """The one table that a flat format can hold."""
        return self.flat or self.sections[0]


__all__ = ["Column", "Document", "Kind", "Section"]
