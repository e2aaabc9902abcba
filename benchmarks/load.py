"""The server under load, over HTTP: start, pages, questions of many clients at once, a soak.

Starts ``chainscout serve`` and asks it from one process that does nothing but write requests and
read answers (raw sockets, no parsing), since it shares the processors with the server; what it took
of them is told. Figures go to ``RESULTS.md``, sections “HTTP under load” and “HTTP soak”.

Run: ``python -m benchmarks.load --store STORE --workers 2``; ``--soak 600`` is a soak of
that many seconds instead, with an ingest every minute, which writes to the store.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import itertools
import os
import platform
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import numpy as np

from benchmarks.report import table, write_section
from benchmarks.soak import Ingests, Served, _json
from benchmarks.soak import _family as family

PAGES = {
    "首页": "/?region={province}", "首页 全国": "/",
    "产业链图谱": "/chain?chain={chain}&region={region}",
    "环节": "/link?link={link}&region={region}", "缺口": "/gaps?region={region}&chain={chain}",
    "缺口 全部产业链": "/gaps?region={region}", "找谁": "/targets?region={region}&chain={chain}",
    "企业": "/firms?q={word}", "一家企业": "/firm?id={firm}&region={region}",
    "地图": "/map?region={province}&chain={chain}", "清单": "/lists", "项目": "/projects",
    "项目报表": "/projects/tables", "关注": "/watch", "数据": "/data", "待审": "/data/review",
    "设置": "/settings",
}  # fmt: skip
CPU = ("server CPU ms an answer", "client CPU ms")
MIX = {"recommend": 35, "gaps": 15, "firms": 15, "explain": 5, "page": 30}


@dataclass
class Seen:
    """What clients saw: milliseconds by kind, errors, and what it took."""

    times: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    cpu: float = 0.0
    server_cpu: float = 0.0

    @property
    def calls(self) -> int:
        """Answers, good or bad."""
        return sum(map(len, self.times.values()))

    def percentile(self, kind: str, share: float) -> float:
        """Milliseconds within which `share` % of the answers of a kind came."""
        return float(np.percentile(self.times[kind], share))


class World:
    """The names to ask with, drawn from what the server knows."""

    def __init__(self, base: str, seed: int = 5) -> None:
        from api.search import initials  # what a person would type for a name

        initials("甲")  # loads its tables now, not while answers are waited for
        self.initials = initials
        self.draw = random.Random(seed)
        self.chains = [c["id"] for c in _json(base, "/api/v1/chains")["chains"]]
        self.links = {
            c: [row["id"] for row in _json(base, f"/api/v1/links?chain={quote(c)}")["links"]]
            for c in self.chains
        }
        regions = _json(base, "/api/v1/regions")["regions"]
        self.regions = [r["code"] for r in regions if r["level"] != "province"]
        self.provinces = [r["code"] for r in regions if r["level"] == "province"]
        page = _json(base, "/api/v1/firms?limit=500")
        self.firms, self.firms_total = page["firms"], int(str(page["total"]))

    def fill(self, path: str) -> str:
        """A path with its names drawn."""
        draw, chain = self.draw, self.draw.choice(self.chains)
        firm = draw.choice(self.firms)
        return path.format(
            chain=quote(chain), link=quote(draw.choice(self.links[chain])), region=self.region(),
            province=draw.choice(self.provinces), firm=quote(firm["id"]),
            word=quote(firm["name"][2:4]),
        )  # fmt: skip

    def region(self) -> str:
        """A prefecture or county."""
        return self.draw.choice(self.regions)

    def distinct(self) -> Iterator[tuple[str, str]]:
        """Questions of 找谁, none twice."""
        every = [(r, c) for r in self.regions for c in self.chains]
        self.draw.shuffle(every)
        for region, chain in every:
            yield "recommend", f"/api/v1/recommend?region={region}&chain={quote(chain)}&top=20"

    def search(self) -> Iterator[tuple[str, str]]:
        """Parts of names and initials, two to four characters."""
        while True:
            name = self.draw.choice(self.firms)["name"]
            size, start = self.draw.randint(2, 4), self.draw.randint(0, max(len(name) - 4, 0))
            part = name[start : start + size]
            yield "substring", f"/api/v1/firms?q={quote(part)}&limit=20"
            yield "initials", f"/api/v1/firms?q={quote(self.initials(part))}&limit=20"

    def mixed(self) -> Iterator[tuple[str, str]]:
        """All kinds of calls and pages."""
        paths = {
            "recommend": "/api/v1/recommend?region={region}&chain={chain}&top=20",
            "gaps": "/api/v1/gaps?region={region}&chain={chain}",
            "firms": "/api/v1/firms?q={word}&limit=20",
            "explain": "/api/v1/explain?firm={firm}&region={region}&chain={chain}",
        }
        kinds, weights = list(MIX), list(MIX.values())
        while True:
            (kind,) = self.draw.choices(kinds, weights)
            path = paths.get(kind) or self.draw.choice(list(PAGES.values()))
            yield kind, self.fill(path)


async def _client(
    port: int, asked: Iterator[tuple[str, str]], until: float, seen: Seen, pause: float
) -> None:
    """Ask one question after another over one connection; `pause` seconds from start to start."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    due = time.perf_counter() + random.random() * pause
    while (now := time.perf_counter()) < until:
        if due > now:
            await asyncio.sleep(due - now)
        kind, path = next(asked)
        # An answer that comes late because the server is busy is late from when it was due.
        start = due if pause else time.perf_counter()
        due += pause
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            size = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(size))
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            seen.errors[f"{kind} {type(error).__name__}"] += 1
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            continue
        seen.times.setdefault(kind, []).append(1000 * (time.perf_counter() - start))
        if head[9:12] != b"200":
            seen.errors[f"{kind} {head[9:12].decode()} {path}"] += 1
    writer.close()


