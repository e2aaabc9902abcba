"""The embedded store: one DuckDB file, replaced whole by every write.

DuckDB locks its file per process, so a server and an ingest could not share one file. Here a
version's file is never changed after it was made: a write works on a private copy, which takes
the store's name by an atomic rename. A process killed at any moment leaves the old file in
place; a reader keeps the file it opened. Older versions stay beside it as hard links.

    demo.duckdb                      the current version, an ordinary DuckDB file
    demo.duckdb.versions/000007…     the newest versions, for time travel and running readers
    demo.duckdb.lock                 held while somebody writes
"""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from filelock import BaseFileLock, FileLock, Timeout

from graph.kept import Kept
from graph.schema import TABLES
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
from graph.store.tables import (
    create,
    current,
    expressions,
    names_of,
    registered,
    select,
    size,
    upgrade,
)

# Readers answer from memory afterwards; a small buffer keeps a server's footprint small.
_READER_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "1GB",
    "threads": 2,
}
# A writer spills beyond this, into a folder beside its draft.
_WRITER_MEMORY = "2GB"
_KEEP_VERSIONS = 5
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# What DuckDB raises over a file that opens but is not, or not wholly, a store.
_DAMAGED = (
    duckdb.CatalogException,
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.IOException,
    duckdb.SerializationException,
)


