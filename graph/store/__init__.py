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
        raise StoreError(f"{text}：Neo4j 引擎尚未包含在本版本中，请使用文件形式的数据存储")
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
    "Version",
    "VersionMissing",
    "Writer",
    "connect",
]
