"""What is lost when things die: writers, servers, disks. Both engines, by the same checks.

* 200 ingests into an embedded store killed at random moments (:mod:`benchmarks.crash`), and 50
  writers that replace, add and delete rows;
* a Neo4j server killed at random moments while a client loads version after version, in many small
  transactions, and the client killed while the server goes on;
* two writers at once, which must take turns;
* a disk that is full; a file that is damaged.

After each death the store must hold the last version that was noted, or the one after, and all its
rows must be of that version. The next client goes on without help. Figures go to ``RESULTS.md``.
Run: ``python -m benchmarks.reliability``. Needs what :mod:`benchmarks.neo4j_server` needs.
"""

from __future__ import annotations

import argparse
import multiprocessing as mp
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

import pyarrow as pa

from benchmarks import crash
from benchmarks.neo4j_server import VERSION, Neo4jServer, running
from benchmarks.report import table, write_section
from chainscout.backups import back_up, restore
from graph.schema import TABLES
from graph.store import Store, StoreError, StoreFull, StoreUnreachable, connect
from graph.store.neo4j import server as driver_side
from graph.store.neo4j import writing

_TURNS = 10
_DISK_MB = 16


@dataclass
class Deaths:
    """What a run of kills of a server or its clients found."""

    kills: int = 0
    versions: int = 0
    cut: int = 0  # kills that met a write half done
    lost: int = 0
    half: int = 0
    wrong: int = 0  # clients that ended with another error than that of a lost connection

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing half, nothing unexpected."""
        return not (self.lost or self.half or self.wrong)


def in_small_batches() -> None:
    """Make every write one of many transactions, and wait less for what is dead."""
    writing.BATCH, writing.WHOLE = 100, 100
    writing.LEASE_SECONDS = 8.0
    driver_side.RETRY_SECONDS = 2.0


def write_until_cut_off(uri: str, journal: str, ready: Event) -> None:
    """The client: ingest after ingest until the server is gone; exit code 3 says that it is."""
    in_small_batches()
    store = connect(uri)
    with Path(journal).open("a", buffering=1, encoding="ascii") as log:
        ready.set()
        while True:
            try:
                version = crash.ingest_once(store)
            except StoreUnreachable:
                sys.exit(3)
            log.write(f"{version}\n")


def server_deaths(server: Neo4jServer, folder: Path, kills: int, *, client: bool) -> Deaths:
    """Kill the server, or the client, at least `kills` times while a client writes."""
    in_small_batches()
    store, journal, found = connect(server.uri), folder / f"journal-{client}", Deaths()
    draw, context = random.Random(1), mp.get_context("spawn")
    begin = time.perf_counter()
    journal.write_text(f"{crash.ingest_once(store)}\n", encoding="ascii")
    longest = time.perf_counter() - begin  # by a server that has just started, as after each kill
    for _ in range(kills):
        ready = context.Event()
        victim = context.Process(target=write_until_cut_off, args=(server.uri, str(journal), ready))
        victim.start()
        if not ready.wait(180):
            raise RuntimeError(f"the client does not begin (exit code {victim.exitcode})")
        time.sleep(draw.uniform(0.0, longest))
        if client:
            victim.kill()
            victim.join()
        else:
            server.kill()
            victim.join(120)
            found.wrong += victim.exitcode != 3
            server.start()
        found.kills += 1
        _look(store, journal, found)
        print(found, flush=True)
    crash.ingest_once(store)
    found.versions = store.version().number
    return found


def _look(store: Store, journal: Path, found: Deaths) -> None:
    noted = int(journal.read_text(encoding="ascii").split()[-1])
    version = store.version().number
    found.lost += version < noted
    found.half += version > noted + 1
    found.half += len(set(crash.marks(store, version))) != 1
    found.cut += _half_written(store)
    if version > noted:
        with journal.open("a", encoding="ascii") as log:
            log.write(f"{version}\n")


def _half_written(store: Store) -> bool:
    server = driver_side.Server(driver_side.Address.of(store.uri))
    (state,) = server.read("MATCH (l:ChainScoutLock) RETURN l.writing AS writing")
    return state["writing"] is not None


def count_up(uri: str, turns: int) -> None:
    """Add one to a number in the store, `turns` times, each in a version of its own."""
    store = connect(uri)
    for _ in range(turns):
        with store.write("turn") as writer:
            seen = writer.read("firms", ["firm_id", "revenue"]).to_pylist()
            number = next((row["revenue"] for row in seen if row["firm_id"] == "counter"), 0.0)
            writer.put("firms", _firms([("counter", number + 1.0)]))


def _firms(rows: list[tuple[str, float]]) -> pa.Table:
    values = [{"firm_id": key, "name": key, "revenue": revenue} for key, revenue in rows]
    return pa.Table.from_pylist(values, schema=TABLES["firms"].arrow_schema)


def two_at_once(uri: str) -> tuple[int, int]:
    """(turns that two writers took, turns that the store shows)."""
    context = mp.get_context("spawn")
    writers = [context.Process(target=count_up, args=(uri, _TURNS)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(600)
    done = sum(writer.exitcode == 0 for writer in writers) * _TURNS
    (row,) = connect(uri).fetch("firms", ["counter"], ["revenue"]).to_pylist()
    return done, int(row["revenue"])


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """A file system of few MB; None where it takes rights that this process does not have."""
    disk = folder / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_MB}m", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(command, check=False).returncode:
        yield None
        return
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def full_disk(folder: Path) -> str:
    """What a writer is told when the disk is full, once the old version was seen to be whole."""
    with small_disk(folder) as disk:
        if disk is None:
            return "not measured: mounting a small disk takes root"
        store = connect(disk / "world.duckdb")
        count_up(str(disk / "world.duckdb"), 1)
        text = [(random.Random(i).randbytes(900).hex(), float(i)) for i in range(12_000)]
        try:
            with store.write("too much") as writer:
                writer.put("firms", _firms(text))
        except StoreFull as error:
            told = str(error).replace(str(disk), "…")
        else:
            raise RuntimeError(f"{_DISK_MB} MB held everything")
        if store.version().number != 1 or store.count("firms") != 1:
            raise RuntimeError("the old version is not what it was")
        count_up(str(disk / "world.duckdb"), 1)
        return told


def damaged(folder: Path) -> str:
    """What is said of a store whose file is damaged, and that restoring the backup mends it."""
    store = connect(folder / "damaged.duckdb")
    crash.write_once(store)
    backup = back_up(store, None, lambda what, done, of: None)
    file = Path(store.uri)
    whole = file.read_bytes()
    file.write_bytes(b"nonsense" + whole[8 : len(whole) // 2])
    try:
        connect(file).read("firms")
    except StoreError as error:
        told = str(error).replace(str(folder), "…")
    else:
        raise RuntimeError("a file cut in half was read")
    if backup.file.name not in told:
        raise RuntimeError(f"the message does not name {backup.file.name}: {told}")
    restore(backup.file, store, lambda what, done, of: None)
    if len(set(crash.digest(store))) != 1:
        raise RuntimeError("what was restored is not whole")
    return told


@dataclass
class Embedded:
    """What was found of the embedded engine."""

    ingests: crash.Tally
    rows: crash.Tally
    turns: tuple[int, int]
    full: str
    damaged: str

    @property
    def clean(self) -> bool:
        """Whether nothing was lost."""
        return self.ingests.clean and self.rows.clean and self.turns[0] == self.turns[1]


@dataclass
class OnServer:
    """What was found of the engine on a server."""

    server: Deaths
    client: Deaths
    turns: tuple[int, int]

    @property
    def clean(self) -> bool:
        """Whether nothing was lost."""
        return self.server.clean and self.client.clean and self.turns[0] == self.turns[1]


def measure_embedded(folder: Path, kills: int) -> Embedded:
    """Kill ingests, and a quarter as many writers of rows; two writers, a full disk, damage."""
    found = {}
    for kind, number in (("ingest", kills), ("rows", kills // 4)):
        (folder / kind).mkdir()
        found[kind] = crash.run(folder / kind, number, kind=kind)
        print(kind, found[kind], flush=True)
    turns = two_at_once(str(folder / "turns.duckdb"))
    return Embedded(found["ingest"], found["rows"], turns, full_disk(folder), damaged(folder))


def measure_server(folder: Path, kills: int, client_kills: int) -> OnServer:
    """Kill the server, and the client; two writers."""
    os.environ["CHAINSCOUT_CACHE"] = str(folder / "cache")
    with running("700m", quick=True) as server:
        os.environ.update(server.credentials)
        of_server = server_deaths(server, folder, kills, client=False)
        print("server", of_server, flush=True)
        of_client = server_deaths(server, folder, client_kills, client=True)
        print("client", of_client, flush=True)
        return OnServer(of_server, of_client, two_at_once(server.uri))


_HEADS = ["what is killed", "kills", "versions", "met half a write", "lost", "half"]
_INTRO = (
    "`kill -9` at random moments while version after version is written. Lost: a version that was "
    "noted as done is gone. Half: rows of two versions. After each kill the next client goes on by "
    "itself. "
)


def embedded_text(found: Embedded) -> str:
    """The section “Reliability: embedded” for RESULTS.md."""
    lines = [
        [name, t.kills, t.versions, t.drafts, t.lost, t.half]
        for name, t in (("ingest of files", found.ingests), ("writer of rows", found.rows))
    ]
    reads = found.ingests.reads + found.rows.reads
    errors = len(found.ingests.read_errors + found.rows.read_errors)
    return "\n\n".join(
        [
            f"{_INTRO}All rows of an ingest name their version; rows replaced, added and deleted "
            "agree with a checksum over all of them.",
            table(_HEADS, lines),
            f"Readers beside it: {reads:,} snapshots, {errors} errors. {_shares(found.turns)}",
            f"Disk full ({_DISK_MB} MB), the old version intact: {found.full}",
            f"Damaged file, restored from the backup it names: {found.damaged}",
        ]
    )


def server_text(found: OnServer) -> str:
    """The section “Reliability: Neo4j” for RESULTS.md."""
    lines = [
        [name, d.kills, d.versions, d.cut, d.lost, d.half]
        for name, d in (("server", found.server), ("client", found.client))
        if d.kills
    ]
    return "\n\n".join(
        [
            f"Neo4j {VERSION}. {_INTRO}Clients load files whose rows all name their version, in "
            "transactions of at most 100 rows.",
            table(_HEADS, lines),
            "Clients cut off with another error than “cannot reach the server, repeat the "
            f"command”: {found.server.wrong}. {_shares(found.turns)}",
        ]
    )


def _shares(turns: tuple[int, int]) -> str:
    return f"Two writers at once: {turns[0]} turns taken, {turns[1]} seen."


def main() -> int:
    """Measure, print and write the sections “Reliability”; 1 when anything was lost."""
    parser = argparse.ArgumentParser(prog="benchmarks.reliability", description=__doc__)
    parser.add_argument("--engine", choices=("both", "embedded", "Neo4j"), default="both")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--server-kills", type=int, default=20)
    parser.add_argument("--client-kills", type=int, default=20)
    parser.add_argument("--dry", action="store_true", help="print, leave RESULTS.md as it is")
    args = parser.parse_args()
    said, clean = {}, True
    with tempfile.TemporaryDirectory(prefix="reliability-") as folder:
        if args.engine != "Neo4j":
            embedded = measure_embedded(Path(folder), args.kills)
            said["embedded"], clean = embedded_text(embedded), embedded.clean
        if args.engine != "embedded":
            served = measure_server(Path(folder), args.server_kills, args.client_kills)
            said["Neo4j"], clean = server_text(served), clean and served.clean
    for engine, section in said.items():
        print(section)
        if not args.dry:
            write_section(f"Reliability: {engine}", section)
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
