"""resolve, classify and extract as a person runs them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chainscout.cli import run
from chainscout.output import SUFFIXES
from chainscout.output.text import resolve_document
from graph.store import connect
from ingest.news.encoder import state
from tests.chainscout.conftest import EVIL, Cli

NEWS = (
    "2024年3月，甲市与乙叶片厂有限公司签署协议，计划投资10亿元建设乙叶海上叶片项目。"
    "签约项目122个、574.91亿元。"
)


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("CHAINSCOUT_CACHE", str(folder))
    return folder


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    texts = {
        "resolve": ("names.csv", "企业名称,所在地\n乙叶,乙市\n乙叶片厂,\n无此公司,\n"),
        "classify": ("texts.csv", "企业名称,经营范围\n甲公司,钢板;特种钢板\n乙公司,餐饮\n"),
        "extract": ("news.txt", NEWS),
    }
    for name, text in texts.values():
        (tmp_path / name).write_text(text, encoding="utf8")
    return {command: tmp_path / name for command, (name, _) in texts.items()}


def rows(cli: Cli, *arguments: str | Path) -> Any:
    answer = cli(*arguments, "--format", "json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def test_of_nobody_likely_only_what_the_answer_says_is_shown() -> None:
    """Candidates below one in twenty are no news; a firm that it belongs to is."""

    def shown(decision: str, *candidates: tuple[str, float, str]) -> str:
        found = [{"name": n, "score": s, "relation": r, "why": "甲"} for n, s, r in candidates]
        answer = {"row": 1, "query": "问", "decision": decision, "firm": None, "score": 0.0}
        document = resolve_document([{**answer, "candidates": found, "why": "未见"}], [])
        return str(document.sections[0].rows[0][-1])

    assert shown("none") == "未见。"
    assert shown("none", ("乙公司", 0.01, "unknown")) == "未见。"
    assert shown("none", ("乙公司", 0.1, "unknown")) == "未见。乙公司（10%）：甲。"
    assert shown("none", ("乙公司", 0.01, "subsidiary")) == "未见。甲"
    assert shown("review", ("乙", 0.4, "unknown"), ("丙", 0.01, "unknown")) == "乙（40%）：甲。"
    assert shown("review", ("乙", 0.4, "same"), ("丙", 0.3, "same")).count("（") == 2


@pytest.mark.parametrize("command", ["resolve", "classify", "extract"])
def test_every_format(command: str, cli: Cli, files: dict[str, Path], tmp_path: Path) -> None:
    # Where the encoder of news is not installed, extract says so.
    told = "没有语言模型" if command == "extract" and not state().ready else ""
    for form in ("table", "json", "jsonl", "csv"):
        answer = cli(command, files[command], "--format", form)
        assert answer.code == 0
        assert answer.err.startswith(told)
        assert bool(answer.err) == bool(told)
        assert answer.out
    for suffix in SUFFIXES:
        target = tmp_path / "out" / f"{command}{suffix}"
        target.parent.mkdir(exist_ok=True)
        assert cli(command, files[command], "-o", target).code == 0
        assert target.stat().st_size > 0


def test_resolve_has_the_fields_of_the_contract(cli: Cli, files: dict[str, Path]) -> None:
    found = rows(cli, "resolve", files["resolve"])
    assert [row["row"] for row in found] == [1, 2, 3]
    assert [row["query"] for row in found] == ["乙叶", "乙叶片厂", "无此公司"]
    assert [row["decision"] for row in found] == ["match", "match", "none"]
    assert found[0]["firm"] == {"id": "乙叶片厂", "name": "乙叶片厂"}
    assert found[2]["firm"] is None
    for candidate in found[0]["candidates"]:
        assert {"id", "name", "score", "why"} <= set(candidate)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "乙叶片厂\n\n乙叶\n"),
        ("a.csv", "乙叶片厂有限公司\n乙叶片厂有限公司\n"),
        ("a.csv", "单位,备注\n乙叶片厂,x\n乙叶,y\n"),
        ("a.csv", "证券简称,代码\n乙叶,1\n乙叶,2\n"),
        ("a.txt", "编号,企业名称\n1,乙叶片厂\n2,乙叶\n"),
    ],
)
def test_where_the_names_stand(name: str, content: str, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, encoding="gb18030")
    found = rows(cli, "resolve", tmp_path / name)
    assert [row["row"] for row in found] == [1, 2]
    assert all(row["query"].startswith("乙叶") for row in found)


def test_names_on_standard_input(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for content in ("乙叶\n", "企业名称\n乙叶\n", '[{"企业名称": "乙叶"}]\n'):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
        found = rows(cli, "resolve", "-")
        assert len(found) == 1
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(NEWS.encode())))
    assert len(rows(cli, "extract", "-")["projects"]) == 1


def test_classify_has_the_fields_of_the_contract(cli: Cli, files: dict[str, Path]) -> None:
    found = rows(cli, "classify", files["classify"], "--top", "2")
    assert [row["row"] for row in found] == [1, 2]
    best = found[0]["links"][0]
    assert (best["id"], best["name"]) == ("wind.steel", "steel")
    assert 0 <= best["confidence"] <= 1
    assert {row["decision"] for row in found} <= {"assign", "review", "none"}
    assert all(len(row["links"]) <= 2 for row in found)


def test_a_trained_classifier_is_kept_for_the_next_run(
    cli: Cli, files: dict[str, Path], cache: Path
) -> None:
    from ingest.learned import classifier_of

    snapshot = connect(cli_store()).snapshot()
    first = classifier_of(snapshot, cache).classify(["叶片"])[0].to_dict()
    (kept,) = cache.glob("classifier-*.pickle")
    again = classifier_of(connect(cli_store()).snapshot(), cache).classify(["叶片"])[0].to_dict()
    assert again == first
    kept.write_bytes(b"half a fi")
    broken = classifier_of(connect(cli_store()).snapshot(), cache).classify(["叶片"])[0].to_dict()
    assert broken == first


def cli_store() -> str:
    from chainscout import settings

    return settings.text("store")


def test_extract_has_the_fields_of_the_contract(cli: Cli, files: dict[str, Path]) -> None:
    found = rows(cli, "extract", files["extract"])
    (project,) = found["projects"]
    assert {"name", "firm", "amount", "currency", "amount_yi", "stage", "region", "date",
            "evidence"} <= set(project)  # fmt: skip
    assert (project["amount_yi"], project["stage"], project["date"]) == (10.0, "签约", "2024-03")
    start, end = project["evidence"]
    assert project["name"] in NEWS[start:end]
    assert project["firm_id"] == "乙叶片厂" or project["firm_candidates"] is not None
    assert found["totals"][0]["count"] == 122
    several = rows(cli, "extract", files["extract"], files["extract"])
    assert len(several) == 2


def test_extract_needs_no_store_and_its_workbook_loads_as_uncertain_projects(
    cli: Cli, files: dict[str, Path], tmp_path: Path
) -> None:
    book, store = tmp_path / "projects.xlsx", tmp_path / "new.duckdb"
    made = cli("--store", store, "extract", files["extract"], "--region", "杭州市", "-o", book)
    assert made.code == 0
    assert "没有数据存储" in made.err
    assert openpyxl.load_workbook(book).sheetnames == ["招商项目", "说明"]
    assert cli("--store", store, "ingest", book).code == 0
    (project,) = connect(store).read("projects").to_pylist()
    assert project["status"] == "uncertain"
    assert (project["amount"], project["stage"]) == (10.0, "签约")


def test_of_several_texts_one_that_cannot_be_read_is_named_and_left_out(
    cli: Cli, files: dict[str, Path], tmp_path: Path
) -> None:
    (torn := tmp_path / "坏.docx").write_bytes(b"PK no document")
    made = cli("extract", torn, files["extract"], "--format", "json")
    assert made.code == 0
    assert "坏.docx" in made.err
    assert "不是完好的 Word 文档" in made.err
    assert len(json.loads(made.out)["projects"]) == 1
    assert cli("extract", torn, torn).code == 2
    assert cli("extract", torn).code == 2


def test_what_is_in_doubt_changes_no_fact(cli: Cli, tmp_path: Path) -> None:
    store, table = tmp_path / "new.duckdb", tmp_path / "projects.csv"

    def load(*lines: str) -> dict[str, Any]:
        table.write_text("\n".join(["招商项目,地区,金额(亿元),认定状态", *lines]), "utf8")
        tables = json.loads(cli("--store", store, "ingest", table).out)["tables"]
        return dict(tables["projects"])

    assert load("甲项目,杭州市,5,", "乙项目,杭州市,1,存疑")["created"] == 2
    assert load("甲项目,杭州市,9,存疑", "乙项目,杭州市,2,存疑")["updated"] == 1
    amounts = {p["name"]: p["amount"] for p in connect(store).read("projects").to_pylist()}
    assert amounts == {"甲项目": 5.0, "乙项目": 2.0}


def test_a_name_that_is_a_formula_stays_text(cli: Cli, tmp_path: Path) -> None:
    names, target = tmp_path / "names.txt", tmp_path / "out.csv"
    names.write_text(EVIL, encoding="utf8")
    assert cli("resolve", names, "-o", target).code == 0
    cells = next(iter(list(csv.reader(io.StringIO(target.read_text("utf-8-sig"))))[1:]))
    assert cells[1].startswith("'=")


WRONG = [
    (("resolve", "no.csv"), "文件不存在"),
    (("classify", "no.txt"), "文件不存在"),
    (("extract", "no.txt"), "没有这个文件"),
    (("--store", "none.duckdb", "resolve", "names.txt"), "这里还没有数据"),
    (("resolve", "two.csv"), "缺少必填列 「名称」"),
    (("classify", "two.csv"), "缺少必填列 「经营范围」"),
    (("resolve", "empty.txt"), "文件里没有内容"),
    (("--store", "firms.duckdb", "classify", "names.txt"), "没有任何环节"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG, ids=[" ".join(a) for a, _ in WRONG])
def test_wrong_use(
    arguments: tuple[str, ...], said: str, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names.txt").write_text("甲\n", encoding="utf8")
    (tmp_path / "empty.txt").write_text("\n", encoding="utf8")
    (tmp_path / "two.csv").write_text("颜色,大小\n红,1\n", encoding="utf8")
    (tmp_path / "firms.csv").write_text("企业名称\n甲厂\n", encoding="utf8")
    assert run(["--store", "firms.duckdb", "ingest", "firms.csv"]) == 0
    answer = cli(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_remarks_of_the_office_are_named_with_the_answer(
    cli: Cli, files: dict[str, Path], tmp_path: Path
) -> None:
    table = tmp_path / "gbt.csv"
    table.write_text("代码,说明\n3130,指钢板、钢管的制造\n", encoding="utf-8")
    told = cli("classify", files["classify"], "--remarks", table)
    assert (told.code, told.err) == (0, "")
    assert "1 类（gbt.csv）" in told.out
    table.write_text("代码,名称\n3130,钢压延加工\n", encoding="utf-8")
    refused = cli("classify", files["classify"], "--remarks", table)
    assert refused.code != 0
    assert "说明" in refused.err
