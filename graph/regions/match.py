"""Reading a text as a path of division names: 浙江 › 舟山市 › 定海区.

Names run into one another without a mark between them, and one text is the name of several
divisions, so every way of reading is followed and the caller picks the best.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from graph.regions.names import Rank
from graph.regions.table import Former

Problem = Literal["unknown", "ambiguous", "abroad"]


class Choice(NamedTuple):
    """A division offered to a person: its code and its name from the province down."""

    code: str
    full_name: str


@dataclass(frozen=True, slots=True)
class RegionMatch:
    """What a text says about a place.

    `code` is None exactly when `problem` is set. `choices` are the divisions an ambiguous text may
    mean. `note` (Chinese) says what was read into the text: a renamed place, a development zone.
    """

    code: str | None
    problem: Problem | None = None
    choices: tuple[Choice, ...] = ()
    note: str | None = None


class Entry(NamedTuple):
    """A division that a text can mean, and how good a name of it the text is."""

    code: str
    rank: Rank
    former: Former | None = None


class Reading(NamedTuple):
    """One way to read a text: up to `end`, as the division `code`; `rank` is its worst step's."""

    end: int
    rank: Rank
    code: str
    former: Former | None


class NameIndex:
    """Texts → divisions, asked for all the names that begin at a place of a text."""

    __slots__ = ("_entries", "_lengths")

    def __init__(self, pairs: Iterable[tuple[str, Entry]]) -> None:
        best: dict[str, dict[str, Entry]] = {}
        for key, entry in pairs:
            kept = best.setdefault(key, {}).setdefault(entry.code, entry)
            if entry.rank < kept.rank:
                best[key][entry.code] = entry
        self._entries = {key: tuple(found.values()) for key, found in best.items()}
        lengths: dict[str, set[int]] = {}
        for key in best:
            lengths.setdefault(key[:2], set()).add(len(key))
        self._lengths = {head: tuple(sorted(of, reverse=True)) for head, of in lengths.items()}

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def keys(self) -> Iterable[str]:
        """Every text that names something."""
        return self._entries.keys()

    def get(self, key: str) -> tuple[Entry, ...]:
        """The divisions a whole text can mean."""
        return self._entries.get(key, ())

    def starting_at(self, text: str, start: int) -> list[tuple[int, tuple[Entry, ...]]]:
        """(end, divisions) of each name that begins at `start`, the longest first."""
        entries = self._entries
        last = len(text)
        return [
            (start + length, entries[key])
            for length in self._lengths.get(text[start : start + 2], ())
            if start + length <= last and (key := text[start : start + length]) in entries
        ]


Accept = Callable[[str, int, int, Entry], bool]


class Reader(NamedTuple):
    """How to go on after a name: the index of what lies below, fillers to skip, names to refuse.

    `accept(text, start, end, entry)` may refuse a name because of what stands around it.
    """

    below: Callable[[str], NameIndex]
    skip: Callable[[str, int, str], int]
    accept: Accept | None = None

    def readings(self, text: str, start: int, index: NameIndex) -> list[Reading]:
        """Every reading of `text` from `start`, each as far as names go on."""
        found: list[Reading] = []
        for end, entries in index.starting_at(text, start):
            for entry in entries:
                if self.accept is not None and not self.accept(text, start, end, entry):
                    continue
                onward = self._onward(text, end, entry) if end < len(text) else None
                found.extend(onward or (Reading(end, entry.rank, entry.code, entry.former),))
        return found

    def _onward(self, text: str, end: int, entry: Entry) -> list[Reading]:
        after = self.skip(text, end, entry.code)
        if after >= len(text):
            return [Reading(after, entry.rank, entry.code, entry.former)]
        below = self.readings(text, after, self.below(entry.code))
        return [
            Reading(
                r.end,
                max(entry.rank, r.rank),
                r.code,
                entry.former if r.former is None or r.code == entry.code else r.former,
            )
            for r in below
        ]
