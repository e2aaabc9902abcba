from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from benchmarks.quality import rare
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


def test_a_cell_that_the_cut_goes_through_counts_in_part() -> None:
    hits, scores = np.array([True, False, True]), np.array([3.0, 2.0, 1.0])
    ranking = Rare(hits, scores, Draws.of(np.zeros(3, dtype=np.int64)))
    found = ranking._measure(np.array([60, 30, 20], dtype=np.uint16))
    assert found["p_at_100"] == pytest.approx((60 + 10) / 100)
    assert found["recall_at_100"] == pytest.approx(70 / 80)
    assert found["average_precision"] == pytest.approx((60 * 60 / 60 + 20 * 80 / 110) / 80)
    assert found["auc"] == pytest.approx(1 - (20 * 30) / (80 * 30))


def test_draws_are_the_same_for_all_rankings_and_differ_between_times() -> None:
    group = np.arange(50) // 10
    first, again, other = Draws.of(group, 1), Draws.of(group, 1), Draws.of(group, 2)
    np.testing.assert_array_equal(first.cells, again.cells)
    assert (first.cells.sum(axis=1) == 50).all()
    assert not np.array_equal(first.cells, other.cells)
    assert (first.groups[:, ::10].sum(axis=1) == 5).all()
    assert (first.groups[:, 0] == first.groups[:, 9]).all()


def test_the_mean_over_times_is_drawn_by_cells_and_by_regions() -> None:
    random = np.random.default_rng(1)
    times = [random.random(900) < 0.1 for _ in range(2)]
    ours = [
        Rare(hits, hits + random.random(900), Draws.of(np.arange(900) % 9, seed))
        for seed, hits in enumerate(times, 1)
    ]
    theirs = [Rare(each.hits, random.random(900), each.draws) for each in ours]
    found = Rare.mean_over(ours, theirs)
    value = found["p_at_100_over_size"]["value"]
    assert value == found["p_at_100_over_size_by_region"]["value"]
    assert value == pytest.approx(
        sum(r.metrics()["p_at_100"]["value"] for r in ours)
        / sum(r.metrics()["p_at_100"]["value"] for r in theirs)
    )
    for name in ("p_at_100_over_size", "p_at_100_over_size_by_region"):
        low, high = found[name]["interval"]
        assert low < value < high


def test_the_likelihood_beats_size_on_listed_firms(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rare, "DRAWS", 300)  # enough for what is asked here
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
    # what nobody can know beforehand leads further, and is no model
    ceiling = answer["ceiling"]["average_precision"]["value"]
    assert ceiling > ours["average_precision"]["value"]
    assert "ceiling" not in models
