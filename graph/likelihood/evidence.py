"""What is known at a time about every empty area × link cell, as features of a model.

``c`` = firms of the area, ``i`` = firms of the link, ``t`` = all firms, ``E = c · i / t``: what an
area of that size has of a link of that size when neither attracts the other. The model corrects E
by these features, each standardised over the empty cells of its time, so that booms and halts of
arrivals do not shift their meaning:

- link_trend, region_trend, province_trend: log of recent arrivals (fading with a life of 3 years)
  over size, at the link, in the area, in its province.
- related_regions: what else the area has more of than expected, weighted by how the links go
  together over areas (correlation of Pearson residuals).
- province_excess: log of firms at the link in the province over their expectation; at most two
  standard deviations, as a province that has all firms of a small link would drown the rest.
- near_recent: log of recent arrivals (5 years) at the link in areas around, exp(−km / 100).
- near_excess: log of firms at the link in areas around over their expectation, exp(−km / 400).
- size_match: whether the link's firms stand in large areas, times the size of the area.
- technology: whether the link's industry is one of high technology (see `industries`).
- related_industries: as related_regions, weighted by how alike the industries of the links are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from graph.likelihood.arrivals import Arrivals
from graph.likelihood.industries import Industries

if TYPE_CHECKING:
    from graph.presence import Areas
    from graph.snapshot import Snapshot

Floats = npt.NDArray[np.float64]
FEATURES = (
    "link_trend", "region_trend", "province_trend", "related_regions",
    "province_excess", "near_recent", "near_excess", "size_match",
    "technology", "related_industries",
)  # fmt: skip
LIFE, RECENT, SMOOTH = 3.0, 5.0, 3.0
NEAR, FAR = 100.0, 400.0
BOUNDS = {"province_excess": 2.0}
EARTH = 6371.0
LONG_AGO = -np.inf


@dataclass(frozen=True)
class Places:
    """Where areas lie: kilometres between them (nan unknown), and the province of each."""

    distance: Floats
    province: npt.NDArray[np.int64]

    @classmethod
    def of(cls, snapshot: Snapshot, areas: Areas) -> Places:
        """Places of divisions; distances between their coordinates on a sphere."""
        rows = np.array([snapshot.regions.row[code] for code in areas.codes], dtype=np.int64)
        regions = snapshot.regions
        lon, lat = (
            np.radians(axis[rows].astype(np.float64)) for axis in (regions.lon, regions.lat)
        )
        return cls(_kilometres(lon, lat), regions.at_level[0, rows].astype(np.int64))


@dataclass(frozen=True)
class Evidence:
    """All areas and links that have a firm at `time`; arrays are over their empty cells.

    Attributes:
        area, link: rows of each cell.
        expected: E, above zero.
        features: cells × FEATURES, standardised.
    """

    time: float
    area: npt.NDArray[np.int64]
    link: npt.NDArray[np.int64]
    expected: Floats
    features: Floats


def evidence(
    arrivals: Arrivals, places: Places, time: float, industries: Industries | None = None
) -> Evidence:
    """What the entries up to `time` (inclusive) say; nothing later is looked at."""
    known = industries or Industries.unknown(arrivals.shape[1])
    everything = arrivals.count(LONG_AGO, time)
    rows, columns = (np.flatnonzero(everything.sum(axis=axis) > 0) for axis in (1, 0))
    at = np.ix_(rows, columns)
    firms = everything[at]
    empty = (firms == 0) & ~arrivals.undated[at]
    chosen = Places(places.distance[np.ix_(rows, rows)], places.province[rows])
    recent = arrivals.count(time - RECENT, time)[at]
    fading = arrivals.decayed(time, LIFE)[at]
    expected = _expected(firms)
    found = {
        "link_trend": np.broadcast_to(_trend(fading, firms, axis=0), firms.shape),
        "region_trend": np.broadcast_to(_trend(fading, firms, axis=1), firms.shape),
        **_kinds(firms, expected, known.technology[columns], known.alike[np.ix_(columns, columns)]),
        **_provinces(firms, fading, expected, chosen.province),
        **_near(firms, recent, chosen.distance),
        "size_match": _size_match(firms),
    }
    area, link = np.nonzero(empty)
    table = np.stack([_standard(found[name][empty], name) for name in FEATURES], axis=1)
    return Evidence(time, rows[area], columns[link], expected[empty], table)


def _expected(firms: Floats) -> Floats:
    total = max(firms.sum(), 1.0)
    return np.asarray(firms.sum(axis=1)[:, None] * firms.sum(axis=0)[None, :] / total)


def _trend(fading: Floats, firms: Floats, axis: int) -> Floats:
    usual = fading.sum() / max(firms.sum(), 1.0)
    recent, size = fading.sum(axis=axis, keepdims=True), firms.sum(axis=axis, keepdims=True)
    return np.asarray(np.log((recent + SMOOTH * usual) / ((size + SMOOTH) * max(usual, 1e-12))))


def _kinds(firms: Floats, expected: Floats, technology: Floats, alike: Floats) -> dict[str, Floats]:
    """What the kind of link says: what goes together with it, and its industry."""
    residual = (firms - expected) / np.sqrt(expected + 1.0)
    known = np.isfinite(technology)
    usual = technology[known].mean() if known.any() else 0.0
    return {
        "related_regions": _weighted(residual, _correlation(residual)),
        "related_industries": _weighted(residual, alike),
        "technology": np.broadcast_to(np.where(known, technology, usual), firms.shape),
    }


def _weighted(residual: Floats, together: Floats) -> Floats:
    return np.asarray(residual @ together / np.sqrt(np.square(together).sum(axis=0) + 1e-9))


def _correlation(columns: Floats) -> Floats:
    """Cosine of columns of residuals, zero on the diagonal."""
    length = np.sqrt(np.square(columns).sum(axis=0))
    unit = columns / np.where(length > 0, length, 1.0)
    found = unit.T @ unit
    np.fill_diagonal(found, 0.0)
    return np.asarray(found)


def _provinces(
    firms: Floats, fading: Floats, expected: Floats, province: npt.NDArray[np.int64]
) -> dict[str, Floats]:
    member = (np.unique(province)[:, None] == province[None, :]).astype(np.float64)
    there, usual = member @ firms, member @ expected
    trend = member.T @ _trend(member @ fading, there, axis=1)
    return {
        "province_trend": np.broadcast_to(trend, firms.shape),
        "province_excess": member.T @ np.log((there + 0.5) / (usual + 0.5)),
    }


def _near(firms: Floats, recent: Floats, distance: Floats) -> dict[str, Floats]:
    around = _kernel(distance, FAR) @ firms
    usual = around.sum(axis=1)[:, None] * firms.sum(axis=0)[None, :] / max(firms.sum(), 1.0)
    return {
        "near_recent": np.log1p(_kernel(distance, NEAR) @ recent),
        "near_excess": np.log((around + 0.3) / (usual + 0.3)),
    }


def _kernel(distance: Floats, reach: float) -> Floats:
    near = np.nan_to_num(np.exp(-distance / reach), nan=0.0)
    np.fill_diagonal(near, 0.0)
    return np.asarray(near)


def _size_match(firms: Floats) -> Floats:
    size = np.log(firms.sum(axis=1))
    where = size @ firms / firms.sum(axis=0)
    return np.asarray((size - size.mean())[:, None] * (where - where.mean())[None, :])


def _standard(values: Floats, name: str) -> Floats:
    if not len(values):
        return values
    spread, bound = values.std(), BOUNDS.get(name, np.inf)
    standard = (values - values.mean()) / (spread if spread > 1e-12 else 1.0)
    return np.asarray(np.clip(standard, -bound, bound))


def _kilometres(lon: Floats, lat: Floats) -> Floats:
    """Great-circle distances by the haversine formula; arguments in radians."""
    across = np.sin((lat[:, None] - lat[None, :]) / 2) ** 2
    along = np.sin((lon[:, None] - lon[None, :]) / 2) ** 2
    half = across + np.cos(lat)[:, None] * np.cos(lat)[None, :] * along
    return np.asarray(2 * EARTH * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))
