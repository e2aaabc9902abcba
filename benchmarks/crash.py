"""Kill a writer at random moments, many times, and look at what is left of its store.

A child process writes version after version: it replaces, adds and deletes firms and positions,
puts a checksum over all of them into the same transaction, and notes each finished version in a
journal. SIGKILL ends it at a random moment; the next child starts at once. After each kill the
store must open, its version must be the last of the journal or the one after (the child may die
between making a version and noting it), and the rows must agree with their checksum.
Meanwhile other processes read, all the time, and must never meet an error.

With ``--kind ingest`` the child loads files instead, by the whole ingest: every firm, every
position and the chain name the version in a text, and after a kill all must name the same.

Run: ``python -m benchmarks.crash --kills 200``. Not on Windows (fork server).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import multiprocessing as mp
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

import pyarrow as pa

from graph.schema import TABLES
from graph.store import Store, StoreNotFound, connect
from ingest import load
from ingest.doubts import Care

FIRMS = 400
_CHECKSUM = "checksum"


@dataclass
class Tally:
    """What a run found. `lost`: noted versions that are gone; `half`: rows against checksum."""

    kills: int = 0
    versions: int = 0
    unnoted: int = 0  # killed between making a version and noting it
    lost: int = 0
    half: int = 0
    drafts: int = 0  # kills that left a draft for the next writer to sweep
    left_over: int = 0  # drafts that were still there at the end
    reads: int = 0
    read_errors: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing half, no reader troubled, nothing left behind."""
        return not (self.lost or self.half or self.read_errors or self.left_over)


def rows_of(version: int) -> tuple[pa.Table, pa.Table]:
    """Firms and positions as version `version` puts them: a window that moves over the ids."""
    draw = random.Random(version)
    firms = [_firm(i, version, draw) for i in range(version * 50, version * 50 + FIRMS)]
    positions = [
        {"firm_id": f["firm_id"], "link_id": f"w.l{draw.randrange(9)}", "strength": draw.random()}
        for f in firms
    ]
    return _table("firms", firms), _table("positions", positions)


def _firm(i: int, version: int, draw: random.Random) -> dict[str, object]:
    scope = draw.randbytes(40).hex()
    return {"firm_id": f"f{i:06d}", "name": f"企业{i}", "scope": scope, "loaded": version}


