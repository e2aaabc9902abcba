"""Measures of a ranking, with bootstrap intervals."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
import numpy.typing as npt

Float64 = npt.NDArray[np.float64]
DRAWS = 1000


class Measured(TypedDict):
    """A value and its 95 % interval."""

    value: float
    interval: list[float]


def mean(values: Float64, *, seed: int = 0, draws: int = DRAWS) -> Measured:
    """The mean and its 95 % percentile bootstrap interval (Efron 1979), each value drawn alone."""
    if not len(values):
        return {"value": float("nan"), "interval": [float("nan"), float("nan")]}
    drawn = np.random.default_rng(seed).integers(0, len(values), (draws, len(values)))
    low, high = np.quantile(values[drawn].mean(axis=1), [0.025, 0.975])
    return {"value": float(values.mean()), "interval": [float(low), float(high)]}


def recall_at(ranks: npt.NDArray[np.int64], cuts: tuple[int, ...]) -> dict[str, Measured]:
    """Share of truths ranked at or above each cut; rank 0 = not ranked."""
    return {
        f"recall_at_{cut}": mean(((ranks > 0) & (ranks <= cut)).astype(np.float64)) for cut in cuts
    }
