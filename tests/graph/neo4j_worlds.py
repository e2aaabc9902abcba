from __future__ import annotations

import atexit
import os
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from benchmarks.neo4j_server import Neo4jServer, Unavailable, running
from graph.store.neo4j import Cache, Neo4jStore
from graph.store.neo4j.server import Address, Server

# All but the lock, which notes that constraints and indexes are there.
_WIPE = (
    "MATCH (n) WHERE NOT n:ChainScoutLock AND NOT n:ChainScoutColumn "
    "WITH n LIMIT 20000 DETACH DELETE n RETURN count(*) AS gone"
)
_RESET = "MATCH (l:ChainScoutLock) REMOVE l.owner, l.until, l.writing"


@cache
def _server() -> Neo4jServer | str:
    """One server for all modules of a run, or why there is none."""
    held = ExitStack()
    atexit.register(held.close)
    try:
        return held.enter_context(running(quick=True))
    except Unavailable as problem:
        return str(problem)


@pytest.fixture(scope="session")
def neo4j_server() -> Neo4jServer:
    """A real server; without Java and Maven the tests that ask for it are skipped."""
    found = _server()
    if isinstance(found, str):
        pytest.skip(f"no Neo4j server: {found}")
    return found


@pytest.fixture
def bolt(neo4j_server: Neo4jServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The address of the server, emptied, with credentials and a cache in the environment."""
    for name, value in neo4j_server.credentials.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CHAINSCOUT_CACHE", str(tmp_path / "cache"))
    wipe(neo4j_server.uri)
    return neo4j_server.uri


def wipe(uri: str) -> None:
    """Empty the database."""
    server = Server(Address.of(uri, os.environ))
    while server.write(lambda run: run(_WIPE))[0]["gone"]:
        continue
    server.write(lambda run: run(_RESET))


def store_at(uri: str, name: str = "world", *, keep: int = 5, wait: float = 60.0) -> Neo4jStore:
    """A handle; a name other than ``world`` is a database that is not there."""
    place = uri if name == "world" else f"{uri}/{name}"
    return Neo4jStore(place, keep=keep, wait=wait, cache=Cache.usual())
