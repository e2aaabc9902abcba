"""Rows that a query ranks, firm by firm: the part that does not depend on the region.

A frame is made once per data version and set of links, so that a query only adds what depends on
the region. Rows are ordered by firm, then link; rows of one firm are one *group*.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from graph.columns import Bool, Float32, Int32
from graph.snapshot import Snapshot

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Frame:
    """Candidate rows of some links.

    Attributes:
        links: (m,) rows of the links, ascending.
        firm: (n,) firm row; ascending.
        link: (n,) index into `links`.
        position: (n,) row of the position, −1 where it is only predicted.
        predicted: (n,) how likely the firm belongs there, 0–1; nan where a position says so.
        start: (g,) first row of each group.
        group: (n,) group of each row.
        key: names the frame within its snapshot; empty = made for one query, not kept.
    """

    links: Int32
    firm: Int32
    link: Int32
    position: Int32
    predicted: Float32
    start: Int64
    group: Int32
    key: tuple[object, ...]

    def __len__(self) -> int:
        return len(self.firm)

    @cached_property
    def firms(self) -> Int32:
        """(g,) the firm row of each group, ascending."""
        found: Int32 = self.firm[self.start]
        return found

    def rows_of(self, groups: Int64) -> tuple[Int64, Int64]:
        """(row, place in `groups`) of all rows of some groups."""
        begin, last = self.start[groups], groups + 1 == len(self.start)
        end = np.where(last, len(self), self.start[np.where(last, 0, groups + 1)])
        count = end - begin
        which = np.repeat(np.arange(len(groups)), count)
        return np.arange(len(which)) + (begin - np.cumsum(count) + count)[which], which

    def groups_of(self, firms: Int32) -> Int64:
        """Group of each firm row, −1 where the frame does not hold the firm."""
        own = self.firms
        at = np.searchsorted(own, firms)
        hit = at < len(own)
        hit[hit] = own[at[hit]] == firms[hit]
        return np.where(hit, at, -1)


def frame_of(snapshot: Snapshot, links: Int32) -> Frame:
    """The frame of all positions at `links` (ascending rows); kept with the snapshot."""
    key = ("frame", links.tobytes())
    return snapshot.once(key, lambda s: _build(s, links, key))


def _build(snapshot: Snapshot, links: Int32, key: tuple[object, ...]) -> Frame:
    positions = snapshot.positions
    spans = [snapshot.firms_at(int(link)) for link in links]
    rows = np.concatenate(
        [np.arange(s.start, s.stop, dtype=np.int32) for s in spans] or [np.zeros(0, np.int32)]
    )
    local = np.repeat(np.arange(len(spans), dtype=np.int32), [s.stop - s.start for s in spans])
    order = np.lexsort((local, positions.firm[rows]))
    rows = rows[order]
    return make(links, positions.firm[rows], local[order], rows, None, key)


def everyone(snapshot: Snapshot, link: int) -> Frame:
    """Every firm with a position, as a candidate for `link`, whether it is there or not."""

    def firms(s: Snapshot) -> Frame:
        held = np.flatnonzero(np.diff(s.positions.firm_start)).astype(np.int32)
        nothing = np.full(len(held), -1, dtype=np.int32)
        return make(s.positions.link[:0], held, np.zeros_like(held), nothing, None, ("everyone",))

    return replace(snapshot.once("everyone", firms), links=np.array([link], dtype=np.int32))


def firms_for(snapshot: Snapshot, link: int, firms: Int32 | None = None) -> Frame:
    """Some firms (rows, ascending; None = all) as candidates for `link`, there or not.

    The frame of all firms is kept with the snapshot.
    """
    if firms is None:
        everybody = np.arange(len(snapshot.firms), dtype=np.int32)
        key = ("all firms", link)
        return snapshot.once(key, lambda s: _for_link(s, link, everybody, key))
    return _for_link(snapshot, link, firms, ())


def _for_link(snapshot: Snapshot, link: int, firms: Int32, key: tuple[object, ...]) -> Frame:
    there = snapshot.firms_at(link)
    held = snapshot.positions.firm[there]
    at = np.searchsorted(held, firms)
    at[at == len(held)] = 0
    hit = held[at] == firms if len(held) else np.zeros(len(firms), dtype=np.bool_)
    position = np.where(hit, at + there.start, -1).astype(np.int32)
    links = np.array([link], dtype=np.int32)
    return make(links, firms, np.zeros(len(firms), dtype=np.int32), position, None, key)


def with_predicted(frame: Frame, firm: Int32, predicted: Float32) -> Frame:
    """A frame of one link with further firms that are thought to belong there."""
    rows = np.concatenate([frame.firm, firm])
    order = np.argsort(rows, kind="stable")
    position = np.concatenate([frame.position, np.full(len(firm), -1, dtype=np.int32)])
    likely = np.concatenate([frame.predicted, predicted])
    link = np.zeros(len(rows), dtype=np.int32)
    return make(frame.links, rows[order], link, position[order], likely[order], ())


def make(
    links: Int32,
    firm: Int32,
    link: Int32,
    position: Int32,
    predicted: Float32 | None,
    key: tuple[object, ...],
) -> Frame:
    """A frame from rows that are already in order."""
    new = np.ones(len(firm), dtype=np.bool_)
    new[1:] = firm[1:] != firm[:-1]
    start = np.flatnonzero(new)
    group = (np.cumsum(new) - 1).astype(np.int32)
    if predicted is None:
        predicted = np.full(len(firm), np.nan, dtype=np.float32)
    return Frame(links, firm, link, position, predicted, start, group, key)


def any_in_group(frame: Frame, rows: Int64) -> Bool:
    """(g,) whether any row of the group is among `rows`."""
    found = np.zeros(len(frame.start), dtype=np.bool_)
    found[frame.group[rows].astype(np.intp)] = True
    return found
