"""How near two activities are, judged by the regions that have both."""

from __future__ import annotations

import numpy as np

from graph.relatedness.matrix import (
    Dense,
    Matrix,
    Sparse,
    as_dense,
    as_presence,
    as_sparse,
    column_sums,
    divide,
    gram,
    row_sums,
)

BLOCK = 64
"""Rows divided at a time."""


def proximity(presence: Matrix, *, symmetric: bool = True) -> Dense:
    """Product-space proximity: the smaller of the two conditional probabilities of presence.

    ``φ[p, q] = n[p, q] / max(n[p], n[q])`` with ``n[p, q]`` = regions that have both; the smaller
    one is taken so that a rare activity does not look near to one that is everywhere.

    Args:
        presence: binary regions × activities.
        symmetric: False gives ``φ[p, q] = P(q | p) = n[p, q] / n[p]`` instead.

    Returns:
        Activities × activities in [0, 1], diagonal 1; nan in the row and column of an activity
        that no region has.

    Raises:
        RelatednessInputError: a cell that is neither 0 nor 1.

    References:
        Hidalgo, C. A., Klinger, B., Barabási, A.-L., Hausmann, R. (2007), The product space
        conditions the development of nations, Science 317.

    >>> proximity([[1, 1], [1, 0]])
    array([[1. , 0.5],
           [0.5, 1. ]])
    """
    return proximity_of(as_presence(presence, binary=True), symmetric=symmetric)


def proximity_of(cells: Sparse, *, symmetric: bool = True) -> Dense:
    """`proximity` of checked binary presence."""
    counts = column_sums(cells)
    # Undefined from the start, so that the division below keeps it undefined.
    counts[counts == 0] = np.nan
    both = gram(cells)
    out = np.empty_like(both, dtype=np.float64)
    for start in range(0, len(out), BLOCK):
        # In blocks that stay in the cache; a second matrix for the divisor would cost as much
        # time as the division, and so would a change of type within it.
        block = out[start : start + BLOCK]
        block[:] = both[start : start + BLOCK]
        base = counts[start : start + BLOCK, None]
        block /= np.maximum(base, counts) if symmetric else base
    if not symmetric:
        out[:, np.isnan(counts)] = np.nan
    return out


def correlation_proximity(values: Matrix) -> Dense:
    """``(1 + Pearson correlation over regions) / 2`` of two columns: proximity without a threshold.

    Args:
        values: regions × activities, usually location quotients (no nan) or amounts.

    Returns:
        Activities × activities in [0, 1]; nan for a column that does not vary.

    References:
        Porter, M. E. (2003), The economic performance of regions, Regional Studies 37 (6–7), on
        locational correlation.
    """
    dense = as_sparse(values, "values").toarray()
    varies = np.ptp(dense, axis=0) > 0 if len(dense) else np.zeros(dense.shape[1], bool)
    dense -= dense.mean(axis=0, keepdims=True) if len(dense) else 0.0
    dense[:, ~varies] = 0.0
    unit = divide(dense, np.sqrt(np.square(dense).sum(axis=0)))
    unit[:, ~varies] = np.nan
    return np.asarray(np.clip((1.0 + unit.T @ unit) / 2.0, 0.0, 1.0))


def co_agglomeration(values: Matrix) -> Dense:
    """Ellison–Glaeser co-agglomeration: do two activities grow in the same places, beyond size?

    ``γ[i, j] = Σ_r (s[r, i] − x[r]) (s[r, j] − x[r]) / (1 − Σ_r x[r]²)`` with ``s[r, i]`` = share
    of activity i that lies in region r and ``x[r]`` = mean of these shares over the activities.
    Above zero: they go together; below zero: they avoid one another.

    Args:
        values: regions × activities, non-negative amounts (staff, firms …).

    Returns:
        Activities × activities, symmetric, no unit, no fixed bounds. The diagonal is nan: for one
        activity the index needs plant sizes, which this table does not hold. Nan too for an
        activity with total zero, and everywhere if one region has everything.

    References:
        Ellison, G., Glaeser, E. L. (1997), Geographic concentration in U.S. manufacturing
        industries, Journal of Political Economy 105 (5); pairwise form: Ellison, Glaeser, Kerr
        (2010), What causes industry agglomeration?, American Economic Review 100 (3).
    """
    cells = as_sparse(values, "values")
    totals = column_sums(cells)
    active = totals > 0
    shares = cells.copy()
    shares.data = cells.data / totals[cells.indices]
    count = int(active.sum())
    mean = row_sums(shares) / count if count else row_sums(shares)
    cross = np.asarray(shares.T @ mean)
    own = float(mean @ mean)
    # Shares that fill one region leave 1 − Σ x² at rounding size, not at zero.
    base = 1.0 - own if 1.0 - own > 1e-12 else 0.0
    out = divide(as_dense(gram(shares)) - cross[:, None] - cross[None, :] + own, base)
    out[~active, :] = np.nan
    out[:, ~active] = np.nan
    np.fill_diagonal(out, np.nan)
    return out
