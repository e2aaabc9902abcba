from __future__ import annotations

import numpy as np
import pytest

from recommender.texts import firm_texts, index, pieces
from tests.recommender.worlds import firm, snapshot, wind


def test_pieces_are_the_phrases_in_one_spelling() -> None:
    assert pieces("电池／组件、ＰＣＢ (柔性)；组件;铝") == ["电池", "组件", "pcb", "柔性"]


def test_likeness_by_hand() -> None:
    texts = index([["叶片"], ["叶片", "塔筒"], []], np.array([0, 1, 2]), 3)
    near = texts.near("叶片")
    # One n-gram a phrase: 叶片 in two of two firms, 塔筒 in one.
    common, rare = np.log(3 / 3) + 1, np.log(3 / 2) + 1
    assert near.best[:2] == pytest.approx([1.0, 1.0])
    assert near.whole[:2] == pytest.approx([1.0, common / np.hypot(common, rare)])
    assert np.isnan(near.best[2])
    assert np.isnan(near.whole[2])
    assert texts.nearest(1, "塔筒法兰") == "塔筒"
    assert texts.nearest(0, "毫不相干") is None


def test_nothing_is_near_to_nothing() -> None:
    assert index([], np.zeros(0, dtype=np.int64), 0).near("叶片").whole.shape == (0,)
    assert np.nan_to_num(index([["叶片"]], np.array([0]), 1).near("").best).tolist() == [0.0]


def test_a_firm_of_which_only_the_name_is_known_is_known_by_its_name() -> None:
    world = snapshot(**wind(firms=[firm("江阴风电法兰有限公司")]))
    near = firm_texts(world).near("风电法兰")
    names = world.firms.names.to_pylist()
    assert names[int(np.nanargmax(near.best))] == "江阴风电法兰有限公司"


def test_all_that_a_firm_makes_is_one_vector_and_a_text_another() -> None:
    texts = index([["叶片"], ["叶片", "塔筒"], []], np.array([0, 1, 2]), 3)
    made, asked = texts.whole(), texts.vectors_of(["叶片", "毫不相干"])
    # The same as the likeness of all that the firms make.
    near = np.nan_to_num(texts.near("叶片").whole)
    assert (made @ asked.T).toarray()[:, 0] == pytest.approx(near)
    assert not asked[1].nnz
    assert not made[2].nnz
