"""The bundled data: sound chains, real firms, every row loaded, and what can be checked checked."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from graph.store import Store, connect
from ingest.names import display_name, name_key
from ingest.reference import FOLDER, load_reference, reference_files

STAGES = ("upstream", "midstream", "downstream")
CHAINS = set(
    "绿色石化 高性能纤维与工程塑料 新能源电池 光伏 海上风电装备 氢能 新能源汽车与零部件 汽模配"
    " 船舶与海工装备 集成电路 新型显示 光通信 工业机器人 工业母机 航空与低空经济 稀土永磁"
    " 铝精深加工 铜精深加工 橡胶轮胎 生物医药 高端医疗器械 纺织服装 智能家电 现代渔业与海洋食品"
    " 工业互联网与软件 算力与数据中心".split()
)

Rows = list[dict[str, Any]]


def rows(store: Store, table: str) -> Rows:
    found: Rows = store.read(table).to_pylist()
    return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The bundled data, loaded twice; the second time nothing is to change."""
    store = connect(tmp_path_factory.mktemp("reference") / "reference.duckdb")
    first = load_reference(store)
    assert first.rejected == 0
    again = load_reference(store)
    assert again.data_version == first.data_version
    assert {t: c.unchanged for t, c in again.tables.items()} == {
        t: c.read for t, c in again.tables.items()
    }
    return store


@pytest.fixture(scope="module")
def links(store: Store) -> Rows:
    return rows(store, "links")


@pytest.fixture(scope="module")
def firms(store: Store) -> Rows:
    return rows(store, "firms")


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


@pytest.fixture(scope="module")
def bundled() -> list[dict[str, str]]:
    """The firm rows as they stand in the files."""
    return [row for path in sorted(FOLDER.glob("firms/*.csv")) for row in rows_of(path)]


# chains --------------------------------------------------------------------------------------


def test_the_chains_that_regions_recruit_for_are_there(store: Store, links: Rows) -> None:
    names = {row["name"] for row in rows(store, "chains")}
    assert names >= CHAINS
    sizes = Counter(link["chain_id"] for link in links)
    assert {chain: n for chain, n in sizes.items() if not 20 <= n <= 60} == {}


def test_each_chain_is_acyclic_connected_and_runs_downstream(store: Store, links: Rows) -> None:
    stage = {link["link_id"]: STAGES.index(link["stage"]) for link in links}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(stage)
    feeds = rows(store, "feeds")
    graph.add_edges_from((feed["upstream_id"], feed["downstream_id"]) for feed in feeds)
    assert nx.is_directed_acyclic_graph(graph)
    assert [(u, d) for u, d in graph.edges if stage[u] > stage[d]] == []
    parts = [
        {node.split(".")[0] for node in part} for part in nx.weakly_connected_components(graph)
    ]
    assert Counter(chain for part in parts for chain in part) == Counter(
        {link["chain_id"]: 1 for link in links}
    )
    assert {len(part) for part in parts} == {1}


def test_each_link_has_stage_keywords_and_valid_codes(links: Rows) -> None:
    valid = {row["code"] for row in rows_of(FOLDER / "codes" / "gbt4754.csv")}
    wrong = [
        link["link_id"]
        for link in links
        if link["stage"] not in STAGES
        or len(set(link["keywords"] or ())) < 3
        or not link["industry_codes"]
        or any(code not in valid or len(code) < 3 for code in link["industry_codes"])
    ]
    assert wrong == []


def test_the_table_of_codes_is_whole() -> None:
    codes = [row["code"] for row in rows_of(FOLDER / "codes" / "gbt4754.csv")]
    assert Counter(map(len, codes)) == {1: 20, 2: 97, 3: 473, 4: 1381}
    assert len(set(codes)) == len(codes)
    assert {code[:-1] for code in codes if len(code) > 2} <= set(codes)


# firms ---------------------------------------------------------------------------------------


def test_there_are_firms_enough_and_each_does_something(store: Store, firms: Rows) -> None:
    busy = {row["firm_id"] for table in ("positions", "events") for row in rows(store, table)}
    assert len(firms) >= 800
    assert [firm["name"] for firm in firms if firm["firm_id"] not in busy] == []
    at = Counter(row["link_id"].split(".")[0] for row in rows(store, "positions"))
    assert min(at.values()) >= 100
    assert len(at) == store.count("chains")


def test_most_links_have_a_firm(store: Store, links: Rows) -> None:
    taken = set(store.read("positions").column("link_id").to_pylist())
    assert len(taken) / len(links) >= 0.99


def test_a_firm_stands_in_one_row_only(bundled: list[dict[str, str]]) -> None:
    keys = Counter(name_key(row["name"]) for row in bundled)
    codes = Counter(row["stock_code"] for row in bundled if row["stock_code"])
    assert [key for key, n in keys.items() if n > 1] == []
    assert [code for code, n in codes.items() if n > 1] == []


