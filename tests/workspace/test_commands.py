"""The office's commands: lists, projects, users, as somebody types them."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from chainscout.cli import run
from tests.workspace.worlds import second_version, wind
from workspace import SYSTEM, accounts, audit, open_workspace

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """``cli("lists", "list")`` → exit code, standard output, standard error; in an empty folder."""
    monkeypatch.setenv("CHAINSCOUT_STORE", str(tmp_path / "world.duckdb"))
    monkeypatch.delenv("CHAINSCOUT_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_the_life_of_a_list(cli: Cli, tmp_path: Path) -> None:
    made = wind(tmp_path)
    code, out, err = cli(
        "lists", "new", "叶片", "--region", "甲市", "--chain", "风电", "--link", "blade",
        "--top", 4, "--event", "链博会", "--format", "json",
    )  # fmt: skip
    told = json.loads(out)
    assert (code, len(told["entries"]), told["event"]) == (0, 4, "链博会"), err
    assert "已建立清单 1" in err
    first = told["entries"][0]["firm"]["name"]
    assert cli("lists", "note", 1, first, "很有意向")[0] == 0
    assert cli("lists", "outcome", 1, first, "在谈", "--on", "2026-03")[0] == 0
    code, out, _ = cli("lists", "show", 1, "--format", "json")
    assert json.loads(out)["entries"][0]["progress"]["label"] == "在谈"
    assert "很有意向" in cli("lists", "show", 1)[1]
    assert json.loads(cli("lists", "hitrate", "--format", "json")[1])["talking"] == 1
    second_version(made)
    code, out, err = cli("lists", "renew", 1, "--format", "json")
    assert (code, "现为第 2 版" in err) == (0, True)
    assert [c["firm"]["name"] for c in json.loads(out)["added"]] == ["丙"]
    assert json.loads(cli("lists", "diff", 1, "--format", "json")[1]) == json.loads(out)
    assert "新进" in cli("lists", "diff", 1)[1]
    assert cli("lists", "add", 1, "外来公司", "--reason", "领导推荐")[0] == 0
    assert cli("lists", "remove", 1, "丙", "--why", "谈过了")[0] == 0
    assert cli("lists", "copy", 1, "副本")[0] == 0
    assert "家企业" in cli("lists", "merge", 1, 2, "--title", "合并")[2]
    assert cli("lists", "archive", 2)[0] == 0
    listed = json.loads(cli("lists", "list", "--format", "json")[1])
    assert [row["id"] for row in listed] == [3, 1]


def test_a_list_goes_out_and_comes_back(cli: Cli, tmp_path: Path) -> None:
    wind(tmp_path)
    cli("lists", "new", "叶片", "--region", "甲市", "--chain", "风电", "--top", 3)
    assert cli("lists", "export", 1, "-o", "清单.xlsx")[0] == 0
    book = openpyxl.load_workbook("清单.xlsx")
    assert book.active is not None
    at = {cell.value: i for i, cell in enumerate(book.active[1], 1)}
    book.active.cell(2, at["进展"]).value = "已联系"
    book.active.cell(3, at["进展"]).value = "飞了"
    book.save("清单.xlsx")
    code, _, err = cli("lists", "import", 1, "清单.xlsx")
    assert (code, "记入进展 1 条" in err, "1 行被退回" in err) == (0, True, True)
    assert Path("清单.rejects.xlsx").exists()
    assert cli("lists", "export", 1, "-o", "清单.csv")[0] == 2


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("lists", "show", 7), "没有找到清单「7」"),
        (("lists", "outcome", 1, "乙1", "lost"), "原因"),
        (("lists", "note", 1, "没有这家", "x"), "上没有「没有这家」"),
        (("projects", "move", 9, "签约"), "没有找到项目「9」"),
        (("projects", "add", "x", "--stage", "飞升"), "可用：在谈、签约、动建、投产"),
        (("projects", "add", "x", "--region", "亚特兰蒂斯"), "亚特兰蒂斯"),
        (("projects", "list", "--region", "朝阳区"), "不止一个"),
        (("projects", "import"), "二者取一"),
        (("projects", "league", "--measure", "luck"), "可用：signed"),
        (("users", "role", "nobody", "admin"), "没有找到用户"),
        (("users", "add", "boss"), "标准输入"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    command: tuple[object, ...], said: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    if command[0] == "lists":
        wind(tmp_path)
        cli("lists", "new", "叶片", "--region", "甲市", "--chain", "风电", "--top", 5)
    code, out, err = cli(*command)
    assert (code, out) == (2, ""), err
    assert said in err


def test_the_life_of_a_project(cli: Cli, tmp_path: Path) -> None:
    assert cli("projects", "add", "叶片基地", "--firm", "甲公司", "--region", "舟山", "--amount", 5,
               "--on", "2026-01", "--owner", "招商局", "--due", "2026-02-01")[0] == 0  # fmt: skip
    assert "现为「签约」" in cli("projects", "move", 1, "签约", "--on", "2026-03-02")[2]
    assert cli("projects", "funds", 1, 1.5, "--on", "2026-04")[0] == 0
    assert cli("projects", "set", 1, "--amount", 8, "--next", "供地")[0] == 0
    assert cli("projects", "set", 1)[0] == 2
    assert cli("projects", "contact", "走访", "--project", 1, "--on", "2026-03-01", "--unit",
               "招商局", "--whom", "张总")[0] == 0  # fmt: skip
    shown = json.loads(cli("projects", "show", 1, "--format", "json")[1])
    assert (shown["stage"], shown["amount"], shown["paid_in"], len(shown["events"])) == (
        "签约", 8.0, 1.5, 4,
    )  # fmt: skip
    assert "阶段变化" in cli("projects", "show", 1)[1]
    (row,) = json.loads(cli("projects", "list", "--region", "浙江", "--format", "json")[1])
    assert (row["light"]["colour"], row["region_code"]) == ("red", "330900")
    assert "红 1 个" in cli("projects", "light")[2]
    table = json.loads(cli("projects", "table", "--year", 2026, "--period", "quarter",
                           "--format", "json")[1])  # fmt: skip
    assert {r["period"]: r["signed"] for r in table}["2026Q1"] == 1
    assert "签约一批" in cli("projects", "batches")[1]
    league = json.loads(cli("projects", "league", "--year", 2026, "--format", "json")[1])
    assert (league[0]["unit"], league[0]["contacts"]) == ("招商局", 1)
    assert "张总" in cli("projects", "contacts", "--project", 1)[1]
    assert "招商局" in cli("projects", "contacts", "--units", "--since", "2026-01-01")[1]
    assert cli("projects", "export", "-o", "项目.xlsx")[0] == 0
    assert "修改 0 个，未变 2 行，联系记录 0 条" in cli("projects", "import", "项目.xlsx")[2]
    assert cli("projects", "close", 1, "--why", "没有土地")[0] == 0
    assert cli("projects", "reopen", 1)[0] == 0


def test_news_is_imported_and_confirmed(cli: Cli, tmp_path: Path) -> None:
    Path("日报.txt").write_text(
        "3月2日，总投资12亿元的风电叶片制造项目在舟山市签约。", encoding="utf-8"
    )
    assert cli("extract", "日报.txt", "-o", "日报.json")[0] == 0
    code, _, err = cli("projects", "import", "日报.json", "--region", "舟山")
    assert (code, "新增 1 个" in err) == (0, True), err
    assert "已有 1 个" in cli("projects", "import", "日报.json", "--region", "舟山")[2]
    (row,) = json.loads(cli("projects", "list", "--status", "uncertain", "--format", "json")[1])
    assert (row["stage"], row["amount"], row["status"]) == ("签约", 12.0, "uncertain")
    assert cli("projects", "confirm", row["id"])[0] == 0
    Path("坏.json").write_text("{", encoding="utf-8")
    assert cli("projects", "import", "坏.json")[0] == 2


def test_stages_are_shown_and_changed(cli: Cli) -> None:
    code, out, _ = cli("projects", "stages")
    assert (code, "动建" in out) == (0, True)
    Path("own.yaml").write_text(out.replace("动建", "开建"), encoding="utf-8")
    assert cli("projects", "stages", "--region", "舟山", "--set", "own.yaml")[0] == 0
    assert "开建" in cli("projects", "stages", "--region", "330902")[1]
    assert cli("projects", "stages", "--set", "six")[0] == 0
    assert "融资" in cli("projects", "stages")[1]
    Path("own.yaml").write_text("stages: 3", encoding="utf-8")
    assert cli("projects", "stages", "--set", "own.yaml")[0] == 2


def test_the_first_admin_is_made_by_a_command(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse 42\n"))
    assert cli("users", "add", "boss", "--role", "admin", "--unit", "链办")[0] == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse 43\n"))
    assert cli("users", "add", "小王", "--role", "editor", "--region", "舟山")[0] == 0
    listed = json.loads(cli("users", "list", "--format", "json")[1])
    assert [(u["name"], u["role"], u["regions"]) for u in listed] == [
        ("boss", "admin", []), ("小王", "editor", ["330900"]),
    ]  # fmt: skip
    code, out, err = cli("users", "key", "小王", "--label", "看板", "--days", 30)
    assert (code, out.startswith("cs_"), "只显示这一次" in err) == (0, True, True)
    workspace = open_workspace(tmp_path / "world.duckdb.workspace.db")
    with workspace.read(SYSTEM) as session:
        assert accounts.actor_of_key(session, out).owner == "小王"
        assert {entry.by for entry in audit.entries(session)} == {
            next(iter(audit.entries(session))).by
        }
    prefix = out.split("_")[1]
    assert prefix in cli("users", "keys", "小王")[1]
    assert cli("users", "rotate", prefix)[1].startswith("cs_")
    assert cli("users", "revoke", prefix)[0] == 2
    assert cli("users", "disable", "boss")[0] == 2
    assert cli("users", "disable", "小王")[0] == 0
    assert cli("users", "role", "小王", "viewer")[0] == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("another horse 44\n"))
    assert cli("users", "password", "小王")[0] == 0
    assert accounts.sign_in(workspace, "boss", "correct horse 42").actor.role.value == "admin"
    workspace.close()
    log = cli("users", "log", "--limit", 3)[1]
    assert "login" in log


def test_a_workspace_elsewhere(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINSCOUT_WORKSPACE", str(tmp_path / "office.db"))
    assert cli("projects", "add", "项目")[0] == 0
    assert (tmp_path / "office.db").exists()
    assert not (tmp_path / "world.duckdb.workspace.db").exists()
    monkeypatch.setenv("CHAINSCOUT_WORKSPACE", "mysql://x/y")
    assert cli("projects", "list")[0] == 2
