"""The server under load: many clients, mixed questions, an ingest now and then; errors and memory.

Starts ``chainscout serve`` on a store and asks it from threads with connections that are kept. The
clients run on the same cores as the server, so the figures are lower bounds. With `--ingest` a
small file is loaded every so many seconds, so that the server changes to new versions meanwhile.

Run: ``python -m benchmarks.soak --calls 100000``: a synthetic store of `--firms` firms is made and
asked on each engine, as a file and copied to a Neo4j server that is started for it; ``--engine``
picks one, ``--store`` takes a store that is there.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import numpy as np

from benchmarks.child import measured
from benchmarks.neo4j_server import running
from benchmarks.report import table, write_section
from chainscout.copying import copy_store
from graph.store import connect

WARM_SECONDS = 180
ENGINES = ("embedded", "Neo4j")
GOALS = {"recommend": "p99 150 ms", "firms": "p99 50 ms", "page": "300 ms"}


@dataclass(frozen=True)
class Question:
    """One call: what kind it is, and its path."""

    kind: str
    path: str


@dataclass
class Seen:
    """What the clients saw."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, float]] = field(default_factory=list)
    versions: set[int] = field(default_factory=set)
    elapsed: float = 0.0

    @property
    def calls(self) -> int:
        """Calls that were answered, well or badly."""
        return sum(map(len, self.seconds.values()))


def questions(base: str) -> list[Question]:
    """Every kind of question, over the regions and chains that the server knows."""
    chains = [c["id"] for c in _json(base, "/api/v1/chains")["chains"]][:40]
    regions = [r["code"] for r in _json(base, "/api/v1/regions?level=prefecture")["regions"]][:60]
    firms = _json(base, "/api/v1/firms?limit=50")["firms"]
    draw, found = random.Random(3), list[Question]()
    for number in range(2000):
        chain, region = quote(draw.choice(chains)), draw.choice(regions)
        firm = draw.choice(firms)
        kind = draw.choices(list(KINDS), list(KINDS.values()))[0]
        path = {
            "recommend": f"/api/v1/recommend?region={region}&chain={chain}&top=20",
            "gaps": f"/api/v1/gaps?region={region}&chain={chain}",
            "firms": f"/api/v1/firms?q={quote(firm['name'][2:5])}&limit=20",
            "pinyin": f"/api/v1/firms?q={draw.choice('bcdfghjlmnqstwxyz')}{number % 7}&limit=20",
            "explain": f"/api/v1/explain?firm={quote(firm['id'])}&region={region}&chain={chain}",
            "page": f"/targets?region={region}&chain={chain}",
        }[kind]
        found.append(Question("firms" if kind == "pinyin" else kind, path))
    return found


# How often each kind is asked, of 100.
KINDS = {"recommend": 40, "gaps": 15, "firms": 20, "pinyin": 10, "explain": 5, "page": 10}


def _json(base: str, path: str) -> dict[str, list[dict[str, str]]]:
    host, _, port = base.partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=WARM_SECONDS)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{path}: {answer.status} {body[:300]!r}")
    found: dict[str, list[dict[str, str]]] = json.loads(body)
    return found


class Served:
    """A server process on a free port; `ready` is the time until its first answer."""

    def __init__(self, store: str, workers: int) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.base = f"127.0.0.1:{self.port}"
        self._folder = tempfile.TemporaryDirectory(prefix="chainscout-")
        place = {"CHAINSCOUT_WORKSPACE": f"{self._folder.name}/workspace.db"}
        command = ["chainscout", "--store", store, "serve", "--port", str(self.port)]
        start = time.perf_counter()
        self.process = subprocess.Popen(
            [Path(sys.executable).with_name(command[0]), *command[1:], "--workers", str(workers)],
            env=os.environ | place,
        )
        self.ready = self._wait(start)

    def _wait(self, start: float) -> float:
        while time.perf_counter() - start < WARM_SECONDS:
            try:
                _json(self.base, "/api/v1/chains")
            except (OSError, RuntimeError, http.client.HTTPException):
                time.sleep(0.1)
            else:
                return time.perf_counter() - start
        raise RuntimeError(f"no answer from the server after {WARM_SECONDS} s")

    def memory_mb(self) -> float:
        """Resident MB of the server and its workers (Linux)."""
        return sum(_resident(pid) for pid in _family(self.process.pid))

    def stop(self) -> None:
        """End the server and its workers."""
        self.process.terminate()
        self.process.wait(30)
        self._folder.cleanup()


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return [pid]
    return [pid, *(p for child in children for p in _family(int(child)))]


