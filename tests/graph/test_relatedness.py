"""Hand-computed worlds of three regions and four activities."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.testing import assert_allclose, assert_array_equal

from graph.relatedness import (
    Complexity,
    RelatednessInputError,
    co_agglomeration,
    complexity,
    complexity_by_reflections,
    correlation_proximity,
    density,
    distance,
    diversity,
    location_quotient,
    outlook_gain,
    outlook_index,
    population_quotient,
    presence,
    proximity,
    reflections,
    relatedness,
    ubiquity,
)

NAN = math.nan

# Column totals 4, 4, 8, 4; row totals 6, 8, 6; all 20.
VALUES = [
    [4, 2, 0, 0],
    [0, 2, 4, 2],
    [0, 0, 4, 2],
]
PRESENT = [
    [1, 1, 0, 0],
    [0, 1, 1, 1],
    [0, 0, 1, 1],
]
NEAR = [
    [1.0, 0.5, 0.0, 0.0],
    [0.5, 1.0, 0.5, 0.5],
    [0.0, 0.5, 1.0, 1.0],
    [0.0, 0.5, 1.0, 1.0],
]


def as_given(matrix: object) -> list[object]:
    dense = np.array(matrix, dtype=float)
    return [dense, sp.csr_array(dense), sp.csc_matrix(dense), sp.coo_array(dense)]


@pytest.mark.parametrize("values", as_given(VALUES))
def test_location_quotient_by_hand(values: object) -> None:
    expected = [
        [10 / 3, 5 / 3, 0, 0],
        [0, 5 / 4, 5 / 4, 5 / 4],
        [0, 0, 5 / 3, 5 / 3],
    ]
    assert_allclose(location_quotient(values), expected, rtol=1e-14)
    assert_array_equal(presence(values).toarray(), PRESENT)


def test_nothing_to_compare_with_is_nan_not_zero() -> None:
    quotient = location_quotient([[2, 0, 0], [2, 0, 4], [0, 0, 0]])
    assert_allclose(quotient, [[2, NAN, 0], [2 / 3, NAN, 4 / 3], [NAN, NAN, NAN]])


def test_input_is_left_as_it_was() -> None:
    values = sp.csr_array(([1.0, 2.0, 0.0, 3.0], ([0, 0, 1, 1], [1, 1, 0, 2])), shape=(2, 3))
    before = values.data.copy(), values.indices.copy(), values.indptr.copy()
    relatedness(values)
    assert_array_equal(values.data, before[0])
    assert_array_equal(values.indices, before[1])
    assert_array_equal(values.indptr, before[2])


def test_presence_thresholds() -> None:
    assert_array_equal(
        presence(VALUES, threshold=1.5).toarray(), [[1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 1]]
    )
    assert_array_equal(
        presence(VALUES, threshold=4, quotient=False).toarray(),
        [[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 1, 0]],
    )


def test_a_tie_with_the_threshold_is_not_decided_by_rounding() -> None:
    # Every quotient is exactly 1, but (1/11)/(0.1/1.1) and its like come out a bit below.
    values = np.outer([0.1, 0.7, 0.3], [1.0, 3.0, 7.0, 0.1])
    assert presence(values).sum() == values.size


def test_population_quotient_by_hand() -> None:
    # Per head: 2/1 and 2/3 against 4/4; the region of unknown size is left out of the comparison.
    assert_allclose(
        population_quotient([[2, 0], [2, 0], [9, 9]], [1, 3, NAN]),
        [[2, NAN], [2 / 3, NAN], [NAN, NAN]],
    )


def test_diversity_and_ubiquity() -> None:
    assert_array_equal(diversity(PRESENT), [2, 3, 2])
    assert_array_equal(ubiquity(PRESENT), [1, 2, 2, 2])


@pytest.mark.parametrize("present", as_given(PRESENT))
def test_proximity_by_hand(present: object) -> None:
    assert_array_equal(proximity(present), NEAR)


def test_asymmetric_proximity_is_the_chance_of_the_column_given_the_row() -> None:
    near = proximity([[1, 1, 0], [1, 0, 0]], symmetric=False)
    assert_array_equal(near, [[1, 0.5, NAN], [1, 1, NAN], [NAN, NAN, NAN]])


def test_proximity_of_what_nobody_has_is_nan() -> None:
    assert_array_equal(
        proximity([[1, 0, 1], [0, 0, 1]]), [[1, NAN, 0.5], [NAN, NAN, NAN], [0.5, NAN, 1]]
    )


@pytest.mark.parametrize("present", as_given(PRESENT))
def test_density_by_hand(present: object) -> None:
    expected = [
        [1, 0.6, 0.2, 0.2],
        [1 / 3, 0.8, 1, 1],
        [0, 0.4, 0.8, 0.8],
    ]
    assert_allclose(density(present, NEAR), expected, rtol=1e-14)
    assert_allclose(distance(present, NEAR), 1 - np.array(expected), atol=1e-15)


def test_nearest_neighbour_density_by_hand_takes_in_ties() -> None:
    # One neighbour each: a0 → a1, a2 ↔ a3; of a1 all three others are equally near.
    expected = [
        [1, 1 / 3, 0, 0],
        [1, 2 / 3, 1, 1],
        [0, 2 / 3, 1, 1],
    ]
    assert_allclose(density(PRESENT, NEAR, neighbours=1), expected, rtol=1e-14)


def test_density_with_strengths_of_presence() -> None:
    assert_allclose(density([[0.5, 0.0]], [[1.0, 0.5], [0.5, 1.0]]), [[1 / 3, 1 / 6]])


def test_density_around_what_nobody_has_is_nan_and_spoils_nothing_else() -> None:
    present = [[1, 0, 1], [0, 0, 1], [0, 0, 0]]
    found = density(present, proximity(present))
    assert_allclose(found, [[1, NAN, 1], [1 / 3, NAN, 2 / 3], [0, NAN, 0]])


def test_correlation_proximity_by_hand() -> None:
    near = correlation_proximity([[1, 2, 3, 5], [2, 4, 2, 5], [3, 6, 1, 5]])
    assert_allclose(
        near,
        [[1, 1, 0, NAN], [1, 1, 0, NAN], [0, 0, 1, NAN], [NAN, NAN, NAN, NAN]],
        atol=1e-15,
    )


def test_co_agglomeration_by_hand() -> None:
    # Shares (1, 0), (1, 0), (0, 1); mean (2/3, 1/3); 1 − Σx² = 4/9.
    # a with b: 1/9 + 1/9 over 4/9; a with c: −2/9 − 2/9 over 4/9.
    found = co_agglomeration([[5, 1, 0, 0], [0, 0, 9, 0]])
    assert_allclose(
        found,
        [[NAN, 0.5, -1, NAN], [0.5, NAN, -1, NAN], [-1, -1, NAN, NAN], [NAN, NAN, NAN, NAN]],
    )


def test_co_agglomeration_needs_more_than_one_region() -> None:
    assert np.isnan(co_agglomeration([[0.1, 0.2, 0.3]])).all()


def test_reflections_by_hand() -> None:
    steps = [reflections(PRESENT, n) for n in range(3)]
    assert_array_equal(steps[0][0], [2, 3, 2])
    assert_array_equal(steps[0][1], [1, 2, 2, 2])
    assert_array_equal(steps[1][0], [1.5, 2, 2])
    assert_array_equal(steps[1][1], [2, 2.5, 2.5, 2.5])
    assert_array_equal(steps[2][0], [2.25, 2.5, 2.5])
    assert_array_equal(steps[2][1], [1.5, 1.75, 2, 2])


def test_complexity_by_hand() -> None:
    # D⁻¹ M U⁻¹ Mᵀ = [[9, 3, 0], [2, 6, 4], [0, 6, 6]] / 12 has eigenvalues 1 and the roots of
    # λ² − 3/4 λ + 1/24; the larger root has the eigenvector (1, 4λ − 3, (2λ − 3/2) / (λ − 1/2)).
    root = 3 / 8 + math.sqrt(19 / 48) / 2
    level = -np.array([1, 4 * root - 3, (2 * root - 3 / 2) / (root - 1 / 2)])
    # Negative: as it stands it falls with diversity (2, 3, 2).
    found = complexity(PRESENT)
    assert found.eigenvalue == pytest.approx(root, abs=1e-14)
    assert_allclose(found.eci, (level - level.mean()) / level.std(), atol=1e-12)
    # The mean PCI of what a region has is its ECI.
    assert_allclose(np.array(PRESENT) @ found.pci / [2, 3, 2], found.eci, atol=1e-12)


def test_reflections_end_at_the_eigenvector() -> None:
    by_vector, by_steps = complexity(PRESENT), complexity_by_reflections(PRESENT, steps=40)
    assert_allclose(by_steps.eci, by_vector.eci, atol=1e-12)
    assert_allclose(by_steps.pci, by_vector.pci, atol=1e-12)
    assert by_steps.eigenvalue == pytest.approx(by_vector.eigenvalue)


def test_few_reflections_are_the_standardised_raw_ones() -> None:
    by_region, _ = reflections(PRESENT, 2)
    expected = (by_region - by_region.mean()) / by_region.std()
    assert_allclose(complexity_by_reflections(PRESENT, steps=2).eci, expected, atol=1e-12)


def test_empty_rows_and_columns_have_no_complexity_and_change_no_other() -> None:
    wider = np.zeros((5, 6))
    wider[np.ix_([0, 2, 4], [1, 2, 4, 5])] = PRESENT
    found, core = complexity(wider), complexity(PRESENT)
    assert_allclose(found.eci, [core.eci[0], NAN, core.eci[1], NAN, core.eci[2]])
    assert_allclose(found.pci, [NAN, *core.pci[:2], NAN, *core.pci[2:]])


def test_components_that_share_nothing_are_not_ranked_against_one_another() -> None:
    world = np.zeros((4, 5))
    world[:3, :4] = PRESENT
    world[3, 4] = 1
    found = complexity(world)
    assert_allclose(found.eci, [*complexity(PRESENT).eci, NAN])
    assert_allclose(found.pci, [*complexity(PRESENT).pci, NAN])


@pytest.mark.parametrize(
    "present",
    [
        np.eye(3),  # all separate: no component is the main one
        np.ones((3, 4)),  # all alike: the second eigenvalue is zero
        np.ones((1, 4)),
        1 - np.eye(4),  # second eigenvalue three-fold
        np.zeros((3, 2)),
        np.zeros((0, 3)),
    ],
)
def test_complexity_is_nan_where_nothing_determines_it(present: np.ndarray) -> None:
    for found in (complexity(present), complexity_by_reflections(present)):
        assert found.eci.shape == present.shape[:1]
        assert found.pci.shape == present.shape[1:]
        assert np.isnan(found.eci).all()
        assert np.isnan(found.pci).all()
        assert math.isnan(found.eigenvalue)


def test_outlook_by_hand() -> None:
    ranks = Complexity(
        eci=np.array([-1.0, 0.0, 1.0]),
        pci=np.array([0.0, 1.0, 2.0, 3.0]),
        direction=np.array([1.0, 2.0, 3.0, 4.0]),
        eigenvalue=0.5,
    )
    # Absent: r0 a2, a3; r1 a0; r2 a0, a1.
    raw = np.array([0.2 * 3 + 0.2 * 4, 1 / 3 * 1, 0 * 1 + 0.4 * 2])
    assert_allclose(outlook_index(PRESENT, NEAR, ranks), (raw - raw.mean()) / raw.std())
    # direction / Σφ = 2/3, 4/5, 6/5, 8/5.
    expected = [
        [0, 0, 6 / 5 + 8 / 5, 6 / 5 + 8 / 5],
        [2 / 3, 0, 0, 0],
        [2 / 3 + 0.5 * 4 / 5, 0.5 * 2 / 3 + 4 / 5, 0, 0],
    ]
    assert_allclose(outlook_gain(PRESENT, NEAR, ranks), expected, atol=1e-15)


def test_outlook_is_nan_where_complexity_is() -> None:
    world = np.zeros((4, 5))
    world[:3, :4] = PRESENT
    near, ranks = proximity(world), complexity(world)
    inner = proximity(PRESENT), complexity(PRESENT)
    assert_allclose(
        outlook_index(world, near, ranks), [*outlook_index(PRESENT, *inner), NAN], atol=1e-12
    )
    gain = outlook_gain(world, near, ranks)
    assert_allclose(gain[:3, :4], outlook_gain(PRESENT, *inner), atol=1e-12)
    assert np.isnan(gain[3]).all()
    assert np.isnan(gain[:, 4]).all()


def test_everything_at_once_is_the_single_functions() -> None:
    found = relatedness(VALUES, neighbours=2)
    assert_array_equal(found.proximity, NEAR)
    assert_allclose(found.density, density(PRESENT, NEAR, neighbours=2))
    assert_allclose(found.quotient, location_quotient(VALUES))
    assert_allclose(found.complexity.eci, complexity(PRESENT).eci)
    assert_array_equal(found.diversity, [2, 3, 2])
    assert_array_equal(found.ubiquity, [1, 2, 2, 2])
    ranks = complexity(PRESENT)
    assert_allclose(found.cog, outlook_gain(PRESENT, NEAR, ranks), atol=1e-12)
    assert_allclose(
        found.coi, outlook_index(PRESENT, NEAR, ranks, density=found.density), atol=1e-12
    )


def test_wrong_input_is_named_with_its_place() -> None:
    with pytest.raises(RelatednessInputError, match=r"negative.*-2\.0.*row 1, column 0"):
        location_quotient([[1, 2], [-2, 3]])
    with pytest.raises(RelatednessInputError, match=r"finite.*row 0, column 1"):
        location_quotient(sp.csr_array([[1.0, NAN]]))
    with pytest.raises(RelatednessInputError, match="2-D"):
        presence([1, 2])
    with pytest.raises(RelatednessInputError, match="numeric"):
        presence([["a"]])
    with pytest.raises(RelatednessInputError, match="0 or 1"):
        proximity([[0.5]])
    with pytest.raises(RelatednessInputError, match=r"\[0, 1\]"):
        density([[2.0]], [[1.0]])
    with pytest.raises(RelatednessInputError, match="2 × 2"):
        density([[1, 0]], [[1.0]])
    with pytest.raises(RelatednessInputError, match=r"proximity must lie in \[0, 1\]"):
        density([[1]], [[1.5]])
    with pytest.raises(RelatednessInputError, match="at least 1"):
        density([[1]], [[1]], neighbours=0)
    with pytest.raises(RelatednessInputError, match="above zero"):
        presence(VALUES, threshold=0)
    with pytest.raises(RelatednessInputError, match="3 finite values"):
        population_quotient(VALUES, [1, 2])
    with pytest.raises(RelatednessInputError, match="even"):
        complexity_by_reflections(PRESENT, steps=3)
    with pytest.raises(RelatednessInputError, match="must not be negative"):
        reflections(PRESENT, -1)
    with pytest.raises(RelatednessInputError, match="same matrix"):
        outlook_gain([[1]], [[1]], complexity(PRESENT))
    with pytest.raises(RelatednessInputError, match="shape of presence"):
        outlook_index(PRESENT, NEAR, complexity(PRESENT), density=np.zeros((2, 2)))
