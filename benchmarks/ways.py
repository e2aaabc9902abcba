"""Ways in over a million ties: the product's search beside networkx.

Ties are random between firms, with some hubs (associations, large service suppliers) among them.
networkx lists all simple paths of at most three ties and sorts them; whoever wants the best ten has
to. Run: ``python -m benchmarks.ways --ties 1000000``.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa

from benchmarks.child import measured
from benchmarks.report import table, write_section
from benchmarks.scaling import standard
from benchmarks.synthetic import Size
from benchmarks.synthetic.draw import join, words
from benchmarks.synthetic.world import generate
from graph.paths import HUB, UNKNOWN_WEIGHT, find_ways
from graph.regions import Divisions
from graph.schema import TABLES
from graph.snapshot import Snapshot
from graph.store import connect
from graph.ties import TieGraph, tie_graph
from ingest.derive import national_regions

STEPS, TOP = 3, 10


def build(store: str, ties: str) -> int:
    """A store with `ties` random ties over half as many firms; number of ties."""
    number = int(ties)
    world = generate(Size(firms=max(100, number // 2), positions=100, chains=2, links=10, big=20))
    made = standard(world)
    draw = np.random.default_rng(5)
    firms, hubs = len(world.firms), max(1, number // 20_000)
    start, end = draw.integers(0, firms, number), draw.integers(0, firms, number)
    start[: number // 20] = draw.integers(0, hubs, number // 20)
    keep = np.unique(start * firms + end, return_index=True)[1]
    keep = keep[start[keep] != end[keep]]
    columns = {
        "from_kind": words(["firm"], np.zeros(len(keep), dtype=np.int64)),
        "from_id": world.firms.uscc.take(pa.array(start[keep])),
        "to_kind": words(["firm"], np.zeros(len(keep), dtype=np.int64)),
        "to_id": world.firms.uscc.take(pa.array(end[keep])),
        "kind": words(["supplies", "served_by", "partner_of"], draw.integers(0, 3, len(keep))),
        "weight": pa.array(draw.random(len(keep)).round(2)),
        "source": join("第", pa.array(np.arange(len(keep))).cast(pa.string()), "号记录"),
    }
    schema = TABLES["ties"].arrow_schema
    nothing = {f.name: pa.nulls(len(keep), f.type) for f in schema if f.name not in columns}
    whole = columns | nothing
    made["ties"] = pa.table([whole[f.name] for f in schema], names=schema.names).cast(schema)
    with connect(Path(store)).write("ways") as writer:
        writer.put("regions", national_regions(Divisions.national(), writer.next_version))
        for name, rows in made.items():
            writer.put(name, rows)
    return len(keep)


def product(store: str, asked: str) -> dict[str, Any]:
    """The product's ways; strengths of each answer."""
    snapshot = connect(store).snapshot()
    begin = time.perf_counter()
    tie_graph(snapshot).node_of(0)
    ready = time.perf_counter() - begin
    times, found = [], []
    for firm, region in questions(snapshot, int(asked)):
        start = time.perf_counter()
        ways = find_ways(snapshot, firm, region, steps=STEPS, top=TOP)
        times.append(1000 * (time.perf_counter() - start))
        found.append([way.strength for way in ways.ways])
    return {"ready_s": ready, "found": found, **_spread(times)}


def plain(store: str, asked: str) -> dict[str, Any]:
    """The same by networkx: every simple path, sorted."""
    snapshot = connect(store).snapshot()
    begin = time.perf_counter()
    ties = tie_graph(snapshot)
    graph = _network(ties)
    ready = time.perf_counter() - begin
    times, found = [], []
    for firm, region in questions(snapshot, int(asked)):
        start = time.perf_counter()
        found.append(_all_ways(snapshot, ties, graph, firm, region))
        times.append(1000 * (time.perf_counter() - start))
    return {"ready_s": ready, "found": found, **_spread(times)}


