"""Input checks and the few linear-algebra steps every relatedness measure shares.

All measures read a *regions × activities* matrix: one row per region (of any level), one column
per activity (chain, link or industry). Dense arrays and every scipy.sparse format are accepted;
nothing is modified in place.
"""

from __future__ import annotations

from typing import Any, TypeAlias, cast

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

Vector: TypeAlias = NDArray[np.float64]
Dense: TypeAlias = NDArray[np.float64]
Sparse: TypeAlias = "sp.csr_array[np.float64, tuple[int, int]]"
Matrix: TypeAlias = Any
"""Dense array-like or any scipy.sparse matrix, regions × activities."""

DENSE_FILL = 0.02
"""Share of filled cells above which BLAS beats the product of two sparse matrices."""

DENSE_FILL_RIGHT = 0.15
"""The same for a sparse matrix times a dense one."""

STRIPE = 64
"""Columns of a dense factor taken at a time, so that they stay in the processor's cache."""


class RelatednessInputError(ValueError):
    """A matrix, vector or setting that the measures are not defined for."""


def as_sparse(matrix: Matrix, what: str = "matrix") -> Sparse:
    """Check a non-negative finite 2-D matrix; return a float64 CSR copy without stored zeros.

    Raises:
        RelatednessInputError: not 2-D, not numeric, or a cell is negative, infinite or nan.
    """
    if not sp.issparse(matrix):
        matrix = _as_array(matrix, what)
    if matrix.ndim != 2:
        raise RelatednessInputError(
            f"{what} must be 2-D (regions × activities); got shape {matrix.shape}"
        )
    out = as_csr(sp.csr_array(matrix, dtype=np.float64, copy=True))
    out.sum_duplicates()
    _refuse_cells(out, ~np.isfinite(out.data), f"{what} must be finite", "drop or fill the cell")
    _refuse_cells(out, out.data < 0, f"{what} must not be negative", "correct the cell")
    out.eliminate_zeros()
    return out


def as_csr(matrix: Any) -> Sparse:
    """The result of a scipy.sparse operation as CSR; the stubs cannot follow formats and shapes."""
    return cast("Sparse", sp.csr_array(matrix))


def as_presence(matrix: Matrix, *, binary: bool = False) -> Sparse:
    """Check a presence matrix: every cell in [0, 1]; exactly 0 or 1 when ``binary``.

    Raises:
        RelatednessInputError: as `as_sparse`, or a cell is outside the allowed values.
    """
    out = as_sparse(matrix, "presence")
    if binary:
        hint = "make the matrix binary with presence(values, threshold)"
        _refuse_cells(out, out.data != 1.0, "presence must be 0 or 1", hint)
    hint = "pass presence, not values or quotients"
    _refuse_cells(out, out.data > 1.0, "presence must lie in [0, 1]", hint)
    return out


def as_square(proximity: ArrayLike, activities: int) -> Dense:
    """Check an activities × activities proximity: cells in [0, 1], or nan where undefined.

    Raises:
        RelatednessInputError: wrong shape, or a cell outside [0, 1].
    """
    out = _as_array(proximity, "proximity")
    if out.shape != (activities, activities):
        raise RelatednessInputError(
            f"proximity must be {activities} × {activities} to match the presence columns; "
            f"got shape {out.shape}"
        )
    if out.size and (np.nanmin(out, initial=0.0) < 0 or np.nanmax(out, initial=0.0) > 1 + 1e-9):
        raise RelatednessInputError("proximity must lie in [0, 1] (nan where undefined)")
    return out


def without_nan(matrix: Dense) -> Dense:
    """Zero for nan; the matrix itself, not a copy, when it has none."""
    missing = np.isnan(matrix)
    return np.where(missing, 0.0, matrix) if missing.any() else matrix


def row_sums(matrix: Sparse) -> Vector:
    """Sum of each row."""
    return np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel()


def column_sums(matrix: Sparse) -> Vector:
    """Sum of each column."""
    return np.asarray(matrix.sum(axis=0), dtype=np.float64).ravel()


def rows_of(matrix: Sparse) -> NDArray[np.intp]:
    """The row of each stored cell, beside ``matrix.indices``."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))


def as_dense(values: Any) -> Dense:
    """The result of a product, dense or sparse, as a float64 array."""
    if sp.issparse(values):
        values = as_csr(values).toarray()
    return np.asarray(values, np.float64)


def divide(numerator: Any, denominator: Any) -> Dense:
    """Element-wise quotient, nan where the denominator is zero."""
    top, bottom = as_dense(numerator), as_dense(denominator)
    shape = np.broadcast_shapes(top.shape, bottom.shape)
    return np.divide(top, bottom, out=np.full(shape, np.nan, np.float64), where=bottom != 0)


def gram(matrix: Sparse, *, of_rows: bool = False) -> Dense:
    """``matrixᵀ @ matrix``, or ``matrix @ matrixᵀ``, as a dense array.

    In single precision if that is exact, else in double.
    """
    if _fill(matrix) <= DENSE_FILL:
        return as_dense(matrix @ matrix.T if of_rows else matrix.T @ matrix)
    # Counts below 2**24 are exact in single precision, which halves the work.
    exact = max(matrix.shape) < 2**24 and bool(np.all(matrix.data == 1.0))
    dense: Any = (matrix.astype(np.float32) if exact else matrix).toarray()
    return cast("Dense", dense @ dense.T if of_rows else dense.T @ dense)


def multiply(matrix: Sparse, dense: Dense) -> Dense:
    """``matrix @ dense``, by BLAS or sparse multiplication, whichever is faster."""
    if _fill(matrix) > DENSE_FILL_RIGHT:
        return as_dense(matrix.toarray() @ dense)
    out = np.empty((matrix.shape[0], dense.shape[1]))
    for start in range(0, dense.shape[1], STRIPE):
        columns = slice(start, start + STRIPE)
        out[:, columns] = matrix @ np.ascontiguousarray(dense[:, columns])
    return out


def _fill(matrix: Sparse) -> float:
    rows, columns = matrix.shape
    return matrix.nnz / max(rows * columns, 1)


def _as_array(matrix: ArrayLike, what: str) -> Dense:
    try:
        return np.asarray(matrix, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise RelatednessInputError(f"{what} must be numeric: {error}") from error


def _refuse_cells(matrix: Sparse, bad: NDArray[np.bool_], problem: str, remedy: str) -> None:
    if bad.any():
        cells = matrix.tocoo()
        first = int(np.argmax(bad))
        row, column = int(cells.row[first]), int(cells.col[first])
        raise RelatednessInputError(
            f"{problem}: found {matrix.data[first]!r} at row {row}, column {column} "
            f"({int(bad.sum())} such cells); {remedy}"
        )
