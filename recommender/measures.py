"""Measures of a ranking with one truth a question, and bootstrap intervals."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypedDict

import numpy as np

from recommender.frame import Float64

CUTS = (10, 50, 100)
DRAWS = 1000


class Measured(TypedDict):
    """A value and its 95 % interval."""

    value: float
    interval: list[float]


def interval(values: Float64, seed: int = 0) -> Measured:
    """The mean and its 95 % percentile bootstrap interval (Efron 1979); 0 of no values."""
    if not len(values):
        return {"value": 0.0, "interval": [0.0, 0.0]}
    drawn = np.random.default_rng(seed).integers(0, len(values), (DRAWS, len(values)))
    low, high = np.quantile(values[drawn].mean(axis=1), [0.025, 0.975])
    return {"value": float(values.mean()), "interval": [float(low), float(high)]}


def measures(
    ranks: Float64, candidates: Float64, groups: Sequence[Hashable]
) -> dict[str, Measured]:
    """Recall and lift at the cuts, MRR, average precision.

    Args:
        ranks: of the true firm of each question, from 1; inf where it was not ranked.
        candidates: firms that were ranked for each question.
        groups: what was asked; questions of one group share their list, so that it has several
            truths: average precision is taken over groups.
    """
    found: dict[str, Measured] = {}
    for cut in CUTS:
        hits = (ranks <= cut).astype(np.float64)
        found[f"recall_at_{cut}"] = interval(hits)
        found[f"lift_at_{cut}"] = interval(hits * np.maximum(candidates, cut) / cut)
    found["mrr"] = interval(1.0 / ranks)
    found["average_precision"] = interval(_precisions(ranks, groups))
    return found


def _precisions(ranks: Float64, groups: Sequence[Hashable]) -> Float64:
    """Average precision of each group: mean over its truths of (truths so far) / rank."""
    own: dict[Hashable, list[float]] = {}
    for rank, group in zip(ranks.tolist(), groups, strict=True):
        own.setdefault(group, []).append(rank)
    return np.array(
        [
            float(np.mean([(i + 1) / max(rank, i + 1) for i, rank in enumerate(sorted(places))]))
            for places in own.values()
        ]
    )
