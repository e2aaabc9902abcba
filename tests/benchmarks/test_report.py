from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.child import measured
from benchmarks.report import table, write_section


def test_a_section_replaces_its_own_and_leaves_the_others(tmp_path: Path) -> None:
    file = tmp_path / "RESULTS.md"
    for name, text in (("Speed", "old \\1"), ("Quality", "kept"), ("Speed", "new \\1")):
        write_section(name, text, file)
    written = file.read_text(encoding="utf-8")
    assert written.startswith("# Results")
    assert "old \\1" not in written
    assert written.index("new \\1") < written.index("kept")
    assert written.count("## ") == 2


def test_a_table_has_a_line_a_row() -> None:
    lines = table(["step", "s"], [["a", 1], ["b", 2]]).splitlines()
    assert lines == ["| step | s |", "| --- | ---: |", "| a | 1 |", "| b | 2 |"]


def test_a_step_runs_in_its_own_process_and_says_what_it_held() -> None:
    found = measured("os.path:basename", "a/b")
    assert found.result == "b"
    assert found.seconds < 1
    assert found.peak_mb > 1


def test_a_step_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match=r"(?s)json:loads failed.*JSONDecodeError"):
        measured("json:loads", "{")
