"""Kill a writer at random moments, many times, and look at what is left of its store.

A child process writes version after version: it replaces, adds and deletes firms and positions,
puts a checksum over all of them into the same transaction, and notes each finished version in a
journal. SIGKILL ends it at a random moment; the next child starts at once. After each kill the
store must open, its version must be the last of the journal or the one after (the child may die
between making a version and noting it), and the rows must agree with their checksum.
Meanwhile other processes read, all the time, and must never meet an error.

Run: ``python -m benchmarks.crash --kills 200``. Not on Windows (fork server).
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing as mp
import random
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

import pyarrow as pa

from graph.schema import TABLES
from graph.store import Store, StoreNotFound, connect

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


def write_for_ever(uri: str, journal: str) -> None:
    """The victim: version after version until somebody kills it."""
    store = connect(uri)
    with Path(journal).open("a", buffering=1, encoding="ascii") as log:
        while True:
            version = write_once(store)
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


def read_for_ever(uri: str, stop: Event, result: mp.SimpleQueue[tuple[int, str]]) -> None:
    """A server-like process: fresh snapshots and reads until told to stop; hands back any error."""
    store, reads, error = connect(uri), 0, ""
    while not stop.is_set() and not error:
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
    folder: Path, kills: int, *, readers: int = 1, longest: float = 0.4, seed: int = 1
) -> Tally:
    """Kill at least `kills` writers, each after a random part of `longest` seconds, in `folder`."""
    draw, tally, context = random.Random(seed), Tally(), _context()
    store, journal = connect(folder / "crash.duckdb"), folder / "journal"
    begin = time.perf_counter()
    journal.write_text(f"{write_once(store)}\n", encoding="ascii")
    # On a busy machine a writer needs longer before there is something to interrupt.
    longest = max(longest, 2.5 * (time.perf_counter() - begin))
    stop, result = context.Event(), context.SimpleQueue()
    watching = [
        context.Process(target=read_for_ever, args=(store.uri, stop, result))
        for _ in range(readers)
    ]
    for reader in watching:
        reader.start()
    try:
        while not _enough(tally, store, kills):
            victim = context.Process(target=write_for_ever, args=(store.uri, str(journal)))
            # After as many kills as were asked for, longer: some writer has to come to its end.
            patience = max(1.0, tally.kills / kills)
            _kill_after(victim, draw.uniform(0.0, longest * patience**2))
            tally.kills += 1
            _look(store, folder, journal, tally)
    finally:
        stop.set()
    for reader in watching:
        reads, error = result.get()
        tally.reads += reads
        tally.read_errors += [error] if error else []
        reader.join(30)
    write_once(store)
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


def _kill_after(victim: BaseProcess, seconds: float) -> None:
    victim.start()
    time.sleep(seconds)
    victim.kill()
    victim.join()
    if victim.exitcode != -signal.SIGKILL:
        raise RuntimeError(f"the writer ended by itself with code {victim.exitcode}")


def _look(store: Store, folder: Path, journal: Path, tally: Tally) -> None:
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
    wanted, found = digest(store, version)
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
    args = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        tally = run(Path(folder), args.kills, readers=args.readers, seed=args.seed)
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
