"""The command line and the HTTP face over a server's store: what a file answers, word for word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from api.app import create_app
from chainscout.backups import restore
from graph.schema import LOAD_ORDER
from graph.store import connect
from tests.chainscout.conftest import Cli
from tests.contracts.store import names
from tests.graph.neo4j_worlds import bolt, neo4j_server, store_at, wipe

__all__ = ["bolt", "neo4j_server"]

FILES = {
    "chains": "name\n风电\n",
    "links": "chain,name,stage\n风电,叶片,中游\n风电,整机,下游\n",
    "feeds": "chain,upstream,downstream\n风电,叶片,整机\n",
    "firms": "name,region,employees,aliases\n甲整机厂,舟山市,500,甲厂;甲整\n乙叶片厂,宁波市,,\n",
    "positions": "firm,link,strength\n甲整机厂,整机,0.9\n乙叶片厂,叶片,\n",
    "ties": "from,to,kind\n乙叶片厂,甲整机厂,供应\n",
}
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


def test_files_are_loaded_into_a_server_as_into_a_file(cli: Cli, bolt: str, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    stores = (str(tmp_path / "same.duckdb"), bolt)

    def loaded() -> list[dict[str, Any]]:
        return [json.loads(cli("--store", store, "ingest", folder).out) for store in stores]

    first, again = loaded(), loaded()
    for answers in (first, again):
        assert answers[0]["tables"] == answers[1]["tables"]
        assert [answer["data_version"] for answer in answers] == [1, 1]
    assert again[1]["tables"]["firms"]["unchanged"] == 2
    (folder / "firms.csv").write_text(FILES["firms"].replace("500", "600"), encoding="utf-8")
    assert [answer["data_version"] for answer in loaded()] == [2, 2]
    here, there = (connect(store) for store in stores)
    for name in LOAD_ORDER:
        assert there.read(name).equals(here.read(name)), name
        assert there.read(name, version=1).equals(here.read(name, version=1)), name


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
