"""A fresh workspace per test, on both engines; PostgreSQL is a private cluster of this run."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import create_engine, text

from workspace import Workspace, open_workspace
from workspace.accounts import secrets

_numbers = count()
_FAST = "fsync=off synchronous_commit=off full_page_writes=off max_wal_senders=0 wal_level=minimal"


def _binaries() -> Path | None:
    """The newest server that Debian installed, or one on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name))
    if found:
        return found[-1]
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The address of a PostgreSQL server, without a database; removed when the tests end."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server here: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="chainscout-pg-"))
    # The server refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    try:
        data, port = folder / "data", _free_port()
        _run(user, binaries / "initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8",
             "--no-sync", "--locale=C")  # fmt: skip
        settings = " ".join(f"-c {s}" for s in _FAST.split())
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 {settings}"
        control = (user, binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log")
        _run(*control, "-o", options, "start")
        try:
            yield f"postgresql://test@127.0.0.1:{port}"
        finally:
            _run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(user: str, *command: object) -> None:
    extra = {"user": user, "group": pwd.getpwnam(user).pw_gid} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [str(part) for part in command],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if "start" not in command else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        **extra,  # type: ignore[call-overload]
    )
    assert done.returncode == 0, done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def template(cluster: str) -> str:
    """A migrated database that each test gets a copy of."""
    _administer(cluster, "CREATE DATABASE template_ws")
    open_workspace(f"{cluster}/template_ws").close()
    return "template_ws"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workspace") / "template.db"
    open_workspace(path).close()
    return path


def _administer(cluster: str, statement: str) -> None:
    engine = create_engine(
        f"{cluster}/postgres".replace("postgresql:", "postgresql+psycopg:"),
        isolation_level="AUTOCOMMIT",
    )
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[str]:
    """Where a fresh, migrated workspace is."""
    if request.param == "sqlite":
        path = tmp_path / "workspace.db"
        shutil.copy(sqlite_template, path)
        yield str(path)
        return
    cluster = request.getfixturevalue("cluster")
    template = request.getfixturevalue("template")
    name = f"ws_{next(_numbers)}"
    _administer(cluster, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield f"{cluster}/{name}"
    _administer(cluster, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_address(request: pytest.FixtureRequest, address: str, tmp_path: Path) -> str:
    """Like `address`, but nothing was made there yet."""
    if address.startswith("postgresql"):
        cluster, _, name = address.rpartition("/")
        _administer(cluster, f"DROP DATABASE {name} WITH (FORCE)")
        _administer(cluster, f"CREATE DATABASE {name}")
        return address
    return str(tmp_path / "new.db")


@pytest.fixture
def workspace(address: str) -> Iterator[Workspace]:
    """A fresh workspace."""
    made = open_workspace(address)
    yield made
    made.close()


@pytest.fixture
def light(tmp_path: Path, sqlite_template: Path) -> Iterator[Workspace]:
    """A fresh workspace on SQLite alone, for what no engine can make different."""
    path = tmp_path / "light.db"
    shutil.copy(sqlite_template, path)
    made = open_workspace(path)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2id with little memory: what it guards is the same, test_the_real_hash is the rest."""
    monkeypatch.setattr(secrets, "_passwords", PasswordHasher(time_cost=1, memory_cost=64))


@pytest.fixture(scope="module")
def shared() -> Iterator[Workspace]:
    """One workspace for all examples of the properties of a module."""
    with tempfile.TemporaryDirectory() as folder:
        made = open_workspace(Path(folder) / "shared.db")
        yield made
        made.close()
