"""Weights and thresholds of the office at the command line: set once, every command uses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.chainscout.conftest import Cli
from tests.factory import chain, feed, firm, link, position, region, store

ASKED = ("--region", "甲市", "--chain", "风电")


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of its own: 甲市 has steel of strength 0.6, a firm of 乙市 makes blades."""
    store(
        tmp_path,
        regions=[region("330000", "浙江省"), region("330100", "甲市", "330000"),
                 region("330200", "乙市", "330000")],
        chains=[chain("wind", "风电")],
        links=[link("wind.steel", "upstream"), link("wind.blade", "downstream")],
        feeds=[feed("wind.steel", "wind.blade")],
        firms=[firm("甲钢", "330100"), firm("乙叶", "330200", employees=900)],
        positions=[position("甲钢", "wind.steel", 0.6), position("乙叶", "wind.blade")],
    )  # fmt: skip
    monkeypatch.delenv("CHAINSCOUT_WORKSPACE", raising=False)
    monkeypatch.setenv("CHAINSCOUT_STORE", str(tmp_path / "world.duckdb"))
    return tmp_path


def answer(cli: Cli, *command: str) -> Any:
    done = cli(*command, "--format", "json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_what_is_set_counts_for_every_command_until_it_is_reset(cli: Cli, own: Path) -> None:
    before = answer(cli, "gaps", *ASKED)
    assert before["settings"]["version"] is None
    assert not (own / "world.duckdb.workspace.db").exists()  # who asks makes no workspace
    done = cli("settings", "set", "具备门槛=0.8", "ranking.fit=0.5", "--comment", "从严")
    assert (done.code, done.out) == (0, "")
    assert "已保存为第 1 版：具备门槛 默认→0.8；环节契合权重 默认→0.5" in done.err

    gaps = answer(cli, "gaps", *ASKED)
    statuses = [{g["link"]["id"]: g["status"] for g in a["chains"][0]["links"]}["wind.steel"]
                for a in (before, gaps)]  # fmt: skip
    assert statuses == ["strong", "weak"]
    for command in (("recommend", *ASKED), ("explain", "乙叶", *ASKED)):
        settings = answer(cli, *command)["settings"]
        assert (settings["version"], settings["weights"]["fit"]) == (1, 0.5)
        assert settings["presence_threshold"] == 0.8
    queries = own / "q.csv"
    queries.write_text("region,chain\n甲市,风电\n", "utf8")
    batch = cli("recommend", "--queries", str(queries))
    assert json.loads(batch.out)["settings"]["version"] == 1
    asked = answer(cli, "recommend", *ASKED, "--weight", "fit=0.1", "--set", "具备门槛=0.7")
    assert asked["settings"]["weights"]["fit"] == 0.1  # one question comes before the office
    assert asked["settings"]["presence_threshold"] == 0.7
    made = answer(cli, "lists", "new", "清单", *ASKED)
    assert (made["settings_version"], made["settings"]["weights"]["fit"]) == (1, 0.5)
    compared = cli("compare", "甲市", "乙市", "--chain", "风电", "--format", "json")
    assert "weak" in compared.out

    assert "第 2 版：具备门槛 0.8→默认" in cli("settings", "reset", "具备门槛").err
    assert "第 3 版" in cli("settings", "reset", "--all").err
    assert "没有改动：现为第 3 版" in cli("settings", "reset", "--all").err
    again = answer(cli, "gaps", *ASKED)
    assert again["chains"] == before["chains"]
    cli("lists", "renew", "1")
    told = cli("lists", "diff", "1")
    assert "权重调整：环节契合 0.5→0.22" in told.out
    assert "本单位的权重与门槛由第 1 版改为第 3 版" in told.out.replace("\n", "")


def test_what_is_in_force_and_who_changed_it_is_shown(cli: Cli, own: Path) -> None:
    assert "还没有人改过" in cli("settings", "history").out
    cli("settings", "set", "链主标签=链主、龙头", "--comment", "省里口径")
    shown = answer(cli, "settings", "show")
    rows = {row["key"]: row for row in shown["settings"]}
    assert (shown["version"], rows["leader_tags"]["value"]) == (1, ["链主", "龙头"])
    assert rows["presence_threshold"]["range"] == "大于 0，不大于 100"
    assert "链主、龙头" in cli("settings", "show").out
    assert "CHAINSCOUT_STORE" in cli("settings").out  # of the program, as before
    history = answer(cli, "settings", "history")
    assert history[0]["comment"] == "省里口径"
    assert "链主标签 默认→链主、龙头" in cli("settings", "history", "--format", "csv").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("set", "具备门槛=0"), "「具备门槛」应为数字，大于 0，不大于 100，收到「0」"),
        (("set", "具备门槛"), "应写作 名称=数值"),
        (("set", "门坎=1"), "没有名为「门坎」的权重或门槛"),
        (("set", "可招企业权重=0.333"), "至多 2 位小数"),
        (("reset",), "二选一"),
        (("reset", "具备门槛", "--all"), "二选一"),
        (("set",), "缺少 values"),
    ],
)
def test_what_cannot_be_is_refused(
    cli: Cli, own: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = cli("settings", *arguments)
    assert done.code == 2
    assert said in done.err
    assert answer(cli, "settings", "show")["version"] == 0


def test_a_guide_and_a_workbook_name_what_they_were_made_with(cli: Cli, own: Path) -> None:
    cli("settings", "set", "具备门槛=0.8")
    guide, page = own / "g.html", own / "l.html"
    assert cli("guide", *ASKED, "-o", str(guide)).code == 0
    assert cli("recommend", *ASKED, "-o", str(page)).code == 0
    assert "本单位的第 1 版" in guide.read_text("utf8")
    assert "缺口参数：设置版本" in page.read_text("utf8")
    assert "排序参数：设置版本" in page.read_text("utf8")
    picture = own / "m.svg"
    assert cli("draw", "map", *ASKED, "-o", str(picture)).code == 0
    assert "薄弱" in picture.read_text("utf8")
