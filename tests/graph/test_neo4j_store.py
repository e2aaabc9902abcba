"""The contract of stores, kept by a real Neo4j server."""

from __future__ import annotations

import pytest

from graph.store import Store
from tests.contracts.store import MakeStore, StoreContract
from tests.graph.neo4j_worlds import bolt, neo4j_server, store_at

__all__ = ["bolt", "neo4j_server"]


class TestNeo4jStore(StoreContract):
    @pytest.fixture
    def make_store(self, bolt: str) -> MakeStore:
        def make(name: str = "world", *, keep: int = 5, wait: float = 60.0) -> Store:
            return store_at(bolt, name, keep=keep, wait=wait)

        return make
