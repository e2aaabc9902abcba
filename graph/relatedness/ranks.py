"""Economic complexity of regions (ECI) and activities (PCI)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
import scipy.sparse as sp
from numpy.typing import NDArray

from graph.relatedness.matrix import (
    Matrix,
    RelatednessInputError,
    Sparse,
    Vector,
    as_csr,
    as_presence,
    column_sums,
    divide,
    gram,
    row_sums,
    rows_of,
)

SMALLEST_GAP = 1e-10
"""Second and third eigenvalue nearer than this: the second eigenvector is not determined."""


@dataclass(frozen=True, slots=True)
class Complexity:
    """ECI and PCI of one presence matrix, nan where undefined.

    Attributes:
        eci: length R, mean 0 and standard deviation 1 over the defined regions.
        pci: length A, on the same scale: the ECI of a region is the mean PCI of what it has.
        direction: length A, PCI before its mean is moved; what the outlook measures are made of.
        eigenvalue: the second eigenvalue in [0, 1], nan when undefined; near 1 = the data fall
            into two nearly separate groups, and ECI mostly says to which of them a region belongs.
    """

    eci: Vector
    pci: Vector
    direction: Vector
    eigenvalue: float


def complexity(presence: Matrix) -> Complexity:
    """ECI and PCI by eigenvector.

    PCI is the second eigenvector of ``U⁻¹ Mᵀ D⁻¹ M`` (D diversity, U ubiquity), ECI its mean over
    the activities of a region. Both are scaled by mean and standard deviation (population form) of
    ECI. Sign: ECI correlates positively with diversity; if that correlation is zero, the
    skewness of ECI is made positive.

    Regions and activities with nothing present are undefined. If presence falls into components
    that share nothing, no order between them exists: ECI is that of the component with most
    presence, nan elsewhere. Everything is nan if two components tie for that, if the second
    eigenvalue is zero or not simple, or if neither rule fixes the sign.

    Args:
        presence: regions × activities in [0, 1].

    Raises:
        RelatednessInputError: values out of range.

    References:
        Hidalgo, C. A., Hausmann, R. (2009), The building blocks of economic complexity, PNAS
        106 (26); Hausmann, R. et al. (2014), The Atlas of Economic Complexity, MIT Press.
    """
    return complexity_of(as_presence(presence))


def complexity_of(cells: Sparse) -> Complexity:
    """`complexity` of checked presence."""
    regions, activities = _main_component(cells)
    core = _core(cells, regions, activities)
    if min(core.shape) < 2:
        return _undefined(cells.shape)
    raw, eigenvalue = _second_direction(core)
    if raw is None:
        return _undefined(cells.shape)
    return _on_scale(cells, core, regions, activities, raw, eigenvalue)


def complexity_by_reflections(presence: Matrix, steps: int = 20) -> Complexity:
    """ECI and PCI by the method of reflections after ``steps`` (even) reflections.

    ECI is the standardised ``k[r, N]``, PCI ``k[a, N − 1]`` on the same scale, of the iteration in
    `reflections`. As N grows it tends to the eigenvector form, with error ~ (λ₃ / λ₂)^(N/2).
    The mean is taken out at each step (it carries no information and would swallow the digits).

    Args and undefined values: as `complexity`; also undefined if all regions are equally diverse,
    as there is nothing to reflect. ``eigenvalue`` is the shrinkage over the last two steps.

    Raises:
        RelatednessInputError: steps odd or < 2, or values out of range.
    """
    if steps < 2 or steps % 2:
        raise RelatednessInputError(f"steps must be an even number of at least 2; got {steps}")
    cells = as_presence(presence)
    regions, activities = _main_component(cells)
    core = _core(cells, regions, activities)
    if min(core.shape) < 2:
        return _undefined(cells.shape)
    rows, columns = row_sums(core), column_sums(core)
    level, size = _unit(rows, rows)
    raw = np.zeros(core.shape[1])
    for _ in range(steps // 2):
        if size < SMALLEST_GAP:
            return _undefined(cells.shape)
        raw = divide(core.T @ level, columns)
        level, size = _unit(divide(core @ raw, rows), rows)
    return _on_scale(cells, core, regions, activities, raw, size)


def reflections(presence: Matrix, steps: int) -> tuple[Vector, Vector]:
    """Raw method of reflections: ``k[r, N]`` (length R) and ``k[a, N]`` (length A), N = steps.

    ``k[r, 0]`` = diversity, ``k[a, 0]`` = ubiquity, then
    ``k[r, n] = Σ_a M[r, a] k[a, n−1] / k[r, 0]`` and ``k[a, n] = Σ_r M[r, a] k[r, n−1] / k[a, 0]``.
    nan for a region or an activity with nothing present (n ≥ 1).

    Raises:
        RelatednessInputError: steps < 0, or values out of range.

    References:
        Hidalgo, Hausmann (2009), PNAS 106 (26).
    """
    if steps < 0:
        raise RelatednessInputError(f"steps must not be negative; got {steps}")
    cells = as_presence(presence)
    rows, columns = row_sums(cells), column_sums(cells)
    by_region, by_activity = rows.copy(), columns.copy()
    for _ in range(steps):
        by_region, by_activity = (
            divide(cells @ np.nan_to_num(by_activity), rows),
            divide(cells.T @ np.nan_to_num(by_region), columns),
        )
    return by_region, by_activity


def _main_component(cells: Sparse) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the connected component with most presence; none if two tie."""
    split = cells.shape[0]
    # One node per region, then one per activity; an edge per filled cell.
    nodes = split + cells.shape[1]
    ends = np.concatenate([cells.indptr, np.full(cells.shape[1], cells.nnz)])
    joined = sp.csr_array((cells.data, cells.indices + split, ends), shape=(nodes, nodes))
    _, label = sp.csgraph.connected_components(joined, directed=False)
    weight = np.bincount(label[:split], weights=row_sums(cells))
    best = np.flatnonzero(weight >= weight.max(initial=0.0) * (1.0 - 1e-12))
    if len(best) != 1:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    member = label == best[0]
    return np.flatnonzero(member[:split]), np.flatnonzero(member[split:])


