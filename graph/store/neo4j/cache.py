"""Versions of a server's store kept on the local disk, as the embedded engine's own files.

A file holds one whole version and is never changed; it is known by the store's own id and the
version's number, so that another database at the same address is never taken for it.
"""

from __future__ import annotations

import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import duckdb

from graph.schema import LOAD_ORDER
from graph.store.base import Reader, Version
from graph.store.duck import DuckStore
from graph.store.tables import create, registered

_KEEP = 3
FOLDER = "CHAINSCOUT_CACHE"
"""Environment variable that names another folder for what is kept between runs."""


class Cache:
    """The local versions of one store; a disk that takes nothing makes it an empty one."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    @classmethod
    def usual(cls) -> Cache:
        """Below the folder that `CHAINSCOUT_CACHE` names, else the user's own cache folder."""
        named = os.environ.get(FOLDER) or "~/.cache/chainscout"
        return cls(Path(named).expanduser() / "stores")

    def find(self, store: str, version: int) -> DuckStore | None:
        """The local copy of a version, if there is one."""
        file = self._file(store, version)
        return DuckStore(file) if file is not None and file.exists() else None

    def fill(self, store: str, reader: Reader) -> DuckStore | None:
        """Copy the version that `reader`, which several threads may use, reads.

        None where nothing can be written.
        """
        file = self._file(store, reader.version.number)
        if file is None:
            return None
        draft = file.with_name(f".{file.name}.{uuid.uuid4().hex}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(draft, reader)
            draft.replace(file)
        except (OSError, duckdb.Error):  # no room, no right to write: the server is asked instead
            return None
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
                Path(f"{draft}.wal").unlink(missing_ok=True)
        self._prune(file.parent)
        return DuckStore(file)

    def _file(self, store: str, version: int) -> Path | None:
        return self.folder / store / f"{version:06d}.duckdb" if self.folder else None

    def _prune(self, folder: Path) -> None:
        for old in sorted(folder.glob("[0-9]*.duckdb"), reverse=True)[_KEEP:]:
            with suppress(OSError):
                old.unlink()


def _write(file: Path, reader: Reader) -> None:
    """Two tables at a time: while one side makes an answer, the other takes one in."""
    with ThreadPoolExecutor(2) as pool, duckdb.connect(str(file)) as connection:
        create(connection)
        for name, rows in zip(LOAD_ORDER, pool.map(reader.read, LOAD_ORDER), strict=True):
            with registered(connection, rows) as view:
                connection.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM {view}')
        _note(connection, reader.version)


def _note(connection: duckdb.DuckDBPyConnection, version: Version) -> None:
    values = [version.number, version.created, version.note]
    connection.execute('INSERT INTO "_versions" VALUES (?, ?, ?)', values)


__all__ = ["FOLDER", "Cache"]
