"""Presence (集聚): how much of each link the areas of the country have.

An *area* is a division of some level, or any set of divisions; the table of areas always ends
with one row more, the rest of the country, so that its column sums are national totals whatever
the areas are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from pydantic import Field
from scipy import sparse

from graph.columns import LEVELS
from graph.leaders import LeaderSettings, leader_bases

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

Level: TypeAlias = Literal["province", "prefecture", "county"]
Floats = npt.NDArray[np.float64]
Table: TypeAlias = Any
"""scipy CSR, areas + 1 × links, float64."""


class PresenceSettings(LeaderSettings):
    """How positions are counted."""

    unknown_strength: float = Field(
        default=0.5, ge=0, le=1, title="未知强度取值",
        description="What a position of unknown strength counts; its interval is [0, 1].",
    )  # fmt: skip
    uncertain_weight: float = Field(
        default=0.5, ge=0, le=1, title="存疑卡位权重",
        description="Share at which a position counts while it waits for a review.",
    )  # fmt: skip


@dataclass(frozen=True)
class Areas:
    """Places to compare.

    Attributes:
        of_region: for each region row the area it lies in, −1 for none.
        of_firm: where regions do not tell (a park), for each firm its area, len(codes) for none.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    of_region: npt.NDArray[np.int32]
    of_firm: npt.NDArray[np.int32] | None = None

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def at_level(cls, snapshot: Snapshot, level: Level) -> Areas:
        """Every division of one level; a municipality is a prefecture too."""
        regions = snapshot.regions
        table = regions.at_level[LEVELS.index(level)]
        rows, of_region = np.unique(table, return_inverse=True)
        outside = int(np.count_nonzero(rows < 0))
        rows = rows[outside:]
        return cls(
            tuple(regions.codes[i] for i in rows),
            tuple(regions.names[i] for i in rows),
            (of_region - outside).astype(np.int32),
        )

    @classmethod
    def one(cls, snapshot: Snapshot, rows: Iterable[int]) -> Areas:
        """One area made of some divisions with everything below them (a region, a 都市圈)."""
        regions = snapshot.regions
        rows = list(dict.fromkeys(rows))
        of_region = np.full(len(regions), -1, dtype=np.int32)
        for row in rows:
            of_region[row : regions.end[row]] = 0
        code = "+".join(regions.codes[i] for i in rows)
        return cls((code,), ("+".join(regions.names[i] for i in rows),), of_region)

    def of_firms(
        self, snapshot: Snapshot, rows: npt.NDArray[np.int32] | slice = slice(None)
    ) -> npt.NDArray[np.int32]:
        """The area of firms (all, or some rows); the number of areas for one that is in none."""
        if self.of_firm is not None:
            return self.of_firm[rows]
        region = snapshot.firms.region[rows]
        if not len(self.of_region):
            return np.full(len(region), len(self), dtype=np.int32)
        area = np.where(region >= 0, self.of_region[region], -1)
        return np.asarray(np.where(area >= 0, area, len(self)), dtype=np.int32)


@dataclass(frozen=True)
class Presence:
    """Presence of areas at links; the last row of every table is the rest of the country.

    Attributes:
        areas: what the rows are, without the last.
        value: sum over the active firms there of strength, times `uncertain_weight` while a
            position waits for a review.
        lower, upper: the same with unknown strengths as 0 and 1, uncertain positions as wrong
            and right.
        firms: number of active firms with a position, certain or not.
        leading: number of leaders, stated or inferred.
    """

    areas: Areas
    value: Table
    lower: Table
    upper: Table
    firms: Table
    leading: Table

    @property
    def national_firms(self) -> npt.NDArray[np.int64]:
        """Active firms at each link in the whole country."""
        return np.asarray(self.firms.sum(axis=0)).ravel().astype(np.int64)


def presence(snapshot: Snapshot, areas: Areas, settings: PresenceSettings) -> Presence:
    """Presence of any areas.

    Positions are summed over divisions once per snapshot and settings; areas of divisions add those
    up. Sums are of whole units (see :data:`UNIT`), so that they do not hang on the order.
    """
    kept = presence_settings(settings)
    if areas.of_firm is not None:
        tables = _summed(snapshot, kept, areas.of_firm, len(areas) + 1)
    else:
        tables = [_gathered(whole, areas) for whole in _by_division(snapshot, kept)]
    value, lower, upper, firms, leading = tables
    for table in (value, lower, upper):
        table.data /= UNIT
    return Presence(areas, value, lower, upper, firms, leading)