def _spread(times: list[float]) -> dict[str, float]:
    return {
        "median_ms": statistics.median(times),
        "p90_ms": float(np.quantile(times, 0.9)),
        "most_ms": max(times),
    }


def questions(snapshot: Snapshot, asked: int) -> list[tuple[int, int]]:
    """(firm, prefecture) drawn among firms that have ties."""
    draw = np.random.default_rng(3)
    firms = np.unique(tie_graph(snapshot).firm)
    prefectures = np.flatnonzero(snapshot.regions.level == 1)
    return list(
        zip(
            draw.choice(firms, asked).tolist(),
            draw.choice(prefectures, asked).tolist(),
            strict=True,
        )
    )


def _network(ties: TieGraph) -> nx.Graph[int]:
    graph: nx.Graph[int] = nx.Graph()
    near = np.repeat(np.arange(len(ties.nodes)), np.diff(ties.start))
    weight = np.nan_to_num(ties.weight.astype(np.float64), nan=UNKNOWN_WEIGHT).round(6)
    order = np.argsort(weight, kind="stable")  # of several ties the strongest is set last
    graph.add_weighted_edges_from(
        zip(near[order].tolist(), ties.other[order].tolist(), weight[order].tolist(), strict=True)
    )
    return graph


def _all_ways(
    snapshot: Snapshot, ties: TieGraph, graph: nx.Graph[int], firm: int, region: int
) -> list[float]:
    target = ties.node_of(firm)
    close = nx.single_source_shortest_path_length(graph, target, cutoff=STEPS)
    end = int(snapshot.regions.end[region])
    own = {n for n in close if region <= ties.home[n] < end and n != target}
    small = graph.subgraph(
        n for n in close if n == target or n in own or ties.start[n + 1] - ties.start[n] <= HUB
    )
    strengths = [
        prod(small.edges[pair]["weight"] for pair in pairwise(way))
        for way in (nx.all_simple_paths(small, target, own, cutoff=STEPS) if own else ())
        if not own.intersection(way[:-1])
    ]
    return [round(s, 6) for s in sorted(strengths, reverse=True)[:TOP]]


def text(ties: int, ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    """The section for RESULTS.md."""
    rows = [
        [name, *(f"{f[key]:,.1f}" for key in ("median_ms", "p90_ms", "most_ms", "ready_s"))]
        for name, f in (("chainscout", ours), ("networkx", theirs))
    ]
    some = sum(bool(found) for found in ours["found"])
    return "\n\n".join(
        [
            f"{ties:,} ties between firms, the best {TOP} ways of at most {STEPS} ties from a"
            f" prefecture to a firm; {len(ours['found'])} questions, {some} with a way. Both found"
            " the same strengths.",
            table(["", "median ms", "90 % within ms", "longest ms", "once per version, s"], rows),
        ]
    )


def compare(store: Path, asked: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both answers. Raises ValueError where they differ: times would mean nothing."""
    ours = measured("benchmarks.ways:product", store, asked).result
    theirs = measured("benchmarks.ways:plain", store, asked).result
    for number, (a, b) in enumerate(zip(ours["found"], theirs["found"], strict=True)):
        if not np.allclose(a, b, atol=2e-6) if len(a) == len(b) else True:
            raise ValueError(f"question {number}: {a} against {b}")
    return ours, theirs


def main() -> None:
    """Measure, print and write the section “Ways in”."""
    parser = argparse.ArgumentParser(prog="benchmarks.ways", description=__doc__)
    parser.add_argument("--ties", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--dry", action="store_true", help="print, leave RESULTS.md as it is")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ways-") as folder:
        store = Path(folder) / "world.duckdb"
        ties = measured("benchmarks.ways:build", store, args.ties).result
        section = text(ties, *compare(store, args.questions))
    print(section)
    if not args.dry:
        write_section("Ways in", section)


if __name__ == "__main__":
    main()
