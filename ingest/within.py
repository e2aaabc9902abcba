"""The store as it stands inside a transaction, for analyses that a load needs before its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

import pyarrow as pa
import pyarrow.compute as pc

from graph.schema import TABLES
from graph.store import Reader, Store, StoreError, Version, Writer


class _WriterReader(Reader):
    """Reads what a writer sees, in the order of the keys as a reader has it."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.version = Version(writer.next_version, "", "")

    def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        key = list(TABLES[table].key)
        names = None if columns is None else list(dict.fromkeys([*columns, *key]))
        found = self._writer.read(table, names).sort_by([(name, "ascending") for name in key])
        return found if columns is None else found.select(list(columns))


class Within(Store):
    """A store to read from while `writer` is at work; it cannot be written."""

    def __init__(self, writer: Writer) -> None:
        self.uri = "transaction"
        self._reader = _WriterReader(writer)

    def version(self) -> Version:
        return self._reader.version

    def versions(self) -> list[Version]:
        return [self._reader.version]

    @contextmanager
    def reading(self, version: int | None = None) -> Iterator[Reader]:
        yield self._reader

    def fetch(
        self,
        table: str,
        keys: Sequence[str],
        columns: Sequence[str] | None = None,
        version: int | None = None,
    ) -> pa.Table:
        (key,) = TABLES[table].key
        names = [name for name, _ in TABLES[table].stored] if columns is None else list(columns)
        rows = self._reader.read(table, list(dict.fromkeys([*names, key])))
        at = pc.index_in(pa.array(keys, pa.string()), value_set=rows[key].combine_chunks())
        return rows.take(at.drop_null()).select(names)

    def count(self, table: str, version: int | None = None) -> int:
        (key, *_) = TABLES[table].key
        return int(self._reader.read(table, [key]).num_rows)

    def write(self, note: str = "") -> AbstractContextManager[Writer]:
        raise StoreError("导入进行中，不能再开始另一次写入")
