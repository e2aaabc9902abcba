"""How everything grows with the number of firms: tables, and curves as a picture.

For each size: files are made and loaded as a user loads them, the store is opened, and questions
are asked: gaps, ranking, ways in, names, and the same ranking over HTTP. Each step runs in a
process of its own. Figures of each size are kept in ``growth.json``, so that sizes can be measured
one by one (``--sizes 10000 100000``); the picture and the section are made of all that are there.

Run: ``python -m benchmarks.growth``. Ten million firms (``--sizes 10000000``; 6 GB of files, 3 of
store) are asked for snapshot, ranking and gaps alone.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.child import measured
from benchmarks.loading import resident_mb
from benchmarks.ranking import TOP, questions
from benchmarks.report import table, write_section
from benchmarks.soak import Served, call
from benchmarks.synthetic import Size, shards
from benchmarks.synthetic.chains import BIG_CHAIN
from benchmarks.synthetic.world import write_shards
from benchmarks.ways import questions as ways_asked
from graph.gaps import find_gaps
from graph.paths import find_ways
from graph.store import connect
from ingest import load
from ingest.doubts import Care
from recommender import recommend

HERE = Path(__file__).parent
KEPT, PICTURE = HERE / "growth.json", HERE.parent / "docs" / "growth.svg"
SIZES = (10_000, 100_000, 1_000_000)
WHOLE = 1_000_000
"""Firms up to which everything is asked; beyond, what has to hold at any size."""
_ASKED, _NAMES, _CALLS = 30, 1_000, 200

# What is drawn and listed: key, words, unit; by picture.
CURVES: dict[str, tuple[tuple[str, str], ...]] = {
    "seconds": (
        ("ingest_s", "ingest of files"),
        ("ingest_cpu", "ingest, CPU"),
        ("snapshot_s", "snapshot"),
        ("snapshot_cpu", "snapshot, CPU"),
        ("names_s", "index of names"),
    ),
    "milliseconds": (
        ("rank_ms", "rank, CPU"),
        ("gaps_ms", "gaps, CPU"),
        ("paths_ms", "paths, CPU"),
        ("name_ms", "a name resolved"),
        ("api_ms", "HTTP recommend"),
    ),
    "MB": (
        ("ingest_mb", "ingest, peak"),
        ("snapshot_mb", "process with a snapshot"),
        ("store_mb", "store file"),
    ),
}


def make_files(folder: str, firms: str) -> dict[str, int]:
    """CSV files of a registry, made part by part; rows by table."""
    number = int(firms)
    return write_shards(shards(Size(number, number * 3 // 2)), Path(folder))


def ingest(folder: str, store: str) -> int:
    """Load the files as a user does, without links drawn from texts; rows new or handed back.

    From two million firms on some names are those of two firms; positions by such a name come back.
    """
    rejects = Path(store).with_suffix(".rejects.xlsx")
    report = load(connect(store), [folder], rejects=rejects, care=Care(classify=False))
    return sum(counts.created + counts.rejected for counts in report.tables.values())


def asked(store: str, whole: str) -> dict[str, float]:
    """Open the store, then the medians of questions in memory, in milliseconds."""
    begin, used = time.perf_counter(), time.process_time()
    snapshot = connect(store).snapshot()
    found = {
        "snapshot_s": time.perf_counter() - begin,
        "snapshot_cpu": time.process_time() - used,
        "snapshot_mb": resident_mb(),
    }
    codes = questions(_ASKED)
    found["rank_ms"] = _median(lambda c: recommend(snapshot, c, BIG_CHAIN, top=TOP), codes)
    found["gaps_ms"] = _median(lambda c: find_gaps(snapshot, region=c, chain=BIG_CHAIN), codes)
    if whole == "True":
        pairs = ways_asked(snapshot, _ASKED)
        found["paths_ms"] = _median(lambda pair: find_ways(snapshot, *pair), pairs)
    return found


def _median(ask_one: Callable[[Any], object], all_asked: Sequence[Any]) -> float:
    """Median CPU milliseconds, without the first, which fills caches."""
    times = []
    for one in [all_asked[0], *all_asked]:
        start = time.process_time()
        ask_one(one)
        times.append(1000 * (time.process_time() - start))
    return statistics.median(times[1:])


def over_http(store: Path) -> dict[str, float]:
    """Median milliseconds of rankings over HTTP, each asked once; seconds to the first answer."""
    served, times = Served(str(store), 1), []
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    try:
        for code in questions(_CALLS, seed=29):
            path = f"/api/v1/recommend?region={code}&chain={BIG_CHAIN}&top={TOP}"
            start = time.perf_counter()
            status = call(connection, path)
            times.append(1000 * (time.perf_counter() - start))
            if status != "200":
                raise RuntimeError(f"{path}: {status}")
    finally:
        connection.close()
        served.stop()
    return {"api_ms": statistics.median(times[10:]), "ready_s": served.ready}


def measure(folder: Path, firms: int) -> dict[str, float]:
    """All figures of one size."""
    store, whole = folder / "world.duckdb", firms <= WHOLE
    found = _loaded(folder / "files", store, firms)
    found["store_mb"] = store.stat().st_size / 1e6
    questions_asked = measured("benchmarks.growth:asked", store, whole)
    found |= questions_asked.result | {"snapshot_peak_mb": questions_asked.peak_mb}
    if whole:
        found |= _names(store, folder / "names.csv") | over_http(store)
    return found


def _loaded(files: Path, store: Path, firms: int) -> dict[str, float]:
    """What loading takes."""
    rows = measured("benchmarks.growth:make_files", files, firms).result
    size = sum(f.stat().st_size for f in files.iterdir()) / 1e6
    loaded = measured("benchmarks.growth:ingest", files, store)
    if loaded.result != sum(rows.values()):
        raise RuntimeError(f"{sum(rows.values())} rows were made, the ingest says {loaded.result}")
    shutil.rmtree(files)
    return {
        "ingest_s": loaded.seconds,
        "ingest_cpu": loaded.cpu_seconds,
        "ingest_mb": loaded.peak_mb,
        "files_mb": size,
    }


def _names(store: Path, file: Path) -> dict[str, float]:
    measured("benchmarks.resolve:make_names", store, file, _NAMES)
    run = measured("benchmarks.resolve:product", store, file)
    built = run.result["built"]
    return {
        "names_s": built,
        "name_ms": 1000 * (run.seconds - built) / _NAMES,
        "names_mb": run.peak_mb,
    }


def draw(figures: dict[int, dict[str, float]], file: Path) -> None:
    """The curves, both axes logarithmic, as SVG that is the same for the same figures."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    mpl.rcParams.update({"svg.hashsalt": "chainscout", "svg.fonttype": "none", "font.size": 9})
    picture, panels = plt.subplots(1, len(CURVES), figsize=(11, 3.6), layout="constrained")
    for panel, (unit, curves) in zip(panels, CURVES.items(), strict=True):
        for key, words in curves:
            points = [(n, f[key]) for n, f in sorted(figures.items()) if key in f]
            if points:
                panel.plot(*zip(*points, strict=True), marker="o", markersize=3, label=words)
        panel.set(xscale="log", yscale="log", xlabel="firms", title=unit)
        panel.grid(visible=True, which="major", linewidth=0.4)
        panel.legend(
            fontsize=7, frameon=False, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.18)
        )
    picture.savefig(file, metadata={"Date": None})
    plt.close(picture)


