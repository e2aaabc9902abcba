"""The pretrained encoder: what is added to its weights, how it is made ready, what it says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper, numpy_helper

from benchmarks.training.differences import mean, packed
from ingest.news import extract_text, why
from ingest.news.encoder import (
    Encoder,
    EncoderUnavailable,
    EncoderUnfit,
    add,
    installed,
    state,
)
from ingest.news.encoder.base import difference, merged
from ingest.news.encoder.run import LONGEST, TOGETHER, windows
from ingest.news.naming import Namer
from ingest.news.tagger import shipped


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The encoder of this environment; `make venv` fetches it."""
    found = installed()
    if found is None:
        pytest.skip("no encoder: chainscout reader fetch")
    return found


@given(st.lists(st.text(min_size=1, max_size=400), max_size=12))
def test_windows_keep_every_sentence_in_order(sentences: list[str]) -> None:
    made = list(windows(sentences))
    assert [sentence for window in made for sentence in window] == sentences
    assert all(len(window) == 1 or sum(map(len, window)) <= TOGETHER for window in made)


def test_differences_of_low_rank_come_back_nearly_whole() -> None:
    chance = np.random.default_rng(5)
    change = (chance.normal(size=(60, 4)) @ chance.normal(size=(4, 90))).astype(np.float32)
    vector = chance.normal(size=7).astype(np.float32)
    made = packed({"m": change, "v": vector, "none": np.zeros((5, 6), np.float32)}, rank=4)
    assert made["m.left"].dtype == np.int8
    back, whole = difference(made, "m"), np.linalg.norm(change)
    assert back is not None
    assert np.linalg.norm(back - change) < 0.02 * whole
    assert difference(made, "v") == pytest.approx(vector, abs=2e-3)
    assert not np.any(difference(made, "none"))
    assert difference(made, "other") is None


def test_a_smaller_rank_keeps_the_greatest_part() -> None:
    change = np.diag([9.0, 3.0, 1.0]).astype(np.float32)
    back = difference(packed({"m": change}, rank=1), "m")
    assert back == pytest.approx(np.diag([9.0, 0, 0]), abs=0.1)


def test_the_mean_of_two_runs_is_that_of_their_differences() -> None:
    runs = [
        packed({"m": np.full((4, 4), x, np.float32)}, 2) | {"head": np.full(3, x)} for x in (1, 3)
    ]
    made = mean(runs, rank=2)
    assert difference(made, "m") == pytest.approx(np.full((4, 4), 2.0), abs=0.05)
    assert made["head"] == pytest.approx(np.full(3, 2.0))


def _product(matrix: np.ndarray, name: str) -> bytes:
    """A model that multiplies what it is given by a matrix."""
    shape = [1, len(matrix)]
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", name], ["y"])],
        "product",
        [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)],
        [numpy_helper.from_array(matrix, name)],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return bytes(made.SerializeToString())


def test_differences_are_added_to_the_weights_of_a_model() -> None:
    chance = np.random.default_rng(6)
    matrix = chance.normal(size=(3, 2)).astype(np.float32)
    change = chance.normal(size=(3, 2)).astype(np.float32)
    asked = chance.normal(size=(1, 3)).astype(np.float32)
    for changes, right in (({"w": change}, matrix + change), ({"other": change}, matrix)):
        model = merged(_product(matrix, "w"), packed(changes, rank=2))
        answer = onnxruntime.InferenceSession(model).run(None, {"x": asked})[0]
        assert answer == pytest.approx(asked @ right, abs=0.03)


def test_another_file_is_refused_and_leaves_what_was_there(tmp_path: Path) -> None:
    folder, other = tmp_path / "encoder", tmp_path / "其他.jar"
    other.write_bytes(b"PK\x03\x04 something else")
    with pytest.raises(EncoderUnfit, match=r"其他\.jar.*校验值不符"):
        add(other, folder)
    with pytest.raises(EncoderUnavailable, match="读不了"):
        add(tmp_path / "没有.jar", folder)
    assert state(folder).state == "absent"
    assert [path.name for path in tmp_path.iterdir()] == ["其他.jar"]


def test_an_encoder_made_with_other_weights_is_old(tmp_path: Path) -> None:
    (tmp_path / "made.json").write_text(json.dumps({"base": "x", "differences": "y"}))
    assert state(tmp_path).state == "old"
    (tmp_path / "made.json").write_text("{half")
    assert state(tmp_path).state == "absent"


def test_every_character_gets_its_scores(encoder: Encoder) -> None:
    long = "年产五万吨负极材料、" * 80  # longer than the encoder reads at once
    texts = ["总投资10亿元的锦浪二期项目开工。", long, "𠮷😀 ＡＢC\t", "一"]
    scores = encoder.scores(texts)
    assert len(long) > LONGEST
    assert [of.shape for of in scores] == [(len(text), 4) for text in texts]
    assert all(np.isfinite(of).all() for of in scores)
    again = encoder.scores(texts)
    assert all(np.array_equal(a, b) for a, b in zip(scores, again, strict=True))
    assert encoder.scores([]) == []


def test_it_finds_names_that_the_tagger_misses(encoder: Encoder) -> None:
    text = (
        "今年以来，宏泰生物、瑞丰机械相继投产，白鹭湾温泉度假村、五里牌农贸市场主体封顶，"
        "石门沟矿山环境治理开工。"
    )
    alone = {p.name for p in extract_text(text, namer=Namer(shipped())).projects}
    both = {p.name for p in extract_text(text, namer=Namer(shipped(), encoder)).projects}
    assert alone < both
    assert {"宏泰生物", "五里牌农贸市场"} <= both - alone


def test_a_mere_product_is_no_name_for_the_encoder_alone(encoder: Encoder) -> None:
    text = "尼龙新材料、光伏玻璃等一批百亿级项目加速推进，国恩先进高分子材料项目落地。"
    found = extract_text(text, namer=Namer(shipped(), encoder)).projects
    assert [p.name for p in found] == ["国恩先进高分子材料"]


def test_why_says_what_the_encoder_thinks(encoder: Encoder) -> None:
    told = why("今天，宏远隔膜项目开工，总投资3亿元。", "宏远隔膜")
    assert {tag: reasons[0][0] for tag, reasons in told.items()} == {"B": "encoder", "E": "encoder"}
    assert Namer.shipped().encoder is encoder


def test_the_installed_encoder_is_asked_unless_told_otherwise(encoder: Encoder) -> None:
    assert Namer.shipped().encoder is encoder
    assert Namer(shipped()).encoder is None
