"""Speed and memory on a synthetic registry, beside simpler ways of doing the same.

Every step runs in a process of its own (:mod:`benchmarks.child`). Ingest is compared with DuckDB's
bare ``read_csv`` + ``CREATE TABLE`` of the same files, both taken in turn; ranking with the bare
formula in networkx, pandas and DuckDB SQL, whose answers are compared with each other first. The
figures go to ``RESULTS.md``. Run: ``python -m benchmarks.speed --firms 1000000``.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.child import Measured, measured
from benchmarks.report import table, write_section

# Names alone: this process stays small (see `benchmarks.child`). kuzu is of the extra `peers`.
PLAIN = ("networkx", "pandas", "duckdb", *(["kuzu"] if find_spec("kuzu") else []))


@dataclass
class Figures:
    """What was measured."""

    rows: dict[str, int]
    ingest: list[Measured] = field(default_factory=list)
    bare: list[Measured] = field(default_factory=list)
    snapshot: list[Measured] = field(default_factory=list)
    ranking: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Median time of an ingest over median time of the bare load."""
        times = [statistics.median(m.seconds for m in runs) for runs in (self.ingest, self.bare)]
        return times[0] / times[1]

    @property
    def cpu_ratio(self) -> float:
        """The same by CPU seconds."""
        used = [statistics.median(m.cpu_seconds for m in r) for r in (self.ingest, self.bare)]
        return used[0] / used[1]


def measure(folder: Path, firms: int, repeat: int, asked: int) -> Figures:
    """Run all steps in `folder`; `repeat` times where a step is quick to repeat."""
    files, store = folder / "files", folder / "world.duckdb"
    made = measured("benchmarks.loading:make_files", files, firms, firms * 3 // 2)
    figures = Figures(made.result)
    print(f"{sum(made.result.values()):,} rows made in {made.seconds:.0f} s", flush=True)
    for i in range(repeat):
        figures.bare.append(measured("benchmarks.loading:bare", files, folder / f"bare{i}.duckdb"))
        target = folder / f"again{i}.duckdb" if i else store
        figures.ingest.append(measured("benchmarks.loading:ingest", files, target))
        _check(figures.ingest[-1].result, sum(figures.rows.values()))
        print(f"ingest {figures.ratio:.1f} × the bare load", flush=True)
    for _ in range(max(3, repeat)):
        figures.snapshot.append(measured("benchmarks.loading:snapshot", store))
    agreed = measured("benchmarks.ranking:check_same", store).result
    print(f"the plain ways agree about {agreed} targets", flush=True)
    figures.ranking["chainscout"] = measured("benchmarks.ranking:product", store, asked).result
    for kind in PLAIN:
        found = measured("benchmarks.ranking:plain", kind, store, asked).result
        figures.ranking[kind] = found
        print(f"{kind}: {found['median_ms']:.1f} ms", flush=True)
    return figures


def _check(loaded: dict[str, int], rows: int) -> None:
    if loaded["read"] != rows or loaded["created"] != rows or loaded["rejected"]:
        raise RuntimeError(f"{rows} rows were made, the ingest says {loaded}")


def text(figures: Figures) -> str:
    """The section for RESULTS.md."""
    rows = ", ".join(f"{n:,} {name}" for name, n in figures.rows.items())
    tools = ", ".join(f"{name} {version(name)}" for name in PLAIN)
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    return "\n\n".join(
        [
            f"Synthetic registry: {rows}. {machine}, {tools}. Medians; each step in its own"
            " process. Other work on the machine shows in the seconds more than in the ratios.",
            _loading_table(figures),
            f"Ingest takes **{figures.ratio:.1f} ×** the time of the bare load (goal: at most 5); "
            f"{figures.cpu_ratio:.1f} × its CPU time.",
            _ranking_table(figures),
            "chainscout answers with ten signals, gates, intervals, reasons and ways in; the"
            " others with a bare formula of four terms and one sentence a target, on data joined"
            " and sorted beforehand. A question is a prefecture or county and the chain with 100"
            " links; the first answer fills caches that depend on the chain, not on the region.",
        ]
    )


def _loading_table(figures: Figures) -> str:
    def line(name: str, runs: list[Measured], goal: str) -> list[str]:
        seconds = statistics.median(m.seconds for m in runs)
        peak = max(m.peak_mb for m in runs)
        cpu = statistics.median(m.cpu_seconds for m in runs)
        return [name, f"{seconds:.1f}", f"{cpu:.1f}", f"{peak:,.0f}", goal]

    snapshot = line("snapshot ready", figures.snapshot, "5 s")
    resident = statistics.median(m.result["resident_mb"] for m in figures.snapshot)
    return table(
        ["step", "seconds", "CPU s", "peak MB", "goal"],
        [
            line("DuckDB read_csv + CREATE TABLE", figures.bare, ""),
            line("ingest into a new store", figures.ingest, "3,000 MB"),
            snapshot,
            ["snapshot, afterwards", "", "", f"{resident:,.0f}", "1,000 MB"],
        ],
    )


def _ranking_table(figures: Figures) -> str:
    ours = figures.ranking["chainscout"]["median_ms"]
    return table(
        [
            "top 100, 100 links",
            "median ms",
            "CPU ms",
            "fastest ms",
            "first ms",
            "time over ours",
            "MB",
        ],
        [
            [
                name,
                f"{f['median_ms']:.1f}",
                f"{f['cpu_ms']:.1f}",
                f"{f['fastest_ms']:.1f}",
                f"{f['first_ms']:.0f}",
                f"{f['median_ms'] / ours:.1f}",
                f"{f['resident_mb']:,.0f}",
            ]
            for name, f in figures.ranking.items()
        ],
    )


def main() -> None:
    """Measure, print and write the section “Speed and memory”."""
    parser = argparse.ArgumentParser(prog="benchmarks.speed", description=__doc__)
    parser.add_argument("--firms", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--dry", action="store_true", help="print, leave RESULTS.md as it is")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        figures = measure(Path(folder), args.firms, args.repeat, args.questions)
    section = text(figures)
    print(section)
    if not args.dry:
        write_section("Speed and memory", section)


if __name__ == "__main__":
    main()