def text(figures: dict[int, dict[str, float]]) -> str:
    """The section for RESULTS.md."""
    sizes = sorted(figures)
    rows = [
        [f"{words}, {_unit(unit)}", *(_shown(figures[n].get(key)) for n in sizes)]
        for unit, curves in CURVES.items()
        for key, words in curves
    ]
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    return "\n\n".join(
        [
            f"Synthetic registries with 1.5 positions a firm, a tie for ten firms. {machine}. A "
            f"question is one of {_ASKED} prefectures and counties and the chain with 100 links, "
            "ranking gives the best 100; medians, the first left out. Ingest without classifying "
            "texts. Paths go over at most three ties. Over HTTP one client ranks on the same "
            "cores, each question once. Other work on the machine shows in the seconds.",
            table(["firms", *(f"{n:,}" for n in sizes)], rows),
            "![curves](../docs/growth.svg)",
        ]
    )


def _unit(words: str) -> str:
    return {"seconds": "s", "milliseconds": "ms"}.get(words, words)


def _shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def kept(file: Path = KEPT) -> dict[int, dict[str, float]]:
    """The figures measured so far, by number of firms."""
    if not file.exists():
        return {}
    return {int(n): f for n, f in json.loads(file.read_text(encoding="utf-8")).items()}


def _keep(figures: dict[int, dict[str, float]]) -> None:
    rounded = {
        str(n): {key: round(value, 3) for key, value in f.items()}
        for n, f in sorted(figures.items())
    }
    KEPT.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Measure, draw and write the section “Growth”."""
    parser = argparse.ArgumentParser(prog="benchmarks.growth", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES), help="none: draw only")
    parser.add_argument("--folder", type=Path, help="where files and stores are made for a while")
    args = parser.parse_args()
    for firms in args.sizes:
        with tempfile.TemporaryDirectory(prefix="growth-", dir=args.folder) as folder:
            found = measure(Path(folder), firms)
        print(f"{firms:,} firms: {found}", flush=True)
        _keep(kept() | {firms: found})
    draw(kept(), PICTURE)
    section = text(kept())
    print(section)
    write_section("Growth", section)


if __name__ == "__main__":
    main()
