from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality import link_firms
from benchmarks.quality.metrics import mean, recall_at
from tests.factory import chain, firm, link, position, store


def test_recall_counts_ranks_up_to_the_cut_and_zero_as_not_ranked() -> None:
    found = recall_at(np.array([1, 5, 6, 0]), (5, 10))
    assert found["recall_at_5"]["value"] == 0.5
    assert found["recall_at_10"]["value"] == 0.75
    low, high = found["recall_at_5"]["interval"]
    assert 0 <= low <= 0.5 <= high <= 1


def test_the_interval_is_the_same_every_time_and_narrows_with_more_values() -> None:
    few, many = np.tile([0.0, 1.0], 10), np.tile([0.0, 1.0], 1000)
    assert mean(few) == mean(few)
    narrow, wide = mean(many)["interval"], mean(few)["interval"]
    assert narrow[1] - narrow[0] < wide[1] - wide[0]


def test_hiding_takes_positions_of_firms_at_several_links_and_never_the_last(
    tmp_path: Path,
) -> None:
    links = [link(f"c.{name}") for name in "abc"]
    positions = [position(f, f"c.{k}") for f, held in (("x", "abc"), ("y", "ab"), ("z", "a"))
                 for k in held]  # fmt: skip
    world = store(
        tmp_path,
        chains=[chain("c")],
        links=links,
        firms=[firm(name) for name in "xyz"],
        positions=positions,
    )
    hidden = link_firms.hide(world, seed=0, share=1.0)
    left = world.read("positions", ["firm_id"])["firm_id"].to_pylist()
    assert sorted(left) == ["x", "y", "z"]
    assert len(hidden) == 3
    assert {f for f, _ in hidden} == {"x", "y"}


def test_on_tw_chains_the_product_finds_more_than_counting_links(shared_data: Path) -> None:
    file = shared_data / "tw_chains" / "chain_link_firm_open.csv"
    found = link_firms.evaluate(arguments(file))
    assert found["n"] > 300
    value = {name: model["recall_at_20"]["value"] for name, model in found["models"].items()}
    assert value["chainscout"] > value["no_products"] > value["cooccurrence"] > value["degree"]
    assert value["chainscout"] >= 0.57


def test_only_firms_of_the_train_rows_are_told_of(tmp_path: Path) -> None:
    world = store(tmp_path, firms=[firm("联发科", stock_code="2454"), firm("华城")])
    products = tmp_path / "given.csv"
    products.write_text(
        "# a remark\nfirm,code,products\n聯發科,2454,手機晶片、IC設計\n"
        "聯發科,9999,別的\n華城,,變壓器\n無關,1,水泥\n",
        encoding="utf-8",
    )
    table = link_firms.told(world.snapshot(), products, tmp_path).read_text(encoding="utf-8")
    assert table.splitlines() == [
        "企业名称,股票代码,主营产品",
        "聯發科,2454,手機晶片、IC設計",
        "華城,,變壓器",
    ]


def arguments(*train: Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    link_firms.add_arguments(parser)
    return argparse.Namespace(**vars(parser.parse_args([])), train=[*train], truth=[])


def test_train_is_asked_for() -> None:
    with pytest.raises(SystemExit, match="--train"):
        link_firms.evaluate(argparse.Namespace(train=[], truth=[]))
