"""Backups: one file that holds a version of a store, known to be whole when it is made and used.

A backup is an ordinary store file of the embedded engine with a line of checksum beside it. It can
be opened as a store, copied anywhere, and put back into a store of any kind.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

from chainscout.cli.errors import CommandProblem
from chainscout.copying import copy_store
from graph.schema import LOAD_ORDER, TABLES
from graph.store import DuckStore, Store, StoreError, Version
from ingest.load import Progress

SUFFIX = ".duckdb"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Backup:
    """A backup that was made: its file, the version in it, its rows."""

    file: Path
    version: Version
    rows: int


def back_up(store: Store, target: Path | None, progress: Progress) -> Backup:
    """Write the current version of `store` to a file and check it against the store.

    Args:
        store: of any kind; it is only read.
        target: a file ending in ``.duckdb``, or a folder in which one gets a name of its own; the
            folder ``backups`` beside the store by default.
        progress: called with (what, done, of).

    Raises:
        CommandProblem: the file exists, or what was written is not what the store holds.
        StoreError: the store cannot be read, or there is no room.
    """
    version = store.version()
    file = _file_in(target, store, version)
    if file.exists():
        raise CommandProblem(f"{file}：文件已存在，备份不覆盖旧文件。请换一个名称，或给出文件夹")
    draft = file.with_name(f".{uuid.uuid4().hex}{SUFFIX}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        rows = _write(store, version, draft, progress)
        _sync(draft)
        draft.replace(file)
        checksum_file(file).write_text(f"{digest(file)}  {file.name}\n", encoding="utf-8")
        _sync(file.parent)
    finally:
        for leftover in (draft, draft.with_name(f"{draft.name}.lock")):
            leftover.unlink(missing_ok=True)
        shutil.rmtree(draft.with_name(f"{draft.name}.versions"), ignore_errors=True)
    return Backup(file, version, rows)


def restore(file: Path, store: Store, progress: Progress) -> int:
    """Make the content of a backup the next version of `store`; number of rows.

    The versions that `store` holds stay readable, as after any write. A file of the embedded engine
    that can no longer be read is set aside first, under a name that says so.

    Raises:
        CommandProblem: `file` is no backup, or not what it was when it was made.
        StoreError: the store cannot be written; it is as it was.
    """
    check(file)
    source = DuckStore(file)
    if isinstance(store, DuckStore):
        _mend(store)
    return copy_store(source, store, replace=True, progress=progress)


def check(file: Path) -> None:
    """See that a backup is whole. Raises CommandProblem."""
    if not file.is_file():
        raise CommandProblem(f"{file}：没有这个备份文件")
    noted = checksum_file(file)
    if noted.exists() and noted.read_text(encoding="utf-8").split()[:1] != [digest(file)]:
        raise CommandProblem(f"{file}：内容与备份时的校验值不符，文件已损坏，请用另一个备份")
    try:
        DuckStore(file).version()
    except StoreError as error:
        raise CommandProblem(f"{file}：不是可用的备份（{error}）") from error


def checksum_file(file: Path) -> Path:
    """Where the checksum of a backup stands (the form of ``sha256sum``)."""
    return file.with_name(f"{file.name}.sha256")


def digest(file: Path) -> str:
    """SHA-256 of a file, as hexadecimal text."""
    total = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            total.update(block)
    return total.hexdigest()


def _file_in(target: Path | None, store: Store, version: Version) -> Path:
    if target is not None and target.suffix == SUFFIX:
        return target
    beside, name = Path.cwd(), "chainscout"
    if isinstance(store, DuckStore):
        beside, name = store.path.parent, store.path.stem
    return (target or beside / "backups") / f"{name}-{version.number:06d}{SUFFIX}"


def _write(store: Store, version: Version, draft: Path, progress: Progress) -> int:
    made = DuckStore(draft)
    rows = copy_store(store, made, replace=False, progress=progress)
    held = version.number or None
    for name in LOAD_ORDER:
        wanted, found = store.read(name, version=held), made.read(name)
        if not found.equals(wanted):
            raise CommandProblem(f"{draft}：备份中的「{TABLES[name].label}」与原数据不一致，已放弃")
    return rows


def _mend(store: DuckStore) -> None:
    """Move away a file that cannot be read; the newest older version that can takes its place."""
    if not store.path.is_file() or _readable(store.path):
        return
    store.path.replace(store.path.with_name(f"{store.path.name}.damaged"))
    for older in sorted(store.folder.glob("[0-9]*.duckdb"), reverse=True):
        if _readable(older):
            shutil.copyfile(older, store.path)
            return


def _readable(file: Path) -> bool:
    try:
        DuckStore(file).version()
    except StoreError:
        return False
    return True


def _sync(path: Path) -> None:
    """Flush a file or folder to disk."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


__all__ = ["Backup", "back_up", "check", "checksum_file", "digest", "restore"]
