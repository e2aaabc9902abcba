"""The command line and the HTTP face over a server's store: what a file answers, word for word."""

from __future__ import annotations

import json
from pathlib import Path

from fastapi.testclient import TestClient

from api.app import create_app
from chainscout.backups import restore
from tests.chainscout.conftest import Cli
from tests.contracts.store import names
from tests.graph.neo4j_worlds import bolt, neo4j_server, store_at, wipe

__all__ = ["bolt", "neo4j_server"]

QUESTIONS = (
    ("gaps", "--region", "甲市", "--chain", "风电"),
    ("recommend", "--region", "甲市", "--chain", "风电"),
    ("explain", "乙叶片厂", "--region", "甲市", "--chain", "风电"),
    ("path", "乙叶片厂", "--region", "甲市"),
    ("chains",),
    ("firms", "厂"),
)


def test_every_answer_is_that_of_the_file(cli: Cli, world: Path, bolt: str, tmp_path: Path) -> None:
    assert cli("copy", world, bolt).code == 0
    for question in QUESTIONS:
        here, there = (
            cli("--store", store, *question, "--format", "json") for store in (world, bolt)
        )
        assert (there.code, json.loads(there.out)) == (0, json.loads(here.out)), question
    app = create_app(bolt, folder=tmp_path / "state", workspace=str(tmp_path / "work.db"))
    with TestClient(app) as client:
        found = client.get("/api/v1/gaps", params={"region": "甲市", "chain": "风电"})
    assert found.json() == json.loads(cli("gaps", *QUESTIONS[0][1:], "--format", "json").out)


def test_a_server_is_backed_up_and_restored(
    cli: Cli, world: Path, bolt: str, tmp_path: Path
) -> None:
    assert cli("copy", world, bolt).code == 0
    before = names(store_at(bolt))
    done = cli("--store", bolt, "backup", tmp_path)
    assert (done.code, "已备份第 1 版" in done.err) == (0, True)
    wipe(bolt)
    restore(tmp_path / "chainscout-000001.duckdb", store_at(bolt), lambda what, done, of: None)
    assert names(store_at(bolt)) == before


def test_a_password_in_an_address_is_not_repeated(cli: Cli, bolt: str) -> None:
    address = bolt.replace("bolt://", "bolt://neo4j:geheim-123@")
    done = cli("--store", address, "stats")
    assert (done.code, "用户名或密码不对" in done.err) == (2, True)
    assert "geheim-123" not in done.out + done.err
