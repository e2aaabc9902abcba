"""Who could be a target: the rows a query ranks, and what signals and gates share about them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from graph.columns import Bool, Float32, Int32
from graph.snapshot import Snapshot
from recommender.distance import distances
from recommender.frame import Float64, Frame, Int64, everyone, firms_for, frame_of
from recommender.query import Query
from recommender.settings import RankSettings, years
from recommender.ties import Ways, tie_graph, walk

T = TypeVar("T")
Column = TypeVar("Column", Int32, Float32, Float64)


@dataclass(frozen=True, eq=False)
class Candidates:
    """Candidate rows of one query, with what is shared by gates, signals and models.

    Attributes:
        rows: (n,) the rows of the frame that are scored, ascending; None = all of them.
    """

    snapshot: Snapshot
    query: Query
    settings: RankSettings
    frame: Frame
    rows: Int64 | None = None
    _memo: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.frame if self.rows is None else self.rows)

    def only(self, rows: Int64 | None) -> Candidates:
        """The same with only some rows of the frame to score; what is known of it is shared."""
        return replace(self, rows=rows)

    def static(self, name: str, compute: Callable[[Candidates], T], *on: Hashable) -> T:
        """`compute(self)` for what depends on the frame, not on the region.

        `on` are the settings that it depends on: all that is kept is kept under them, so that
        trying out weights does not fill the memory.
        """
        if not self.frame.key:
            return self.memo(name, lambda c: compute(replace(c, rows=None)))
        return self.snapshot.once((*self.frame.key, name, *on), lambda _: compute(self._bare()))

    def memo(self, name: Hashable, compute: Callable[[Candidates], T]) -> T:
        """`compute(self)`, once for this query."""
        if name not in self._memo:
            self._memo[name] = compute(self)
        value: T = self._memo[name]
        return value

    def _bare(self) -> Candidates:
        """The same without the region, so that nothing that is kept can depend on it."""
        return replace(self, query=replace(self.query, region=-1), rows=None, _memo={})

    @property
    def firms(self) -> Int32:
        """(g,) firm rows."""
        return self.frame.firms

    @property
    def home(self) -> Int32:
        """(g,) region row of each firm, −1 unknown."""
        return self.static("home", lambda c: c.snapshot.firms.region[c.frame.firms])

    @property
    def alive(self) -> Bool:
        """(g,) whether the firm is active."""
        return self.static("alive", lambda c: c.snapshot.firms.active[c.frame.firms])

    @property
    def local(self) -> Bool:
        """(g,) whether the firm sits in the region of the query; never without a region."""
        return self.memo("local", lambda c: inside(c.snapshot, c.home, c.query.region))

    @property
    def local_rows(self) -> Int64:
        """Rows of the frame whose firm sits in the region."""
        return self.memo("local rows", lambda c: c.frame.rows_of(np.flatnonzero(c.local))[0])

    @property
    def as_of(self) -> float:
        """The day the ranking speaks of, as a fractional year; nan when the data hold no date."""
        if self.settings.as_of is not None:
            return years(self.settings.as_of)
        return self.snapshot.once("latest date", latest)

    @property
    def presence(self) -> Float64:
        """(m,) weighted presence of the region at each link of the frame."""
        return self.memo("presence", presence)

    @property
    def ways(self) -> Ways:
        """What ties reach from the region."""
        return self.memo(
            "ways", lambda c: walk(tie_graph(c.snapshot), c.snapshot, c.query.region, c.settings)
        )

    @property
    def whole(self) -> Candidates:
        """The same question over every link of the chain, for what a region has around a link."""
        full = frame_of(self.snapshot, self.snapshot.chains[self.query.chain].links)
        if full is self.frame:
            return self
        return replace(self, frame=full, rows=None, _memo=self.memo("whole", lambda _: {}))

    @property
    def firms_here(self) -> Int64:
        """(m,) active firms of the region at each link of the frame."""
        frame, rows = self.frame, self.local_rows
        rows = rows[self.alive[frame.group[rows]]]
        found: Int64 = np.bincount(frame.link[rows], minlength=len(frame.links))
        return found

    @property
    def kilometres(self) -> Float64:
        """(regions,) distance of each region from the region of the query; nan unknown."""
        return self.memo("kilometres", lambda c: distances(c.snapshot, c.query.region))

    @cached_property
    def group(self) -> Int32:
        """(n,) group of each row that is scored."""
        return self.take(self.frame.group)

    @cached_property
    def link(self) -> Int32:
        """(n,) place among the links of the frame of each row that is scored."""
        return self.take(self.frame.link)

    def take(self, values: Column) -> Column:
        """Values of all rows of the frame → of those that are scored."""
        return values if self.rows is None else values[self.rows]

    def places(self, groups: Int64) -> tuple[Int64, Int64]:
        """(place among the scored rows, place in `groups`) of every scored row of some groups."""
        rows, which = self.frame.rows_of(groups)
        if self.rows is None:
            return rows, which
        at = np.searchsorted(self.rows, rows)
        hit = at < len(self.rows)
        hit[hit] = self.rows[at[hit]] == rows[hit]
        return at[hit], which[hit]

    def at_links(self, by_link: Column) -> Column:
        """(m,) values of the links of the frame → (n,) values of rows."""
        return by_link.take(self.link)

    def spread(self, by_group: Column) -> Column:
        """(g,) values of firms → (n,) values of rows."""
        # `take` is twice as fast as brackets where the index is not of the machine's own width.
        return by_group.take(self.group)


def inside(snapshot: Snapshot, home: Int32, region: int) -> Bool:
    """Which of the region rows `home` are `region` or lie in it."""
    if region < 0:
        return np.zeros(len(home), dtype=np.bool_)
    found: Bool = (home >= region) & (home < snapshot.regions.end[region])
    return found


def latest(snapshot: Snapshot) -> float:
    """The latest date of an event or position as a fractional year; nan when there is none."""
    dates = np.concatenate([snapshot.events.date, snapshot.positions.date])
    known = dates[~np.isnan(dates)]
    return float(known.max()) if len(known) else float("nan")


def candidates_of(snapshot: Snapshot, query: Query, settings: RankSettings) -> Candidates:
    """The candidates of a question before the gates."""
    if settings.candidates == "all" and query.link >= 0 and query.kind != "country":
        return Candidates(snapshot, query, settings, firms_for(snapshot, query.link))
    if query.kind == "belongs":
        return Candidates(snapshot, query, settings, everyone(snapshot, query.link))
    links = (
        np.array([query.link], dtype=np.int32)
        if query.link >= 0
        else snapshot.chains[query.chain].links
    )
    return Candidates(snapshot, query, settings, frame_of(snapshot, links))


def presence(candidates: Candidates) -> Float64:
    """Strengths of the region's own active firms, summed by link of the frame."""
    frame = candidates.frame
    settings = candidates.settings
    counts = candidates.static(
        "presence weights",
        _presence_weights,
        settings.unknown_strength,
        settings.uncertain_weight,
    )
    rows = candidates.local_rows
    total = np.bincount(frame.link[rows], weights=counts[rows], minlength=len(frame.links))
    return total.astype(np.float64)


def _presence_weights(candidates: Candidates) -> Float64:
    snapshot, frame, settings = candidates.snapshot, candidates.frame, candidates.settings
    at = frame.position
    # Six decimals undo single precision, as in graph.presence: 0.1 + 0.2 + 0.2 reaches 0.5.
    strength: Float64 = snapshot.positions.strength[at].astype(np.float64).round(6)
    strength[np.isnan(strength)] = settings.unknown_strength
    strength[~snapshot.positions.certain[at]] *= settings.uncertain_weight
    strength[(at < 0) | ~snapshot.firms.active[frame.firm]] = 0.0
    return strength
