"""What docs/targets.md shows can be done."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from recommender.checks import read_checks
from recommender.checks.park import condition
from tests.chainscout.conftest import Cli


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "targets.md").read_text("utf-8")


def test_its_check_list_reads(page: str, tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    file = tmp_path / "准入清单.yaml"
    file.write_text(text, "utf-8")
    found = read_checks(file)
    assert sum(check.points for check in found.checks) == 100
    assert not any(check.manual for check in found.checks)


def test_its_conditions_of_a_park_are_understood(page: str) -> None:
    part = page.partition("### 园区")[2].partition("## 对接路径")[0]
    shown = re.findall(r"`([^`]+)`", part.split("|---|---|")[1])
    assert len(shown) == 9
    for text in shown:
        check = condition(text, "园区表")
        assert check is not None
        assert not check.manual, text


def test_its_commands_and_options_are_those_of_the_program(page: str, cli: Cli) -> None:
    commands = re.findall(r"^chainscout (\w[^\n]*)$", page, re.MULTILINE)
    assert len(commands) == 5
    shown = ""
    for line in commands:
        name, *rest = shlex.split(line)
        usage = cli(name, "--help")
        assert usage.code == 0
        shown += usage.out
        for option in (part for part in rest if part.startswith("--")):
            assert option in usage.out
    for option in set(re.findall(r"`(--[a-z-]+)", page)):
        assert option in shown, option