UNIT = 1e9
"""Strengths are summed as whole multiples of 1 / UNIT, which a float64 holds exactly."""


@dataclass(frozen=True)
class _Division:
    """One sum: of each division by itself, and of all, with the firms of unknown place."""

    table: Table  # regions × links
    total: Floats


def _by_division(snapshot: Snapshot, settings: PresenceSettings) -> list[_Division]:
    return snapshot.once(("presence by division", settings), lambda s: _divisions(s, settings))


def _divisions(snapshot: Snapshot, settings: PresenceSettings) -> list[_Division]:
    region = snapshot.firms.region
    nowhere = len(snapshot.regions)
    tables = _summed(snapshot, settings, np.where(region >= 0, region, nowhere), nowhere + 1)
    return [_Division(table[:-1], np.asarray(table.sum(axis=0)).ravel()) for table in tables]


def _gathered(whole: _Division, areas: Areas) -> Table:
    """Rows of areas, then the rest of the country; nothing but the areas' own rows is read."""
    inside = np.flatnonzero(areas.of_region >= 0)
    shape = (len(areas), whole.table.shape[0])
    ones = np.ones(len(inside))
    collect = sparse.csr_array((ones, (areas.of_region[inside], inside)), shape=shape)
    own = collect @ whole.table
    rest = whole.total - np.asarray(own.sum(axis=0)).ravel()
    return sparse.vstack([own, sparse.csr_array(rest[None, :])], format="csr")


def _summed(
    snapshot: Snapshot, settings: PresenceSettings, area: npt.NDArray[Any], areas: int
) -> list[Table]:
    """Value, lower, upper, firms, leading: sums over the active firms of each area, in units."""
    positions = snapshot.positions
    alive = snapshot.firms.active[positions.firm]
    links = len(snapshot.links)
    cell = area[positions.firm[alive]].astype(np.int64) * links + positions.link[alive]
    cells, at = np.unique(cell, return_inverse=True)
    rows, columns = np.divmod(cells, max(links, 1))
    starts = np.searchsorted(rows, np.arange(areas + 1))
    strengths = [np.rint(UNIT * part[alive]) for part in position_presence(snapshot, settings)]
    leading = (leader_bases(snapshot, settings)[alive] > 0).astype(np.float64)
    found = []
    for amounts in (*strengths, np.ones(len(at)), leading):
        sums = np.bincount(at, weights=amounts, minlength=len(cells))
        # Copies of the places, since each table drops its own zeros.
        places = (columns.astype(np.int32), starts.astype(np.int32))
        table = sparse.csr_array((sums, *places), shape=(areas, links))
        table.eliminate_zeros()
        found.append(table)
    return found


def presence_at(snapshot: Snapshot, level: Level, settings: PresenceSettings) -> Presence:
    """Presence of all divisions of one level, computed once per snapshot and settings."""
    kept = presence_settings(settings)
    return snapshot.once(
        ("presence", level, kept), lambda s: presence(s, Areas.at_level(s, level), kept)
    )


def presence_settings(settings: PresenceSettings) -> PresenceSettings:
    """The part of larger settings that presence depends on: what results are kept under."""
    fields = set(PresenceSettings.model_fields)
    return PresenceSettings.model_validate(settings.model_dump(include=fields))


def position_presence(
    snapshot: Snapshot, settings: PresenceSettings
) -> tuple[Floats, Floats, Floats]:
    """What each position counts: expected, at least, at most; firms' status is not looked at."""
    # Six decimals undo single precision: 0.1 + 0.2 + 0.2 has to reach a threshold of 0.5.
    strength = np.round(snapshot.positions.strength.astype(np.float64), 6)
    unknown, certain = np.isnan(strength), snapshot.positions.certain
    value = np.where(unknown, settings.unknown_strength, strength)
    value = value * np.where(certain, 1.0, settings.uncertain_weight)
    lower = np.where(unknown | ~certain, 0.0, strength)
    return value, lower, np.where(unknown, 1.0, strength)