class DuckStore(Store):
    """A store in one DuckDB file at `path`; `keep` older versions stay readable."""

    def __init__(
        self, path: str | Path, *, keep: int = _KEEP_VERSIONS, wait: float = 600.0
    ) -> None:
        self.path = Path(path).expanduser().absolute()
        self.uri = str(path)
        self.keep = keep
        self.wait = wait
        self.folder = self.path.with_name(self.path.name + ".versions")
        self._read: dict[tuple[str, int, int, int], Version] = {}

    # reading ---------------------------------------------------------------------------------

    def version(self) -> Version:
        with self._reading(None) as connection:
            return current(connection)

    def versions(self) -> list[Version]:
        newest = self.version()
        found = {newest.number: newest}
        for file in self._version_files():
            version = self._told(file)
            if version is not None and version.number < newest.number:
                found[version.number] = version
        return [found[n] for n in sorted(found, reverse=True)]

    def _told(self, file: Path) -> Version | None:
        """What a version's file says of itself; None where it is gone or cannot be read."""
        with suppress(OSError, duckdb.Error):
            stat = file.stat()
            # Such a file is never written again, and opening one takes longer than asking it.
            key = (file.name, stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if key not in self._read:
                with closing(_open(file)) as connection:
                    self._read[key] = current(connection)
            return self._read[key]
        return None

    @contextmanager
    def reading(self, version: int | None = None) -> Iterator[Reader]:
        with self._reading(version) as connection:
            yield _DuckReader(connection)

    def fetch(
        self,
        table: str,
        keys: Sequence[str],
        columns: Sequence[str] | None = None,
        version: int | None = None,
    ) -> pa.Table:
        (key,) = TABLES[table].key
        with self._reading(version) as connection:
            if not size(connection, table):
                return select(connection, table, columns)
            connection.execute(
                "CREATE TEMP TABLE wanted AS SELECT unnest($1::VARCHAR[]) AS k,"
                " generate_subscripts($1::VARCHAR[], 1) AS i",
                [list(keys)],
            )
            names = expressions(connection, table, columns, "t.")
            return connection.sql(
                f'SELECT {names} FROM wanted w JOIN "{table}" t ON t."{key}" = w.k ORDER BY w.i'
            ).to_arrow_table()

    def kept(self, version: Version) -> Kept | None:
        file = self.folder / f"{version.number:06d}.duckdb"
        return Kept.of(file, version) if file.exists() else None

    def count(self, table: str, version: int | None = None) -> int:
        with self._reading(version) as connection:
            return size(connection, table)

    @contextmanager
    def _reading(self, version: int | None) -> Iterator[duckdb.DuckDBPyConnection]:
        file, connection = self._connect(version)
        try:
            yield connection
        except _DAMAGED as error:
            raise self._corrupt(file, error) from error
        finally:
            connection.close()

    def _connect(self, version: int | None) -> tuple[Path, duckdb.DuckDBPyConnection]:
        while True:
            file = self._file_of(version)
            try:
                return file, _open(file)
            except duckdb.Error as error:
                if file.exists():  # else a writer let it go between looking and opening
                    raise self._corrupt(file, error) from error

    def _file_of(self, version: int | None) -> Path:
        if not self.path.exists():
            raise StoreNotFound(
                f"{self.uri}：这里还没有数据。先运行 chainscout reference（装入自带数据）"
                "或 chainscout ingest 文件…"
            )
        if version is None:
            return self._current_file()
        file = self.folder / f"{version:06d}.duckdb"
        if _same(file, self.path):
            return file
        current = self.version().number
        if version < current and file.exists():
            return file
        if version == current:
            return self.path
        kept = ", ".join(str(v.number) for v in self.versions())
        raise VersionMissing(f"{self.uri}：没有数据版本 {version}，现存版本：{kept}")

    def _current_file(self) -> Path:
        """The current version by a name of its own, where it has one.

        DuckDB shares one instance per path inside a process, so opening the store's name after
        a swap could give the old content while somebody else still reads it.
        """
        while True:
            before = self.path.stat()
            for file in self._version_files():
                if _same(file, self.path):
                    return file
            if os.path.samestat(before, self.path.stat()):  # else swapped while we looked
                return self.path

    def _version_files(self) -> list[Path]:
        return sorted(self.folder.glob("[0-9]*.duckdb"), reverse=True)

    def _corrupt(self, file: Path, error: Exception) -> StoreError:
        if file.is_file() and not os.access(file, os.R_OK):
            return StoreError(f"{file}：没有读取权限，请检查文件权限")
        others = [f for f in self._version_files() if not _same(f, file)]
        backups = self.backups()
        ways = [f"较早的完好版本：{others[0]}，复制回来即可恢复"] if others else []
        if backups:
            ways.append(f"最近的备份：{backups[0]}，用 chainscout restore 恢复")
        hint = "；".join(ways) or "请用备份恢复"
        return StoreCorrupt(f"{file}：不是可读的 chainscout 数据文件（{error}）。{hint}")

    def backups(self) -> list[Path]:
        """Backups of this store in the folder ``backups`` beside it, newest first."""
        found = self.path.with_name("backups").glob(f"{self.path.stem}-*.duckdb")
        return sorted(found, reverse=True)

    # writing ---------------------------------------------------------------------------------

    @contextmanager
    def write(self, note: str = "") -> Iterator[Writer]:
        lock = self._locked()
        try:
            yield from self._transaction(note)
        finally:
            lock.release()

    def _locked(self) -> BaseFileLock:
        lock = FileLock(f"{self.path}.lock", timeout=self.wait)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            reason = f"{self.uri}：另一个写入已占用超过 {self.wait:.0f} 秒，请稍后再试"
            raise StoreBusy(reason) from error
        except OSError as error:
            reason = f"{self.uri}：不能在这里写入（{error.strerror}），请换一个文件夹或检查权限"
            raise StoreError(reason) from error
        return lock

    def _transaction(self, note: str) -> Iterator[Writer]:
        self._sweep()
        draft = self.path.with_name(f".{self.path.name}.{uuid.uuid4().hex}.draft")
        try:
            with _no_room(self.uri):
                before = self._start(draft)
            with _no_room(self.uri):
                writer = _DuckWriter(draft, before)
                try:
                    yield writer
                    changed = writer.finish(note)
                finally:
                    writer.close()
                if changed or before == EMPTY:
                    self._publish(draft, before.number + 1 if changed else 0)
        finally:
            _discard(draft, Path(f"{draft}.wal"), Path(f"{draft}.tmp"))

    def _start(self, draft: Path) -> Version:
        if not self.path.exists():
            with duckdb.connect(str(draft)) as connection:
                create(connection)
            return EMPTY
        before = self.version()
        shutil.copyfile(self.path, draft)
        return before

    def _publish(self, draft: Path, number: int) -> None:
        _sync(draft)
        if number:
            self.folder.mkdir(exist_ok=True)
            _link(draft, self.folder / f"{number:06d}.duckdb")
        draft.replace(self.path)
        _sync(self.path.parent)
        for old in self._version_files()[self.keep :]:
            old.unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Remove what a killed writer left: drafts, and versions that never became current."""
        _discard(*self.path.parent.glob(f".{self.path.name}.*.draft*"))
        current = self.version().number if self.path.exists() else 0
        for file in self._version_files():
            if int(file.stem) > current:
                file.unlink(missing_ok=True)


class _DuckReader(Reader):
    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.version = current(connection)

    def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        key = ", ".join(f'"{k}"' for k in TABLES[table].key)
        found = select(self._connection, table, columns, f"ORDER BY {key}")
        # Blocks kept for a second look would only stand beside what was read from them.
        for limit in ("64MB", _READER_CONFIG["memory_limit"]):
            with suppress(duckdb.OutOfMemoryException):  # blocks in use stay: no harm done
                self._connection.execute(f"SET memory_limit = '{limit}'")
        return found


class _DuckWriter(Writer):
    def __init__(self, draft: Path, before: Version) -> None:
        self._before = before
        self._changed = False
        self._connection = duckdb.connect(str(draft))
        self._connection.execute(f"SET memory_limit = '{_WRITER_MEMORY}'")
        # The draft is thrown away on any failure: its own crash log would be work for nothing.
        self._connection.execute("SET checkpoint_threshold = '1TB'")
        upgrade(self._connection)

    @property
    def next_version(self) -> int:
        return self._before.number + 1

    def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        return select(self._connection, table, columns)

    def put(self, table: str, rows: pa.Table, *, new: bool = False) -> None:
        if rows.num_rows == 0:
            return
        names = ", ".join(f'"{name}"' for name in names_of(table, None))
        behind = self._any(table)
        if new and behind:
            # One piece of many: two threads would leave two half-filled row groups behind each,
            # which are written again later: a seventh more CPU time, half as much file again.
            self._connection.execute("SET threads = 1")
        with registered(self._connection, rows) as view:
            if not new and behind:
                self._remove(table, view)
            self._connection.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM {view}')
        self._changed = True

    def delete(self, table: str, keys: pa.Table) -> None:
        with registered(self._connection, keys) as view:
            if self._remove(table, view):
                self._changed = True

    def _any(self, table: str) -> bool:
        return bool(self._connection.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchall())

    def _remove(self, table: str, view: str) -> int:
        on = " AND ".join(f't."{k}" = r."{k}"' for k in TABLES[table].key)
        sql = f'DELETE FROM "{table}" t USING {view} r WHERE {on}'
        ((removed,),) = self._connection.execute(sql).fetchall()
        return int(removed)

    def finish(self, note: str) -> bool:
        if self._changed:
            created = datetime.now(UTC).isoformat(timespec="seconds")
            self._connection.execute(
                'INSERT INTO "_versions" VALUES (?, ?, ?)', [self.next_version, created, note]
            )
        self._connection.execute("CHECKPOINT")
        return self._changed

    def close(self) -> None:
        self._connection.close()


def _open(file: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(file), read_only=True, config=_READER_CONFIG)


def _same(file: Path, other: Path) -> bool:
    """Whether both names mean one file; a name that has just gone means none."""
    try:
        return file.samefile(other)
    except FileNotFoundError:
        return False


@contextmanager
def _no_room(uri: str) -> Iterator[None]:
    try:
        yield
    except (OSError, duckdb.Error) as error:
        full = isinstance(error, OSError) and error.errno in _FULL
        if full or any(os.strerror(number) in str(error) for number in _FULL):
            reason = f"{uri}：磁盘空间不足，写入未生效，原有数据完好。清理磁盘后重试"
            raise StoreFull(reason) from error
        raise


def _discard(*leftovers: Path) -> None:
    """Remove files, and folders a killed writer spilled into."""
    for leftover in leftovers:
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


def _link(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def _sync(path: Path) -> None:
    """Flush a file or folder to disk, so that a rename never comes before its content."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


__all__ = ["DuckStore"]
