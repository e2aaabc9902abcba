from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import __main__ as every
from benchmarks import growth

FIGURES = {
    10_000: {"ingest_s": 2.0, "rank_ms": 3.25, "snapshot_mb": 290.0},
    100_000: {"ingest_s": 8.0, "rank_ms": 5.5, "snapshot_mb": 330.0},
    1_000_000: {"ingest_s": 61.0, "snapshot_mb": 580.0},
}


def test_curves_are_drawn_of_what_was_measured_and_the_same_each_time(tmp_path: Path) -> None:
    files = tmp_path / "a.svg", tmp_path / "b.svg"
    for file in files:
        growth.draw(FIGURES, file)
    first, second = (file.read_text(encoding="utf-8") for file in files)
    assert first == second
    assert "ingest of files" in first
    assert "rank, CPU" in first
    assert "HTTP recommend" not in first  # nobody measured it


def test_the_table_has_a_column_a_size_and_says_what_is_missing() -> None:
    lines = growth.text(FIGURES).splitlines()
    assert "| firms | 10,000 | 100,000 | 1,000,000 |" in lines
    assert "| ingest of files, s | 2.0 | 8.0 | 61.0 |" in lines
    assert "| rank, CPU, ms | 3.2 | 5.5 | – |" in lines


def test_the_list_names_every_benchmark_and_every_peer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert every.run(["list"]) == 0
    shown = capsys.readouterr().out
    for name in ("growth", "neo4j", "soak", "reliability", "speed", "kuzu", "ecomplexity"):
        assert name in shown
    monkeypatch.setattr(every, "PEERS", (("no-such-peer", "speed", "pip install it"),))
    assert every.missing()[0] == "no-such-peer: not installed (pip install it): speed"
    assert every.run(["nothing"]) == 2
