"""One store into another, table by table, through the port: engines need not be of one kind."""

from __future__ import annotations

from pathlib import Path

from chainscout.cli.errors import CommandProblem
from graph.schema import LOAD_ORDER, TABLES
from graph.store import Store, StoreNotFound, Writer
from ingest.load import Progress


def copy_store(source: Store, target: Store, *, replace: bool, progress: Progress) -> int:
    """Put the current version of `source` into `target` as one transaction.

    Args:
        source: read only.
        target: made if there is none.
        replace: whether what `target` holds may be replaced; else it has to be empty.
        progress: called with (what, done, of).

    Returns:
        The number of rows copied.

    Raises:
        CommandProblem: both are the same store, or `target` holds data and `replace` is false.
        StoreError: one of them cannot be read or written; `target` is as it was.
    """
    if _place(source) == _place(target):
        raise CommandProblem(f"{source.uri}：来源和目标是同一个数据存储")
    version = source.version()
    if not replace and _holds_data(target):
        raise CommandProblem(f"{target.uri}：目标已有数据；要以来源取代，请加 --replace")
    copied = 0
    with target.write(f"copy of {source.uri} version {version.number}") as writer:
        for number, name in enumerate(LOAD_ORDER):
            progress(f"复制 {TABLES[name].label}", number, len(LOAD_ORDER))
            if replace:
                _clear(writer, name)
            rows = source.read(name, version=version.number or None)
            writer.put(name, rows)
            copied += rows.num_rows
    return copied


def _place(store: Store) -> str:
    return store.uri if "://" in store.uri else str(Path(store.uri).expanduser().resolve())


def _holds_data(store: Store) -> bool:
    try:
        return any(store.count(name) for name in LOAD_ORDER)
    except StoreNotFound:
        return False


def _clear(writer: Writer, table: str) -> None:
    writer.delete(table, writer.read(table, list(TABLES[table].key)))


__all__ = ["copy_store"]
