"""A real Neo4j server for tests and benchmarks, out of its Maven artifacts.

Community Edition, on a free port of this machine, with authentication on and a home folder that
goes away afterwards. Needs Maven, which fetches the artifacts once, and Java: 17 or 21 for 5.26,
21 or newer for 2025.01 and later. ``CHAINSCOUT_NEO4J_VERSION`` names another version than
:data:`LTS`, ``CHAINSCOUT_JAVA`` another Java than the first on the path.

Run: ``python -m benchmarks.neo4j_server install`` fetches, ``… run`` also starts a server and keeps
it until Ctrl+C, ``… run --version 2026.08.1`` another version.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.store import StoreError
from graph.store.neo4j.server import PASSWORD, USER, Address, Server

LTS = "5.26.28"
VERSION = os.environ.get("CHAINSCOUT_NEO4J_VERSION") or LTS
JAVA = os.environ.get("CHAINSCOUT_JAVA") or "java"
_ARTIFACTS = (("org.neo4j.app", "neo4j-server"), ("org.neo4j", "neo4j"))
_OPEN = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch")
_START_SECONDS = 180.0
_STOP_SECONDS = 180.0


class Unavailable(RuntimeError):
    """This machine lacks what a server needs; the message says what."""


def cache_folder(version: str) -> Path:
    """Where the artifacts of a version are kept."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "chainscout" / f"neo4j-{version}"


def install(version: str = VERSION) -> Path:
    """The folder with the server's jars, fetched by Maven if need be. Raises Unavailable."""
    folder = cache_folder(version)
    if (folder / "complete").exists():
        return folder / "lib"
    for tool in (JAVA, "mvn"):
        if shutil.which(tool) is None:
            raise Unavailable(f"no `{tool}` on this machine: a Neo4j server needs Java and Maven")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pom.xml").write_text(_pom(version), encoding="utf-8")
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime"]
    command = ["mvn", "-B", "-q", *goal, f"-DoutputDirectory={folder / 'lib'}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"Maven could not fetch Neo4j {version}: {done.stdout[-500:]}")
    (folder / "complete").touch()
    return folder / "lib"


def _pom(version: str) -> str:
    wanted = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId>"
        f"<version>{version}</version></dependency>"
        for group, name in _ARTIFACTS
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>local</groupId><artifactId>neo4j-for-tests</artifactId><version>1</version>"
        f"<dependencies>{wanted}</dependencies></project>"
    )


def _entry_point(jars: Path, version: str) -> str:
    """The server's main class, whose name is not the same in all versions."""
    with zipfile.ZipFile(jars / f"neo4j-{version}.jar") as jar:
        found = jar.read("META-INF/services/org.neo4j.server.startup.EntryPoint")
    return found.decode("ascii").split()[0]


class Neo4jServer:
    """One server: started, killed, started again over the same home folder.

    Args:
        home: its folder, empty at first.
        heap: most memory for its heap, as Java writes it.
        page_cache: memory for pages of the database.
        quick: compile little: starts soon, runs slower in the long run.
        version: of Neo4j.
    """

    def __init__(
        self,
        home: Path,
        *,
        heap: str = "768m",
        page_cache: str = "128m",
        quick: bool = False,
        version: str = VERSION,
    ) -> None:
        self.home = home
        self.heap = heap
        self.quick = quick
        self.password = secrets.token_hex(12)  # no leading dash, which is an option to neo4j-admin
        self.port = _free_port()
        folder = install(version)
        self._jars, self._main = f"{folder}/*", _entry_point(folder, version)
        self._process: subprocess.Popen[bytes] | None = None
        (home / "conf").mkdir(parents=True)
        settings = {
            "server.bolt.listen_address": f"127.0.0.1:{self.port}",
            "server.http.enabled": "false",
            "server.https.enabled": "false",
            "server.memory.pagecache.size": page_cache,
            "db.tx_log.preallocate": "false",
            "dbms.usage_report.enabled": "false",
        }
        text = "\n".join(f"{name}={value}" for name, value in settings.items())
        (home / "conf" / "neo4j.conf").write_text(text + "\n", encoding="utf-8")
        self._admin("dbms", "set-initial-password", self.password)

    @property
    def uri(self) -> str:
        """The address without credentials."""
        return f"bolt://127.0.0.1:{self.port}"

    @property
    def credentials(self) -> dict[str, str]:
        """The environment in which a client gets in."""
        return {USER: "neo4j", PASSWORD: self.password}

    @property
    def pid(self) -> int | None:
        """The server's process, if it runs."""
        return self._process.pid if self._process else None

    def cpu_seconds(self) -> float:
        """CPU seconds that the running server has used so far (Linux)."""
        text = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii")
        user, system = text.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def stored_mb(self) -> float:
        """MB of 10⁶ bytes of the stopped server's database, without the log of transactions."""
        files = (self.home / "data" / "databases" / "neo4j").rglob("*")
        return sum(file.stat().st_size for file in files if file.is_file()) / 1e6

    def start(self) -> None:
        """Start the server and wait until it answers. Raises RuntimeError."""
        flags = [f"--add-opens={name}=ALL-UNNAMED" for name in _OPEN]
        main = [self._main, *self._folders()]
        machine = ["-Xms256m", f"-Xmx{self.heap}", "-XX:+UseSerialGC"]
        if self.quick:
            machine.append("-XX:TieredStopAtLevel=1")
        with (self.home / "console.log").open("ab") as log:
            self._process = subprocess.Popen(
                [JAVA, *machine, *flags, "-Dfile.encoding=UTF-8", "-cp", self._jars, *main],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        self._wait()

    def _folders(self) -> list[str]:
        return [f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}"]

    def _wait(self) -> None:
        end = time.monotonic() + _START_SECONDS
        server = Server(Address.of(self.uri, self.credentials))
        while True:
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError(f"the server ended by itself: {self._log()}")
            try:
                if _answers(self.port):
                    server.read("RETURN 1")
                    return
            except StoreError:
                if time.monotonic() > end:
                    raise
            if time.monotonic() > end:
                raise RuntimeError(f"no answer in {_START_SECONDS:.0f} s: {self._log()}")
            time.sleep(0.2)

    def _log(self) -> str:
        return (self.home / "console.log").read_text(encoding="utf-8", errors="replace")[-2000:]

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """Ask it to end, and see that it does."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def _admin(self, *arguments: str) -> None:
        places = {"NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}
        main = "org.neo4j.server.startup.Neo4jAdminCommand"
        done = subprocess.run(
            [JAVA, "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", self._jars, main, *arguments],
            env=os.environ | places,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"neo4j-admin {arguments[0]} failed: {done.stderr[-500:]}")


@contextmanager
def running(
    heap: str = "768m", page_cache: str = "128m", *, quick: bool = False, version: str = VERSION
) -> Iterator[Neo4jServer]:
    """A server that is stopped and whose folder is removed afterwards. Raises Unavailable."""
    with tempfile.TemporaryDirectory(prefix="neo4j-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        server = Neo4jServer(home, heap=heap, page_cache=page_cache, quick=quick, version=version)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _command() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.neo4j_server", description=__doc__)
    parser.add_argument("what", choices=("install", "run"))
    parser.add_argument("--heap", default="2g")
    parser.add_argument("--version", default=VERSION, help="of Neo4j, as Maven names it")
    args = parser.parse_args()
    try:
        if args.what == "install":
            print(install(args.version))
            return 0
        with running(args.heap, version=args.version) as server:
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the server ends as well
            print(f"{server.uri}  user neo4j  password {server.password}", flush=True)
            while True:
                time.sleep(3600)
    except Unavailable as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(_command())
