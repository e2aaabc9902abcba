"""How much of what is near to an activity a region already has."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from graph.relatedness.matrix import (
    Dense,
    Matrix,
    RelatednessInputError,
    Sparse,
    as_presence,
    as_square,
    multiply,
    without_nan,
)


def density(presence: Matrix, proximity: ArrayLike, *, neighbours: int | None = None) -> Dense:
    """Relatedness density: the share of an activity's proximity that is present in the region.

    ``ω[r, p] = Σ_q M[r, q] φ[p, q] / Σ_q φ[p, q]``. Plain: q runs over all activities, p itself
    included, as in the original. With ``neighbours=k``: q runs over the k other activities nearest
    to p; all that tie with the k-th are taken in, so the order of columns never decides.

    Args:
        presence: regions × activities in [0, 1]; 0/1, or a strength of presence.
        proximity: activities × activities in [0, 1] (``proximity(…)``); nan pairs are left out.
        neighbours: k ≥ 1, or None for all.

    Returns:
        Regions × activities, always in [0, 1]; nan for an activity without any defined, positive
        proximity. A region without any presence has density 0: that is measured, not missing.

    Raises:
        RelatednessInputError: shapes do not match, values out of range, or k < 1.

    References:
        Hidalgo, Klinger, Barabási, Hausmann (2007), Science 317; Hausmann, R., Klinger, B. (2007),
        The structure of the product space and the evolution of comparative advantage.

    >>> density([[1, 0], [0, 0]], [[1, 0.5], [0.5, 1]])
    array([[0.66666667, 0.33333333],
           [0.        , 0.        ]])
    """
    cells = as_presence(presence)
    near = without_nan(as_square(proximity, cells.shape[1]))
    return density_of(cells, near, neighbours)


def density_of(cells: Sparse, near: Dense, neighbours: int | None = None) -> Dense:
    """`density` of checked presence and proximity, zero for nan in the latter."""
    if neighbours is not None:
        near = _nearest(near, neighbours)
    total = near.sum(axis=1)
    total[total == 0] = np.nan
    out = multiply(cells, near.T)
    out /= total
    return np.minimum(out, 1.0, out=out)


def distance(presence: Matrix, proximity: ArrayLike, *, neighbours: int | None = None) -> Dense:
    """``1 − density``: the share of an activity's proximity that the region lacks, in [0, 1]."""
    return np.asarray(1.0 - density(presence, proximity, neighbours=neighbours))


def _nearest(near: Dense, neighbours: int) -> Dense:
    """Zero all but each row's ``neighbours`` largest off-diagonal entries and their ties."""
    if neighbours < 1:
        raise RelatednessInputError(f"neighbours must be at least 1; got {neighbours}")
    out = near.copy()
    np.fill_diagonal(out, 0.0)
    if neighbours < out.shape[1]:
        cut = np.partition(out, -neighbours, axis=1)[:, -neighbours]
        # Proximities are quotients of small integers: equal ones may differ in the last bit.
        out[out < cut[:, None] * (1.0 - 1e-12)] = 0.0
    return out
