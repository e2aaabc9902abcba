from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality import events, plant_state
from benchmarks.quality.eventfiles import is_events, read_reports

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


def test_the_states_have_their_names() -> None:
    assert len(plant_state.STATES) == len(set(plant_state.STATES.values())) == 50
    assert (plant_state.STATES["WV"], plant_state.STATES["MI"]) == ("West Virginia", "Michigan")


def test_where_plants_go_is_found_better_than_by_technology(shared_data: Path) -> None:
    given = argparse.Namespace(
        train=[shared_data / "cim_us" / "facility_to_2022.csv"], truth=[], until="2022"
    )
    found = plant_state.evaluate(given)
    assert found["n"] > 100
    assert found["models"]["chainscout"]["mrr"]["value"] > 0.25
    assert (
        found["models"]["chainscout"]["mrr"]["value"]
        > found["models"]["technology"]["mrr"]["value"]
    )
