"""The real sets beside the project, loaded by shipped mappings: counts equal independent counts."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from graph.store import Store, connect
from ingest.load import load
from ingest.names import display_name
from ingest.report import LoadReport


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return connect(tmp_path / "world.duckdb")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def records_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf8").splitlines()]


def counts(store: Store) -> dict[str, int]:
    return {table: store.count(table) for table in ("chains", "links", "firms", "positions")}


def firms_of(store: Store) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = store.read("firms").to_pylist()
    return found


def loads(store: Store, files: list[Path], mapping: str) -> LoadReport:
    """The report of a first load; a second one must change nothing."""
    report = load(store, files, mapping=mapping)
    assert report.rejected == 0
    assert load(store, files, mapping=mapping).data_version == report.data_version
    return report


def test_tw_chains(store: Store, shared_data: Path) -> None:
    file = shared_data / "tw_chains" / "chain_link_firm_open.csv"
    loads(store, [file], "tw_chains")
    rows = rows_of(file)
    expected = {
        "chains": len({row["ic"] for row in rows}),
        "links": len({(row["chain"], row["layer"], row["link"]) for row in rows}),
        "firms": len({row["firm"] for row in rows}),
        "positions": len({(r["chain"], r["layer"], r["link"], r["firm"]) for r in rows}),
    }
    assert counts(store) == expected == {
        "chains": 22, "links": 234, "firms": 1725, "positions": 3124
    }  # fmt: skip
    firms = firms_of(store)
    assert [firm["name"] for firm in firms if display_name(firm["name"]) != firm["name"]] == []
    kept = {name for firm in firms for name in (firm["name"], *(firm["aliases"] or ()))}
    assert {row["firm"] for row in rows} - kept == set()


def test_ashare(store: Store, shared_data: Path) -> None:
    file = shared_data / "ashare" / "company_listed_to_2017.csv"
    loads(store, [file], "ashare")
    rows = rows_of(file)
    industries = {row["industry"] for row in rows} - {""}
    assert counts(store) == {
        "chains": 1,
        "links": len(industries),
        "firms": len({row["ts_code"] for row in rows}),
        "positions": sum(row["industry"] != "" for row in rows),
    }
    assert (len(industries), len(rows)) == (110, 3653)
    firms = {firm["firm_id"]: firm for firm in firms_of(store)}
    for row in rows:
        firm = firms[row["ts_code"]]
        assert firm["name"] == (row["name"] or row["ts_code"])
        assert (firm["founded"] or "").replace("-", "") == row["setup_date"]
        assert firm["employees"] == (int(float(row["employees"])) if row["employees"] else None)
        assert firm["registered_capital"] == (
            float(row["reg_capital"]) if row["reg_capital"] else None
        )
        assert (firm["region_code"] is None) == (row["city"] == "" and row["area"] == "")


def test_chainkg(store: Store, shared_data: Path) -> None:
    folder = shared_data / "chainkg"
    files = [
        folder / name for name in ("company.json", "company_industry.json", "company_product.csv")
    ]
    loads(store, files, "chainkg")
    companies, industries = records_of(files[0]), records_of(files[1])
    whole = {row["code"] for row in companies if re.fullmatch(r"\d{6}\.(SH|SZ)", row["code"])}
    broken = [row for row in companies if row["code"] not in whole]
    # A firm for each code, one for each full name under a broken code, and one for that code.
    expected = len(whole) + len({row["fullname"] for row in broken})
    expected += len({row["code"] for row in broken})
    assert counts(store) == {
        "chains": len({row["industry_code"][:2] for row in industries}),
        "links": len({row["industry_code"] for row in industries}),
        "firms": expected,
        "positions": len({(row["company_code"], row["industry_code"]) for row in industries}),
    }
    firms = firms_of(store)
    kept = {name for firm in firms for name in (firm["name"], *(firm["aliases"] or ()))}
    assert {row["fullname"] for row in companies} - kept == set()
    assert {row["name"] for row in companies} - kept == set()
    # The source cut bracketed lists into rows; joined, 预混剂(金霉素…;…) is one product again.
    sold = {(row["code"], row["product"].strip()) for row in rows_of(files[2])}
    ours = {
        (firm["firm_id"].replace(".", ""), part)
        for firm in firms
        for product in firm["products"] or ()
        for part in product.split(";")
    }
    assert ours == sold


def test_events(store: Store, shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "events" / "events_2012_2021.csv"
    rejects = tmp_path / "rejects.csv"
    count = load(store, [file], mapping="events", rejects=rejects).tables["events"]
    assert count.read == len(rows_of(file))
    # 梅山, a bonded port of 宁波, is no division: the row is handed back with the reason.
    assert count.rejected == 1
    assert "梅山" in rejects.read_text("utf-8-sig")


def test_names_of_listed_firms_are_not_damaged(shared_data: Path) -> None:
    names = {row["fullname"] for row in records_of(shared_data / "chainkg" / "company.json")}
    for file in ("er_names/short_full_open.csv", "ashare/company_listed_to_2017.csv"):
        rows = rows_of(shared_data / file)
        names |= {row[column] for row in rows for column in ("name", "fullname") if column in row}
    assert len(names) > 5000
    assert [name for name in names if display_name(name) != name] == []
