"""Complexity outlook: how near a region is to what it lacks, and what each entry would open."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from graph.relatedness.matrix import (
    Dense,
    Matrix,
    RelatednessInputError,
    Sparse,
    Vector,
    as_presence,
    as_square,
    divide,
    multiply,
    rows_of,
    without_nan,
)
from graph.relatedness.nearness import density as plain_density
from graph.relatedness.ranks import Complexity


def outlook_index(
    presence: Matrix,
    proximity: ArrayLike,
    complexity: Complexity,
    *,
    density: Dense | None = None,
) -> Vector:
    """Complexity outlook index (COI): density towards what is absent, weighted by complexity.

    ``COI[r] = Σ_p ω[r, p] (1 − M[r, p]) κ[p]``, standardised over regions (population form), with
    ω the density and κ ``complexity.direction``.

    Args:
        presence: regions × activities in [0, 1].
        proximity: activities × activities, as for `density`.
        complexity: from the same presence.
        density: regions × activities if already computed (any number of neighbours); else plain.

    Returns:
        Length R, mean 0, standard deviation 1; nan where ECI is undefined, and everywhere if all
        regions are alike.

    Raises:
        RelatednessInputError: shapes do not match.

    References:
        Hausmann, R. et al. (2014), The Atlas of Economic Complexity, MIT Press ("opportunity
        value"; the gain below is its "opportunity gain").
    """
    cells = as_presence(presence)
    _check(cells.shape, complexity)
    near = plain_density(cells, proximity) if density is None else density
    if near.shape != cells.shape:
        raise RelatednessInputError(
            f"density must have the shape of presence, {cells.shape}; got {near.shape}"
        )
    return index_of(cells, near, complexity)


def index_of(cells: Sparse, density: Dense, complexity: Complexity) -> Vector:
    """`outlook_index` of checked parts."""
    # Activities of unknown complexity or density are left out of the sum, not counted as average.
    worth, near = without_nan(complexity.direction), without_nan(density)
    rows = rows_of(cells)
    held = cells.data * near[rows, cells.indices] * worth[cells.indices]
    # Σ (1 − M) ω κ = Σ ω κ − Σ M ω κ needs no table of what is absent.
    total = near @ worth - np.bincount(rows, held, minlength=len(near))
    total[np.isnan(complexity.eci)] = np.nan
    return _standardised(total)


def outlook_gain(presence: Matrix, proximity: ArrayLike, complexity: Complexity) -> Dense:
    """Complexity outlook gain (COG): what a new activity adds to a region's outlook.

    ``COG[r, p] = (1 − M[r, p]) Σ_q (1 − M[r, q]) φ[q, p] / Σ_s φ[q, s] · κ[q]`` with κ
    ``complexity.direction``; unit: standard deviations of ECI.

    Returns:
        Regions × activities; 0 where the activity is already there, nan where the ECI of the region
        or the PCI of the activity is undefined.

    Args, raises and references: as `outlook_index`.
    """
    cells = as_presence(presence)
    _check(cells.shape, complexity)
    near = without_nan(as_square(proximity, cells.shape[1]))
    return gain_of(cells, near, complexity)


def gain_of(cells: Sparse, near: Dense, complexity: Complexity) -> Dense:
    """`outlook_gain` of checked parts, zero for nan in near."""
    worth = without_nan(divide(complexity.direction, near.sum(axis=1)))
    held = cells.copy()
    held.data = cells.data * worth[cells.indices]
    # Σ_q (1 − M) κ φ = Σ_q κ φ − Σ_q M κ φ, which keeps M sparse.
    out = multiply(held, near)
    np.subtract(worth @ near, out, out=out)
    out[rows_of(cells), cells.indices] *= 1.0 - cells.data
    out[np.isnan(complexity.eci), :] = np.nan
    out[:, np.isnan(complexity.pci)] = np.nan
    return out


def _check(shape: tuple[int, int], complexity: Complexity) -> None:
    if (len(complexity.eci), len(complexity.pci)) != shape:
        raise RelatednessInputError(
            f"complexity is for {len(complexity.eci)} × {len(complexity.pci)} regions × "
            f"activities, presence has shape {shape}; compute both from the same matrix"
        )


def _standardised(values: Vector) -> Vector:
    defined = values[~np.isnan(values)]
    spread = float(defined.std()) if len(defined) else 0.0
    if spread <= 1e-12 * float(np.abs(defined).max(initial=0.0)):
        return np.full(len(values), np.nan)
    return np.asarray((values - defined.mean()) / spread, np.float64)
