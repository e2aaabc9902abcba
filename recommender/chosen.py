"""A few candidate rows, and what sentences need to know about them, read all at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from graph.columns import Int32
from recommender.candidates import Candidates
from recommender.cards import FirmCard, cards_of, cells
from recommender.frame import Int64
from recommender.signals.events import Seen, seen
from recommender.signals.size import size_places


@dataclass(frozen=True, eq=False)
class Chosen:
    """Some rows of a frame, in the order in which they are told; lists have one item a row.

    Each list is made when it is first asked for: most sentences need few of them.
    """

    candidates: Candidates
    rows: Int64

    @cached_property
    def firms(self) -> Int32:
        """(k,) firm rows."""
        found: Int32 = self.candidates.frame.firm[self.rows]
        return found

    @cached_property
    def cards(self) -> list[FirmCard]:
        return cards_of(self.candidates.snapshot, self.firms)

    @cached_property
    def link(self) -> list[int]:
        """Rows of the links."""
        frame = self.candidates.frame
        found: list[int] = frame.links[frame.link[self.rows]].tolist()
        return found

    @cached_property
    def link_names(self) -> list[str]:
        names = self.candidates.snapshot.links.names
        return [names[link] for link in self.link]

    @cached_property
    def _positions(self) -> Int32:
        found: Int32 = self.candidates.frame.position[self.rows]
        return found

    def _of_position(self, column: Any) -> list[Any]:
        """Cells of a column of the positions; those of predicted rows mean nothing."""
        if not len(column):
            return [0] * len(self.rows)
        found: list[Any] = column[self._positions].tolist()
        return found

    @cached_property
    def predicted(self) -> list[float | None]:
        """How likely the firm belongs there, None where a position says so."""
        guess = self.candidates.frame.predicted[self.rows].tolist()
        at = self._positions.tolist()
        return [likely if row < 0 else None for likely, row in zip(guess, at, strict=True)]

    @cached_property
    def strength(self) -> list[float]:
        return self._of_position(self.candidates.snapshot.positions.strength)

    @cached_property
    def certain(self) -> list[bool]:
        return self._of_position(self.candidates.snapshot.positions.certain)

    @cached_property
    def leader(self) -> list[bool]:
        """Whether somebody said that the firm leads at the link."""
        stated = self._of_position(self.candidates.snapshot.positions.leader)
        at = self._positions.tolist()
        return [row >= 0 and leads for leads, row in zip(stated, at, strict=True)]

    @cached_property
    def evidence(self) -> list[str | None]:
        return cells(self.candidates.snapshot.positions.evidence, self._positions)

    @cached_property
    def source(self) -> list[str | None]:
        return cells(self.candidates.snapshot.positions.source, self._positions)

    @cached_property
    def size_places(self) -> list[tuple[float, float]]:
        """The place of each firm by size in its link, 1 the largest, and of how many; nan unknown.

        Firms of equal size share the better place.
        """
        not_larger, known = (values[self.rows] for values in size_places(self.candidates))
        return list(zip((known - not_larger + 1).tolist(), known.tolist(), strict=True))

    @cached_property
    def sizes(self) -> tuple[list[float], list[float], list[float]]:
        """Revenue, people, registered capital; nan unknown."""
        firms = self.candidates.snapshot.firms
        revenue, people, capital = (
            values[self.firms].tolist()
            for values in (firms.revenue, firms.employees, firms.capital)
        )
        return revenue, people, capital

    @cached_property
    def home(self) -> list[int]:
        """Region rows, −1 unknown."""
        found: list[int] = self.candidates.snapshot.firms.region[self.firms].tolist()
        return found

    @cached_property
    def home_names(self) -> list[str]:
        """Names of the home regions; mean nothing where the home is unknown."""
        names = self.candidates.snapshot.regions.names
        return [names[home] for home in self.home]

    @cached_property
    def region(self) -> str:
        """Name of the region of the question."""
        return self.candidates.snapshot.regions.names[self.candidates.query.region]

    @cached_property
    def pulls(self) -> dict[int, str | None]:
        """Link → what is said of its surroundings; filled as it is asked for."""
        return {}

    @cached_property
    def kilometres(self) -> list[float]:
        """From the region of the question; means nothing where the home is unknown."""
        found: list[float] = self.candidates.kilometres[self.home].tolist()
        return found

    @cached_property
    def same_province(self) -> list[bool]:
        """As the region of the question; means nothing where the home is unknown."""
        province = self.candidates.snapshot.regions.at_level[0]
        found: list[bool] = (province[self.home] == province[self.candidates.query.region]).tolist()
        return found

    @cached_property
    def seen(self) -> Seen:
        """The events that the ranking may know."""
        return seen(self.candidates)

    @cached_property
    def events(self) -> list[slice]:
        """Which of :attr:`seen` are the firm's."""
        begin = np.searchsorted(self.seen.firm, self.firms).tolist()
        end = np.searchsorted(self.seen.firm, self.firms, side="right").tolist()
        return [slice(*ends) for ends in zip(begin, end, strict=True)]
