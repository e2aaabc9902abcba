"""Measures of a ranking with few hits among many cells, with bootstrap intervals.

All rankings are judged on the same draws, so that a ratio of two keeps what they have in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from benchmarks.quality.metrics import Measured

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.uint16]
DRAWS = 2000
CUTS = (100, 500)


@dataclass(frozen=True)
class Draws:
    """Which cells a draw holds, and how often: by cell, and by whole groups of cells."""

    group: npt.NDArray[np.int64]
    seed: int = 1

    @classmethod
    def of(cls, group: npt.NDArray[np.int64], seed: int = 1) -> Draws:
        """Draws of cells that belong to `group`."""
        return cls(np.unique(group, return_inverse=True)[1], seed)

    @cached_property
    def cells(self) -> Counts:
        """How often each cell is drawn, DRAWS × cells."""
        return _drawn(len(self.group), self.seed - 1)

    @cached_property
    def groups(self) -> Counts:
        """The same where whole groups are drawn."""
        return _drawn(int(self.group.max()) + 1, self.seed)[:, self.group]


def _drawn(things: int, seed: int) -> Counts:
    random = np.random.default_rng(seed)
    rows = (np.bincount(random.integers(0, things, things), minlength=things) for _ in range(DRAWS))
    return np.array([row.astype(np.uint16) for row in rows])


@dataclass(frozen=True)
class Rare:
    """One ranking: hits (bool), scores (higher = earlier), draws shared with its rivals."""

    hits: npt.NDArray[np.bool_]
    scores: Floats
    draws: Draws

    @cached_property
    def order(self) -> npt.NDArray[np.int64]:
        """Cells from the first to the last; equal scores in an order that no model chose."""
        mixed = np.random.default_rng(2).random(len(self.scores))
        return np.lexsort((mixed, -self.scores))

    @cached_property
    def _values(self) -> dict[str, float]:
        return self._measure(np.ones(len(self.hits), dtype=np.uint16))

    @cached_property
    def _drawn(self) -> list[dict[str, float]]:
        return [self._measure(weight) for weight in self.draws.cells]

    @cached_property
    def _drawn_groups(self) -> list[dict[str, float]]:
        return [self._measure(weight) for weight in self.draws.groups]

    def metrics(self) -> dict[str, Measured]:
        """Average precision, precision, recall and lift at the cuts, area under the ROC curve."""
        drawn = self._drawn
        return {
            name: _measured(value, [draw[name] for draw in drawn])
            for name, value in self._values.items()
        }

    def over(self, other: Rare) -> dict[str, Measured]:
        """Ratios of the main measures to those of `other`, by cells and by groups."""
        found: dict[str, Measured] = {}
        for name in ("average_precision", "p_at_100"):
            value = _ratio(self._values[name], other._values[name])
            for label, ours, theirs in (
                ("", self._drawn, other._drawn),
                ("_by_region", self._drawn_groups, other._drawn_groups),
            ):
                ratios = [
                    _ratio(mine[name], yours[name])
                    for mine, yours in zip(ours, theirs, strict=True)
                ]
                found[f"{name}_over_size{label}"] = _measured(value, ratios)
        return found

    @staticmethod
    def mean_over(ours: Sequence[Rare], theirs: Sequence[Rare]) -> dict[str, Measured]:
        """Over several times: means of the main measures, and the ratio of ours to theirs.

        Cells or whole groups are drawn, for each time anew; the means' own intervals are by group.
        """
        found: dict[str, Measured] = {}
        for name in ("average_precision", "p_at_100"):
            value, base = (_mean([r._values[name] for r in side]) for side in (ours, theirs))
            by_cell = [_means([r._drawn for r in side], name) for side in (ours, theirs)]
            by_group = [_means([r._drawn_groups for r in side], name) for side in (ours, theirs)]
            found[name] = _measured(value, by_group[0])
            for label, (mine, yours) in (("", by_cell), ("_by_region", by_group)):
                ratios = [_ratio(a, b) for a, b in zip(mine, yours, strict=True)]
                found[f"{name}_over_size{label}"] = _measured(_ratio(value, base), ratios)
        return found

    @cached_property
    def _hit(self) -> npt.NDArray[np.int64]:
        """Where in the order the hits are."""
        return np.flatnonzero(self.hits[self.order])

    def _measure(self, weight: Counts) -> dict[str, float]:
        """The measures where each cell counts `weight` times; only hits are gone through."""
        weights, at = weight[self.order], self._hit
        passed = np.cumsum(weights, dtype=np.int64)
        gain, seen = weights[at].astype(np.float64), passed[at].astype(np.float64)
        found = np.cumsum(gain)
        total, all_hits = float(passed[-1]), float(found[-1])
        share = gain / max(all_hits, 1.0)
        out = {
            "average_precision": float(share @ (found / np.maximum(seen, 1.0))),
            "auc": 1.0 - float(share @ (seen - found)) / max(total - all_hits, 1.0),
        }
        for cut in CUTS:
            # A cell that the cut goes through counts with the part that is inside.
            inside = float(np.minimum(np.maximum(cut - (seen - gain), 0.0), gain).sum())
            out[f"p_at_{cut}"] = inside / min(cut, total)
            out[f"recall_at_{cut}"] = inside / max(all_hits, 1.0)
            out[f"lift_at_{cut}"] = _ratio(out[f"p_at_{cut}"], all_hits / total)
        return out


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def _means(times: Sequence[Sequence[dict[str, float]]], name: str) -> list[float]:
    """The mean over times of a measure, draw by draw."""
    drawn = ([draw[name] for draw in time] for time in times)
    return [_mean(values) for values in zip(*drawn, strict=True)]


def _ratio(value: float, base: float) -> float:
    return value / base if base > 0 else float("nan")


def _measured(value: float, drawn: list[float]) -> Measured:
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return {"value": value, "interval": [float(low), float(high)]}
