"""Graph stores: one port, several engines, opened by URI."""

from __future__ import annotations

from pathlib import Path

from graph.store.base import (
    EMPTY,
    Reader,
    Store,
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreNotFound,
    StoreUnreachable,
    Version,
    VersionMissing,
    Writer,
)
from graph.store.duck import DuckStore

_SERVER_SCHEMES = ("bolt://", "bolt+s://", "bolt+ssc://", "neo4j://", "neo4j+s://", "neo4j+ssc://")


def connect(uri: str | Path) -> Store:
    """The store at `uri`: a path for the embedded engine, ``bolt://…`` for a server."""
    text = str(uri)
    if text.startswith(_SERVER_SCHEMES):
        from graph.store.neo4j import Neo4jStore  # who works with files need not load the driver

        return Neo4jStore(text)
    return DuckStore(text)


__all__ = [
    "EMPTY",
    "DuckStore",
    "Reader",
    "Store",
    "StoreBusy",
    "StoreCorrupt",
    "StoreError",
    "StoreFull",
    "StoreNotFound",
    "StoreUnreachable",
    "Version",
    "VersionMissing",
    "Writer",
    "connect",
]
