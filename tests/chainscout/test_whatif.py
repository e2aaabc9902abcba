"""Options that change weights, thresholds, checks and limits."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chainscout.cli.common import State
from tests.chainscout.conftest import Cli

ASKED = ("--region", "甲市", "--chain", "风电", "--format", "json")


def answer(cli: Cli, *more: str) -> Any:
    done = cli(*more)
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_weights_and_thresholds_are_those_of_the_answer(cli: Cli) -> None:
    found = answer(cli, "recommend", *ASKED, "--weight", "fit=0.5", "--weight", "空间邻近=0",
                   "--set", "half_life_years=5", "--stability")  # fmt: skip
    assert found["settings"]["weights"]["fit"] == 0.5
    assert found["settings"]["half_life_years"] == 5
    assert all("proximity" not in target["components"] for target in found["targets"])
    assert found["targets"][0]["stability"]["draws"] == 200
    gaps = answer(cli, "gaps", *ASKED, "--set", "presence_threshold=2", "--weight", "瓶颈度=0.9")
    assert gaps["settings"]["presence_threshold"] == 2
    assert gaps["settings"]["weights"]["bottleneck"] == 0.9


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("recommend", "--weight", "fits=1"), "名称可用"),
        (("recommend", "--weight", "fit"), "应写作 名称=数值"),
        (("recommend", "--weight", "fit=多"), "权重应为数字"),
        (("recommend", "--weight", "fit=-1"), "权重不得为负"),
        (("recommend", "--set", "hub_limit=0"), "不能小于 1"),
        (("recommend", "--set", "half_life_years=三"), "应为数字"),
        (("recommend", "--checks", "没有.yaml"), "准入清单读不了"),
        (("recommend", "--park", "没有"), "没有找到园区"),
        (("gaps", "--set", "presence_threshold=0"), "应大于 0"),
    ],
)
def test_what_cannot_be_is_refused(cli: Cli, arguments: tuple[str, ...], said: str) -> None:
    done = cli(*arguments, *ASKED)
    assert done.code == 2
    assert said in done.err
    assert not done.out


def test_checks_and_limits_show_in_list_and_explanation(cli: Cli, tmp_path: Path) -> None:
    rules = tmp_path / "清单.yaml"
    rules.write_text("checks: [{item: 产品, of: products, none_of: 叶片, fails: warn}]", "utf-8")
    found = answer(cli, "recommend", *ASKED, "--checks", str(rules), "--max-per-link", "1")
    assert {target["checks"]["name"] for target in found["targets"]} == {"清单"}
    links = [target["link"]["id"] for target in found["targets"]]
    assert len(links) == len(set(links))
    held = found["held_back"]
    assert held
    said = answer(cli, "explain", held[0]["firm"]["id"], *ASKED, "--max-per-link", "1")
    assert "让位" in said["reasons"][0]
    table = cli("recommend", *ASKED[:4], "--checks", str(rules), "--max-per-link", "1").out
    assert "【准入评分】" in table
    assert "【让位企业】" in table


def test_an_office_scores_two_firms_from_template_to_sheet(
    cli: Cli, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(world.parent, tmp_path / "own")
    monkeypatch.setenv("CHAINSCOUT_STORE", str(tmp_path / "own" / world.name))
    form, result = tmp_path / "填报.xlsx", tmp_path / "名单.xlsx"
    said = cli("template", form, "--checks", "example").err
    assert "亩均投资(万元/亩)" in said
    book = openpyxl.load_workbook(form)
    sheet = book["企业"]
    columns = [str(cell.value) for cell in sheet[1]]
    for given in (
        {"企业名称*": "乙叶片厂", "亩均投资(万元/亩)": 450, "安全风险等级": "四级"},
        {"企业名称*": "@丙钢厂", "亩均投资(万元/亩)": 250},
    ):
        sheet.append([given.get(column) for column in columns])
    book.save(form)
    assert cli("ingest", form).code == 0
    monkeypatch.setattr(State, "snapshot", lambda state: state.store().snapshot())
    assert cli("recommend", *ASKED[:4], "--checks", "example", "-o", result).code == 0
    rows = list(openpyxl.load_workbook(result)["准入评分"].iter_rows(values_only=True))
    (heads,) = [row for row in rows if "结论" in row]
    found = {row[1]: dict(zip(heads, row, strict=True)) for row in rows[rows.index(heads) + 1 :]}
    good, bad = found["乙叶片厂"], found["'@丙钢厂"]
    intensity = "二评投资·亩均投资强度（不低于 300 万元/亩）"
    assert (good["结论"], good[intensity]) == ("待核实", "符合：450 万元/亩")
    assert good["已知项数"] == "3/10"
    assert (bad["名次"], bad["结论"], bad[intensity]) == (None, "不符，未列入", "不符：250 万元/亩")


def test_the_list_of_the_settings_is_used(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINSCOUT_CHECKS", "example")
    assert "示例" in answer(cli, "recommend", *ASKED)["settings"]["checks"]["name"]
