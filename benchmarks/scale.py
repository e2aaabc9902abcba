"""Ranking over very many firms: time of an answer, memory, a batch of questions.

``python -m benchmarks.scale --firms 10000000`` builds a store of its own in a temporary folder
(about 5 GB of disk for ten million firms) and removes it; ``--store`` keeps it for the next run.
Goals on two cores: the best 100 of 1,000,000 firms in 20 ms and of 10,000,000 in 150 ms (medians,
reasons and ways in included) below 6 GB of memory; 1,000 questions over 1,000,000 firms in 60 s.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.child import Measured, measured
from benchmarks.report import table, write_section

CHAINS, GAPS = 20, 50
# Firms up to which the batch is asked as well; its goal is about a million.
BATCH_FIRMS = 1_000_000
GOALS = {1_000_000: "20 ms", 10_000_000: "150 ms, 6,000 MB"}


def measure(store: Path, firms: int, asked: int) -> dict[str, Measured]:
    """Open, answer `asked` questions and, where it is small enough, the batch; by name."""
    if not store.exists():
        built = measured("benchmarks.scaling:build", store, firms)
        print(f"store built in {built.seconds:.0f} s, {built.peak_mb:,.0f} MB at most", flush=True)
    found = {"answers": measured("benchmarks.ranking:product", store, asked)}
    found["everybody"] = measured("benchmarks.scaling:everybody", store, max(5, asked // 3))
    print(f"{firms:,} firms: {found['answers'].result['median_ms']:.1f} ms", flush=True)
    if firms <= BATCH_FIRMS:
        found["batch"] = measured("benchmarks.scaling:batch", store, CHAINS, GAPS)
        print(f"batch: {found['batch'].result['seconds']:.1f} s", flush=True)
    return found


def text(firms: int, found: dict[str, Measured]) -> str:
    """The section for RESULTS.md."""
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    answers = found["answers"]
    result: dict[str, Any] = answers.result
    everybody: dict[str, Any] = found["everybody"].result
    rows = [
        ["median of an answer, ms", f"{result['median_ms']:.1f}", GOALS.get(firms, "")],
        ["CPU of it, ms", f"{result['cpu_ms']:.1f}", ""],
        [
            f"median where all {everybody['considered']:,} firms of the chain are scored, ms",
            f"{everybody['median_ms']:.1f}",
            "",
        ],
        ["first answer, ms", f"{result['first_ms']:,.0f}", ""],
        ["memory after the answers, MB", f"{result['resident_mb']:,.0f}", ""],
        ["most memory (opening included), MB", f"{answers.peak_mb:,.0f}", ""],
    ]
    if "batch" in found:
        batch: dict[str, Any] = found["batch"].result
        name = f"batch of {batch['questions']:,} questions, s"
        rows.append([name, f"{batch['seconds']:.1f}", "60 s"])
    return "\n\n".join(
        [
            f"Synthetic registry: {firms:,} firms, {firms * 3 // 2:,} positions. {machine}."
            f" An answer: the best {result['targets']} for a prefecture or county and the chain"
            " with 100 links, with reasons, intervals and ways in;"
            f" {result['answers']} questions. The batch: {CHAINS} chains × up to {GAPS} links, the"
            " best 20 for one region as JSON objects.",
            table(["", "measured", "goal"], rows),
        ]
    )


def main() -> None:
    """Measure, print and write the section of this number of firms."""
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description=__doc__)
    parser.add_argument("--firms", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--store", type=Path, help="use this store; built where it is not there")
    parser.add_argument("--dry", action="store_true", help="print, leave RESULTS.md as it is")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="scale-") as folder:
        store = args.store or Path(folder) / "world.duckdb"
        section = text(args.firms, measure(store, args.firms, args.questions))
    print(section)
    if not args.dry:
        write_section(f"Ranking over {args.firms:,} firms", section)


if __name__ == "__main__":
    main()
