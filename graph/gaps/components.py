"""The components of a gap's priority, and their weighted mean; all arrays areas × links.

A component is (value, at least, at most), each in [0, 1] or nan where it is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Component(NamedTuple):
    """One component of all cells; nan = unknown."""

    value: Floats
    lower: Floats
    upper: Floats

    @classmethod
    def exact(cls, value: Floats) -> Component:
        return cls(value, value, value)


class Priority(NamedTuple):
    """Weighted mean of the known components, what it can be at worst and at best, and coverage.

    `value` is nan where nothing is known; the bounds count an unknown component as 0 and 1.
    `coverage` is the share of all weight that is known.
    """

    value: Floats
    lower: Floats
    upper: Floats
    coverage: Floats


def saturating(amount: Floats, half: float) -> Floats:
    """``x / (x + half)``: 0 for nothing, 0.5 at `half`, towards 1; the first firms count most."""
    return np.asarray(amount / (amount + half))


def neighbouring(
    amounts: tuple[Floats, Floats, Floats], reach: Floats, half: float, known: npt.NDArray[np.bool_]
) -> Component:
    """Saturating presence (expected, lower, upper) summed over neighbours.

    Args:
        amounts: presence, areas × links, three times.
        reach: links × links, 1 at [i, j] where i is a neighbour that counts for j.
        half: presence at which the component is 0.5.
        known: areas × 1, false for an area of which the data know no firm.

    A link without such neighbours in its chain is unknown: what it serves lies outside the chain.
    """
    asked = known & (reach.sum(axis=0) > 0)[None, :]
    parts = (np.where(asked, saturating(part @ reach, half), np.nan) for part in amounts)
    return Component(*parts)


def blend(components: Mapping[str, Component], weights: Mapping[str, float]) -> Priority:
    """The priority of all cells; at least one weight must be above zero."""
    total = sum(weights[name] for name in components)
    shape = np.broadcast_shapes(*(part.value.shape for part in components.values()))
    value, lower, upper, known = (np.zeros(shape) for _ in range(4))
    for name, part in components.items():
        weight, there = weights[name], ~np.isnan(part.value)
        known += weight * there
        value += weight * np.where(there, part.value, 0.0)
        lower += weight * np.where(there, part.lower, 0.0)
        upper += weight * np.where(there, part.upper, 1.0)
    mean = np.divide(value, known, out=np.full(shape, np.nan), where=known > 0)
    low, high = lower / total, upper / total
    # Rounding must not push the mean out of its own interval.
    return Priority(mean, np.fmin(low, mean), np.fmax(high, mean), known / total)
