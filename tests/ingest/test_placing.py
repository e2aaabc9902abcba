"""Firms with a text and no position: placed where it is sure, asked where not."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.store import Store, connect
from ingest import Care, LoadReport, load, placing, review
from ingest.reference import load_reference
from tests import factory
from tests.factory import chain, firm, link, position

PRODUCTS = ("叶片", "塔筒", "轴承", "电缆")
KINDS = ("风电", "海上", "大型", "高强", "复合", "整体")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Four links, each with six firms that make its product."""
    monkeypatch.setattr(placing, "TAUGHT", 20)
    made = connect(tmp_path / "world.duckdb")
    firms = [(f"{kind}{p}厂", p, kind) for p in PRODUCTS for kind in KINDS]
    with made.write() as writer:
        for table, rows in {
            "chains": [chain("wind", "风电")],
            "links": [link(f"wind.{p}", keywords=[p]) for p in PRODUCTS],
            "firms": [firm(n, products=[f"{k}{p}", f"{p}制造"]) for n, p, k in firms],
            "positions": [position(n, f"wind.{p}") for n, p, _ in firms],
        }.items():
            writer.put(table, factory.rows(table, *rows))
    return made


def loads(store: Store, folder: Path, care: Care | None = None) -> LoadReport:
    file = folder / "firms.csv"
    file.write_text(
        "企业名称,经营范围\n甲公司,风电叶片的研发；叶片制造；叶片销售\n乙公司,餐饮服务；住宿\n丙公司,\n",
        encoding="utf8",
    )
    return load(store, [file], care=care)


def test_a_text_gives_positions_that_somebody_may_confirm(store: Store, tmp_path: Path) -> None:
    report = loads(store, tmp_path)
    assert report.classified == 1
    (made,) = [p for p in store.read("positions").to_pylist() if p["source"] == "文本推断"]
    assert (made["link_id"], made["status"], made["role"]) == ("wind.叶片", "uncertain", "member")
    assert 0.6 <= made["strength"] <= 1
    assert "叶片" in made["evidence"]
    again = loads(store, tmp_path)
    assert (again.data_version, again.classified) == (report.data_version, 0)


def test_what_is_not_sure_is_asked_and_accepted(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "TAUGHT", 1_000)  # too little was learned to place by itself
    report = loads(store, tmp_path)
    assert report.classified == 0
    assert report.asked["link"] >= 1
    asked = review.queue(store, kind="link")
    first = next(row for row in asked if row["candidate_id"] == "wind.叶片")
    assert first["candidate"] == "风电·叶片"
    review.decide(store, {first["review_id"]: "accept"}, by="李四")
    made = [p for p in store.read("positions").to_pylist() if p["firm_id"] == first["subject_id"]]
    assert [(p["link_id"], p["status"]) for p in made] == [("wind.叶片", "confirmed")]
    review.undo(store, first["review_id"], by="李四")
    assert store.count("positions") == len(PRODUCTS) * len(KINDS)
    assert loads(store, tmp_path).asked == {}


def test_new_links_place_the_firms_that_are_there_already(tmp_path: Path) -> None:
    other = connect(tmp_path / "other.duckdb")
    report = loads(other, tmp_path)
    assert report.classified == 0
    assert any("chainscout reference" in notice for notice in report.notices)
    chains = tmp_path / "links.csv"
    chains.write_text("产业链,环节名称,位置,关键词\n风电,叶片,中游,风电叶片\n", encoding="utf8")
    asked = load(other, [chains]).asked["link"]
    assert asked == 1  # nobody has taught it yet: it asks
    (question,) = review.queue(other, kind="link")
    assert question["subject"] == "甲公司"
    assert load(other, [chains]).asked == {}


def test_bundled_chains_place_an_offices_firms_and_ask_nothing_of_their_own(
    tmp_path: Path,
) -> None:
    other = connect(tmp_path / "other.duckdb")
    loads(other, tmp_path)
    done = load_reference(other)
    assert done.classified + done.asked.get("link", 0) >= 1
    own = {row["subject"] for row in review.queue(other, kind="link")}
    own |= {p["firm_id"] for p in other.read("positions").to_pylist() if p["source"] == "文本推断"}
    assert len(own) == 1


def test_it_can_be_left_off(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert loads(store, tmp_path, Care(classify=False)).classified == 0
    other = connect(tmp_path / "other.duckdb")
    with other.write() as writer:
        for table in ("chains", "links", "firms", "positions"):
            writer.put(table, store.read(table))
        writer.delete("firms", factory.rows("firms", firm("甲公司")).select(["firm_id"]))
    monkeypatch.setattr(placing, "MOST_TEXTS", 0)
    many = tmp_path / "many.csv"
    many.write_text("企业名称,经营范围\n戊公司,叶片制造\n", encoding="utf8")
    report = load(other, [many])
    assert report.classified == 0
    assert any("没有自动归类" in notice for notice in report.notices)


def test_projects_of_texts_wait_for_a_person(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "projects.csv"
    head = "招商项目,地区,金额(亿元),认定状态\n"
    file.write_text(head + "叶片基地,东营市,10,存疑\n塔筒基地,东营市,5,\n", encoding="utf8")
    report = load(store, [file])
    assert report.asked == {"project": 1}
    (asked,) = review.queue(store)
    assert asked["subject"] == "叶片基地"
    review.decide(store, {asked["review_id"]: "reject"}, by="李四")
    assert load(store, [file]).tables["projects"].unchanged == 2
    states = {p["name"]: p["status"] for p in store.read("projects").to_pylist()}
    assert states == {"叶片基地": "rejected", "塔筒基地": None}
