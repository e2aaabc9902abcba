"""Every command in every format, and what is said when something is wrong."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from chainscout.cli.app import COMMANDS
from chainscout.output import SUFFIXES
from tests.chainscout.conftest import Cli

QUESTIONS: dict[str, tuple[str, ...]] = {
    "chains": (),
    "regions": (),
    "firms": (),
    "stats": (),
    "settings": (),
    "gaps": ("--region", "甲市", "--chain", "风电"),
    "recommend": ("--region", "甲市", "--chain", "风电"),
    "explain": ("乙叶", "--region", "甲市", "--chain", "风电"),
    "destinations": ("乙叶", "--chain", "风电", "--link", "blade"),
    "path": ("乙叶片厂", "--region", "甲市"),
    "compare": ("甲市", "乙市", "--chain", "风电"),
    "measures": ("cells",),
}


def test_every_command_that_answers_is_tested_here() -> None:
    without_format = {"demo", "ingest", "template", "copy", "serve", "version"}
    without_format |= {"backup", "restore", "reference"}
    elsewhere = {"backtest", "model", "guide", "draw", "weigh-feeds"}
    elsewhere |= {"resolve", "classify", "extract"}
    alone = {"settings"}  # a group that answers without a command
    assert {name for name, _, _ in COMMANDS} | alone == set(QUESTIONS) | without_format | elsewhere


@pytest.mark.parametrize("command", QUESTIONS)
def test_formats_on_screen(command: str, cli: Cli) -> None:
    answers = {
        form: cli(command, *QUESTIONS[command], "--format", form)
        for form in ("table", "json", "jsonl", "csv")
    }
    assert {form: answer.code for form, answer in answers.items()} == dict.fromkeys(answers, 0)
    assert json.loads(answers["json"].out)
    lines = [json.loads(line) for line in answers["jsonl"].out.splitlines()]
    assert lines
    assert all(isinstance(line, dict) for line in lines)
    rows = list(csv.reader(io.StringIO(answers["csv"].out)))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert max(map(len, answers["table"].out.splitlines())) <= 100


@pytest.mark.parametrize("command", QUESTIONS)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_formats_in_files(command: str, suffix: str, cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / f"answer{suffix}"
    answer = cli(command, *QUESTIONS[command], "-o", target)
    assert (answer.code, answer.out) == (0, "")
    assert str(target) in answer.err.replace("\n", "")
    content = target.read_bytes()
    assert content.startswith(b"PK") == (suffix in (".xlsx", ".docx"))
    assert content.startswith(b"\xef\xbb\xbf") == (suffix == ".csv")
    assert list(tmp_path.iterdir()) == [target]


def test_gaps_and_recommend_have_the_fields_of_the_contract(cli: Cli) -> None:
    gaps = json.loads(cli("gaps", "--region", "330100", "--format", "json").out)
    assert list(gaps)[:3] == ["region", "data_version", "settings"]
    assert [chain["chain"]["id"] for chain in gaps["chains"]] == ["sun", "wind"]
    found = json.loads(
        cli("recommend", "--region", "甲市", "--chain", "wind", "--format", "json").out
    )
    best = found["targets"][0]
    assert best["firm"]["name"] == "乙叶片厂"
    assert {"rank", "firm", "link", "score", "interval", "coverage", "components", "reasons",
            "paths"} <= set(best)  # fmt: skip
    assert [step["label"] for step in best["paths"][0]["steps"]]


def test_messages_are_no_part_of_the_result(cli: Cli, tmp_path: Path) -> None:
    table = tmp_path / "firms.csv"
    table.write_text("企业名称,所在地\n丁厂,杭州\n,上海\n", encoding="utf8")
    store = tmp_path / "new.duckdb"
    done = cli("--store", store, "ingest", table, "--rejects", tmp_path / "bad.csv")
    summary = json.loads(done.out)
    counts = summary["tables"]["firms"]
    assert done.code == 0
    assert (counts["read"], counts["accepted"], counts["rejected"]) == (2, 1, 1)
    assert "1 行被退回" in done.err
    strict = cli("--store", store, "ingest", table, "--strict", "--rejects", tmp_path / "bad.csv")
    assert (strict.code, strict.out) == (3, "")


def test_ingest_summary_as_a_table(cli: Cli, tmp_path: Path) -> None:
    table = tmp_path / "firms.csv"
    table.write_text("企业名称\n丁厂\n", encoding="utf8")
    done = cli("--store", tmp_path / "new.duckdb", "ingest", table, "-f", "table")
    assert done.code == 0
    assert "新增" in done.out


WRONG: list[tuple[tuple[str, ...], str]] = [
    ((), "请给出一个命令"),
    (("frobnicate",), "没有命令「frobnicate」"),
    (("gaps",), "--region"),
    (("gaps", "--region", "甲市", "--bogus"), "没有选项 --bogus"),
    (("gaps", "--region"), "后面要有值"),
    (("gaps", "--region", "甲市", "-f", "xml"), "「xml」不可用"),
    (("recommend", "--chain", "风电", "--top", "0"), "不能小于 1"),
    (("recommend", "--chain", "风电", "--top", "many"), "应为整数"),
    (("gaps", "--region", "亚特兰蒂斯"), "没有找到地区“亚特兰蒂斯”"),
    (("gaps", "--region", "甲市", "--chain", "风垫"), "风电（wind）"),
    (("explain", "丁厂", "--region", "甲市", "--chain", "风电"), "没有找到企业“丁厂”"),
    (("recommend", "--region", "甲市"), "产业链或环节"),
    (("chains", "-o", "x.pdf"), "不支持的输出类型「.pdf」"),
    (("chains", "-o", "no/such/folder/x.csv"), "文件夹不存在"),
    (("ingest", "no-such-file.csv"), "文件不存在"),
    (("template", "x.csv"), "请以 .xlsx 结尾"),
    (("--store", "nothing.duckdb", "stats"), "这里还没有数据"),
    (("--store", "bolt+x://nowhere", "stats"), "这里还没有数据"),
    (("serve", "--host", "0.0.0.0"), "只能在本机使用"),
    (("recommend", "--queries", "no.csv"), "no.csv"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG, ids=[" ".join(a) for a, _ in WRONG])
def test_wrong_use_ends_in_one_message(
    arguments: tuple[str, ...],
    said: str,
    cli: Cli,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = cli(*arguments)
    assert answer.code == 2
    assert answer.out == ""
    assert said in answer.err
    assert answer.err.startswith("错误：")
    assert "Traceback" not in answer.err
    assert list(tmp_path.iterdir()) == []


def test_a_bad_setting_is_named(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINSCOUT_TOP", "ten")
    answer = cli("recommend", "--region", "甲市", "--chain", "风电")
    assert answer.code == 2
    assert "CHAINSCOUT_TOP" in answer.err


def test_a_fault_of_the_program_is_said_to_be_one(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr("api.listing.chains", broken)
    answer = cli("chains")
    assert answer.code == 1
    assert "意外错误（ZeroDivisionError：boom）" in answer.err
    assert "Traceback" not in answer.err
    assert "Traceback" in cli("--debug", "chains").err


def test_markup_in_the_data_is_not_followed(cli: Cli) -> None:
    answer = cli("recommend", "--region", "甲市", "--chain", "风电")
    assert "[red]主营[/red]" in answer.out.replace("\n", "").replace(" ", "")


def test_without_a_region_firms_are_ranked_for_a_link(cli: Cli) -> None:
    at = cli("recommend", "--link", "blade", "--at-link", "--format", "jsonl")
    names = [json.loads(line)["firm"]["name"] for line in at.out.splitlines()]
    assert names[0] == "乙叶片厂"


def test_firms_by_alias_region_and_limit(cli: Cli) -> None:
    by_alias = json.loads(cli("firms", "乙叶", "-f", "json").out)
    assert [row["name"] for row in by_alias] == ["乙叶片厂"]
    inside = json.loads(cli("firms", "--region", "乙市", "--limit", "2", "-f", "json").out)
    assert len(inside) == 2


def test_links_of_a_chain(cli: Cli) -> None:
    rows = json.loads(cli("chains", "风电", "-f", "json").out)
    assert [row["name"] for row in rows] == ["steel", "blade", "turbine"]


def test_copy_there_and_back(cli: Cli, world: Path, tmp_path: Path) -> None:
    there, back = tmp_path / "there.duckdb", tmp_path / "back.duckdb"
    assert cli("copy", world, there).code == 0
    assert cli("copy", there, back).code == 0
    tables = [
        json.loads(cli("--store", s, "stats", "-f", "json").out)["tables"] for s in (world, back)
    ]
    assert tables[0] == tables[1]
    again = cli("copy", world, there)
    assert again.code == 2
    assert "--replace" in again.err
    assert cli("copy", world, there, "--replace").code == 0
    assert cli("copy", there, there).code == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["version"], 0),
        (["--help"], 0),
        (["gaps", "--nope"], 2),
        (["--store", "no.db", "stats"], 2),
    ],
)
def test_the_installed_program(arguments: list[str], code: int, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from chainscout.cli import main; main()", *arguments],
        cwd=tmp_path, capture_output=True, encoding="utf8", check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert bool(done.stdout) == (code == 0)
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_early_is_no_error(world: Path) -> None:
    program = f'"{sys.executable}" -c "from chainscout.cli import main; main()"'
    done = subprocess.run(
        f'{program} --store "{world}" regions -f jsonl --level prefecture | head -c 1',
        shell=True, capture_output=True, encoding="utf8", check=False,
    )  # fmt: skip
    assert done.stdout == "{"
    assert done.stderr == ""


def test_a_command_loads_no_other_command() -> None:
    code = (
        "import sys; from chainscout.cli import run; run(['version']);"
        "print(sorted(n for n in sys.modules if n.startswith('chainscout.cli.')))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "chainscout.cli.meta" in ended.stdout
    assert "chainscout.cli.gaps" not in ended.stdout
    assert "chainscout.cli.projects" not in ended.stdout


@pytest.mark.parametrize("words", [[], ["gaps"], ["lists"], ["lists", "diff"]], ids=" ".join)
def test_help_is_in_chinese_to_the_last_line(words: list[str], cli: Cli) -> None:
    told = cli(*words, "--help").out
    assert "显示这份说明" in told
    assert "Show this" not in told
