"""Relatedness measures: this project's `graph.relatedness` beside the PyPI package ecomplexity.

Both get the same random regions × activities amounts and compute the same quantities (quotient,
presence, diversity, ubiquity, proximity, density, ECI, PCI, COI, COG). Two comparisons: from the
long table that ecomplexity expects (ours then includes building the matrix), and from the matrix.
ecomplexity's optional log-supermodularity check is switched off, in its favour. The results are
compared before any time is printed. Run: ``OPENBLAS_NUM_THREADS=1 python -m
benchmarks.relatedness``: on two processors of one core two threads take longer than one.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import platform
import statistics
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from ecomplexity import ecomplexity

from benchmarks.report import table, write_section
from graph.relatedness import Relatedness, relatedness

RUNS = ("ecomplexity", "from the matrix", "from the table")
COLUMNS = {"time": "year", "loc": "region", "prod": "activity", "val": "value"}
TOLERANCE = 1e-9


def long_table(regions: int, activities: int, fill: float, seed: int) -> pd.DataFrame:
    """Random amounts with big and small regions and activities, as region, activity, value rows."""
    draw = np.random.default_rng(seed)
    size = draw.lognormal(0.0, 1.0, (regions, 1)) * draw.lognormal(0.0, 1.0, (1, activities))
    values = draw.lognormal(0.0, 1.5, (regions, activities)) * size
    region, activity = np.nonzero(draw.random((regions, activities)) < fill)
    return pd.DataFrame(
        {"year": 2000, "region": region, "activity": activity, "value": values[region, activity]}
    )


def to_matrix(table: pd.DataFrame) -> sp.csr_array:
    """Regions × activities in the order of their sorted codes."""
    region, _ = pd.factorize(table["region"], sort=True)
    activity, _ = pd.factorize(table["activity"], sort=True)
    return sp.csr_array((table["value"].to_numpy(), (region, activity)))


def run_ecomplexity(table: pd.DataFrame) -> pd.DataFrame:
    """What ecomplexity answers, its printing silenced."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answer: pd.DataFrame = ecomplexity(table, COLUMNS, check_logsupermodularity=False)
    return answer


def largest_difference(theirs: pd.DataFrame, ours: Relatedness) -> float:
    """Largest absolute difference over all quantities both compute."""
    shape = ours.quotient.shape
    ordered = theirs.sort_values(["region", "activity"])
    pairs = {
        "rca": ours.quotient,
        "mcp": ours.presence.toarray(),
        "density": ours.density,
        "cog": ours.cog,
        "eci": np.broadcast_to(ours.complexity.eci[:, None], shape),
        "pci": np.broadcast_to(ours.complexity.pci, shape),
        "coi": np.broadcast_to(ours.coi[:, None], shape),
        "diversity": np.broadcast_to(ours.diversity[:, None], shape),
        "ubiquity": np.broadcast_to(ours.ubiquity, shape),
    }
    return max(
        float(np.abs(ordered[name].to_numpy(np.float64).reshape(shape) - mine).max())
        for name, mine in pairs.items()
    )


def seconds(runs: dict[str, Callable[[], object]], repeat: int) -> dict[str, float]:
    """Median wall time of each call; taken in turn, so that other load hits all of them alike."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeat):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in taken.items()}


def compare(shape: tuple[int, int], fill: float, repeat: int, seed: int) -> dict[str, Any]:
    """Times, ratios and the largest difference for one random table.

    Raises:
        SystemExit: the answers differ, so that times would mean nothing.
    """
    table = long_table(*shape, fill, seed)
    matrix = to_matrix(table)
    ours = relatedness(matrix)
    difference = largest_difference(run_ecomplexity(table), ours)
    if not difference <= TOLERANCE:
        raise SystemExit(f"the answers differ by {difference:.3g}; times would mean nothing")
    runs: dict[str, Callable[[], object]] = {
        "ecomplexity": lambda: run_ecomplexity(table),
        "from the matrix": lambda: relatedness(matrix),
        "from the table": lambda: relatedness(to_matrix(table)),
    }
    times = seconds(runs, repeat)
    return {
        "shape": matrix.shape,
        "presence_fill": ours.presence.nnz / (matrix.shape[0] * matrix.shape[1]),
        "largest_difference": difference,
        "seconds": times,
        "ratio": {name: times["ecomplexity"] / taken for name, taken in times.items()},
    }


def text(shape: tuple[int, int], tried: list[tuple[float, dict[str, Any]]]) -> str:
    """The section for RESULTS.md."""
    rows = [
        [
            f"{fill:.0%}", f"{found['presence_fill']:.1%}", f"{found['largest_difference']:.0e}",
            *(f"{found['seconds'][name]:.3f}" for name in RUNS),
            *(f"{found['ratio'][name]:.1f} ×" for name in RUNS[1:]),
        ]
        for fill, found in tried
    ]  # fmt: skip
    heads = ["cells filled", "present", "largest difference", *(f"{name}, s" for name in RUNS),
             *RUNS[1:]]  # fmt: skip
    return (
        f"{shape[0]} × {shape[1]} random amounts, all measures at once: quotient, presence,"
        " diversity, ubiquity, proximity, density, ECI, PCI, COI, COG; medians, taken in turn."
        f" {os.cpu_count()} cores, Python {platform.python_version()}, numpy {np.__version__},"
        f" {platform.system()}, BLAS threads: {os.environ.get('OPENBLAS_NUM_THREADS', 'all')};"
        f" ecomplexity {version('ecomplexity')} without its optional check."
        " Goal: 30 ×.\n\n" + table(heads, rows)
    )


def main() -> None:
    """Print times, their ratios and the largest difference of the answers."""
    parser = argparse.ArgumentParser(description="graph.relatedness beside ecomplexity")
    parser.add_argument("--regions", type=int, default=340)
    parser.add_argument("--activities", type=int, default=1200)
    parser.add_argument(
        "--fill",
        type=float,
        nargs="+",
        default=[0.35, 0.10],
        help="shares of filled cells to try: as in trade data, as in firm data",
    )
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--dry", action="store_true", help="print, leave RESULTS.md as it is")
    args = parser.parse_args()
    shape = (args.regions, args.activities)
    tried = [(fill, compare(shape, fill, args.repeat, args.seed)) for fill in args.fill]
    if args.json:
        for _, found in tried:
            print(json.dumps(found))
        return
    section = text(shape, tried)
    print(section)
    if not args.dry:
        write_section("Relatedness", section)


if __name__ == "__main__":
    main()
