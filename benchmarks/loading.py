"""Steps of the speed benchmark that load: files → store, files → bare DuckDB, store → snapshot."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb

from benchmarks.synthetic import Size, generate
from graph.store import connect
from ingest import load

FILES = ("chains", "links", "feeds", "firms", "positions", "ties", "events")


def make_files(folder: str, firms: str, positions: str) -> dict[str, int]:
    """Write a synthetic registry; rows by table."""
    world = generate(Size(int(firms), int(positions)))
    world.write(Path(folder))
    return {name: table.num_rows for name, table in world.tables.items()}


def ingest(folder: str, store: str) -> dict[str, int]:
    """Load the files into a new store as a user does; counts that must add up."""
    report = load(connect(store), [folder])
    counts = report.tables.values()
    return {
        "read": sum(c.read for c in counts),
        "rejected": sum(c.rejected for c in counts),
        "created": sum(c.created for c in counts),
        "version": report.data_version,
    }


def again(folder: str, store: str) -> int:
    """Load the same files once more, which must change nothing; the data version."""
    return load(connect(store), [folder]).data_version


def bare(folder: str, database: str) -> int:
    """What DuckDB itself needs to read the same files into tables of a file; number of rows."""
    rows = 0
    with duckdb.connect(database) as connection:
        for name in FILES:
            connection.execute(
                f"CREATE TABLE {name} AS SELECT * FROM read_csv(?)", [f"{folder}/{name}.csv"]
            )
            found = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
            rows += found[0] if found else 0
    return rows


def snapshot(store: str) -> dict[str, float]:
    """Open a store and have its snapshot; seconds, and MB resident once it is there."""
    start = time.perf_counter()
    made = connect(store).snapshot()
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "resident_mb": resident_mb(),
        "firms": len(made.firms),
        "positions": len(made.positions),
    }


def resident_mb() -> float:
    """Memory this process holds now, MB of 10⁶ bytes (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024 / 1e6
