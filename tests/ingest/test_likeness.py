"""Names that no firm has exactly: merged where it is sure, asked where not, never mixed up."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.schema import LOAD_ORDER
from graph.store import Store, connect
from ingest import Care, LoadReport, load, review
from ingest.names import name_key

Row = dict[str, Any]
CATL = "宁德时代新能源科技股份有限公司"
FIRMS = [
    {"企业名称": CATL, "曾用名": "宁德时代", "所在地": "福建省宁德市", "主营产品": "动力电池"},
    {"企业名称": "宁德时代(贵州)新能源科技有限公司", "所在地": "贵州省"},
    {"企业名称": "财通证券股份有限公司", "所在地": "浙江省杭州市"},
    {"企业名称": "财达证券股份有限公司", "所在地": "河北省石家庄市"},
    {"企业名称": "浙江聚泰新材料有限公司", "所在地": "浙江省"},
    {"企业名称": "陕西聚泰新材料有限公司", "所在地": "陕西省"},
]
# 山东恒远: the same body, 有限公司 before it went public. 金风: short, and the only one.
LIKE = [
    {"企业名称": "山东恒远风电塔筒股份有限公司", "所在地": "山东省东营市", "从业人数": "300"},
    {"企业名称": "山东恒远风电塔筒有限公司", "所在地": "山东省东营市", "成立日期": "2003"},
    {"企业名称": "新疆金风科技股份有限公司", "所在地": "新疆", "从业人数": "9000"},
    {"企业名称": "金风科技", "所在地": "新疆", "成立日期": "2001"},
    {"企业名称": "恒申聚酰胺", "所在地": "福建省"},
    {"企业名称": "金风", "所在地": "新疆"},
    {"企业名称": "宁德时代", "曾用名": "时代电池"},
]


def write(path: Path, rows: list[Row]) -> Path:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def loads(store: Store, folder: Path, *tables: list[Row], care: Care | None = None) -> LoadReport:
    files = [write(folder / f"firms-{i}.csv", rows) for i, rows in enumerate(tables)]
    return load(store, files, care=care, rejects=folder / "bad.csv")


def content(store: Store) -> dict[str, list[Row]]:
    left_out = ["source", "locator", "loaded"]
    with store.reading() as reader:
        return {name: reader.read(name).drop(left_out).to_pylist() for name in LOAD_ORDER}


def firms(store: Store) -> dict[str, Row]:
    return {row["name"]: row for row in store.read("firms").to_pylist()}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, LoadReport]:
    folder = tmp_path_factory.mktemp("likeness")
    store = connect(folder / "world.duckdb")
    return store, loads(store, folder, FIRMS, LIKE)


def test_what_is_sure_is_merged_and_the_rest_stays_apart(
    loaded: tuple[Store, LoadReport],
) -> None:
    store, report = loaded
    found = firms(store)
    assert {row["企业名称"] for row in FIRMS} <= set(found)
    assert set(found) - {row["企业名称"] for row in FIRMS} == {
        "山东恒远风电塔筒股份有限公司", "新疆金风科技股份有限公司", "恒申聚酰胺", "金风",
    }  # fmt: skip
    assert report.merged == 3
    tower = found["山东恒远风电塔筒股份有限公司"]
    assert tower["aliases"] == ["山东恒远风电塔筒有限公司"]
    assert (tower["employees"], tower["founded"]) == (300, "2003")
    assert set(found[CATL]["aliases"]) == {"宁德时代", "时代电池"}


def test_a_local_company_is_tied_to_its_parent(loaded: tuple[Store, LoadReport]) -> None:
    store, report = loaded
    found = firms(store)
    (tie,) = store.read("ties").to_pylist()
    assert report.tied == 1
    assert tie["from_id"] == found["宁德时代(贵州)新能源科技有限公司"]["firm_id"]
    assert (tie["kind"], tie["to_id"]) == ("subsidiary_of", found[CATL]["firm_id"])
    assert tie["source"] == "名称推断"


def test_every_merge_is_logged(loaded: tuple[Store, LoadReport]) -> None:
    store, _ = loaded
    log = review.log(store)
    assert {entry["by"] for entry in log} == {"自动"}
    assert {entry["decision"] for entry in log} == {"same"}
    assert {entry["subject"] for entry in log} == {
        "山东恒远风电塔筒有限公司", "金风科技", "宁德时代",
    }  # fmt: skip


def test_loading_again_changes_nothing(loaded: tuple[Store, LoadReport], tmp_path: Path) -> None:
    store, first = loaded
    again = loads(store, tmp_path, FIRMS, LIKE)
    assert again.data_version == first.data_version
    assert (again.merged, again.tied, again.asked) == (0, 0, {})
    # Nor does it matter in which order the same rows come.
    assert loads(store, tmp_path, LIKE[::-1], FIRMS[::-1]).tables["firms"].created == 0


def clusters(store: Store) -> set[frozenset[str]]:
    """Which spellings are one firm, whatever its id."""
    rows = store.read("firms").to_pylist()
    return {frozenset(map(name_key, [row["name"], *(row["aliases"] or ())])) for row in rows}


@settings(max_examples=2, suppress_health_check=list(HealthCheck))
@given(rows=st.permutations(FIRMS + LIKE), cut=st.integers(1, 11))
def test_the_order_of_rows_and_files_does_not_matter(
    rows: list[Row],
    cut: int,
    loaded: tuple[Store, LoadReport],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("order")
    store = connect(folder / "world.duckdb")
    loads(store, folder, rows[:cut], rows[cut:])
    assert clusters(store) == clusters(loaded[0])
    asked = {(r["subject"], r["candidate"], r["state"]) for r in review.queue(store, state=None)}
    before = review.queue(loaded[0], state=None)
    assert asked == {(r["subject"], r["candidate"], r["state"]) for r in before}


def test_an_undone_merge_stays_undone(tmp_path: Path) -> None:
    store = connect(tmp_path / "world.duckdb")
    rows = LIKE[:2]
    assert loads(store, tmp_path, rows).merged == 1
    review.undo(store, "1", by="李四")
    found = firms(store)
    assert set(found) == {row["企业名称"] for row in rows}
    assert found["山东恒远风电塔筒股份有限公司"]["aliases"] is None
    assert found["山东恒远风电塔筒有限公司"]["founded"] == "2003"
    assert loads(store, tmp_path, rows).merged == 0
    assert len(firms(store)) == 2
    assert [row["state"] for row in review.queue(store, state=None)] == ["open"]


def test_decisions_govern_later_loads(tmp_path: Path) -> None:
    """In doubt: a misprint in a whole legal name is never merged by itself."""
    store = connect(tmp_path / "world.duckdb")
    right, wrong = "东营海蓝风电叶片有限公司", "东营海兰风电叶片有限公司"
    loads(store, tmp_path, [{"企业名称": right, "所在地": "东营市"}])
    typo = [{"企业名称": wrong, "所在地": "东营市", "从业人数": "50"}]
    assert loads(store, tmp_path, typo).asked == {"identity": 1}
    assert len(firms(store)) == 2
    (asked,) = review.queue(store)
    assert (asked["subject"], asked["candidate"]) == (wrong, right)
    before = content(store)
    review.decide(store, {asked["review_id"]: "same"}, by="李四")
    review.undo(store, asked["review_id"], by="李四")
    after = content(store)
    assert {n: r for n, r in after.items() if n != "decisions"} == {
        n: r for n, r in before.items() if n != "decisions"
    }
    review.decide(store, {asked["review_id"]: "same"}, by="李四")
    version = store.version().number
    assert loads(store, tmp_path, typo).data_version == version
    (firm,) = firms(store).values()
    assert (firm["name"], firm["aliases"], firm["employees"]) == (right, [wrong], 50)


def test_full_names_that_come_after_the_short_ones_are_asked(tmp_path: Path) -> None:
    store = connect(tmp_path / "world.duckdb")
    loads(store, tmp_path, [LIKE[3]])
    export = [LIKE[2] | {"统一社会信用代码": "91650000299937622W"}]
    report = loads(store, tmp_path, export)
    assert report.rejected == 0
    assert (report.merged, report.asked) == (0, {"identity": 1})
    (asked,) = review.queue(store)
    assert (asked["subject"], asked["candidate"]) == ("金风科技", "新疆金风科技股份有限公司")
    review.decide(store, {asked["review_id"]: "同一企业"}, by="李四")
    (firm,) = firms(store).values()
    assert (firm["name"], firm["aliases"]) == ("新疆金风科技股份有限公司", ["金风科技"])
    assert loads(store, tmp_path, [LIKE[3]], export).asked == {}


def test_names_in_other_tables(tmp_path: Path) -> None:
    store = connect(tmp_path / "world.duckdb")
    loads(store, tmp_path, [FIRMS[0], LIKE[2], FIRMS[2], FIRMS[3]])
    events = [
        {"企业": "金风科技", "地区": "东营市", "日期": "2021", "金额(亿元)": "5"},
        {"企业": "财X证券股份有限公司", "地区": "东营市", "日期": "2021", "金额(亿元)": "1"},
    ]
    file = write(tmp_path / "events.csv", events)
    report = load(store, [file], rejects=tmp_path / "bad.csv")
    assert (report.tables["events"].created, report.merged) == (1, 1)
    assert firms(store)["新疆金风科技股份有限公司"]["aliases"] == ["金风科技"]
    reason = (tmp_path / "bad.csv").read_text("utf-8-sig")
    assert "可能是：财" in reason
    assert load(store, [file], rejects=tmp_path / "bad.csv").data_version == report.data_version
    off = load(
        connect(tmp_path / "off.duckdb"),
        [write(tmp_path / "firms.csv", LIKE)],
        care=Care(resolve=False),
    )
    assert off.tables["firms"].created == len(LIKE)


def test_a_question_about_a_merged_name_is_about_the_firm_it_was_merged_into(
    tmp_path: Path,
) -> None:
    """宁德时代 means CATL (an alias); 宁德时代电池 may be either spelling."""
    store = connect(tmp_path / "world.duckdb")
    loads(store, tmp_path, [FIRMS[0], LIKE[5], {"企业名称": "宁德时代电池"}])
    ids = set(store.read("firms")["firm_id"].to_pylist())
    asked = review.queue(store)
    assert asked
    assert {row["candidate_id"] for row in asked} <= ids
