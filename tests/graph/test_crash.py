from __future__ import annotations

import multiprocessing as mp
from multiprocessing.connection import Connection
from pathlib import Path

import pyarrow as pa

from benchmarks import crash
from graph.store import connect
from tests import factory
from tests.contracts.store import put


def test_a_writer_killed_at_any_moment_leaves_a_whole_version(tmp_path: Path) -> None:
    tally = crash.run(tmp_path, kills=25, longest=0.25)
    assert tally.clean, tally
    assert tally.kills >= 25
    # The kills met writers at work, and readers looked on.
    assert tally.drafts >= 5, tally
    assert tally.versions >= 2, tally
    assert tally.reads >= 3, tally


def test_a_row_that_does_not_belong_is_noticed(tmp_path: Path) -> None:
    store = connect(tmp_path / "crash.duckdb")
    crash.write_once(store)
    assert len(set(crash.digest(store))) == 1
    put(store, "firms", factory.firm("stranger"))
    assert len(set(crash.digest(store))) == 2
    assert len(set(crash.digest(store, 1))) == 1


def test_an_ingest_that_names_two_versions_is_noticed(tmp_path: Path) -> None:
    store = connect(tmp_path / "crash.duckdb")
    assert [crash.ingest_once(store), crash.ingest_once(store)] == [1, 2]
    assert crash.marks(store, 1) == ("第1版", "第1版")
    assert crash.marks(store) == ("第2版", "第2版")
    rows = store.fetch("firms", store.read("firms", ["firm_id"])["firm_id"].to_pylist()[:1])
    with store.write() as writer:
        writer.put("firms", rows.set_column(*_column(rows, "scope", "第1版")))
    assert crash.marks(store) == ("第2版", "第1版、第2版")
    put(store, "firms", factory.firm("stranger"))
    assert len(set(crash.marks(store))) == 2


def _column(rows: pa.Table, name: str, value: str) -> tuple[int, pa.Field, pa.Array]:
    at = rows.schema.get_field_index(name)
    return at, rows.schema.field(at), pa.array([value] * rows.num_rows)


def _serve(uri: str, pipe: Connection) -> None:
    """Hold a snapshot and answer from it, as a server does."""
    snapshot = connect(uri).snapshot()
    pipe.send(snapshot.data_version)
    while pipe.recv() != "stop":
        found = snapshot.details([0], ["scope"])
        pipe.send((snapshot.data_version, found[0]["scope"]))


def test_a_server_with_a_snapshot_and_an_ingest_do_not_wait_for_each_other(tmp_path: Path) -> None:
    store = connect(tmp_path / "world.duckdb")
    put(store, "firms", factory.firm("甲", scope="v1"))
    context = mp.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(store.uri, theirs))
    server.start()
    try:
        assert ours.recv() == 1
        for version in (2, 3, 4):
            with store.write() as writer:  # the server answers in the middle of a write
                row = factory.firm("甲", scope=f"v{version}")
                writer.put("firms", factory.rows("firms", row))
                ours.send("ask")
                assert ours.poll(30), "the server waits for the writer"
                assert ours.recv() == (1, "v1")
        assert store.version().number == 4
        ours.send("stop")
    finally:
        server.join(30)
        server.kill()
    assert server.exitcode == 0
