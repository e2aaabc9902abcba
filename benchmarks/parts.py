"""An ingest of many files, prepared side by side: what each half takes, by number of workers.

A registry in parts, Parquet, is loaded by one process, by processes of this machine, and by the
workers of a Dask cluster of processes. Reading and checking is done for each file on its own;
identity and merging stay in one place. What a store of 60 million firms would take is worked out
from these two halves (``docs/scale.md``). Run: ``python -m benchmarks.parts --firms 400000``.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.child import Measured, measured
from benchmarks.report import table, write_section
from benchmarks.synthetic import Size, shards
from benchmarks.synthetic.world import COMMON
from graph.schema import LOAD_ORDER
from graph.store import connect
from ingest import load
from ingest.doubts import Care
from ingest.mapping import Mapping
from ingest.partitions import Cluster, Prepared, Processes, Workers

WAYS = ("1 process", "2 processes", "4 processes", "Dask, 1 worker", "Dask, 2 workers")


def make_parts(folder: str, firms: str, parts: str) -> int:
    """Folders of Parquet files, one a part; number of rows."""
    number = int(firms)
    rows = 0
    worlds = shards(Size(number, number * 3 // 2), shard=-(-number // int(parts)))
    for at, world in enumerate(worlds):
        if at:
            for name in COMMON:
                del world.tables[name]
        world.write(Path(folder, f"{at:04d}"), "parquet")
        rows += sum(made.num_rows for made in world.tables.values())
    return rows


class Timed:
    """Workers, and the seconds until the last file was prepared."""

    def __init__(self, workers: Workers) -> None:
        self.workers = workers
        self.seconds = 0.0

    @property
    def scratch(self) -> Path | None:
        """That of the workers."""
        return self.workers.scratch

    def map(
        self, files: Sequence[Path], folder: Path, mapping: Mapping | None
    ) -> Iterator[Prepared]:
        """What the workers prepare."""
        begin = time.perf_counter()
        yield from self.workers.map(files, folder, mapping)
        self.seconds = time.perf_counter() - begin


def run(way: str, folder: str, store: str) -> dict[str, Any]:
    """Load the parts in one way; seconds of both halves, CPU seconds of the workers."""
    number = int(next(word for word in way.split() if word.isdigit()))
    if way.startswith("Dask"):
        return _on_cluster(number, folder, store)
    return _loaded(Timed(Processes(number)), folder, store)


def _on_cluster(number: int, folder: str, store: str) -> dict[str, Any]:
    from dask.distributed import LocalCluster

    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=number, threads_per_worker=1, dashboard_address=None, processes=True
    ) as cluster:
        address = str(cluster.scheduler_address)
        return _loaded(Timed(Cluster(address, Path(folder))), folder, store)


def _loaded(workers: Timed, folder: str, store: str) -> dict[str, Any]:
    parts = sorted(Path(folder).glob("[0-9]*"))
    begin, target = time.perf_counter(), connect(store)
    used = resource.getrusage(resource.RUSAGE_SELF)
    load(target, parts, workers=workers, care=Care(resolve=False, classify=False))
    whole = time.perf_counter() - begin
    now = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "prepared_s": workers.seconds,
        "merged_s": whole - workers.seconds,
        "merging_cpu": now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime,
        "rows": {name: target.count(name) for name in LOAD_ORDER},
    }


def text(firms: int, parts: int, runs: dict[str, Measured]) -> str:
    """The section for RESULTS.md."""
    lines = [
        [
            way,
            f"{found.result['prepared_s']:.1f}",
            f"{found.result['merged_s']:.1f}",
            f"{found.result['merging_cpu']:.1f}",
            f"{found.peak_mb:,.0f}",
        ]
        for way, found in runs.items()
    ]
    heads = ["workers", "prepared, s", "merged, s", "CPU s of the merging process", "its peak MB"]
    return "\n\n".join(
        [
            f"{firms:,} firms and 1.5 positions a firm in {parts} parts, Parquet. "
            f"{os.cpu_count()} cores, {platform.system()}. Names are not resolved, texts not "
            "classified. All ways loaded the same rows. Other work on the machine shows.",
            table(heads, lines),
        ]
    )


def main() -> None:
    """Measure, print and write the section “Ingest side by side”."""
    parser = argparse.ArgumentParser(prog="benchmarks.parts", description=__doc__)
    parser.add_argument("--firms", type=int, default=400_000)
    parser.add_argument("--parts", type=int, default=8)
    parser.add_argument("--dry", action="store_true", help="print, leave RESULTS.md as it is")
    args = parser.parse_args()
    runs: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory(prefix="parts-") as folder:
        files = Path(folder) / "files"
        measured("benchmarks.parts:make_parts", files, args.firms, args.parts)
        for at, way in enumerate(WAYS):
            runs[way] = measured("benchmarks.parts:run", way, files, Path(folder, f"{at}.duckdb"))
            print(way, runs[way], flush=True)
    seen = [run.result["rows"] for run in runs.values()]
    if any(rows != seen[0] for rows in seen):
        raise RuntimeError(f"not the same rows: {seen}")
    section = text(args.firms, args.parts, runs)
    print(section)
    if not args.dry:
        write_section("Ingest side by side", section)


if __name__ == "__main__":
    main()
