"""chainscout's domain: the model, the stores, the snapshot, the analyses of chains and regions."""

from __future__ import annotations

from pathlib import Path

from graph.gaps import GapReport, GapSettings, find_gaps
from graph.snapshot import Snapshot
from graph.store import Store, connect


def open_store(uri: str | Path) -> Store:
    """The store at `uri`: a file for the embedded engine, ``bolt://``/``neo4j://`` for a server.

    Nothing is created before something is written. Raises StoreError for an unknown kind of URI.
    """
    return connect(uri)


__all__ = ["GapReport", "GapSettings", "Snapshot", "Store", "find_gaps", "open_store"]