def test_no_alias_means_two_firms(bundled: list[dict[str, str]]) -> None:
    owners: dict[str, set[str]] = {}
    for row in bundled:
        for text in (row["name"], *filter(None, row["aliases"].split(";"))):
            owners.setdefault(name_key(text), set()).add(row["name"])
    assert {text: names for text, names in owners.items() if len(names) > 1} == {}


def test_names_codes_and_tags_are_tidy(bundled: list[dict[str, str]]) -> None:
    tags = {"上市", "央企", "国企", "民营", "外资", "500强", "专精特新"}
    for row in bundled:
        assert display_name(row["name"]) == row["name"]
        assert "（" not in row["name"]
        assert re.fullmatch(r"(\d{6}|\d{5}\.HK)?", row["stock_code"]), row
        assert set(filter(None, row["tags"].split(";"))) <= tags, row
        assert row["source"], row


def test_cells_of_positions_are_given(store: Store) -> None:
    for row in rows(store, "positions"):
        assert 0 < row["strength"] <= 1
        assert row["role"] in ("leader", "member")
        assert row["evidence"]
        assert row["source"]


def test_every_event_is_placed_dated_and_sourced(store: Store) -> None:
    events = rows(store, "events")
    assert len(events) == sum(1 for _ in rows_of(FOLDER / "events.csv"))
    assert all(event["region_code"] and event["date"] and event["source"] for event in events)
    assert sum(event["link_id"] is not None for event in events) >= 170


def test_without_firms_only_the_chains_are_read() -> None:
    assert {path.suffix for path in reference_files(firms=False)} == {".yaml"}


# against public lists, where they lie beside the project -------------------------------------


def _directory(shared: Path) -> dict[str, set[str]]:
    """Code → full names it has had; codes without an exchange are left out as overwritten."""
    found: dict[str, set[str]] = {}
    for line in (shared / "chainkg" / "company.json").read_text("utf8").splitlines():
        row = json.loads(line)
        if re.fullmatch(r"\d{6}\.(SH|SZ)", row["code"]):
            found.setdefault(row["code"][:6], set()).add(name_key(row["fullname"]))
    return found


def _agreement(checks: list[tuple[bool, str]], what: str) -> None:
    wrong = [said for right, said in checks if not right]
    share = 1 - len(wrong) / len(checks)
    print(f"{what}: {share:.2%} of {len(checks)}; not: {wrong[:10]}")  # noqa: T201 - pytest -rP
    assert share >= 0.99


def test_names_and_codes_agree_with_the_directory_of_listed_firms(
    bundled: list[dict[str, str]], shared_data: Path
) -> None:
    listed = _directory(shared_data)
    by_name: dict[str, set[str]] = {}
    for code, names in listed.items():
        for name in names:
            by_name.setdefault(name, set()).add(code)
    checks = []
    for row in bundled:
        key, code = name_key(row["name"]), row["stock_code"]
        if code in listed:
            checks.append((key in listed[code], f"{code} {row['name']}"))
        elif key in by_name:
            checks.append((code in by_name[key], f"{row['name']} {code}"))
    assert len(checks) > 1000
    _agreement(checks, "names and codes")


def test_cities_and_founding_dates_agree_with_the_exchanges(
    firms: Rows, store: Store, shared_data: Path
) -> None:
    regions = {r["code"]: r["name"] for r in store.read("regions", ["code", "name"]).to_pylist()}
    source = shared_data / "ashare" / "company_listed_to_2017.csv"
    known = {row["ts_code"][:6]: row for row in rows_of(source)}
    cities, dates = [], []
    for firm in firms:
        row = known.get(firm["stock_code"] or "")
        if row and row["city"] and firm["region_code"]:
            code = firm["region_code"]
            names = {regions.get(c) for c in (code, f"{code[:4]}00", f"{code[:2]}0000")}
            cities.append((row["city"] in names, f"{firm['name']} {code} {row['city']}"))
        if row and row["setup_date"] and firm["founded"]:
            stated = firm["founded"].replace("-", "")
            dates.append((row["setup_date"].startswith(stated), f"{firm['name']} {stated}"))
    assert min(len(cities), len(dates)) > 1000
    _agreement(cities, "cities")
    _agreement(dates, "founding dates")


def test_codes_agree_with_the_classification(shared_data: Path) -> None:
    ours = {row["code"]: row["name"] for row in rows_of(FOLDER / "codes" / "gbt4754.csv")}
    for row in rows_of(shared_data / "gbt4754" / "gbt4754_2017.csv"):
        code = row[{"1": "c1", "2": "c2", "3": "c3", "4": "c4"}[row["level"]]]
        name = row["name"].strip()
        # The list beside the project gives the class 3741 the code of its group.
        assert ours["3741" if (code, name) == ("374", "飞机制造") else code] == name