def _resident(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def ask(served: Served, asked: list[Question], calls: int, clients: int) -> Seen:
    """Let `clients` threads ask `calls` questions in all."""
    seen, left, lock = Seen(), iter(range(calls)), threading.Lock()

    def client(seed: int) -> None:
        draw = random.Random(seed)
        own: dict[str, list[float]] = {}
        errors: Counter[str] = Counter()
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
        while True:
            with lock:
                if next(left, None) is None:
                    break
            question = draw.choice(asked)
            start = time.perf_counter()
            status = call(connection, question.path)
            own.setdefault(question.kind, []).append(time.perf_counter() - start)
            if status != str(int(http.client.OK)):
                errors[f"{question.kind} {status}"] += 1
        with lock:
            seen.errors.update(errors)
            for kind, times in own.items():
                seen.seconds.setdefault(kind, []).extend(times)

    start = time.perf_counter()
    threads = [threading.Thread(target=client, args=(i,)) for i in range(clients)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        seen.memory.append((time.perf_counter() - start, served.memory_mb()))
        threads[0].join(1.0)
        time.sleep(0.2)
    seen.elapsed = time.perf_counter() - start
    return seen


def call(connection: http.client.HTTPConnection, path: str) -> str:
    """Ask; the answer's status, or the name of the error."""
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return type(error).__name__
    return str(answer.status)


class Ingests:
    """Loads a few firms into the store every `pause` seconds until stopped."""

    def __init__(self, store: str, pause: float) -> None:
        self.store, self.pause, self.failed, self.done = store, pause, 0, 0
        self._run_of = f"{time.time():.0f}"  # so that the firms are new ones: a new data version
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        program = Path(sys.executable).with_name("chainscout")
        with tempfile.TemporaryDirectory(prefix="chainscout-") as folder:
            file = Path(folder) / "企业.csv"
            while not self._stop.wait(self.pause):
                name = f"浸泡{self._run_of}之{self.done}"
                rows = "".join(f"{name}{i}号机械有限公司,东营市\n" for i in range(5))
                file.write_text("企业名称,所在地\n" + rows, encoding="utf-8")
                command = [str(program), "--store", self.store, "ingest", str(file)]
                ended = subprocess.run(command, capture_output=True, check=False)
                self.failed += ended.returncode != 0
                self.done += 1

    def stop(self) -> None:
        """End after the ingest that is under way."""
        self._stop.set()
        self._thread.join()


def text(seen: Seen, served: Served, about: str, ingests: Ingests | None) -> str:
    """The section for RESULTS.md."""
    rows = []
    for kind in KINDS.keys() & seen.seconds.keys():
        times = 1000 * np.array(seen.seconds[kind])
        p50, p99 = np.percentile(times, [50, 99])
        rows.append([kind, f"{len(times):,}", f"{p50:.1f}", f"{p99:.1f}", GOALS.get(kind, "")])
    memory = np.array([mb for _, mb in seen.memory])
    quarters = [f"{np.median(part):,.0f}" for part in np.array_split(memory, 4)]
    loads = f", {ingests.done} ingests meanwhile ({ingests.failed} failed)" if ingests else ""
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    errors = ", ".join(f"{n} × {what}" for what, n in seen.errors.items()) or "none"
    return "\n\n".join(
        [
            f"{about}. {machine}; the clients run on the same cores{loads}.",
            table(["question", "calls", "p50 ms", "p99 ms", "goal"], sorted(rows)),
            f"{seen.calls:,} calls in {seen.elapsed:.0f} s: {seen.calls / seen.elapsed:.0f} a "
            f"second. Errors: {errors}. First answer {served.ready:.1f} s after the start. Server "
            f"memory by quarters of the time, medians: {', '.join(quarters)} MB; "
            f"{memory.max():,.0f} MB at most.",
        ]
    )


def main() -> int:
    """Run and write the section; 1 if any call failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--store", help="an existing store; else one is made for each engine")
    parser.add_argument("--engine", choices=("both", *ENGINES), default="both")
    parser.add_argument("--firms", type=int, default=100_000)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument(
        "--ingest", type=float, default=0.0, help="seconds between ingests; 0: none"
    )
    parser.add_argument("--name", default="Soak", help="begin of the section's name in RESULTS.md")
    given = parser.parse_args()
    if given.store:
        engine = "Neo4j" if "://" in given.store else "embedded"
        return bool(soak(given, given.store, f"{given.name}: {engine}", engine))
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="chainscout-") as folder:
        file = f"{folder}/world.duckdb"
        measured("benchmarks.scaling:build", file, given.firms)
        for engine in ENGINES if given.engine == "both" else (given.engine,):
            about = f"{engine}, {given.firms:,} firms"
            with on(engine, file, Path(folder)) as store:
                wrong += soak(given, store, f"{given.name}: {engine}", about)
    return 1 if wrong else 0


@contextmanager
def on(engine: str, file: str, folder: Path) -> Iterator[str]:
    """The store in `file` on an engine: the file itself, or a copy on a server of its own."""
    if engine == "embedded":
        yield file
        return
    os.environ["CHAINSCOUT_CACHE"] = str(folder / "cache")
    with running("1g", "256m") as server:
        os.environ.update(server.credentials)
        copy_store(
            connect(file), connect(server.uri), replace=False, progress=lambda what, done, of: None
        )
        yield server.uri


def soak(given: argparse.Namespace, store: str, name: str, about: str) -> int:
    """Ask, print and write the section; number of calls that failed."""
    served = Served(store, given.workers)
    ingests = None
    try:
        asked = questions(served.base)
        ingests = Ingests(store, given.ingest) if given.ingest else None
        seen = ask(served, asked, given.calls, given.clients)
    finally:
        if ingests:
            ingests.stop()
        served.stop()
    about = f"{about}; {given.clients} clients, {given.workers} worker(s)"
    written = text(seen, served, about, ingests)
    print(written, flush=True)
    write_section(name, written)
    return seen.errors.total()


if __name__ == "__main__":
    sys.exit(main())