def ask(
    served: Served, asked: Iterator[tuple[str, str]], clients: int, seconds: float, rate: float = 0
) -> Seen:
    """Let `clients` ask for `seconds`: as fast as they are answered, or `rate` a second in all."""
    seen = Seen()

    async def run() -> None:
        until = time.perf_counter() + seconds
        pause = clients / rate if rate else 0.0
        await asyncio.gather(
            *(_client(served.port, asked, until, seen, pause) for _ in range(clients))
        )

    begun, cpu, work = time.perf_counter(), time.process_time(), server_cpu(served)
    asyncio.run(run())
    seen.seconds, seen.cpu = time.perf_counter() - begun, time.process_time() - cpu
    seen.server_cpu = server_cpu(served) - work
    return seen


def server_cpu(served: Served) -> float:
    """CPU seconds that the server and its workers have taken so far (Linux)."""
    ticks = 0
    for pid in family(served.process.pid):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def timed(served: Served, path: str) -> float:
    """Milliseconds of one call over a connection of its own. Raises RuntimeError for an error."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    start = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    spent = 1000 * (time.perf_counter() - start)
    connection.close()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{path}: {answer.status}")
    return spent


def pages(served: Served, world: World, rounds: int) -> list[list[str]]:
    """Each page `rounds` times, one after another: first, median and slowest."""
    rows = []
    for name, path in PAGES.items():
        times = [timed(served, world.fill(path)) for _ in range(rounds)]
        rows.append([name, f"{times[0]:.0f}", f"{np.median(times):.0f}", f"{max(times[1:]):.0f}"])
    return rows


def line(name: str, seen: Seen, kind: str, goal: str) -> list[str]:
    """A row of the table of questions."""
    return [
        name, f"{len(seen.times[kind]):,}", f"{len(seen.times[kind]) / seen.seconds:.0f}",
        f"{seen.percentile(kind, 50):.0f}", f"{seen.percentile(kind, 99):.0f}",
        f"{1000 * seen.server_cpu / seen.calls:.1f}", f"{1000 * seen.cpu / seen.calls:.1f}",
        str(seen.errors.total()), goal,
    ]  # fmt: skip


def starts(store: str, workers: int) -> str:
    """Seconds from the start of the process to first answers, without and with what is kept."""
    rows: list[list[str]] = []
    for name in ("first start on a data version", "later starts"):
        if not rows:
            for kept in Path(f"{store}.versions").glob("*.kept-*"):
                shutil.rmtree(kept)
        begun = time.perf_counter()
        served = Served(store, workers)
        try:
            chain = quote(_json(served.base, "/api/v1/chains")["chains"][0]["id"])
            timed(served, f"/api/v1/recommend?region=370500&chain={chain}")
            first = time.perf_counter() - begun
            timed(served, "/")
            page = time.perf_counter() - begun
            rows.append([name, f"{served.ready:.1f}", f"{first:.1f}", f"{page:.1f}", "6 s"])
            time.sleep(25)  # what is kept is written after the first answers
        finally:
            served.stop()
    return table(["", "chains, s", "recommend, s", "then the home page, s", "goal"], rows)


def private_mb(pid: int) -> float:
    """MB of a server and its workers that are no file of the disk (Linux)."""
    found = 0.0
    for one in family(pid):
        status = Path(f"/proc/{one}/status").read_text(encoding="ascii")
        (line,) = (text for text in status.splitlines() if text.startswith("RssAnon:"))
        found += int(line.split()[1]) * 1024 / 1e6
    return found


def questions(served: Served, world: World, clients: int, seconds: float) -> str:
    """Recommend by many clients, fresh questions and repeated ones, and the search."""
    fresh = world.distinct()
    full = ask(served, fresh, clients, seconds)
    paced = ask(served, fresh, clients, seconds, 150)
    few = [next(fresh) for _ in range(300)]
    repeated = ask(served, itertools.cycle(few), clients, seconds)
    found = ask(served, world.search(), 4, seconds, 40)
    rows = [
        line(f"recommend, no question twice, {clients} clients", full, "recommend", "150 a second"),
        line("the same, 150 a second", paced, "recommend", "p99 150 ms"),
        line("recommend, 300 questions again and again", repeated, "recommend", "p99 150 ms"),
        line("firms by part of a name, 4 clients", found, "substring", "p99 50 ms"),
        line("firms by initials, 4 clients", found, "initials", "p99 50 ms"),
    ]
    heads = ["", "answers", "a second", "p50 ms", "p99 ms", *CPU, "errors", "goal"]
    return table(heads, rows)


def soak(served: Served, world: World, given: argparse.Namespace) -> str:
    """Mixed calls and pages while a file is loaded every minute."""
    ingests, memory, versions = Ingests(given.store, 60.0), [], set()
    seen, left, clients = Seen(), given.soak, given.clients
    try:
        while left > 0:
            part = ask(served, world.mixed(), clients, min(left, 10.0), given.rate)
            for kind, times in part.times.items():
                seen.times.setdefault(kind, []).extend(times)
            seen.errors.update(part.errors)
            seen.seconds += part.seconds
            seen.cpu += part.cpu
            seen.server_cpu += part.server_cpu
            memory.append(private_mb(served.process.pid))
            versions.add(_json(served.base, "/api/v1/healthz")["data_version"])
            left -= part.seconds
    finally:
        ingests.stop()
    rows = [line(kind, seen, kind, "") for kind in MIX]
    quarter = max(len(memory) // 4, 1)
    first, last = np.median(memory[:quarter]), np.median(memory[-quarter:])
    heads = ["", "answers", "a second", "p50 ms", "p99 ms", *CPU, "errors", ""]
    said = ", ".join(f"{n} × {what}" for what, n in seen.errors.most_common(5)) or "none"
    return (
        f"{seen.calls:,} calls and pages in {seen.seconds:.0f} s by {clients} clients,"
        f" {given.rate:g} a second asked for, {ingests.done} ingests ({ingests.failed} failed)"
        f" meanwhile; {len(versions)} data versions were answered from. Errors: {said}. Memory of"
        " all workers without what is"
        f" mapped from files: {first:,.0f} MB in the first quarter, {last:,.0f} MB in the last,"
        f" {max(memory):,.0f} MB at most.\n\n" + table(heads, rows)
    )


def main() -> int:
    """Run all parts and write the section."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--store", required=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=30.0, help="of each part")
    parser.add_argument("--soak", type=float, default=0.0, help="only a soak, of so many seconds")
    parser.add_argument("--rate", type=float, default=100.0, help="calls a second of the soak")
    parser.add_argument("--warm", type=float, default=30.0, help="seconds before the questions")
    parser.add_argument("--dry", action="store_true", help="print, leave RESULTS.md as it is")
    given = parser.parse_args()
    parts = [] if given.soak else [starts(given.store, given.workers)]
    served = Served(given.store, given.workers)
    try:
        world = World(served.base)
        time.sleep(given.warm)
        if given.soak:
            parts.append(soak(served, world, given))
        else:
            heads = ["page", "first ms", "p50 ms", "slowest later ms"]
            parts.append(table(heads, pages(served, world, 12)))
            parts.append(questions(served, world, given.clients, given.seconds))
    finally:
        served.stop()
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    load = ", ".join(f"{value:.0f}" for value in os.getloadavg())
    about = (
        f"{world.firms_total:,} firms, {len(world.chains)} chains; {given.workers} workers."
        f" {machine}; clients on the same. Load of the machine over 1, 5, 15 minutes at the end,"
        f" whatever else it did: {load}."
    )
    text = "\n\n".join([about, *parts])
    print(text)
    if not given.dry:
        write_section("HTTP soak" if given.soak else "HTTP under load", text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
