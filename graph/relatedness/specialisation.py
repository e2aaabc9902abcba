"""How much of an activity a region has, compared with what its size would lead one to expect."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike

from graph.relatedness.matrix import (
    Dense,
    Matrix,
    RelatednessInputError,
    Sparse,
    Vector,
    as_csr,
    as_sparse,
    column_sums,
    divide,
    row_sums,
    rows_of,
)

TIE_TOLERANCE = 1e-12
"""Relative slack of the presence threshold, so that an exact tie is not decided by rounding."""


def location_quotient(values: Matrix) -> Dense:
    """Location quotient, also called revealed comparative advantage.

    ``LQ[r, a] = (x[r, a] / Σ_a x[r, a]) / (Σ_r x[r, a] / Σ x)``: the share of the activity in the
    region over its share everywhere. 1 = as expected from size, 2 = twice that.

    Args:
        values: regions × activities, any non-negative amount (firms, staff, exports …).

    Returns:
        Regions × activities, no unit; nan for a region or an activity whose total is zero.

    Raises:
        RelatednessInputError: negative or non-finite cells.

    References:
        Florence, P. S. (1939), Report on the Location of Industry; Balassa, B. (1965), Trade
        liberalisation and "revealed" comparative advantage, Manchester School 33(2).

    >>> location_quotient([[3, 1], [1, 3]])
    array([[1.5, 0.5],
           [0.5, 1.5]])
    """
    cells = as_sparse(values, "values")
    rows = row_sums(cells)
    return with_undefined(quotient_of(cells, rows), rows, column_sums(cells))


rca = location_quotient


def population_quotient(values: Matrix, population: ArrayLike) -> Dense:
    """Amount per head of the region over the amount per head everywhere (RPOP).

    ``(x[r, a] / n[r]) / (Σ_r x[r, a] / Σ n)``. Unlike the location quotient it does not fall when
    another activity of the same region grows.

    Args:
        values: regions × activities, non-negative.
        population: one positive size per region (people, firms …), any unit; nan = unknown.

    Returns:
        Regions × activities; nan for a region of unknown size and for an activity nobody has.
        The rest of the country is what the regions of known size hold together.

    Raises:
        RelatednessInputError: wrong length, or a population that is not above zero.
    """
    cells = as_sparse(values, "values")
    size = np.asarray(population, np.float64)
    if size.shape != (cells.shape[0],) or np.any(size <= 0) or np.any(np.isinf(size)):
        raise RelatednessInputError(
            f"population needs {cells.shape[0]} finite values above zero (nan = unknown); "
            f"got shape {size.shape}"
        )
    known = ~np.isnan(size)
    kept = as_csr(sp.diags_array(known.astype(np.float64)) @ cells)
    kept.eliminate_zeros()
    rows = np.where(known, size, 0.0)
    return with_undefined(quotient_of(kept, rows), rows, column_sums(kept))


def presence(values: Matrix, threshold: float = 1.0, *, quotient: bool = True) -> Sparse:
    """Binary regions × activities: where an activity counts as present.

    Args:
        values: regions × activities, non-negative amounts.
        threshold: smallest location quotient (``quotient=True``) or smallest amount that counts.
        quotient: compare the location quotient (RCA ≥ 1 is the usual rule) or the amount itself.

    Returns:
        CSR of 0/1 as float64. An undefined quotient is not present. A quotient that equals the
        threshold but for rounding is present.

    Raises:
        RelatednessInputError: bad cells, or a threshold that is not above zero.
    """
    if not threshold > 0:
        raise RelatednessInputError(f"threshold must be above zero; got {threshold!r}")
    cells = as_sparse(values, "values")
    return at_least(quotient_of(cells, row_sums(cells)) if quotient else cells, threshold)


def at_least(measured: Sparse, threshold: float) -> Sparse:
    """0/1: the cells that reach the threshold; the matrix given is used up."""
    measured.data = (measured.data >= threshold * (1.0 - TIE_TOLERANCE)).astype(np.float64)
    measured.eliminate_zeros()
    return measured


def diversity(presence: Matrix) -> Vector:
    """Number (or weighted number) of activities present in each region, length R."""
    return row_sums(as_sparse(presence, "presence"))


def ubiquity(presence: Matrix) -> Vector:
    """Number (or weighted number) of regions in which each activity is present, length A."""
    return column_sums(as_sparse(presence, "presence"))


def quotient_of(cells: Sparse, sizes: Vector) -> Sparse:
    """``(x / size of its row) / (column total / sum of sizes)`` at the filled cells."""
    rows = rows_of(cells)
    expected = divide(column_sums(cells), sizes.sum())
    out = cells.copy()
    out.data = (cells.data / sizes[rows]) / expected[cells.indices]
    return out


def with_undefined(quotient: Sparse, rows: Vector, columns: Vector) -> Dense:
    """Dense quotient, nan in the rows and columns whose total is zero."""
    out = quotient.toarray()
    out[rows == 0, :] = np.nan
    out[:, columns == 0] = np.nan
    return out
