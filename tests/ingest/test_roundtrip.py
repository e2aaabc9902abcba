"""The same tables in every kind of file give the same store, and loading again changes nothing."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.schema import LOAD_ORDER, TABLES
from graph.store import DuckStore
from ingest import load

Table = list[dict[str, str]]
World = dict[str, Table]
PROVENANCE = ("source", "locator", "loaded")

SYLLABLES = st.text(st.sampled_from("甲乙丙丁戊海风叶塔光伏新材料重工𠮷䶮"), min_size=2, max_size=4)
TEXTS = st.text(st.sampled_from("甲乙，,;\"'()=-+ab1 \n"), max_size=6).map(str.strip)
REGIONS = st.sampled_from(["370500", "东营市", "浙江省舟山市", "舟山", ""])
DATES = st.sampled_from(["2021", "2021-09", "2021-09-01", "2021年9月1日", "2021/9/1", ""])
MONEY = st.sampled_from(["", "100", "3,000万元人民币", "3亿美元", "1.5"])
RATIOS = st.sampled_from(["", "0.5", "80%", "1"])


def _column(draw: Any, strategy: Any, rows: int) -> list[str]:
    return [draw(strategy) for _ in range(rows)]


@st.composite
def worlds(draw: Any) -> World:
    """A small valid world with rows in all eleven tables."""
    chains = draw(st.lists(SYLLABLES, min_size=1, max_size=2, unique=True))
    links = draw(st.lists(SYLLABLES.map(lambda s: f"{s}件"), min_size=2, max_size=4, unique=True))
    names = draw(
        st.lists(SYLLABLES.map(lambda s: f"{s}有限公司"), min_size=2, max_size=4, unique=True)
    )
    chain = chains[0]
    stages = ["上游", "中游", "downstream", "upstream"]
    firm = st.sampled_from(names)
    link = st.sampled_from(links)
    pairs = draw(st.lists(st.tuples(firm, link), min_size=1, max_size=3, unique=True))
    return {
        "regions": [{"code": "990000", "name": "试验省", "level": "省级"}],
        "chains": [{"name": c, "sector": draw(TEXTS)} for c in chains],
        "links": [
            {"chain": chain, "name": name, "stage": stages[i], "keywords": draw(TEXTS)}
            for i, name in enumerate(links)
        ],
        "feeds": [
            {"chain": chain, "upstream": links[0], "downstream": links[1], "weight": draw(RATIOS)}
        ],
        "firms": [
            {
                "name": name,
                "region": draw(REGIONS),
                "founded": draw(DATES),
                "scope": draw(TEXTS),
                "registered_capital": draw(MONEY),
                "products": draw(TEXTS),
                "备注": draw(TEXTS),
            }
            for name in names
        ],
        "positions": [
            {
                "firm": f,
                "chain": chain,
                "link": n,
                "strength": draw(RATIOS),
                "evidence": draw(TEXTS),
            }
            for f, n in pairs
        ],
        "people": [{"person": draw(SYLLABLES), "firm": draw(firm), "native_place": draw(REGIONS)}],
        "parks": [
            {"park": f"{draw(SYLLABLES)}园", "region": "东营市", "land_available": "1,200亩"}
        ],
        "ties": [
            {
                "from": names[0],
                "to": names[1],
                "kind": draw(st.sampled_from(["供应", "invests_in", "邻居"])),
            }
        ],
        "events": [
            {
                "firm": draw(firm),
                "region": "舟山市",
                "link": draw(TEXTS),
                "date": "2021-09",
                "amount": draw(MONEY),
            }
        ],
        "projects": [
            {"project": f"{draw(SYLLABLES)}项目", "firm": draw(TEXTS), "amount": draw(MONEY)}
        ],
    }


def write(folder: Path, world: World, kind: str) -> list[Path]:
    folder.mkdir()
    if kind == "xlsx":
        return [_workbook(folder / "all.xlsx", world)]
    paths = []
    for name, rows in world.items():
        headings = list(rows[0])
        path = folder / f"{name}.{'csv' if kind == 'gb18030' else kind}"
        if kind in ("csv", "gb18030"):
            encoding = "utf8" if kind == "csv" else "gb18030"
            with path.open("w", encoding=encoding, newline="") as file:
                writer = csv.DictWriter(file, headings)
                writer.writeheader()
                writer.writerows(rows)
        elif kind == "parquet":
            pq.write_table(pa.Table.from_pylist(rows), path)
        else:
            path.write_text(_json_lines(rows), "utf8")
        paths.append(path)
    return paths


def _json_lines(rows: Iterable[dict[str, str]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _workbook(path: Path, world: World) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in world.items():
        sheet = book.create_sheet(TABLES[name].label)
        for r, row in enumerate([dict(zip(rows[0], rows[0], strict=True)), *rows], start=1):
            for c, heading in enumerate(rows[0], start=1):
                cell = sheet.cell(r, c)
                cell.value = row[heading]
                cell.data_type = "s"
    book.save(path)
    return path


def content(store: DuckStore) -> dict[str, list[dict[str, Any]]]:
    return {name: store.read(name).drop(list(PROVENANCE)).to_pylist() for name in LOAD_ORDER}


@settings(max_examples=2, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(worlds())
def test_all_kinds_of_files_give_one_store_and_load_again_for_nothing(
    tmp_path_factory: Any, world: World
) -> None:
    folder = tmp_path_factory.mktemp("trip")
    found = {}
    for kind in ("csv", "gb18030", "xlsx", "parquet", "jsonl"):
        files = write(folder / kind, world, kind)
        store = DuckStore(folder / f"{kind}-store" / "s.duckdb")
        first = load(store, files, rejects=folder / f"{kind}.jsonl")
        assert first.rejected == 0, (folder / f"{kind}.jsonl").read_text("utf8")
        assert {name: t.read for name, t in first.tables.items()} == {
            name: len(rows) for name, rows in world.items()
        }
        again = load(store, files)
        assert again.data_version == first.data_version, (kind, again.to_dict())
        assert all(t.unchanged == t.read for t in again.tables.values())
        found[kind] = content(store)
    for kind, tables in found.items():
        assert tables == found["csv"], kind
