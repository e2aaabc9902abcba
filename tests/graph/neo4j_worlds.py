from __future__ import annotations

import os
from collections.abc import Iterator
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


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Neo4jServer]:
    """A real server for the whole run; without Java and Maven its tests are skipped."""
    try:
        with running(quick=True) as server:
            yield server
    except Unavailable as problem:
        pytest.skip(f"no Neo4j server: {problem}")


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