def _table(name: str, rows: list[dict[str, object]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=TABLES[name].arrow_schema)


def digest(store: Store, version: int | None = None) -> tuple[str, str]:
    """(the checksum the rows should have, the one they have); empty texts for an empty store."""
    noted = store.fetch("chains", [_CHECKSUM], ["description"], version)["description"].to_pylist()
    tables = (store.read(name, None, version) for name in ("firms", "positions"))
    return (noted[0] if noted else ""), (_hash(*tables) if noted else "")


def _hash(*tables: pa.Table) -> str:
    total = hashlib.sha256()
    for table in tables:
        for row in sorted(map(repr, table.to_pylist())):
            total.update(row.encode())
    return total.hexdigest()


def write_for_ever(uri: str, journal: str, kind: str, ready: Event) -> None:
    """The victim: version after version until somebody kills it; `ready` says that it begins."""
    store, write = connect(uri), KINDS[kind].write
    with Path(journal).open("a", buffering=1, encoding="ascii") as log:
        ready.set()
        while True:
            version = write(store)
            log.write(f"{version}\n")


def write_once(store: Store) -> int:
    """One version: the window moves on; what fell out of it is deleted."""
    with store.write("crash") as writer:
        firms, positions = rows_of(writer.next_version)
        old = writer.read("firms", ["firm_id"])
        writer.put("firms", firms)
        writer.delete("firms", old.slice(0, 30))
        writer.delete("positions", writer.read("positions", ["firm_id", "link_id"]).slice(0, 90))
        writer.put("positions", positions)
        checksum = _hash(writer.read("firms"), writer.read("positions"))
        row: dict[str, object] = {"chain_id": _CHECKSUM, "name": _CHECKSUM, "description": checksum}
        writer.put("chains", _table("chains", [row]))
        return writer.next_version


def ingest_once(store: Store) -> int:
    """One version by an ingest of files, in all of whose rows the version's number stands."""
    mark = f"第{_version(store) + 1}版"
    firms = [f"浙江{i:04d}机械有限公司" for i in range(FIRMS)]
    links = [f"环节{i}" for i in range(9)]
    places = [(firm, links[i % 9], 0.5, mark) for i, firm in enumerate(firms)]
    with tempfile.TemporaryDirectory(prefix="chainscout-") as folder:
        for name, heads, rows in (
            ("chains", ("chain_id", "name", "description"), [("w", "风电", mark)]),
            ("links", ("chain", "name", "stage"), [("w", link, "中游") for link in links]),
            ("firms", ("name", "scope"), [(firm, mark) for firm in firms]),
            ("positions", ("firm", "link", "strength", "evidence"), places),
        ):
            with Path(folder, f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([heads, *rows])
        care = Care(resolve=False, classify=False)
        report = load(store, [folder], care=care, rejects=Path(folder, "rejects.csv"))
    if any(table.rejected for table in report.tables.values()):
        raise RuntimeError(f"rows were rejected: {report.tables}")
    return report.data_version


def _version(store: Store) -> int:
    try:
        return store.version().number
    except StoreNotFound:
        return 0


def marks(store: Store, version: int | None = None) -> tuple[str, str]:
    """(the mark that all rows should have, those that they have); for :func:`ingest_once`."""
    noted = store.fetch("chains", ["w"], ["description"], version)["description"].to_pylist()
    texts = [
        store.read(name, [column], version)[column].to_pylist()
        for name, column in (("firms", "scope"), ("positions", "evidence"))
    ]
    if [len(found) for found in texts] != [FIRMS, FIRMS]:
        return noted[0], f"{[len(found) for found in texts]} rows"
    return noted[0], "、".join(sorted({text for found in texts for text in found}))


@dataclass(frozen=True)
class Kind:
    """A way to write a version, and how it is seen whether one is whole: two texts agree."""

    write: Callable[[Store], int]
    check: Callable[[Store, int | None], tuple[str, str]]


KINDS = {"rows": Kind(write_once, digest), "ingest": Kind(ingest_once, marks)}


def read_for_ever(uri: str, stop: Event, result: mp.SimpleQueue[tuple[int, str]]) -> None:
    """A server-like process: fresh snapshots and reads until told to stop; hands back any error."""
    store, reads, error, parent = connect(uri), 0, "", mp.parent_process()
    while not stop.is_set() and not error and (parent is None or parent.is_alive()):
        try:
            snapshot = store.snapshot()
            found = store.read("firms", ["loaded"])["loaded"].to_pylist()
            error = "" if len(snapshot.firms) and found else "an empty store"
        except Exception as failure:  # noqa: BLE001  # any error at all is the finding
            error = f"{type(failure).__name__}: {failure}"
        reads += 1
        time.sleep(0.02)  # leave a small machine to the writer
    result.put((reads, error))


def run(
    folder: Path,
    kills: int,
    *,
    readers: int = 1,
    longest: float = 0.4,
    seed: int = 1,
    kind: str = "rows",
) -> Tally:
    """Kill at least `kills` writers, each after a random part of `longest` seconds, in `folder`.

    `longest` grows with the time that one version takes here; `kind` is one of :data:`KINDS`.
    """
    draw, tally, context = random.Random(seed), Tally(), _context()
    store, journal = connect(folder / "crash.duckdb"), folder / "journal"
    write = KINDS[kind].write
    begin = time.perf_counter()
    journal.write_text(f"{write(store)}\n", encoding="ascii")
    # On a busy machine a writer needs longer before there is something to interrupt.
    longest = max(longest, 1.5 * (time.perf_counter() - begin))
    stop, result = context.Event(), context.SimpleQueue()
    watching = [
        context.Process(target=read_for_ever, args=(store.uri, stop, result))
        for _ in range(readers)
    ]
    for reader in watching:
        reader.start()
    try:
        while not _enough(tally, store, kills):
            ready = context.Event()
            args = (store.uri, str(journal), kind, ready)
            victim = context.Process(target=write_for_ever, args=args)
            # After as many kills as were asked for, longer: some writer has to come to its end.
            patience = max(1.0, tally.kills / kills)
            _kill_after(victim, ready, draw.uniform(0.0, longest * patience**2))
            tally.kills += 1
            _look(store, folder, journal, tally, kind)
    finally:
        stop.set()
    for reader in watching:
        reads, error = result.get()
        tally.reads += reads
        tally.read_errors += [error] if error else []
        reader.join(30)
    write(store)
    tally.versions = store.version().number
    tally.left_over = len(_drafts(folder))
    return tally


def _enough(tally: Tally, store: Store, kills: int) -> bool:
    """After `kills`, and more on a machine so busy that the kills met no writer at work."""
    met = tally.drafts >= 5 and store.version().number >= 3
    return tally.kills >= kills and (met or tally.kills >= 4 * kills)


def _context() -> ForkServerContext:
    """Children are forked from a process without threads that has done the slow imports."""
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(["__main__", __name__])
    return context


def _kill_after(victim: BaseProcess, ready: Event, seconds: float) -> None:
    victim.start()
    ready.wait(60)
    time.sleep(seconds)
    victim.kill()
    victim.join()
    if victim.exitcode != -signal.SIGKILL:
        raise RuntimeError(f"the writer ended by itself with code {victim.exitcode}")


def _look(store: Store, folder: Path, journal: Path, tally: Tally, kind: str) -> None:
    noted = int(journal.read_text(encoding="ascii").split()[-1])
    tally.drafts += bool(_drafts(folder))
    try:
        version = store.version().number
    except StoreNotFound:
        tally.lost += 1
        return
    tally.lost += version < noted
    tally.half += version > noted + 1
    tally.unnoted += version == noted + 1
    wanted, found = KINDS[kind].check(store, version)
    tally.half += wanted != found
    if version > noted:
        with journal.open("a", encoding="ascii") as log:
            log.write(f"{version}\n")


def _drafts(folder: Path) -> list[Path]:
    return list(folder.glob(".*.draft*"))


def main() -> int:
    """Print what a long run found; 1 when anything was lost, half or in the way."""
    parser = argparse.ArgumentParser(prog="benchmarks.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--readers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=list(KINDS), default="rows")
    args = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        tally = run(Path(folder), args.kills, readers=args.readers, seed=args.seed, kind=args.kind)
    print(
        f"{tally.kills} kills, {tally.versions} versions: {tally.lost} lost, {tally.half} half; "
        f"{tally.unnoted} died just after committing, {tally.drafts} left a draft, "
        f"{tally.left_over} drafts remained; {tally.reads} reads beside it, "
        f"{len(tally.read_errors)} errors; {time.perf_counter() - start:.0f} s"
    )
    for error in tally.read_errors:
        print(f"  {error}")
    return 0 if tally.clean else 1


if __name__ == "__main__":
    sys.exit(main())
