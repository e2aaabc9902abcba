"""Parts → score: the weighted mean of what is known, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import NamedTuple

import numpy as np

from graph.columns import Float32
from recommender.frame import Float64


@dataclass(frozen=True, eq=False)
class Part:
    """One component of a score: (n,) values in [0, 1], nan unknown, and what they weigh."""

    name: str
    label: str
    weight: float
    source: str
    values: Float32 | Float64


class Share(NamedTuple):
    """A component of one candidate's score; `value` None = unknown, then it contributes nothing."""

    name: str
    label: str
    value: float | None
    weight: float
    contribution: float
    source: str

    def to_dict(self) -> dict[str, float | str | None]:
        """The contract's component object."""
        return {
            "value": self.value,
            "weight": self.weight,
            "contribution": self.contribution,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Score:
    """One candidate's score: Σ contributions; `interval` if all that is unknown were 0, or 1."""

    value: float
    interval: tuple[float, float]
    coverage: float
    shares: tuple[Share, ...]


def sums(parts: Sequence[Part], length: int) -> tuple[Float64, Float64]:
    """(n,) Σ w v and (n,) Σ w over the known parts."""
    total, known = np.zeros(length), np.zeros(length)
    for part in parts:
        # In double precision, so that contributions add up to the score that ranks.
        values = part.values.astype(np.float64)
        unknown = np.isnan(values)
        values[unknown] = 0.0
        total += part.weight * values
        known += part.weight * ~unknown
    return total, known


def mean(total: Float64, known: Float64) -> Float64:
    """(n,) total / known; 0 where nothing is known: then the interval is [0, 1]."""
    return np.divide(total, known, out=np.zeros(len(total)), where=known > 0)


def blend(parts: Sequence[Part], length: int) -> Float64:
    """(n,) Σ w v / Σ w over the known parts."""
    return mean(*sums(parts, length))


def score_of(parts: Sequence[Part], row: int, total: float) -> Score:
    """What explains `total`, the score of one candidate row as :func:`blend` gave it."""
    values = [float(part.values[row]) for part in parts]
    weights = [part.weight for part in parts]
    everything = sum(weights)
    known = sum(w for w, v in zip(weights, values, strict=True) if not isnan(v))
    shares = tuple(
        Share(
            part.name,
            part.label,
            None if isnan(value) else value,
            part.weight,
            0.0 if isnan(value) else part.weight * value / known,
            part.source,
        )
        for part, value in zip(parts, values, strict=True)
    )
    low = total * known / everything
    return Score(
        total,
        (min(low, total), max(low + (everything - known) / everything, total)),
        known / everything,
        shares,
    )
