from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality import events, plant_state
from benchmarks.quality.eventfiles import is_events, read_reports
from benchmarks.quality.sites import Site, Sites
from graph import open_store
from recommender import destinations

HEADS = "event_id,firm_name,firm_full_name,stock_code,region_province,region_city,chain,link,date"


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    path = tmp_path / "events.csv"
    rows = (
        "E2,时代上汽(宁德时代),时代上汽动力电池有限公司,300750,江苏,常州,锂电池,电芯,2021-02",
        "E1,甲厂,,,浙江,,风电,叶片,2020",
    )
    path.write_text("\n".join((HEADS, *rows)), encoding="utf-8-sig")
    return path


def test_reports_are_read_by_date_and_name_their_firm_parent_first(reports: Path) -> None:
    first, second = read_reports([reports])
    assert (first.id, first.names) == ("E1", ["甲厂"])
    assert second.names == ["300750", "时代上汽动力电池有限公司", "时代上汽", "宁德时代"]
    assert second.place == ("江苏", "常州", "")


def test_event_files_are_told_from_other_tables(reports: Path, tmp_path: Path) -> None:
    standard, firms = tmp_path / "standard.csv", tmp_path / "firms.csv"
    standard.write_text("firm,region,chain,date\n甲,浙江,c,2020\n", encoding="utf-8")
    firms.write_text("name,region\n甲,浙江\n", encoding="utf-8")
    assert [is_events(path) for path in (reports, standard, firms)] == [True, True, False]
    assert read_reports([standard])[0].place == ("浙江", "", "")


def test_metrics_count_who_was_not_found_as_nothing() -> None:
    found = events.metrics(np.array([1, 20, 0]), 1000)
    assert found["recall_at_10"]["value"] == pytest.approx(1 / 3)
    assert found["mrr"]["value"] == pytest.approx((1 + 1 / 20) / 3)
    assert found["lift_at_50"]["value"] == pytest.approx(2 / 3 / (50 / 1000))


def test_parents_of_a_company_are_found_in_its_name() -> None:
    assert plant_state.roots("Tesla Inc, Panasonic Corp") == ["tesla", "panasonic"]
    assert plant_state.roots("BlueOvalSK (JV of Ford and SK On)") == ["blueovalsk", "ford", "sk on"]
    assert plant_state.roots("Tesla Inc.") == ["tesla"]
    assert plant_state.roots("US Energy") == ["us energy"]


def test_companies_of_a_list_of_plants_are_known_by_the_longest_name_that_fits(
    tmp_path: Path,
) -> None:
    table = tmp_path / "sites.csv"
    rows = ("LG,,NJ,AL@2018", "LG Chem,LG Chemical,MI,MI", "Ford,,MI,OH", "SK,SK On,,GA")
    table.write_text("\n".join(("# 2019", "company,aliases,head,plants", *rows)), encoding="utf-8")
    known = Sites.read(table)
    assert known.companies("LG Chem Ltd.") == ["LG Chem"]
    assert known.companies("BlueOvalSK (JV of Ford and SK On)") == ["Ford", "SK"]
    assert known.companies("Fordham") == known.companies("Chemical") == []
    assert known.of["LG"] == (Site("LG", "NJ", None), Site("LG", "AL", 2018))
    assert [site.state for site in known.of["LG Chem"]] == ["MI"]


def test_the_sites_that_are_known_are_of_2019_and_in_states() -> None:
    sites = [site for found in Sites.read().of.values() for site in found]
    assert len(sites) > 1500
    assert {site.state for site in sites} <= {*plant_state.STATES, "DC"}
    assert {site.since for site in sites} == {None, 2018, 2019}


def _plant(number: int, company: str, day: str, state: str) -> plant_state.Plant:
    where = ("Manufacturing", company, "Batteries", ("Cells",), day, state, -80.0 - number, 40.0)
    return plant_state.Plant(str(number), *where)


def test_sites_stand_in_the_store_as_firms_of_the_group(tmp_path: Path) -> None:
    train = [_plant(n, f"C{n}", "2017", state) for n, state in enumerate(("MI", "AL", "TX"))]
    asked = [_plant(9, "Ford Motor Co", "2022", "MI")]
    ford = (Site("Ford", "MI", None), Site("Ford", "AL", 2018), Site("Ford", "OH", None))
    known = Sites({"Ford": ford}, {("ford",): ("Ford",)})
    store = open_store(tmp_path / "plants.duckdb")
    plant_state.fill(store, train, asked, known)
    world = store.snapshot()
    answer = destinations(world, "Ford Motor Co", "Manufacturing/Batteries", level="province")
    there = {place.name: [name for _, name in place.group] for place in answer.regions}
    assert there == {
        "Michigan": ["Ford (Michigan)"], "Alabama": ["Ford (Alabama)"], "Texas": []
    }  # fmt: skip


def test_the_states_have_their_names() -> None:
    assert len(plant_state.STATES) == len(set(plant_state.STATES.values())) == 50
    assert (plant_state.STATES["WV"], plant_state.STATES["MI"]) == ("West Virginia", "Michigan")


def test_where_plants_go_is_found_better_than_by_technology(shared_data: Path) -> None:
    given = argparse.Namespace(
        train=[shared_data / "cim_us" / "facility_to_2022.csv"],
        truth=[],
        until="2022",
        end=None,
        yearly=False,
    )
    found = plant_state.evaluate(given)
    assert found["n"] > 100
    assert found["models"]["chainscout"]["mrr"]["value"] > 0.40
    assert found["models"]["chainscout"]["hits_at_10"]["value"] > 0.68
    assert found["models"]["no_sites"]["mrr"]["value"] > 0.25
    assert (
        found["models"]["chainscout"]["mrr"]["value"]
        > found["models"]["technology"]["mrr"]["value"]
    )
