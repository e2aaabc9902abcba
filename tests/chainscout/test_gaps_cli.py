"""Gaps of several regions and of parks, the weights behind their order, pictures, feed weights."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from graph.gaps import find_gaps
from ingest.coefficients import read_sectors
from tests.chainscout.conftest import Cli
from tests.factory import chain, feed, firm, link, position, region, store

PARK = {"park_id": "p1", "name": "风电产业园", "region_code": "330100", "source": "test"}


def test_several_regions_are_one_area(cli: Cli) -> None:
    answer = json.loads(
        cli("gaps", "--region", "甲市", "--region", "乙市", "--chain", "风电", "-f", "json").out
    )
    assert answer["region"]["name"] == "甲市+乙市"
    assert {k["link"]["id"]: k["status"] for k in answer["chains"][0]["links"]}[
        "wind.turbine"
    ] != "missing"


def test_the_weights_behind_the_order(cli: Cli) -> None:
    asked = ("gaps", "--region", "甲市", "--chain", "风电", "--sensitivity")
    found = json.loads(cli(*asked, "-f", "json").out)["sensitivity"]
    ranks = [gap["rank"] for gap in found["gaps"]]
    assert ranks == list(range(1, len(ranks) + 1))
    assert all(0 <= gap["top_share"] <= 1 for gap in found["gaps"])
    assert "权重敏感性" in cli(*asked).out


@pytest.mark.parametrize("options", [(), ("--region", "甲市", "--park", "园")])
def test_a_region_or_a_park(options: tuple[str, ...], cli: Cli) -> None:
    refused = cli("gaps", *options)
    assert refused.code == 2
    assert "--park" in refused.err


def test_a_park_of_the_data(tmp_path: Path, cli: Cli) -> None:
    made = store(
        tmp_path / "park",
        regions=[region("330000", "浙江省"), region("330100", "甲市", "330000")],
        chains=[chain("wind", "风电")],
        links=[link("wind.blade"), link("wind.turbine")],
        feeds=[feed("wind.blade", "wind.turbine")],
        firms=[firm("甲整机厂", "330100")],
        positions=[position("甲整机厂", "wind.turbine")],
        parks=[PARK],
    )
    asked = ("gaps", "--park", "风电产业园", "--chain", "风电", "-f", "json")
    answer = json.loads(cli("--store", tmp_path / "park" / "world.duckdb", *asked).out)
    expected = find_gaps(made.snapshot(), park="风电产业园", chain="风电").to_dict()
    assert answer["chains"] == json.loads(json.dumps(expected["chains"]))
    assert "甲市" in answer["note"]


def test_a_chain_without_links_has_neither_gaps_nor_all(tmp_path: Path, cli: Cli) -> None:
    store(tmp_path, regions=[region("330000", "浙江省")], chains=[chain("none", "空链")])
    said = cli("--store", tmp_path / "world.duckdb", "gaps", "--region", "浙江", "--chain", "空链")
    assert said.code == 0
    assert "还没有环节" in said.out
    assert "均已具备" not in said.out


@pytest.mark.parametrize("kind", ["map", "heat", "scatter"])
def test_pictures(kind: str, cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / f"{kind}.svg"
    assert cli("draw", kind, "--region", "甲市", "--chain", "风电", "-o", target).code == 0
    assert target.read_text(encoding="utf-8").startswith("<svg")
    assert cli("draw", kind, "--chain", "风电", "-o", tmp_path / "x.png").code == 2


def test_a_map_needs_a_region(cli: Cli, tmp_path: Path) -> None:
    refused = cli("draw", "map", "--chain", "风电", "-o", tmp_path / "x.svg")
    assert (refused.code, "--region" in refused.err) == (2, True)
    assert not (tmp_path / "x.svg").exists()


def test_weights_from_an_input_output_table(tmp_path: Path, cli: Cli) -> None:
    sectors, _ = read_sectors()
    table = tmp_path / "系数.csv"
    values = np.full((len(sectors), len(sectors)), 0.001)
    values[sectors.index("059"), sectors.index("064")] = 0.25  # rolled steel into engines, turbines
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["代码", *sectors])
        writer.writerows([code, *row] for code, row in zip(sectors, values, strict=True))
    store(
        tmp_path,
        chains=[chain("wind", "风电")],
        links=[
            link("wind.steel", industry_codes=["3130"]),
            link("wind.turbine", industry_codes=["3415"]),
            link("wind.farm", industry_codes=["4415"]),
        ],
        feeds=[feed("wind.steel", "wind.turbine"), feed("wind.turbine", "wind.farm", 0.5)],
    )
    output = tmp_path / "feeds.csv"
    data = tmp_path / "world.duckdb"
    assert cli("--store", data, "weigh-feeds", table, "-o", output).code == 0
    rows = list(csv.DictReader(output.open(encoding="utf-8-sig")))
    assert [(r["upstream"], float(r["weight"])) for r in rows] == [("wind.steel", 0.25)]
    assert cli("--store", data, "ingest", output).code == 0
    every = json.loads(cli("--store", data, "weigh-feeds", table, "--all", "-f", "json").out)
    assert [row["weight"] for row in every] == [0.25, 0.001]
    assert cli("--store", data, "weigh-feeds", output).code == 2


def test_measures_of_the_data(cli: Cli) -> None:
    asked = ("measures", "cells", "--region", "甲市", "-f", "json")
    answer = json.loads(cli(*asked).out)
    assert {row["region_name"] for row in answer["cells"]} == {"甲市"}
    assert all(0 <= row["density"] <= 1 for row in answer["cells"])
    for table in ("regions", "activities", "pairs"):
        assert cli("measures", table, "--grain", "chain", "--level", "province").code == 0
    for wrong in (("--region", "浙江省"), ("--threshold", "0"), ("--neighbours", "0")):
        refused = cli("measures", *wrong)
        assert (refused.code, "错误" in refused.err) == (2, True)
    assert "所属行业" in cli("measures", "--grain", "industry").out
