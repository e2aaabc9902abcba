"""Questions decided and undone: what becomes of the facts, and that undoing restores them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.schema import LOAD_ORDER, STANDARD
from graph.store import Store, connect
from ingest import review
from ingest.review import DecisionImpossible, Question, ReviewUnknown
from tests import factory
from tests.factory import chain, event, firm, link, position, region, tie

Row = dict[str, Any]
USCC_1, USCC_2 = "91330000142913043H", "91110000802100433B"


def facts(store: Store, *, every: bool = False) -> dict[str, list[Row]]:
    tables = LOAD_ORDER if every else STANDARD
    with store.reading() as reader:
        return {name: reader.read(name).drop(["loaded"]).to_pylist() for name in tables}


def identity(left: str, right: str, score: float = 0.6) -> Question:
    return Question("identity", left, left, left, right, right, score, "unknown", "字号相同")


QUESTIONS = (
    identity("甲", "甲公司"),
    identity("甲", "丙公司", 0.3),
    identity("乙", "甲公司"),
    identity("甲公司", "丙公司", 0.4),
    Question("link", "甲", "甲", "甲", "blade", "wind.blade", 0.5, None, "关键词：叶片"),
    Question("project", "j1", "叶片项目", "j1"),
    Question("event", "e1", "投资", "e1"),
)


def world(path: Path) -> Store:
    made = connect(path / "world.duckdb")
    with made.write() as writer:
        for table, rows in {
            "regions": [region("330000", "浙江省"), region("330100", "杭州市", "330000")],
            "chains": [chain("wind")],
            "links": [link("wind.blade"), link("wind.tower")],
            "firms": [
                firm("甲", "330100", products=["叶片"], aliases=["老甲"]),
                firm("乙", None, employees=5),
                firm("甲公司", "330000", products=["塔筒"], uscc=USCC_1),
                firm("丙公司", None, uscc=USCC_2),
            ],
            "positions": [
                position("甲", "wind.blade", 0.4),
                position("甲公司", "wind.tower", 0.9),
                position("乙", "wind.tower", 0.2, evidence="网站"),
            ],
            "ties": [tie("甲", "supplies", "甲公司"), tie("person:p1", "leads", "甲")],
            "people": [{"person_id": "p1", "name": "张三", "firm_id": "甲"}],
            "events": [
                event("甲", "330100", "wind.blade", "2021"),
                event("乙", "330100", "wind.blade", "2022", event_id="e1", status="uncertain"),
            ],
            "projects": [{"project_id": "j1", "name": "叶片项目", "status": "uncertain"}],
        }.items():
            writer.put(table, factory.rows(table, *rows))
        assert review.ask(writer, QUESTIONS) == len(QUESTIONS)
    return made


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return world(tmp_path)


def decide(store: Store, question: Question, decision: str) -> Row:
    (made,) = review.decide(store, {question.review_id: decision}, by="李四", note="查过")
    return made


def by(rows: list[Row], column: str) -> dict[str, Row]:
    return {row[column]: row for row in rows}


def test_a_question_is_asked_once(store: Store) -> None:
    with store.write() as writer:
        assert review.ask(writer, QUESTIONS) == 0
    assert store.version().number == 1
    rows = review.queue(store)
    assert len(rows) == len(QUESTIONS)
    assert [row["candidate"] for row in rows if row["subject"] == "甲"] == [
        "甲公司",
        "丙公司",
        "blade",
    ]
    assert rows[0]["choices"] == ["same", "different", "subsidiary"]
    assert [row["kind"] for row in review.queue(store, kind="project")] == ["project"]


def test_same_makes_one_firm_of_two(store: Store) -> None:
    decide(store, QUESTIONS[0], "same")
    found = facts(store)
    firms = by(found["firms"], "firm_id")
    assert set(firms) == {"乙", "甲公司", "丙公司"}
    merged = firms["甲公司"]
    assert merged["aliases"] == ["甲", "老甲"]
    assert (merged["region_code"], merged["products"]) == ("330100", ["塔筒", "叶片"])
    at = {(p["firm_id"], p["link_id"]) for p in found["positions"]}
    assert at == {("甲公司", "wind.blade"), ("甲公司", "wind.tower"), ("乙", "wind.tower")}
    assert {(t["from_id"], t["to_id"]) for t in found["ties"]} == {("p1", "甲公司")}
    assert {e["firm_id"] for e in found["events"]} == {"甲公司", "乙"}
    assert found["people"][0]["firm_id"] == "甲公司"
    states = {row["review_id"]: row["state"] for row in review.queue(store, state=None)}
    assert [states[q.review_id] for q in QUESTIONS[:5]] == [
        "decided", "closed", "open", "open", "closed",
    ]  # fmt: skip


def test_different_and_subsidiary(store: Store) -> None:
    decide(store, QUESTIONS[0], "different")
    assert len(facts(store)["firms"]) == 4
    decide(store, QUESTIONS[1], "subsidiary")
    ties = {(t["from_id"], t["kind"], t["to_id"]) for t in facts(store)["ties"]}
    assert ("甲", "subsidiary_of", "丙公司") in ties


def test_links_projects_and_events(store: Store) -> None:
    assert len(store.snapshot().events) == 1
    decide(store, QUESTIONS[4], "通过")
    decide(store, QUESTIONS[5], "reject")
    decide(store, QUESTIONS[6], "accept")
    found = facts(store)
    assert found["projects"][0]["status"] == "rejected"
    assert by(found["events"], "event_id")["e1"]["status"] == "confirmed"
    assert len(store.snapshot().events) == 2
    (blade,) = [
        p for p in found["positions"] if (p["firm_id"], p["link_id"]) == ("甲", "wind.blade")
    ]
    assert blade["status"] == "confirmed"


def test_the_log_says_who_and_why(store: Store) -> None:
    decide(store, QUESTIONS[0], "different")
    undone = review.undo(store, QUESTIONS[0].review_id, by="王五", note="弄错了")
    assert undone["undoes"] == "000001"
    log = review.log(store)
    assert [(e["action"], e["by"], e["note"]) for e in log] == [
        ("decide", "李四", "查过"), ("undo", "王五", "弄错了"),
    ]  # fmt: skip
    assert log[0]["subject"] == "甲"
    shown = review.question(store, QUESTIONS[0].review_id)
    assert shown["state"] == "open"
    assert shown["subject_firm"]["name"] == "甲"
    assert len(shown["log"]) == 2


def test_what_cannot_be_decided(store: Store) -> None:
    before = facts(store, every=True)
    for decisions, error, said in (
        ({QUESTIONS[3].review_id: "same"}, DecisionImpossible, "统一社会信用代码不同"),
        ({QUESTIONS[5].review_id: "same"}, DecisionImpossible, "accept（通过）"),
        ({"q0": "same"}, ReviewUnknown, "没有待审事项"),
        # All or none: the first of the two could be carried out.
        (
            {QUESTIONS[0].review_id: "same", QUESTIONS[1].review_id: "same"},
            DecisionImpossible,
            "已结案",
        ),
    ):
        with pytest.raises(error, match=said):
            review.decide(store, decisions, by="李四")
    assert facts(store, every=True) == before
    with pytest.raises(ReviewUnknown, match="没有可撤销的决定"):
        review.undo(store, "000001", by="李四")


def test_a_decision_is_not_taken_twice_nor_changed_unnoticed(store: Store) -> None:
    decide(store, QUESTIONS[0], "different")
    version = store.version()
    assert review.decide(store, {QUESTIONS[0].review_id: "different"}, by="李四") == []
    assert store.version() == version
    with pytest.raises(DecisionImpossible, match="已决定为不同企业"):
        review.decide(store, {QUESTIONS[0].review_id: "same"}, by="李四")


def test_a_decision_that_another_stands_on_is_undone_last(store: Store) -> None:
    first = decide(store, QUESTIONS[2], "same")
    review.decide(store, {identity_again(store): "same"}, by="李四")
    with pytest.raises(DecisionImpossible, match="000002"):
        review.undo(store, first["decision_id"], by="李四")
    review.undo(store, "2", by="李四")
    review.undo(store, "1", by="李四")
    assert {f["firm_id"] for f in facts(store)["firms"]} == {"甲", "乙", "甲公司", "丙公司"}


def identity_again(store: Store) -> str:
    """甲公司, into which 乙 went, may be 甲."""
    question = identity("甲公司", "甲")
    with store.write() as writer:
        review.ask(writer, [question])
    return question.review_id


def test_undo_leaves_alone_what_was_learned_since(store: Store) -> None:
    decide(store, QUESTIONS[0], "same")
    with store.write() as writer:
        row = by(writer.read("firms").to_pylist(), "firm_id")["甲公司"]
        row |= {"address": "新址", "aliases": [*row["aliases"], "新名"]}
        writer.put("firms", factory.rows("firms", row))
    review.undo(store, "1", by="李四")
    kept = by(facts(store)["firms"], "firm_id")["甲公司"]
    assert (kept["address"], kept["aliases"]) == ("新址", ["新名"])
    assert (kept["region_code"], kept["products"]) == ("330000", ["塔筒"])


STEPS = st.lists(
    st.tuples(st.integers(0, len(QUESTIONS) - 1), st.integers(0, 2)), min_size=1, max_size=4
)


@settings(max_examples=4, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_undoing_all_decisions_restores_every_row(
    steps: list[tuple[int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = world(tmp_path_factory.mktemp("undo"))
    before = facts(store), review.queue(store, state=None)
    made: list[str] = []
    for at, choice in steps:
        choices = review.DECISIONS[QUESTIONS[at].kind]
        decision = choices[choice % len(choices)]
        try:
            found = review.decide(store, {QUESTIONS[at].review_id: decision}, by="李四")
        except DecisionImpossible:
            continue
        made += [entry["decision_id"] for entry in found]
    for number in reversed(made):
        review.undo(store, number, by="李四")
    assert (facts(store), review.queue(store, state=None)) == before
