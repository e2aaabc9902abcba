"""The first command of a newcomer, on the data that come with the product."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from graph import open_store
from tests.chainscout.conftest import Cli


def test_an_office_begins_with_its_own_list_and_the_bundled_chains(
    cli: Cli, tmp_path: Path
) -> None:
    own = ("--store", tmp_path / "own.duckdb")
    firms = tmp_path / "名单.csv"
    firms.write_text("单位名称,主营产品,2024年产值（万元）\n长兴甲厂,锂电池隔膜,9000\n", "utf8")
    done = cli(*own, "ingest", firms, "--region", "长兴县")
    assert done.code == 0, done.err
    for said in ("以「2024年产值（万元）」代替", "按浙江省湖州市长兴县计", "chainscout reference"):
        assert said in done.err
    bundled = cli(*own, "reference")
    assert bundled.code == 0, bundled.err
    store = open_store(str(tmp_path / "own.duckdb"))
    names = {firm["firm_id"]: firm["name"] for firm in store.read("firms").to_pylist()}
    placed = [p for p in store.read("positions").to_pylist() if p["source"] == "文本推断"]
    assert {(names[p["firm_id"]], p["link_id"]) for p in placed} == {
        ("长兴甲厂", "battery.separator")
    }


def test_the_bundled_chains_come_without_firms_too(cli: Cli, tmp_path: Path) -> None:
    done = cli("--store", tmp_path / "own.duckdb", "reference", "--chains")
    assert done.code == 0, done.err
    store = open_store(str(tmp_path / "own.duckdb"))
    assert (store.count("chains"), store.count("firms")) == (28, 0)


def test_demo_answers_the_three_questions_and_can_be_run_again(cli: Cli, tmp_path: Path) -> None:
    first = cli("demo", tmp_path / "demo")
    assert first.code == 0, first.err
    for heading in ("【有什么】", "【缺什么】", "【找谁】"):
        assert heading in first.out
    assert max(map(len, first.out.splitlines())) <= 100
    assert "serve" in first.err
    (workbook,) = (tmp_path / "demo").glob("*.xlsx")
    sheets = openpyxl.load_workbook(workbook).sheetnames
    assert sheets[0] == "找谁(目标企业)"
    again = cli("demo", tmp_path / "demo", "--region", "舟山", "--chain", "绿色石化", "--top", "3")
    assert again.code == 0, again.err
    assert "第 1 版" in again.err  # the same data make no new version
    assert "舟山市·绿色石化" in again.out
