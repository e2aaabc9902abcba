"""When firms came to links of areas: the dated history that the likelihood is learned from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from graph.presence import Areas
    from graph.snapshot import Snapshot

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Arrivals:
    """One entry a firm and link whose place is known.

    Attributes:
        area, link: row of each entry.
        date: fractional year, nan where nobody knows.
        shape: (areas, links).
    """

    area: Rows
    link: Rows
    date: Floats
    shape: tuple[int, int]

    @property
    def dated_share(self) -> float:
        """Share of entries with a date; 0 without entries."""
        return float(np.isfinite(self.date).mean()) if len(self.date) else 0.0

    @property
    def last(self) -> float:
        """The latest date, nan without any."""
        known = self.date[np.isfinite(self.date)]
        return float(known.max()) if len(known) else float("nan")

    @cached_property
    def undated(self) -> Mask:
        """Cells with an entry of unknown date: nobody can say when they were still empty."""
        cells: Mask = self._table(~np.isfinite(self.date)) > 0
        return cells

    def count(self, after: float, until: float) -> Floats:
        """Dated entries with ``after < date ≤ until``, areas × links."""
        with np.errstate(invalid="ignore"):
            return self._table((self.date > after) & (self.date <= until))

    def decayed(self, until: float, life: float) -> Floats:
        """Entries up to `until`, each counting ``exp(−age / life)``; ages and `life` in years."""
        with np.errstate(invalid="ignore"):
            chosen = self.date <= until
        return self._table(chosen, np.exp((self.date[chosen] - until) / life))

    def _table(self, chosen: Mask, weights: Floats | None = None) -> Floats:
        areas, links = self.shape
        cell = self.area[chosen] * links + self.link[chosen]
        counts = np.bincount(cell, weights, minlength=areas * links)
        return np.asarray(counts.reshape(self.shape), dtype=np.float64)


def arrivals_of(snapshot: Snapshot, areas: Areas) -> Arrivals:
    """Entries of all active firms in `areas`: dated by the position, else by the firm's founding.

    A firm that is gone is left out of all of history, as its end is not known: closures of the
    past are not in the data, and a share of the earlier entries is missing for good.
    """
    positions, firms = snapshot.positions, snapshot.firms
    area = areas.of_firms(snapshot)[positions.firm].astype(np.int64)
    kept = firms.active[positions.firm] & (area < len(areas))
    founded = firms.founded[positions.firm]
    date = np.where(np.isfinite(positions.date), positions.date, founded).astype(np.float64)
    return Arrivals(
        area[kept],
        positions.link[kept].astype(np.int64),
        date[kept],
        (len(areas), len(snapshot.links)),
    )
