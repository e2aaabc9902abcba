"""The port every graph store implements; engines are :mod:`graph.store.duck` and Neo4j's.

A write is a transaction that ends in a new *data version*, or in none when nothing was put.
Readers see one version, never half of one. Rows travel as Arrow tables in the shape that
:attr:`graph.schema.Table.arrow_schema` declares, so an engine knows nothing about ingest.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from graph.kept import Kept
    from graph.snapshot import Snapshot


class StoreError(Exception):
    """Something is wrong with a store; the message says what, where and what to do."""


class StoreNotFound(StoreError):
    """There is no store at this place yet."""


class StoreCorrupt(StoreError):
    """The store's file cannot be read; the message names the newest older version."""


class StoreBusy(StoreError):
    """Another writer holds the store for longer than the caller would wait."""


class VersionMissing(StoreError):
    """The data version asked for is no longer (or not yet) kept."""


class StoreFull(StoreError):
    """There was no room to write; the old version is intact."""


class StoreUnreachable(StoreError):
    """The server of the store does not answer; nothing half-written will be seen once it does."""


@dataclass(frozen=True, slots=True)
class Version:
    """One data version: `number` counts from 1; 0 is the empty store. `created` is ISO 8601 UTC."""

    number: int
    created: str
    note: str


EMPTY = Version(0, "", "")


class Reader(ABC):
    """One version held open: every read sees the same data."""

    version: Version

    @abstractmethod
    def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Rows of `table`, ordered by key."""


class Writer(ABC):
    """What a transaction can do. Nothing is seen by others before the transaction ends well."""

    @property
    @abstractmethod
    def next_version(self) -> int:
        """The number the version will have if this transaction changes anything."""

    @abstractmethod
    def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Rows of `table` as they stand inside the transaction, in no particular order."""

    @abstractmethod
    def put(self, table: str, rows: pa.Table, *, new: bool = False) -> None:
        """Insert `rows`, replacing those with the same key. Keys in `rows` must be unique.

        `new`: the caller knows that no key is stored, so that the engine need not look.
        """

    @abstractmethod
    def delete(self, table: str, keys: pa.Table) -> None:
        """Remove the rows whose key columns equal a row of `keys`."""


class Store(ABC):
    """A place that keeps the facts, by version."""

    uri: str

    @abstractmethod
    def version(self) -> Version:
        """The current version; :data:`EMPTY` for a store that exists but holds nothing.

        Raises StoreNotFound when there is no store, StoreCorrupt when it cannot be read.
        """

    @abstractmethod
    def versions(self) -> list[Version]:
        """All versions that can still be read, newest first."""

    @abstractmethod
    def reading(self, version: int | None = None) -> AbstractContextManager[Reader]:
        """The current or an older version, held open until the block is left."""

    def read(
        self, table: str, columns: Sequence[str] | None = None, version: int | None = None
    ) -> pa.Table:
        """Rows of `table`, ordered by key, of the current or an older version."""
        with self.reading(version) as reader:
            return reader.read(table, columns)

    @abstractmethod
    def fetch(
        self,
        table: str,
        keys: Sequence[str],
        columns: Sequence[str] | None = None,
        version: int | None = None,
    ) -> pa.Table:
        """The rows whose (single) key is in `keys`, in that order; unknown keys are left out."""

    @abstractmethod
    def count(self, table: str, version: int | None = None) -> int:
        """Number of rows of `table`."""

    @abstractmethod
    def write(self, note: str = "") -> AbstractContextManager[Writer]:
        """A transaction; writers wait for one another.

        Leaving it normally makes a new version if anything was put or deleted; leaving it by an
        exception leaves the store as it was. Raises StoreBusy, StoreFull, StoreCorrupt.
        """

    def kept(self, version: Version) -> Kept | None:
        """Where arrays computed from `version` are kept between processes; None = nowhere."""
        return None

    def snapshot(self) -> Snapshot:
        """The current version in memory, as every analysis reads it."""
        from graph.snapshot import build  # the snapshot knows the port, not the other way round

        return build(self)
