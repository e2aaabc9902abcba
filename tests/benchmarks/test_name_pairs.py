"""The labelled pairs, and how they are judged."""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality import name_pairs
from benchmarks.quality.name_pairs import (
    FORMER,
    PAIRS,
    PEERS,
    best_threshold,
    f1,
    read_former,
    read_pairs,
)


def test_the_pairs_are_many_different_and_balanced() -> None:
    pairs = read_pairs(PAIRS)
    labels = Counter(pair.label for pair in pairs)
    assert len(pairs) >= 600
    assert len({(pair.left, pair.right) for pair in pairs}) == len(pairs)
    assert set(labels) == {"same", "different", "subsidiary", "parent", "branch"}
    assert 0.4 <= labels["same"] / len(pairs) <= 0.6
    assert all(pair.left != pair.right for pair in pairs)


def test_a_firm_is_in_one_half_only() -> None:
    pairs = read_pairs(PAIRS)
    halves = {pair.group: pair.half for pair in pairs}
    assert all(halves[pair.group] == pair.half for pair in pairs)
    share = sum(pair.half == "test" for pair in pairs) / len(pairs)
    assert 0.4 <= share <= 0.6


def test_the_peers_scores_are_of_these_pairs() -> None:
    told = json.loads(PEERS.read_text(encoding="utf-8"))
    assert told["pairs"] == hashlib.sha256(PAIRS.read_bytes()).hexdigest()
    assert told["former"] == hashlib.sha256(FORMER.read_bytes()).hexdigest()
    kinds = ("scores", "scores_with_former")
    sizes = {len(tool[kind]) for tool in told["tools"].values() for kind in kinds}
    assert sizes == {len(read_pairs(PAIRS))}


def test_former_names_are_of_firms_of_the_pairs_and_not_only_those_asked() -> None:
    pairs = read_pairs(PAIRS)
    former = {(name, old) for name, olds in read_former(FORMER).items() for old in olds}
    asked = {(pair.right, pair.left) for pair in pairs}
    assert {name for name, _ in former} <= {pair.right for pair in pairs}
    assert all(pair.label == "same" for pair in pairs if (pair.right, pair.left) in former)
    assert len(former - asked) > len(former & asked)


def test_thresholds_and_f1() -> None:
    truth, scores = np.array([True, True, False, False]), np.array([0.9, 0.6, 0.5, 0.1])
    assert best_threshold(truth, scores) == 0.6
    assert f1(truth, scores >= 0.6) == 1.0
    assert f1(truth, scores >= 0.95) == 0.0


@pytest.mark.parametrize("known", [[], ["--former"]])
def test_evaluate(tmp_path: Path, capsys: pytest.CaptureFixture[str], known: list[str]) -> None:
    rows = list(csv.reader(PAIRS.read_text(encoding="utf-8").splitlines()))[1::12]
    file = tmp_path / "pairs.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(["left,right,label,kind,group,note".split(","), *rows])
    parser = argparse.ArgumentParser()
    name_pairs.add_arguments(parser)
    arguments = parser.parse_args(["--half", "both", *known])
    arguments.truth = [file]
    result = name_pairs.evaluate(arguments)
    assert result["former"] == bool(known)
    models = result["models"]
    assert set(models) == {"automatic", "chainscout", "rapidfuzz", "tfidf"}
    assert models["chainscout"]["f1"]["value"] > models["rapidfuzz"]["f1"]["value"]
    assert models["automatic"]["precision"]["value"] >= 0.9
    assert "other pairs" in capsys.readouterr().out
