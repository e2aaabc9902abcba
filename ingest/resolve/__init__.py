"""Which firm a name means: names of any spelling resolved to the firms of a registry."""

from __future__ import annotations

from ingest.resolve.answer import Decision, Found, Resolution
from ingest.resolve.registry import Registry, RegistryInvalid
from ingest.resolve.relation import Relation
from ingest.resolve.resolver import Resolver, Thresholds

__all__ = [
    "Decision",
    "Found",
    "Registry",
    "RegistryInvalid",
    "Relation",
    "Resolution",
    "Resolver",
    "Thresholds",
]
