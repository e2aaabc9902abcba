"""The first command of a newcomer, on the data that come with the product."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tests.chainscout.conftest import Cli


def test_demo_answers_the_three_questions_and_can_be_run_again(cli: Cli, tmp_path: Path) -> None:
    first = cli("demo", tmp_path / "demo")
    assert first.code == 0, first.err
    for heading in ("【有什么】", "【缺什么】", "【找谁】"):
        assert heading in first.out
    assert max(map(len, first.out.splitlines())) <= 100
    assert "serve" in first.err
    (workbook,) = (tmp_path / "demo").glob("*.xlsx")
    sheets = openpyxl.load_workbook(workbook).sheetnames
    assert sheets[0] == "找谁(目标企业)"
    again = cli("demo", tmp_path / "demo", "--region", "舟山", "--chain", "绿色石化", "--top", "3")
    assert again.code == 0, again.err
    assert "第 1 版" in again.err  # the same data make no new version
    assert "舟山市·绿色石化" in again.out
