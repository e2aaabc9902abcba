"""What a guide is made of, before it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chainscout.output.document import Section
from graph.draw import Picture

Pairs = Sequence[tuple[str, str]]
SHORT = 22


@dataclass(frozen=True)
class Heading:
    """A heading; `page` begins a new page."""

    text: str
    level: int = 1
    page: bool = False


@dataclass(frozen=True)
class Text:
    """A paragraph; `quiet` in small grey letters."""

    text: str
    quiet: bool = False


@dataclass(frozen=True)
class Facts:
    """Labels with values."""

    pairs: Pairs

    @property
    def rows(self) -> list[list[tuple[str, str]]]:
        """Two pairs in a row where both values are short, else one."""
        rows: list[list[tuple[str, str]]] = []
        for pair in self.pairs:
            short = len(pair[1]) <= SHORT
            if short and rows and len(rows[-1]) == 1 and len(rows[-1][0][1]) <= SHORT:
                rows[-1].append(pair)
            else:
                rows.append([pair])
        return rows


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    items: Sequence[str]


@dataclass(frozen=True)
class Grid:
    """A table."""

    section: Section


@dataclass(frozen=True)
class Drawing:
    """A picture with its heading on a page of its own, across."""

    heading: str
    picture: Picture
    caption: str


Block = Heading | Text | Facts | Points | Grid | Drawing


@dataclass(frozen=True)
class Guide:
    """A guide.

    Attributes:
        title: of the cover.
        subtitle: what it is.
        facts: lines of the cover: region, chain, data version, day, office.
        blocks: what follows.
    """

    title: str
    subtitle: str
    facts: Pairs
    blocks: Sequence[Block]
