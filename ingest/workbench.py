"""The place where an ingest works: an in-memory DuckDB that forgets everything when it closes.

Columns are checked and joined there at machine speed; only values that are not written in the
usual way pass through Python, once per distinct value.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa

from ingest.errors import TooMuch

_MEMORY = "2GB"
# Rows that leave the workbench at a time, as Arrow or Python objects, which no limit holds; whole
# row groups of DuckDB, which would else be written, and later written again.
PIECE = 2 * 122_880
# A table of so many rows leaves at once, which is faster and still takes less than the rest.
WHOLE = 2_000_000


class Workbench:
    """A context manager around the connection; `sql` runs a statement, `rows` fetches."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="chainscout-")
        self.connection = duckdb.connect(":memory:")
        self.connection.execute(f"SET memory_limit='{_MEMORY}'")
        self.connection.execute("SET temp_directory=?", [self._folder.name])
        self.connection.execute("SET autoinstall_known_extensions=false")
        self._numbers = count()
        self._views: set[str] = set()

    def __enter__(self) -> Workbench:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.connection.close()
        self._folder.cleanup()
        if isinstance(error, duckdb.OutOfMemoryException):
            raise TooMuch.at(_MEMORY) from error

    @property
    def folder(self) -> Path:
        """A folder for temporary files, removed with the workbench."""
        return Path(self._folder.name)

    def name(self, stem: str) -> str:
        """A table name not used before."""
        return f"{stem}_{next(self._numbers)}"

    def sql(self, statement: str, parameters: list[Any] | None = None) -> None:
        self.connection.execute(statement, parameters)

    def rows(self, statement: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        return self.connection.execute(statement, parameters).fetchall()

    def value(self, statement: str, parameters: list[Any] | None = None) -> Any:
        rows = self.rows(statement, parameters)
        return rows[0][0] if rows else None

    def arrow(self, statement: str) -> pa.Table:
        return self.connection.sql(statement).to_arrow_table()

    def create(self, stem: str, select: str) -> str:
        """A new temporary table filled by `select`; its name."""
        name = self.name(stem)
        self.sql(f"CREATE TEMP TABLE {name} AS {select}")
        return name

    def view(self, stem: str, select: str) -> str:
        """A new view of `select`; its name. What it reads must outlive it."""
        name = self.name(stem)
        self.sql(f"CREATE TEMP VIEW {name} AS {select}")
        self._views.add(name)
        return name

    def add(self, stem: str, rows: pa.Table) -> str:
        """A new temporary table holding `rows`; its name."""
        with self._registered(rows) as view:
            return self.create(stem, f"SELECT * FROM {view}")

    def append(self, table: str, rows: pa.Table) -> None:
        """Put `rows` behind those of a table that has the same columns."""
        with self._registered(rows) as view:
            self.sql(f"INSERT INTO {table} SELECT * FROM {view}")

    @contextmanager
    def _registered(self, rows: pa.Table) -> Iterator[str]:
        view = self.name("view")
        self.connection.register(view, rows)
        try:
            yield view
        finally:
            self.connection.unregister(view)

    def drop(self, *names: str) -> None:
        for name in names:
            kind = "VIEW" if name in self._views else "TABLE"
            self.sql(f"DROP {kind} IF EXISTS {name}")

    def pieces(self, table: str, where: str = "TRUE", *, whole: int = 0) -> Iterator[str]:
        """Selects of the rows where `where` holds, each from PIECE rows of a table, not a view.

        `whole`: a table of no more rows is one piece.
        """
        total = int(self.value(f"SELECT count(*) FROM {table}"))
        size = max(PIECE, whole) if total <= whole else PIECE
        for first in range(0, total, size):
            yield (
                f"SELECT * FROM {table} WHERE rowid >= {first} AND rowid < {first + size}"
                f" AND ({where})"
            )

    def translate(
        self, stem: str, distinct: str, parse: Callable[[str], tuple[Any, ...]], schema: pa.Schema
    ) -> str:
        """A table (text, …) with `parse` applied once to each distinct text `distinct` selects."""
        texts = self.create("texts", f"SELECT * FROM ({distinct}) AS t (text)")
        result = self.add(stem, schema.empty_table())
        for piece in self.pieces(texts):
            parsed: Iterable[tuple[Any, ...]] = ((t, *parse(t)) for (t,) in self.rows(piece))
            columns = list(zip(*parsed, strict=True))
            arrays = [pa.array(c, type=f.type) for c, f in zip(columns, schema, strict=True)]
            self.append(result, pa.Table.from_arrays(arrays, schema=schema))
        self.drop(texts)
        return result


def quoted(text: str) -> str:
    """`text` as a SQL string literal."""
    return "'" + text.replace("'", "''") + "'"
