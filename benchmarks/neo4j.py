"""A Neo4j store beside the bare driver: a registry in, a snapshot out, the same from the cache.

The bare way is what a script would do: a constraint on each key, then ``UNWIND`` of rows as maps,
ten thousand a transaction, nodes first, then relationships between nodes looked up by key. It
keeps no versions, replaces nothing, draws no references and can be seen half-done. Each side has a
fresh server of its own. Run: ``python -m benchmarks.neo4j --firms 1000000 --heap 3g``.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.child import Measured, measured
from benchmarks.neo4j_server import VERSION, running
from benchmarks.report import table, write_section
from chainscout.copying import copy_store
from graph.schema import LOAD_ORDER, TABLES
from graph.store import connect
from graph.store.neo4j.model import OTHER, Place, end_columns, end_place, is_edge, place
from graph.store.neo4j.server import Address, Run, Server

BATCH = 10_000


def bare(source: str, uri: str) -> dict[str, float]:
    """Rows of a store by plain ``UNWIND``; seconds by table."""
    server, store = Server(Address.of(uri)), connect(source)
    nodes = [name for name in LOAD_ORDER if not is_edge(name)]
    places = [place(name) for name in nodes]
    server.declare(
        [f"CREATE CONSTRAINT FOR (n:{p.label}) REQUIRE n.{p.key} IS UNIQUE" for p in places]
    )
    seconds = {}
    for name in LOAD_ORDER:
        start = time.perf_counter()
        rows = store.read(name)
        for batch in rows.to_batches(BATCH):
            for statement, maps in _plain(name, batch.to_pylist()):
                server.write(partial(_send, statement, maps))
        seconds[name] = time.perf_counter() - start
    return seconds


def _send(statement: str, maps: list[dict[str, Any]], run: Run) -> None:
    run(statement, rows=maps)


def _plain(name: str, maps: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if not is_edge(name):
        where = place(name)
        yield (
            f"UNWIND $rows AS r CREATE (n:{where.label} {{{where.key}: r.{where.key}}}) SET n += r",
            maps,
        )
        return
    start, end = end_columns(name)
    groups: dict[tuple[Place, Place], list[dict[str, Any]]] = {}
    for row in maps:
        ends = (
            end_place(name, 0, row.get("from_kind")),
            end_place(name, 1, row.get("to_kind")),
        )
        groups.setdefault(ends, []).append(row)
    for (a, b), some in groups.items():
        if OTHER not in (a.label, b.label):
            yield (
                f"UNWIND $rows AS r MATCH (a:{a.label} {{{a.key}: r.{start}}}) "
                f"MATCH (b:{b.label} {{{b.key}: r.{end}}}) "
                f"CREATE (a)-[e:{TABLES[name].relation}]->(b) SET e += r",
                some,
            )


def copied(source: str, uri: str) -> int:
    """The same rows by ``chainscout copy``; how many."""
    return copy_store(
        connect(source), connect(uri), replace=False, progress=lambda what, done, of: None
    )


def snapshot(uri: str) -> dict[str, float]:
    """A snapshot of the store, from the server or its cache as may be."""
    start = time.perf_counter()
    made = connect(uri).snapshot()
    return {
        "seconds": time.perf_counter() - start,
        "firms": len(made.firms),
        "positions": len(made.positions),
    }


def in_the_graph(uri: str) -> dict[str, int]:
    """What a query in Cypher counts, so that both ways are seen to have loaded the same."""
    (found,) = Server(Address.of(uri)).read(
        "CALL () { MATCH (n:Firm) WHERE NOT n:Stub RETURN count(n) AS firms } "
        "CALL () { MATCH ()-[r:OPERATES_AT]->() RETURN count(r) AS positions } "
        "RETURN firms, positions"
    )
    return found


def measure(source: str, heap: str, cache: Path) -> dict[str, Measured]:
    """Run every step, each in a process of its own."""
    os.environ["CHAINSCOUT_CACHE"] = str(cache)
    figures = {}
    with running(heap, "512m") as server:
        os.environ.update(server.credentials)
        figures["bare"] = measured("benchmarks.neo4j:bare", source, server.uri)
        counts = in_the_graph(server.uri)
        print(f"bare UNWIND {figures['bare'].seconds:.0f} s: {figures['bare'].result}", flush=True)
    with running(heap, "512m") as server:
        os.environ.update(server.credentials)
        figures["copied"] = measured("benchmarks.neo4j:copied", source, server.uri)
        print(f"chainscout copy {figures['copied'].seconds:.0f} s", flush=True)
        if in_the_graph(server.uri) != counts:
            raise RuntimeError(f"the bare way loaded {counts}, copy {in_the_graph(server.uri)}")
        figures["server"] = measured("benchmarks.neo4j:snapshot", server.uri)
        print(f"snapshot from the server {figures['server'].seconds:.0f} s", flush=True)
        figures["cache"] = measured("benchmarks.neo4j:snapshot", server.uri)
        print(f"snapshot from the cache {figures['cache'].seconds:.1f} s", flush=True)
        seen = {name: figures["cache"].result[name] for name in counts}
        if seen != counts:
            raise RuntimeError(f"the server has {counts}, the snapshot {seen}")
    return figures


def text(figures: dict[str, Measured], rows: dict[str, int], heap: str) -> str:
    """The section for RESULTS.md."""
    bare_s, ours = figures["bare"].seconds, figures["copied"].seconds
    lines = [
        ["bare driver, UNWIND of the same rows", *_figures(figures["bare"]), ""],
        ["chainscout copy", *_figures(figures["copied"]), "3 × the bare driver"],
        ["snapshot from the server", *_figures(figures["server"]), "90 s"],
        ["snapshot from the local cache", *_figures(figures["cache"]), "5 s"],
    ]
    counted = ", ".join(f"{n:,} {name}" for name, n in rows.items() if n)
    return "\n\n".join(
        [
            f"Neo4j {VERSION} Community, heap {heap}, page cache 512m, on the same machine "
            f"({os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}): "
            f"{counted}. CPU is the client's; the server's own work shows in the seconds, as does "
            "other work on the machine.",
            table(["step", "seconds", "client CPU s", "client peak MB", "goal"], lines),
            f"Copying takes **{ours / bare_s:.2f} ×** the bare driver's time. It also draws "
            "references as relationships (firm → region, link → chain …), keeps versions, and "
            "shows readers nothing before it is whole.",
        ]
    )


def _figures(step: Measured) -> list[str]:
    return [f"{step.seconds:.1f}", f"{step.cpu_seconds:.1f}", f"{step.peak_mb:,.0f}"]


def main() -> None:
    """Measure, print and write the section “Neo4j”."""
    parser = argparse.ArgumentParser(prog="benchmarks.neo4j", description=__doc__)
    parser.add_argument("--firms", type=int, default=100_000)
    parser.add_argument("--store", help="a store to copy instead of a made-up one")
    parser.add_argument("--heap", default="2g")
    parser.add_argument("--keep", action="store_true", help="print only, leave RESULTS.md")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="neo4j-bench-") as folder:
        source = args.store or _made(Path(folder), args.firms)
        figures = measure(source, args.heap, Path(folder) / "cache")
        store = connect(source)
        rows = {name: store.count(name) for name in LOAD_ORDER}
    found = text(figures, rows, args.heap)
    print(found)
    if not args.keep:
        write_section("Neo4j", found)


def _made(folder: Path, firms: int) -> str:
    files, store = folder / "files", folder / "world.duckdb"
    measured("benchmarks.loading:make_files", files, firms, firms * 3 // 2)
    measured("benchmarks.loading:ingest", files, store)
    return str(store)


if __name__ == "__main__":
    main()
