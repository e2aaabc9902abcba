"""Relatedness measures of a store: rows, columns, and the same numbers as of the matrix."""

from __future__ import annotations

import numpy as np
import pytest

from graph.measures import region_measures
from graph.relatedness import RelatednessInputError, co_agglomeration, relatedness
from graph.snapshot import Snapshot
from tests.factory import chain, firm, link, position, region
from tests.graph.gap_worlds import memory


def world() -> Snapshot:
    """甲市 has a and b, 乙市 has b and c, 丙市 nothing; a and b are one chain."""
    return memory(
        regions=[
            region("330000", "浙江省"), region("330100", "甲市", "330000"),
            region("330200", "乙市", "330000"), region("330300", "丙市", "330000"),
        ],
        chains=[chain("x", "甲链"), chain("y", "乙链")],
        links=[link("x.a"), link("x.b"), link("y.c"), link("y.d")],
        firms=[
            firm("一", "330100", industry="钢铁"), firm("二", "330200", industry="纺织"),
            firm("三", "330200"), firm("四", "330100", industry="纺织", status="注销"),
            firm("五", None, industry="钢铁"),
        ],
        positions=[
            position("一", "x.a"), position("一", "x.b"), position("二", "x.b"),
            position("三", "y.c", 0.5), position("四", "y.c"), position("五", "y.d"),
        ],
    )  # fmt: skip


def test_links_of_prefectures() -> None:
    found = region_measures(world())
    assert (found.codes, found.ids) == (("330100", "330200"), ("x.a", "x.b", "y.c"))
    amounts = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 0.5]])
    np.testing.assert_array_equal(found.amounts.toarray(), amounts)
    expected = relatedness(amounts)
    cells = found.cell_frame()
    np.testing.assert_array_equal(cells["quotient"], expected.quotient.ravel())
    np.testing.assert_array_equal(cells["density"], expected.density.ravel())
    np.testing.assert_array_equal(found.co_agglomeration, co_agglomeration(amounts))
    assert list(found.region_frame()["diversity"]) == [1.0, 2.0]
    assert list(found.activity_frame()["ubiquity"]) == [1.0, 1.0, 1.0]


def test_chains_of_provinces() -> None:
    found = region_measures(world(), "province", "chain")
    assert (found.codes, found.activities) == (("330000",), ("甲链", "乙链"))
    np.testing.assert_array_equal(found.amounts.toarray(), [[3.0, 0.5]])
    assert np.isnan(found.region_frame()["eci"]).all()


def test_industries_count_active_firms_of_known_place() -> None:
    found = region_measures(world(), "prefecture", "industry")
    table = dict(zip(found.ids, found.amounts.toarray().T.tolist(), strict=True))
    assert table == {"钢铁": [1.0, 0.0], "纺织": [0.0, 1.0]}


def test_pairs_are_those_found_together_the_nearest_first() -> None:
    pairs = region_measures(world()).pair_frame()
    assert list(zip(pairs["activity"], pairs["other"], strict=True)) == [("x.b", "y.c")]
    assert list(pairs["proximity"]) == [1.0]


def test_nothing_there() -> None:
    empty = memory(regions=[region("330000", "浙江省")], chains=[chain("x")], links=[link("x.a")])
    found = region_measures(empty)
    assert found.amounts.shape == (0, 0)
    assert [len(f) for f in (found.region_frame(), found.cell_frame(), found.pair_frame())] == [
        0
    ] * 3


def test_a_threshold_above_zero() -> None:
    with pytest.raises(RelatednessInputError):
        region_measures(world(), threshold=0.0)
