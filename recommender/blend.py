"""Parts → score: the weighted mean of what is known, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from typing import NamedTuple

import numpy as np

from graph.columns import Float32
from recommender.frame import Float64, Int64


@dataclass(frozen=True, eq=False)
class Part:
    """One component of a score.

    Attributes:
        name, label: English, Chinese.
        weight: what it weighs beside the others.
        source: what it is computed from, Chinese.
        values: in [0, 1], nan unknown; one a candidate row, or more of which `rows` picks.
        rows: (n,) where in `values` each candidate row is; None = in order.
    """

    name: str
    label: str
    weight: float
    source: str
    values: Float32 | Float64
    rows: Int64 | None = None

    def at(self, places: Int64) -> Float32 | Float64:
        """Values of some candidate rows."""
        return self.values[places if self.rows is None else self.rows[places]]


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


def scores_of(parts: Sequence[Part], places: Int64, totals: Float64) -> list[Score]:
    """What explains `totals`, the scores of some candidate rows as :func:`blend` gave them.

    Where nothing is known, or no part weighs anything, the interval is [0, 1].
    """
    shape = (len(parts), len(places))
    values = np.array([part.at(places) for part in parts], dtype=np.float64).reshape(shape)
    there = ~np.isnan(values)
    known, everything = np.zeros(len(places)), 0.0
    for part, hit in zip(parts, there, strict=True):
        known += part.weight * hit
        everything += part.weight
    weighed = values * np.array([part.weight for part in parts])[:, None]
    whole = everything or 1.0
    given = np.divide(weighed, known, out=np.zeros(shape), where=there)
    low = totals * known / whole
    high = np.maximum(low + (whole - known) / whole, totals)
    ends = zip(np.minimum(low, totals).tolist(), high.tolist(), strict=True)
    shares = _shares(parts, values.T.tolist(), given.T.tolist())
    columns = (totals.tolist(), ends, (known / whole).tolist(), shares)
    return [Score(*row) for row in zip(*columns, strict=True)]


def _shares(
    parts: Sequence[Part], values: list[list[float]], contributions: list[list[float]]
) -> Iterator[tuple[Share, ...]]:
    told = [(part.name, part.label, part.weight, part.source) for part in parts]
    for row, given in zip(values, contributions, strict=True):
        yield tuple(
            Share(name, label, None if isnan(value) else value, weight, share, source)
            for (name, label, weight, source), value, share in zip(told, row, given, strict=True)
        )
