"""The review commands as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from chainscout.output import SUFFIXES
from graph.store import Store, connect
from ingest.review import Question, ask
from tests import factory
from tests.chainscout.conftest import EVIL, Cli
from tests.factory import firm

FIRST = Question("identity", "甲", EVIL, "f1", "甲公司", "f2", 0.6, "unknown", "字号相同")
SECOND = Question("project", "j1", "叶片项目", "j1")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = connect(tmp_path / "review.duckdb")
    with made.write() as writer:
        rows = [firm(EVIL, firm_id="f1"), firm("甲公司", firm_id="f2")]
        writer.put("firms", factory.rows("firms", *rows))
        project = {"project_id": "j1", "name": "叶片项目", "status": "uncertain"}
        writer.put("projects", factory.rows("projects", project))
        ask(writer, [FIRST, SECOND])
    return made


def test_list_show_decide_log_undo(cli: Cli, store: Store, tmp_path: Path) -> None:
    at = ("--store", store.uri, "review")
    listed = json.loads(cli(*at, "list", "-f", "json").out)
    assert [row["review_id"] for row in listed] == [FIRST.review_id, SECOND.review_id]
    assert len(json.loads(cli(*at, "list", "--kind", "project", "-f", "json").out)) == 1
    for form in ("table", "jsonl", "csv"):
        assert FIRST.review_id in cli(*at, "list", "-f", form).out
    for suffix in SUFFIXES:
        assert cli(*at, "show", FIRST.review_id, "-o", tmp_path / f"a{suffix}").code == 0
    done = cli(*at, "decide", FIRST.review_id, "--as", "同一企业", "--by", "李四", "--note", "查过")
    assert (done.code, done.out) == (0, "")
    assert "已执行 1 项决定" in done.err
    assert store.count("firms") == 1
    assert "李四" in cli(*at, "log").out
    assert cli(*at, "undo", FIRST.review_id).code == 0
    assert store.count("firms") == 2
    assert [e["action"] for e in json.loads(cli(*at, "log", "-f", "json").out)] == [
        "decide",
        "undo",
    ]


def test_decisions_through_a_workbook(cli: Cli, store: Store, tmp_path: Path) -> None:
    at, book = ("--store", store.uri, "review"), tmp_path / "queue.xlsx"
    assert cli(*at, "export", book).code == 0
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames == ["企业归并", "招商项目审核"]
    (choice,) = sheets["企业归并"].data_validations.dataValidation
    assert choice.formula1 == '"同一企业,不同企业,下属企业"'
    assert sheets["企业归并"]["C2"].value == EVIL
    assert sheets["企业归并"]["C2"].data_type == "s"
    nothing = cli(*at, "apply", book)
    assert (nothing.code, "全是空的" in nothing.err) == (2, True)
    sheets["企业归并"]["B2"] = "不同企业"
    sheets["招商项目审核"]["B2"] = "通过"
    sheets.save(book)
    assert "已执行 2 项" in cli(*at, "apply", book, "--by", "李四").err
    assert store.read("projects")["status"].to_pylist() == ["confirmed"]
    assert "没有新的决定" in cli(*at, "apply", book, "--by", "李四").err


def test_wrong_use(cli: Cli, store: Store, tmp_path: Path) -> None:
    at = ("--store", store.uri, "review")
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", encoding="utf8")
    for arguments, said in (
        (("show", "q0"), "没有待审事项 q0"),
        (("decide", "q0", "--as", "same"), "没有待审事项 q0"),
        (("decide", FIRST.review_id, "--as", "也许"), "不能决定为「也许」"),
        (("undo", "7"), "没有可撤销的决定"),
        (("apply", tmp_path / "x.csv"), "缺少必填列"),
        (("export", tmp_path / "x.csv"), "请以 .xlsx 结尾"),
    ):
        answer = cli(*at, *arguments)
        assert answer.code == 2
        assert said in answer.err
