"""A Neo4j store beside the bare driver: a registry in, a snapshot out, questions in Cypher.

The bare way is what a script would do: a constraint on each key, then ``UNWIND`` of rows as maps,
ten thousand a transaction, nodes first, then relationships between nodes looked up by key. It
keeps no versions, replaces nothing, draws no references and can be seen half-done. Each side has a
fresh server of its own. Questions to the loaded server are the formula of :mod:`benchmarks.plain`
in Cypher and the product's own pushed-down ones, beside the product's answer from the snapshot.
Run: ``python -m benchmarks.neo4j --firms 1000000 --heap 3g --page-cache 2g``.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.child import Measured, measured
from benchmarks.cypher import InNeo4j
from benchmarks.neo4j_server import VERSION, Neo4jServer, running
from benchmarks.plain import InPandas, facts_of
from benchmarks.ranking import TOP, questions, timed
from benchmarks.report import table, write_section
from benchmarks.synthetic.chains import BIG_CHAIN
from chainscout.copying import copy_store
from graph.schema import LOAD_ORDER, TABLES
from graph.store import connect
from graph.store.neo4j import Neo4jStore, pushdown
from graph.store.neo4j.model import OTHER, Place, end_columns, end_place, is_edge, place
from graph.store.neo4j.server import Address, Run, Server

BATCH = 10_000
CHANGED = 1_000


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


def changed(source: str, uri: str) -> int:
    """A small version on top: firms put once more, with another size; how many."""
    rows = connect(source).read("firms").slice(0, CHANGED)
    at = rows.schema.get_field_index("employees")
    sizes = pa.array(range(rows.num_rows)).cast(rows.schema.field(at).type)
    with connect(uri).write("some firms") as writer:
        writer.put("firms", rows.set_column(at, rows.schema.field(at), [sizes]))
    return int(rows.num_rows)


def ranked(source: str, uri: str, asked: str) -> dict[str, Any]:
    """The bare formula in Cypher on the server.

    Raises:
        ValueError: its answers are not those of pandas, so that times would mean nothing.
    """
    facts = facts_of(connect(source))
    there, here = InNeo4j(facts, uri), InPandas(facts)
    for code in questions(4):
        found, wanted = (way.answer(code, BIG_CHAIN, TOP) for way in (there, here))
        if [a.firm for a in found] != [a.firm for a in wanted]:
            raise ValueError(f"{code}: {found[:3]} against {wanted[:3]}")
    return timed(lambda code: there.answer(code, BIG_CHAIN, TOP), questions(int(asked)))


def pushed(source: str, uri: str, asked: str) -> dict[str, dict[str, Any]]:
    """The product's pushed-down questions: a chain's presence, a link's candidates."""
    store = connect(uri)
    assert isinstance(store, Neo4jStore)
    links = connect(source).read("links", ["link_id", "chain_id"]).to_pylist()
    link = next(row["link_id"] for row in links if row["chain_id"] == BIG_CHAIN)
    codes = questions(int(asked))
    return {
        "presence": timed(lambda code: pushdown.presence(store, BIG_CHAIN, code), codes),
        "candidates": timed(lambda code: pushdown.candidates(store, link, code, top=TOP), codes),
    }


@dataclass(frozen=True)
class Step:
    """What a step took: the client's side, and the server's CPU seconds meanwhile."""

    client: Measured
    server_cpu: float


@dataclass(frozen=True)
class Figures:
    """What was measured."""

    steps: dict[str, Step]
    stored_mb: float
    bare_mb: float
    product: dict[str, Any]


def _step(server: Neo4jServer, name: str, *args: object) -> Step:
    begin = server.cpu_seconds()
    client = measured(f"benchmarks.neo4j:{name}", *args)
    step = Step(client, server.cpu_seconds() - begin)
    print(f"{name} {client.seconds:.1f} s, server CPU {step.server_cpu:.1f} s", flush=True)
    return step


def measure(source: str, memory: tuple[str, str], cache: Path, asked: int) -> Figures:
    """Run every step, each in a process of its own; `memory` is the server's heap, page cache."""
    os.environ["CHAINSCOUT_CACHE"] = str(cache)
    steps = {}
    with running(*memory) as server:
        os.environ.update(server.credentials)
        steps["bare"] = _step(server, "bare", source, server.uri)
        counts = in_the_graph(server.uri)
        server.stop()  # which writes everything out
        bare_mb = server.stored_mb()
    with running(*memory) as server:
        os.environ.update(server.credentials)
        steps["copied"] = _step(server, "copied", source, server.uri)
        if in_the_graph(server.uri) != counts:
            raise RuntimeError(f"the bare way loaded {counts}, copy {in_the_graph(server.uri)}")
        for name in ("server", "cache"):
            steps[name] = _step(server, "snapshot", server.uri)
        seen = {name: steps["cache"].client.result[name] for name in counts}
        if seen != counts:
            raise RuntimeError(f"the server has {counts}, the snapshot {seen}")
        for name in ("ranked", "pushed"):
            steps[name] = _step(server, name, source, server.uri, asked)
        steps["changed"] = _step(server, "changed", source, server.uri)
        server.stop()
        stored_mb = server.stored_mb()
    product = measured("benchmarks.ranking:product", source, asked).result
    return Figures(steps, stored_mb, bare_mb, product)