def _core(cells: Sparse, regions: NDArray[np.intp], activities: NDArray[np.intp]) -> Sparse:
    if cells.shape == (len(regions), len(activities)):
        return cells
    return as_csr(cells[regions, :][:, activities])


def _second_direction(core: Sparse) -> tuple[Vector | None, float]:
    """Second eigenvector over activities, unscaled, and its eigenvalue.

    With ``S = D^-½ M U^-½`` the wanted vectors are singular vectors of S, so the symmetric
    eigenproblem of the smaller side is enough.
    """
    rows, columns = row_sums(core), column_sums(core)
    scaled = core.copy()
    scaled.data = core.data / np.sqrt(rows[rows_of(core)] * columns[core.indices])
    wide = core.shape[0] <= core.shape[1]
    square = gram(scaled, of_rows=wide)
    size = len(square)
    lowest = max(size - 3, 0)
    values, vectors = scipy.linalg.eigh(
        square, subset_by_index=[lowest, size - 1], overwrite_a=True
    )
    second = float(values[-2])
    third = float(values[-3]) if len(values) > 2 else 0.0
    if second < SMALLEST_GAP or second - third < SMALLEST_GAP:
        return None, np.nan
    vector = np.asarray(vectors[:, -2], np.float64)
    if wide:
        vector = np.asarray(scaled.T @ vector, np.float64)
    return vector / np.sqrt(columns), min(second, 1.0)


def _on_scale(
    cells: Sparse,
    core: Sparse,
    regions: NDArray[np.intp],
    activities: NDArray[np.intp],
    raw: Vector,
    eigenvalue: float,
) -> Complexity:
    """Fix the sign, put ECI and PCI on the scale of ECI, and place them among the undefined."""
    level = np.asarray(core @ raw) / row_sums(core)
    spread = float(level.std())
    sign = _sign(level, row_sums(core)) if spread > 0 else 0.0
    if sign == 0.0:
        return _undefined(cells.shape)
    out = _undefined(cells.shape)
    out.eci[regions] = sign * (level - level.mean()) / spread
    out.direction[activities] = sign * raw / spread
    out.pci[activities] = sign * (raw - level.mean()) / spread
    return Complexity(out.eci, out.pci, out.direction, eigenvalue)


def _sign(level: Vector, size: Vector) -> float:
    centred, other = level - level.mean(), size - size.mean()
    scale = float(np.linalg.norm(centred) * np.linalg.norm(other))
    with_size = float(centred @ other)
    if abs(with_size) > 1e-9 * scale:
        return float(np.sign(with_size))
    cubes = centred**3
    skew = float(cubes.sum())
    return float(np.sign(skew)) if abs(skew) > 1e-9 * float(np.abs(cubes).sum()) else 0.0


def _unit(vector: Vector, weight: Vector) -> tuple[Vector, float]:
    """Vector without its weighted mean, scaled to length 1, and the length it had."""
    centred = vector - float(weight @ vector) / float(weight.sum())
    length = float(np.linalg.norm(centred))
    return np.asarray(centred / length if length else centred, np.float64), length


def _undefined(shape: tuple[int, int]) -> Complexity:
    regions, activities = np.full(shape[0], np.nan), np.full(shape[1], np.nan)
    return Complexity(regions, activities, activities.copy(), float("nan"))
