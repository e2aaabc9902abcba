"""Many questions in one process: one line per row, bad rows included."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.chainscout.conftest import Cli

ROWS = "region,chain,link,top\n甲市,风电,,1\n无此地,风电,,\n,,blade,2\n甲市,风电,,lots\n甲市,,,\n"


@pytest.mark.parametrize("encoding", ["utf8", "utf-8-sig", "gb18030"])
def test_a_line_for_every_row(cli: Cli, tmp_path: Path, encoding: str) -> None:
    queries = tmp_path / "q.csv"
    queries.write_text(ROWS, encoding=encoding)
    answer = cli("recommend", "--queries", queries)
    lines = [json.loads(line) for line in answer.out.splitlines()]
    assert answer.code == 0
    assert [line["row"] for line in lines] == [1, 2, 3, 4, 5]
    assert ["error" in line for line in lines] == [False, True, False, True, True]
    assert len(lines[0]["targets"]) == 1
    assert "无此地" in lines[1]["error"]
    assert "3 个问题无法回答" in answer.err


def test_chinese_headings_and_a_file_for_the_answers(cli: Cli, tmp_path: Path) -> None:
    queries, target = tmp_path / "q.csv", tmp_path / "a.jsonl"
    queries.write_text("地区,产业链\n甲市,风电\n", encoding="utf8")
    assert cli("recommend", "--queries", queries, "-o", target).code == 0
    assert json.loads(target.read_text("utf8"))["query"]["region"]["name"] == "甲市"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("region,chain\n无此地,风电\n", "1 个问题无法回答"),
        ("region,chain\n", "没有任何问题"),
        ("省,市\n甲,乙\n", "表头应有"),
        ("", "表头应有"),
    ],
)
def test_nothing_answered_is_wrong_use(cli: Cli, tmp_path: Path, content: str, said: str) -> None:
    queries = tmp_path / "q.csv"
    queries.write_text(content, encoding="utf8")
    answer = cli("recommend", "--queries", queries)
    assert answer.code == 2
    assert said in answer.err


def test_queries_and_a_question_exclude_one_another(cli: Cli, tmp_path: Path) -> None:
    queries = tmp_path / "q.csv"
    queries.write_text("region,chain\n甲市,风电\n", encoding="utf8")
    assert cli("recommend", "--queries", queries, "--chain", "风电").code == 2
    assert cli("recommend", "--queries", queries, "-o", tmp_path / "a.xlsx").code == 2


def test_the_model_that_is_asked_for_scores_every_row(cli: Cli, tmp_path: Path) -> None:
    queries = tmp_path / "q.csv"
    queries.write_text("地区,产业链,环节,产品\n甲市,风电,,\n,,blade,叶片\n", encoding="utf8")
    lines = cli("recommend", "--queries", queries, "--model", "size").out.splitlines()
    assert [json.loads(line)["model"]["kind"] for line in lines] == ["size", "size"]
    assert json.loads(lines[1])["query"]["product"] == "叶片"
    lines = cli("recommend", "--queries", queries).out.splitlines()
    assert [json.loads(line)["model"]["kind"] for line in lines] == ["weights", "membership"]
    unknown = cli("recommend", "--queries", queries, "--model", "oracle")
    assert unknown.code == 2
    assert "oracle" in unknown.out
