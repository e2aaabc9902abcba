"""reader: the encoder that reads news, as a person asks for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.news.encoder import state
from tests.chainscout.conftest import Cli


def test_what_is_there_is_told(cli: Cli) -> None:
    answer = cli("reader", "--format", "json")
    told = json.loads(answer.out)
    assert answer.code == 0
    assert told["state"] == state().state
    assert told["artifact"].startswith("dev.langchain4j:")
    assert Path(told["folder"]) == state().folder
    assert ("reader fetch" in answer.err) == (not state().ready)


def test_another_file_is_refused(cli: Cli, tmp_path: Path) -> None:
    before = state()
    other = tmp_path / "其他.jar"
    other.write_bytes(b"PK\x03\x04")
    answer = cli("reader", "add", other)
    assert answer.code == 2
    assert "其他.jar" in answer.err
    assert "校验值不符" in answer.err
    assert state() == before


def test_without_a_network_it_says_what_to_do(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state()
    monkeypatch.setenv("M2_REPO", str(tmp_path))
    answer = cli("reader", "fetch", "--again", "--mirror", "http://127.0.0.1:9/maven")
    assert answer.code == 2
    assert "连不上 Maven 仓库http://127.0.0.1:9/maven" in answer.err
    assert "chainscout reader add" in answer.err
    assert state() == before


def test_what_is_ready_is_not_fetched_again(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    if not state().ready:
        pytest.skip("no encoder: chainscout reader fetch")
    monkeypatch.setenv("M2_REPO", "/nowhere")
    answer = cli("reader", "fetch", "--mirror", "http://127.0.0.1:9/maven")
    assert answer.code == 0
    assert "已就绪" in answer.err
