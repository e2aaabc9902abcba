"""All relatedness measures of one table at once, each computed a single time."""

from __future__ import annotations

from dataclasses import dataclass

from graph.relatedness.matrix import (
    Dense,
    Matrix,
    RelatednessInputError,
    Sparse,
    Vector,
    as_sparse,
    column_sums,
    row_sums,
    without_nan,
)
from graph.relatedness.nearness import density_of
from graph.relatedness.outlook import gain_of, index_of
from graph.relatedness.pairs import proximity_of
from graph.relatedness.ranks import Complexity, complexity_of
from graph.relatedness.specialisation import at_least, quotient_of, with_undefined


@dataclass(frozen=True, slots=True)
class Relatedness:
    """Measures of one regions × activities table; R × A unless said otherwise, nan = undefined.

    Attributes: ``quotient`` (location quotient), ``presence`` (0/1, CSR), ``diversity`` (R),
    ``ubiquity`` (A), ``proximity`` (A × A), ``density``, ``complexity`` (ECI, PCI), ``coi`` (R),
    ``cog``. Each is defined by the function of the same name in this package.
    """

    quotient: Dense
    presence: Sparse
    diversity: Vector
    ubiquity: Vector
    proximity: Dense
    density: Dense
    complexity: Complexity
    coi: Vector
    cog: Dense


def relatedness(
    values: Matrix, *, threshold: float = 1.0, neighbours: int | None = None
) -> Relatedness:
    """Every measure of a table of amounts.

    Args:
        values: regions × activities, non-negative amounts of one unit.
        threshold: location quotient from which an activity counts as present.
        neighbours: nearest activities the density (and so COI) looks at; None = all.

    Raises:
        RelatednessInputError: bad cells or settings.
    """
    # Input is checked once; the public functions would check every intermediate result again.
    if not threshold > 0:
        raise RelatednessInputError(f"threshold must be above zero; got {threshold!r}")
    cells = as_sparse(values, "values")
    totals = row_sums(cells)
    measured = quotient_of(cells, totals)
    quotient = with_undefined(measured, totals, column_sums(cells))
    present = at_least(measured, threshold)
    ranks, pairs = complexity_of(present), proximity_of(present)
    near = without_nan(pairs)
    dense = density_of(present, near, neighbours)
    return Relatedness(
        quotient=quotient,
        presence=present,
        diversity=row_sums(present),
        ubiquity=column_sums(present),
        proximity=pairs,
        density=dense,
        complexity=ranks,
        coi=index_of(present, dense, ranks),
        cog=gain_of(present, near, ranks),
    )
