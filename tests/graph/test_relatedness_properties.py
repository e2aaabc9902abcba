"""What must hold for the relatedness measures of any world."""

from __future__ import annotations

import itertools
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose, assert_array_equal

from graph.relatedness import (
    co_agglomeration,
    density,
    location_quotient,
    presence,
    proximity,
    relatedness,
    ubiquity,
)

worlds = arrays(
    np.int64,
    array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=6),
    elements=st.sampled_from([0, 0, 0, 1, 1, 2, 3, 7]),
)


@given(worlds, st.integers(1, 7))
def test_density_stays_between_zero_and_one(values: np.ndarray, k: int) -> None:
    present = presence(values)
    near = proximity(present)
    undefined = np.broadcast_to(ubiquity(present) == 0, values.shape)
    plain, nearest = density(present, near), density(present, near, neighbours=k)
    assert_array_equal(np.isnan(plain), undefined)
    for found in (plain[~undefined], nearest[~np.isnan(nearest)]):
        assert ((found >= 0) & (found <= 1)).all()


@given(worlds)
def test_density_is_what_plain_loops_give(values: np.ndarray) -> None:
    present = presence(values).toarray()
    near = proximity(present)
    found = density(present, near)
    activities = [a for a in range(values.shape[1]) if present[:, a].any()]
    for row, target in itertools.product(range(len(values)), activities):
        have = sum(near[target, a] for a in activities if present[row, a])
        assert found[row, target] == pytest.approx(have / sum(near[target, a] for a in activities))


@given(worlds, st.integers(0, 6))
def test_an_empty_region_changes_nothing_for_the_others(values: np.ndarray, at: int) -> None:
    at = min(at, len(values))
    wider = np.insert(values, at, 0, axis=0)
    before, after = relatedness(values), relatedness(wider)
    assert_array_equal(after.proximity, before.proximity)
    assert_allclose(co_agglomeration(wider), co_agglomeration(values), atol=1e-12)
    assert_allclose(np.delete(after.quotient, at, axis=0), before.quotient)
    assert_allclose(np.delete(after.density, at, axis=0), before.density)
    assert_allclose(np.delete(after.complexity.eci, at), before.complexity.eci, atol=1e-6)
    assert_allclose(np.delete(after.coi, at), before.coi, atol=1e-6)


@given(worlds, st.sampled_from([0.1, 3.0, 1e6, 1 / 3]))
def test_the_unit_does_not_matter(values: np.ndarray, unit: float) -> None:
    assert_allclose(location_quotient(values * unit), location_quotient(values))
    assert_array_equal(presence(values * unit).toarray(), presence(values).toarray())
    assert_allclose(co_agglomeration(values * unit), co_agglomeration(values), atol=1e-12)


@given(worlds, st.randoms(use_true_random=False))
def test_the_order_of_regions_and_activities_does_not_matter(
    values: np.ndarray, random: Random
) -> None:
    rows, columns = list(range(values.shape[0])), list(range(values.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    grid = np.ix_(rows, columns)
    here, there = relatedness(values, neighbours=2), relatedness(values[grid], neighbours=2)
    assert_allclose(there.quotient, here.quotient[grid])
    assert_allclose(there.proximity, here.proximity[np.ix_(columns, columns)])
    assert_allclose(there.density, here.density[grid], atol=1e-12)
    assert_allclose(there.complexity.eci, here.complexity.eci[rows], atol=1e-6)
    assert_allclose(there.complexity.pci, here.complexity.pci[columns], atol=1e-6)
    assert_allclose(there.coi, here.coi[rows], atol=1e-6)
    assert_allclose(there.cog, here.cog[grid], atol=1e-6)


@given(worlds)
def test_sparse_and_dense_multiplication_agree(values: np.ndarray) -> None:
    # Padding with empty regions makes the same world sparse enough for the other code path.
    padded = np.vstack([values, np.zeros((200, values.shape[1]))])
    here, there = relatedness(values), relatedness(padded)
    assert_array_equal(there.proximity, here.proximity)
    assert_allclose(there.density[: len(values)], here.density, atol=1e-12)
    assert_allclose(there.cog[: len(values)], here.cog, atol=1e-6)
