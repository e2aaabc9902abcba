"""All relatedness measures of one table at once, each computed a single time."""

from __future__ import annotations

from dataclasses import dataclass

from graph.relatedness.matrix import Dense, Matrix, Sparse, Vector, column_sums, row_sums
from graph.relatedness.nearness import density
from graph.relatedness.outlook import outlook_gain, outlook_index
from graph.relatedness.pairs import proximity
from graph.relatedness.ranks import Complexity, complexity
from graph.relatedness.specialisation import location_quotient, presence


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
    present = presence(values, threshold)
    near = proximity(present)
    dense = density(present, near, neighbours=neighbours)
    ranks = complexity(present)
    return Relatedness(
        quotient=location_quotient(values),
        presence=present,
        diversity=row_sums(present),
        ubiquity=column_sums(present),
        proximity=near,
        density=dense,
        complexity=ranks,
        coi=outlook_index(present, near, ranks, density=dense),
        cog=outlook_gain(present, near, ranks),
    )
