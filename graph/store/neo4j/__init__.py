"""The store on a Neo4j server. The only package that knows the Neo4j driver."""

from __future__ import annotations

from graph.store.neo4j.cache import Cache
from graph.store.neo4j.store import Neo4jStore

__all__ = ["Cache", "Neo4jStore"]
