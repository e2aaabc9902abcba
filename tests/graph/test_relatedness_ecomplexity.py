"""Equality with the PyPI package ecomplexity on real trade data, and where it is wrong."""

from __future__ import annotations

import contextlib
import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from ecomplexity import ecomplexity
from ecomplexity import proximity as ecomplexity_proximity
from ecomplexity.calc_density import calc_density
from numpy.testing import assert_allclose, assert_array_equal

from graph.relatedness import (
    complexity,
    correlation_proximity,
    density,
    location_quotient,
    outlook_gain,
    outlook_index,
    population_quotient,
    presence,
    proximity,
)

COLUMNS = {"time": "year", "loc": "country", "prod": "product", "val": "value"}
PRECISION = 1e-9


@pytest.fixture(scope="module")
def trade(shared_data: Path) -> pd.DataFrame:
    file = shared_data / "world_trade" / "exports_1998_2000.csv"
    return pd.read_csv(file, dtype={"product": str, "country": str}).assign(year=2000)


@pytest.fixture(scope="module")
def exports(trade: pd.DataFrame) -> sp.csr_array:
    country, _ = pd.factorize(trade["country"], sort=True)
    product, _ = pd.factorize(trade["product"], sort=True)
    return sp.csr_array((trade["value"].to_numpy(), (country, product)))


def theirs(table: pd.DataFrame, **settings: Any) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: pd.DataFrame = ecomplexity(
            table, COLUMNS, check_logsupermodularity=False, verbose=False, **settings
        )
    return found.sort_values(["country", "product"])


def their_proximity(table: pd.DataFrame, **settings: Any) -> np.ndarray:
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        found: pd.DataFrame = ecomplexity_proximity(table, COLUMNS, **settings)
    return found["proximity"].to_numpy()


def check(found: pd.DataFrame, ours: dict[str, np.ndarray], shape: tuple[int, int]) -> None:
    for name, value in ours.items():
        expected = found[name].to_numpy(float).reshape(shape)
        assert_allclose(
            np.broadcast_to(value, shape), expected, rtol=0, atol=PRECISION, err_msg=name
        )


@pytest.mark.parametrize(("threshold", "asymmetric"), [(1.0, False), (1.0, True), (0.5, False)])
def test_equal_on_world_trade(
    trade: pd.DataFrame, exports: sp.csr_array, threshold: float, asymmetric: bool
) -> None:
    found = theirs(trade, rca_mcp_threshold=threshold, asymmetric=asymmetric)
    present = presence(exports, threshold)
    near, ranks = proximity(present, symmetric=not asymmetric), complexity(present)
    ours = {
        "rca": location_quotient(exports),
        "mcp": present.toarray(),
        "diversity": present.sum(axis=1)[:, None],
        "ubiquity": present.sum(axis=0),
        "density": density(present, near),
        "eci": ranks.eci[:, None],
        "pci": ranks.pci,
        "coi": outlook_index(present, near, ranks)[:, None],
        "cog": outlook_gain(present, near, ranks),
    }
    check(found, ours, exports.shape)


@pytest.mark.parametrize("asymmetric", [False, True])
def test_proximity_equal_on_world_trade(
    trade: pd.DataFrame, exports: sp.csr_array, asymmetric: bool
) -> None:
    near = proximity(presence(exports), symmetric=not asymmetric)
    expected = their_proximity(trade, asymmetric=asymmetric).reshape(near.shape)
    assert_allclose(near, expected, rtol=0, atol=PRECISION)


def test_correlation_proximity_equal_on_world_trade(
    trade: pd.DataFrame, exports: sp.csr_array
) -> None:
    near = correlation_proximity(location_quotient(exports))
    expected = their_proximity(trade, continuous=True).reshape(near.shape)
    assert_allclose(near, expected, rtol=0, atol=PRECISION)


def test_population_quotient_equal_on_world_trade(
    trade: pd.DataFrame, exports: sp.csr_array
) -> None:
    people = np.arange(1.0, exports.shape[0] + 1)
    pop = pd.DataFrame({"year": 2000, "country": sorted(set(trade["country"])), "pop": people})
    found = theirs(trade, presence_test="rpop", pop=pop)
    check(found, {"rpop": population_quotient(exports, people)}, exports.shape)


# ── Where ecomplexity (0.5.3) is wrong or gives up ──────────────────────────────────────────────

PRESENT = np.array([[1, 1, 0, 0], [0, 1, 1, 1], [0, 0, 1, 1]])


def test_its_nearest_neighbour_density_is_a_count() -> None:
    near = proximity(PRESENT)
    # The two nearest to a2 are a3 (1) and a1 (0.5). r1 has both, r2 has a3 only.
    assert calc_density(PRESENT, near, knn=2)[:, 2].tolist() == [1, 2, 1]
    assert_allclose(density(PRESENT, near, neighbours=2)[:, 2], [0.5 / 1.5, 1, 1 / 1.5])


def test_its_nearest_neighbour_density_leaves_the_unit_interval_on_trade(
    trade: pd.DataFrame, exports: sp.csr_array
) -> None:
    counts = theirs(trade, knn=10)["density"].to_numpy().reshape(exports.shape)
    present = presence(exports)
    ours = density(present, proximity(present), neighbours=10)
    assert counts.max() == 10
    assert ours.min() >= 0
    assert ours.max() <= 1
    # They agree where nothing near is present; all ten present is 10 there, 1 here.
    assert_array_equal(counts[ours == 0], 0)
    assert_array_equal(counts[np.isclose(ours, 1.0)], 10)


def as_table(values: np.ndarray) -> pd.DataFrame:
    rows = [(2000, f"r{r}", f"a{a}", v) for (r, a), v in np.ndenumerate(values)]
    return pd.DataFrame(rows, columns=list(COLUMNS.values()))


def test_one_region_without_any_presence_undoes_its_complexity() -> None:
    # The last region is the average of the others: all its quotients are 1, none reaches 1.2.
    values = np.array([[4, 2, 0, 0], [0, 2, 4, 2], [0, 0, 4, 2], [1, 1, 2, 1]])
    assert theirs(as_table(values), rca_mcp_threshold=1.2)["eci"].isna().all()
    ranks = complexity(presence(values, 1.2))
    assert_allclose(ranks.eci[:3], complexity(PRESENT).eci)
    assert np.isnan(ranks.eci[3])


def test_rounding_decides_its_ties() -> None:
    # All quotients are exactly 1, so everything is present everywhere.
    values = np.outer([0.1, 0.7, 0.3], [1.0, 3.0, 7.0, 0.1])
    found = theirs(as_table(values))
    assert found["mcp"].sum() < values.size
    assert presence(values).sum() == values.size
