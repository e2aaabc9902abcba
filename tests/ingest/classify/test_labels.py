"""Labels learned from texts: the left-out answers, the confidence, the words that decided."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from ingest.classify import FirmText, LabelModel
from ingest.classify.confidence import Confidence, best, lead
from ingest.classify.grams import Cut, Grams, lengths
from ingest.classify.ridge import solve

TEXTS = [
    "动力电池隔膜",
    "湿法隔膜",
    "锂电池隔膜",
    "风电叶片",
    "海上风电叶片",
    "玻纤叶片",
    "风电塔筒",
    "海上塔筒",
]
LABELS = ["膜", "膜", "膜", "叶", "叶", "叶", "筒", "筒"]
ABOVE = {"膜": ("电池",), "叶": ("风电",), "筒": ("风电",)}


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_left_out_answers_are_those_of_models_that_did_not_see_the_text(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = sparse.csr_matrix(rng.normal(size=(6, 4)))
    targets = rng.integers(0, 2, (6, 3)).astype(np.float32)
    solved = solve(rows, targets, 0.5)
    for i in range(6):
        others = [j for j in range(6) if j != i]
        again = solve(rows[others], targets[others], 0.5)
        assert np.allclose(rows[i] @ again.weights, solved.left_out[i], atol=1e-3)


def test_vectors_have_length_one_and_repeat_nothing() -> None:
    cut = Cut.of([[("隔膜", 2.0), ("叶片", 1.0)], [("隔膜", 1.0)], []])
    assert cut.phrases == ["隔膜", "叶片"]
    assert cut.of_row(0) == ["隔膜", "叶片"]
    grams = Grams(longest=2, rarest=1)
    grams.fit(cut)
    vectors = cut.weights @ grams.of_phrases(cut.phrases)
    assert lengths(vectors)[2] == 1.0
    assert vectors[1].nnz == 3


def test_an_unseen_text_gets_the_label_of_its_like_and_the_words_say_why() -> None:
    model = LabelModel.train(TEXTS, LABELS, ABOVE)
    (found,) = model.guess(["干法隔膜；货物进出口"], top=2)
    assert found[0].label == "膜"
    assert found[0].words[0] == "干法隔膜"
    assert found[0].confidence > found[1].confidence
    assert model.labels == ("叶", "筒", "膜")


def test_what_stands_above_helps_what_stands_below() -> None:
    plain = LabelModel.train(TEXTS, LABELS).guess(["海上风电"], top=3)[0]
    below = LabelModel.train(TEXTS, LABELS, ABOVE).guess(["海上风电"], top=3)[0]
    assert {plain[0].label, plain[1].label} == {below[0].label, below[1].label} == {"叶", "筒"}
    assert below[2].label == "膜"


def test_nothing_said_is_no_label() -> None:
    model = LabelModel.train(TEXTS, LABELS)
    assert model.guess(["", FirmText(())]) == [[], []]
    assert len(model.guess(["完全无关"], top=9)[0]) == 3


def test_labels_and_texts_must_pair() -> None:
    with pytest.raises(ValueError, match="8 texts and 7 labels"):
        LabelModel.train(TEXTS, LABELS[:7])


def test_order_of_training_does_not_matter() -> None:
    turned = LabelModel.train(TEXTS[::-1], LABELS[::-1], ABOVE).guess(["叶片涂料"])[0]
    straight = LabelModel.train(TEXTS, LABELS, ABOVE).guess(["叶片涂料"])[0]
    assert [g.label for g in turned] == [g.label for g in straight]
    assert [g.confidence for g in turned] == pytest.approx(
        [g.confidence for g in straight], abs=1e-4
    )


def test_best_and_lead() -> None:
    scores = np.array([[0.1, 0.7, 0.4]], dtype=np.float32)
    chosen = best(scores, 2)
    assert chosen.tolist() == [[1, 2]]
    assert lead(scores, chosen)[0].tolist() == pytest.approx([0.3, -0.3])
    alone = np.array([[0.2]], dtype=np.float32)
    assert best(alone).tolist() == [[0]]


def test_confidence_is_fitted_only_on_enough() -> None:
    default = Confidence(np.array([1.0, 5.0], dtype=np.float32), 0.0, False)
    features = np.zeros((400, 2), dtype=np.float32)
    features[:200, 0] = 1
    right = np.arange(400) % 4 == 0
    right[:200] = np.arange(200) % 4 != 0
    few = Confidence.fit(features[:50], right[:50], default)
    assert few is default
    fitted = Confidence.fit(features, right, default)
    assert fitted.of(np.array([[1, 0], [0, 0]], dtype=np.float32)) == pytest.approx(
        [0.75, 0.25], abs=0.02
    )
    assert fitted.weights[1] == 5.0  # no example had it: what was assumed stays


def test_the_name_of_a_label_teaches_it_even_without_a_text() -> None:
    names = {"膜": "隔膜", "叶": "叶片", "筒": "塔筒", "泵": "液压泵", "马": "液压马达"}
    names["阀"] = "泵阀"
    model = LabelModel.train(TEXTS, LABELS, ABOVE, names)
    assert model.labels == tuple(sorted(names))
    (found,) = model.guess(["高压液压泵"], top=1)
    assert found[0].label == "泵"


def test_typical_words_teach_a_label_and_count_where_they_stand() -> None:
    names = {"膜": "隔膜", "叶": "叶片", "筒": "塔筒", "舱": "机舱罩"}
    told = {"舱": ("整流罩", "导流罩", "轮毂罩", "玻璃钢罩", "罩体", "导流帽")}
    (without,) = LabelModel.train(TEXTS, LABELS, ABOVE, names).guess(["导流帽"], top=1)
    (found,) = LabelModel.train(TEXTS, LABELS, ABOVE, names, told).guess(["导流帽"], top=1)
    assert found[0].label == "舱"
    assert without[0].label != "舱" or without[0].confidence < found[0].confidence


def test_words_of_well_known_industries_come_by_their_name() -> None:
    names = {"a": "白酒Ⅲ", "b": "纯碱"}
    texts, labels = ["系列酒", "小苏打"], ["a", "b"]
    model = LabelModel.train(texts, labels, None, names)
    assert model.guess(["酱香型"], top=1)[0][0].label == "a"
    plain = LabelModel.train(texts, labels, None, names, {})
    mine = LabelModel.train(texts, labels, None, names, {"b": ["酱香型"]})
    assert mine.guess(["酱香型"], top=1)[0][0].label == "b"
    scores = {g.label: g.confidence for g in plain.guess(["酱香型"], top=2)[0]}
    assert scores["a"] == pytest.approx(scores["b"], abs=0.02)
