"""A server takes up a new data version by itself, and survives a store that breaks."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import api.holder
from api.app import create_app
from api.holder import SnapshotHolder
from graph import open_store
from graph.store import StoreNotFound
from tests.factory import chain, rows, store


def wait_for(true: Callable[[], bool], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


def test_a_new_version_is_taken_up_between_requests(tmp_path: Path) -> None:
    made = store(tmp_path, chains=[chain("a")])
    client = TestClient(create_app(made.uri, reload_seconds=0.0))
    first = client.get("/api/v1/chains")
    assert [c["id"] for c in first.json()["chains"]] == ["a"]
    with made.write() as writer:
        writer.put("chains", rows("chains", chain("b")))
    tag = {"If-None-Match": first.headers["etag"]}
    assert wait_for(lambda: client.get("/api/v1/chains", headers=tag).status_code == 200)
    assert [c["id"] for c in client.get("/api/v1/chains").json()["chains"]] == ["a", "b"]


def test_the_store_is_looked_at_once_an_interval(tmp_path: Path) -> None:
    now = [0.0]
    made = store(tmp_path, chains=[chain("a")])
    holder = SnapshotHolder(made, interval=1.0, clock=lambda: now[0])
    with made.write() as writer:
        writer.put("chains", rows("chains", chain("b")))
    now[0] = 0.5
    assert holder.snapshot.data_version == 1
    time.sleep(0.2)
    assert holder.snapshot.data_version == 1
    now[0] = 1.5
    assert wait_for(lambda: holder.snapshot.data_version == 2)


def test_a_store_that_breaks_leaves_the_last_version_in_use(tmp_path: Path) -> None:
    made = store(tmp_path, chains=[chain("a")])
    holder = SnapshotHolder(made, interval=0.0)
    path = tmp_path / "world.duckdb"
    path.unlink()
    path.write_bytes(b"not a store at all")
    for _ in range(5):
        assert holder.snapshot.data_version == 1
        time.sleep(0.05)


def test_no_store_no_server(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFound):
        SnapshotHolder(open_store(tmp_path / "none.duckdb"))


def test_a_new_version_of_a_large_store_is_prepared_by_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.holder, "WORTH", 0)
    monkeypatch.setattr(api.holder, "_FIRST", 0.0)
    made = store(tmp_path, chains=[chain("a")])
    prepared: list[int] = []
    holder = SnapshotHolder(
        made, interval=0.0, prepare=lambda snapshot: prepared.append(snapshot.data_version)
    )
    with made.write() as writer:
        writer.put("chains", rows("chains", chain("b")))
    assert wait_for(lambda: holder.snapshot.data_version == 2, 60)
    assert [c.id for c in holder.snapshot.chains] == ["a", "b"]
    assert prepared[-1] == 2


def test_a_store_that_goes_while_the_server_warms_up_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(_: object) -> None:
        raise StoreNotFound("没有了")

    SnapshotHolder(store(tmp_path, chains=[chain("a")]), prepare=gone)
    assert wait_for(lambda: "没有了" in caplog.text)


def test_an_old_version_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.holder, "WORTH", 0)
    monkeypatch.setattr(api.holder, "_FIRST", 0.0)
    made = store(tmp_path, chains=[chain("a")])
    holder = SnapshotHolder(made, interval=0.0)
    old = weakref.ref(holder.snapshot)
    with made.write() as writer:
        writer.put("chains", rows("chains", chain("b")))
    assert wait_for(lambda: holder.snapshot.data_version == 2, 60)
    assert wait_for(lambda: old() is None)


def test_the_first_snapshot_may_have_been_begun_before(tmp_path: Path) -> None:
    made = store(tmp_path, chains=[chain("a")])
    first = made.snapshot()
    assert SnapshotHolder(made, first=lambda: first).snapshot is first