def text(figures: Figures, rows: dict[str, int], memory: tuple[str, str]) -> str:
    """The section for RESULTS.md."""
    steps, total = figures.steps, sum(rows.values())
    bare_s, ours = steps["bare"].client.seconds, steps["copied"].client.seconds
    counted = ", ".join(f"{n:,} {name}" for name, n in rows.items() if n)
    return "\n\n".join(
        [
            f"Neo4j {VERSION} Community, heap {memory[0]}, page cache {memory[1]}, on the same "
            f"machine ({os.cpu_count()} cores, {platform.system()}, Python "
            f"{platform.python_version()}), driver {_driver()}: {counted}. Other work on the "
            "machine shows in the seconds more than in CPU seconds and ratios.",
            _steps_table(steps),
            f"Copying takes **{ours / bare_s:.2f} ×** the bare driver's time "
            f"({_cpu(steps['copied']) / _cpu(steps['bare']):.2f} × its CPU time on both sides): "
            f"{total / ours:,.0f} rows a second against {total / bare_s:,.0f}. It also draws "
            "references as relationships (firm → region, link → chain …), keeps versions, builds "
            "indexes for words, and shows readers nothing before it is whole. The database takes "
            f"{figures.stored_mb:,.0f} MB on disk, the bare one {figures.bare_mb:,.0f} MB.",
            _questions_table(figures),
            "The product ranks from the snapshot, with ten signals, reasons and ways in; Cypher "
            "computes the bare formula of “Speed and memory” and gives the same firms as pandas "
            "does. The pushed-down questions are for stores too large for a snapshot.",
        ]
    )


def _steps_table(steps: dict[str, Step]) -> str:
    named = [
        ("bare", "bare driver, UNWIND of the same rows", ""),
        ("copied", "chainscout copy", "3 × the bare driver"),
        ("server", "snapshot from the server", "90 s"),
        ("cache", "snapshot from the local cache", "5 s"),
        ("changed", f"a version with {CHANGED:,} changed firms on top", ""),
    ]
    heads = ["step", "seconds", "client CPU s", "server CPU s", "client peak MB", "goal"]
    lines = []
    for name, said, goal in named:
        client = steps[name].client
        figures = [client.seconds, client.cpu_seconds, steps[name].server_cpu]
        shown = [f"{value:.1f}" for value in figures]
        lines.append([said, *shown, f"{client.peak_mb:,.0f}", goal])
    return table(heads, lines)


def _questions_table(figures: Figures) -> str:
    pushed_down = figures.steps["pushed"].client.result
    timings = {
        "chainscout, top 100 of 100 links, from the snapshot": figures.product,
        "the bare formula in Cypher on the server": figures.steps["ranked"].client.result,
        "pushed down: firms at each of 100 links": pushed_down["presence"],
        "pushed down: top 100 candidates of a link": pushed_down["candidates"],
    }
    lines = [
        [name, f"{t['median_ms']:,.1f}", f"{t['fastest_ms']:,.1f}", f"{t['first_ms']:,.0f}"]
        for name, t in timings.items()
    ]
    return table(["question", "median ms", "fastest ms", "first ms"], lines)


def _cpu(step: Step) -> float:
    return step.client.cpu_seconds + step.server_cpu


def _driver() -> str:
    try:
        return f"{version('neo4j')} with neo4j-rust-ext {version('neo4j-rust-ext')}"
    except PackageNotFoundError:
        return f"{version('neo4j')} without neo4j-rust-ext"


def main() -> None:
    """Measure, print and write the section “Neo4j”."""
    parser = argparse.ArgumentParser(prog="benchmarks.neo4j", description=__doc__)
    parser.add_argument("--firms", type=int, default=100_000)
    parser.add_argument("--store", help="a store to copy instead of a made-up one")
    parser.add_argument("--heap", default="2g")
    parser.add_argument("--page-cache", default="1g")
    parser.add_argument("--questions", type=int, default=10)
    parser.add_argument("--keep", action="store_true", help="print only, leave RESULTS.md")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="neo4j-bench-") as folder:
        source = args.store or _made(Path(folder), args.firms)
        memory = (args.heap, args.page_cache)
        figures = measure(source, memory, Path(folder) / "cache", args.questions)
        store = connect(source)
        rows = {name: store.count(name) for name in LOAD_ORDER}
    found = text(figures, rows, memory)
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
