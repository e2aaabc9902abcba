from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from benchmarks.quality.emergence import evaluate
from benchmarks.quality.rare import Draws, Rare


def test_measures_agree_with_scikit_learn() -> None:
    random = np.random.default_rng(0)
    hits, scores = random.random(2000) < 0.05, random.random(2000)
    found = Rare(hits, scores, Draws.of(np.arange(2000) % 20)).metrics()
    wanted = average_precision_score(hits, scores)
    assert found["average_precision"]["value"] == pytest.approx(wanted, abs=1e-12)
    assert found["auc"]["value"] == pytest.approx(roc_auc_score(hits, scores), abs=1e-12)
    first = hits[np.argsort(-scores)[:100]]
    assert found["p_at_100"]["value"] == pytest.approx(first.mean())
    assert found["lift_at_100"]["value"] == pytest.approx(first.mean() / hits.mean())
    low, high = found["average_precision"]["interval"]
    assert low < wanted < high


def test_a_model_is_equal_to_itself() -> None:
    hits = np.arange(1000) % 7 == 0
    ranking = Rare(hits, np.arange(1000.0), Draws.of(np.arange(1000) % 5))
    for found in ranking.over(ranking).values():
        assert found == {"value": 1.0, "interval": [1.0, 1.0]}


def test_the_likelihood_beats_size_on_listed_firms(shared_data: Path) -> None:
    arguments = argparse.Namespace(
        train=[shared_data / "ashare" / "company_listed_to_2017.csv"],
        truth=[],
        until=["2008-01-01", "2013-01-01"],
        horizon=5.0,
    )
    answer = evaluate(arguments)
    models = answer["models"]  # of the last time
    assert list(answer["times"]) == ["2008-01-01", "2013-01-01"]
    mean = [t["models"]["size"]["average_precision"]["value"] for t in answer["times"].values()]
    assert answer["mean"]["size"]["average_precision"]["value"] == pytest.approx(np.mean(mean))
    ours, size = models["chainscout"], models["size"]
    assert size["average_precision"]["value"] == pytest.approx(0.156, abs=0.002)
    assert ours["average_precision"]["value"] >= 1.15 * size["average_precision"]["value"]
    assert ours["p_at_100"]["value"] >= 1.15 * size["p_at_100"]["value"]
    assert ours["average_precision_over_size"]["interval"][0] > 1.0
