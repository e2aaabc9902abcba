"""A transaction's changes into the graph: all or nothing, however often something dies.

Small changes go in as one transaction of the server, with the new version's number in it. Large
ones would not fit into its memory: they go in batch by batch, marked as being written, each batch
with the history of the rows it changes. Readers go by versions and see nothing of it before the
last transaction says that the new version is there. What a killed writer left is undone from the
history by the next.
"""

from __future__ import annotations

import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from time import monotonic, sleep
from typing import Any

import pyarrow as pa

from graph.schema import LOAD_ORDER, TABLES
from graph.store.base import StoreBusy, StoreError, StoreUnreachable
from graph.store.neo4j import cypher
from graph.store.neo4j.model import (
    OTHER,
    Place,
    drawn,
    end_columns,
    end_place,
    is_edge,
    place,
    shown,
)
from graph.store.neo4j.reading import table_of
from graph.store.neo4j.server import Record, Run, Server
from graph.store.neo4j.staging import Staging

LEASE_SECONDS = 20.0
"""How long a writer that gives no sign keeps others waiting."""
GRACE_SECONDS = 60.0
"""How long rows of versions no longer kept stay for readers that are at it."""
BATCH = 10_000
"""Rows a statement."""
WHOLE = 40_000
"""Changes up to so many rows are one transaction of the server."""
_SCHEMA = str(uuid.uuid5(uuid.NAMESPACE_OID, "\n".join((*cypher.keys(), *cypher.search()))))

Step = Callable[[Run], Any]


class Lock:
    """The right to write, held as a lease that a thread renews."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.owner = uuid.uuid4().hex
        self.batch = 0
        self.searchable = True
        self._stop = threading.Event()
        self._lease = int(LEASE_SECONDS * 1000)
        self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)

    def acquire(self, wait: float) -> Record:
        """Wait for the right to write, at most `wait` seconds. Raises StoreBusy."""
        end, pause = monotonic() + wait, 0.02
        while True:
            found = self._ask(end - monotonic())
            if found:
                self._thread.start()
                return found[0]
            if monotonic() >= end:
                raise StoreBusy(
                    f"{self.server.address.text}：另一个写入已占用超过 {wait:.0f} 秒，请稍后再试"
                )
            sleep(pause)
            pause = min(pause * 1.5, 0.5)

    def _ask(self, seconds: float) -> list[Record]:
        try:
            return self.server.attempt(cypher.ACQUIRE, seconds, owner=self.owner, lease=self._lease)
        except StoreBusy:
            return []

    def release(self) -> None:
        """Let others write."""
        self.abandon()
        self._thread.join()
        self.server.write(lambda run: run(cypher.RELEASE, owner=self.owner))

    def abandon(self) -> None:
        """Renew the lease no longer: others may write once it has run out."""
        self._stop.set()

    def fenced(self, work: Step) -> None:
        """Run `work` as one transaction if this is still the writer, and only once.

        Raises:
            StoreError: the lease ran out and somebody else writes.
        """
        self.batch += 1
        number = self.batch

        def guarded(run: Run) -> None:
            found = run(cypher.FENCE, owner=self.owner, batch=number, lease=self._lease)
            if not found:
                raise StoreError(
                    f"{self.server.address.text}：写入中断超过 {LEASE_SECONDS:.0f} 秒，"
                    "已由另一个写入接管；本次写入未生效，请重新运行"
                )
            if found[0]["done"] < number:
                began = monotonic()
                work(run)
                if monotonic() - began > LEASE_SECONDS / 3:  # the lease's thread had to wait
                    run(cypher.RENEW, owner=self.owner, lease=self._lease)

        self.server.write(guarded)

    def make_searchable(self) -> None:
        """Declare the indexes for people where they are missing, and fill them."""
        if not self.searchable:
            self.server.declare(list(cypher.search()))
            self.fenced(partial(_describe, _SCHEMA))
            self.searchable = True

    def _renew(self) -> None:
        while not self._stop.wait(LEASE_SECONDS / 3):
            try:
                self.server.write(
                    lambda run: run(cypher.RENEW, owner=self.owner, lease=self._lease)
                )
            except StoreError:  # the next batch finds out whether the lease still stands
                continue


@contextmanager
def locked(server: Server, wait: float) -> Iterator[Lock]:
    """The right to write, with the model's constraints in place and no half write left."""
    if not server.read(cypher.LOCK_THERE):
        server.declare([cypher.ONE_LOCK])
    lock = Lock(server)
    found = lock.acquire(wait)
    try:
        if found["schema"] != _SCHEMA:
            server.declare(list(cypher.keys()))
            lock.searchable = False
        if found["writing"] is not None:
            undo(lock, found["writing"])
        yield lock
    except StoreUnreachable:
        lock.abandon()
        raise
    except BaseException:
        with suppress(StoreError):  # what went wrong first is what counts
            lock.release()
        raise
    lock.release()


def _describe(schema: str, run: Run) -> None:
    """The words for tables and columns, so that queries can be written from the graph alone."""
    rows = [
        [name, stored, table.label, column.label, column.unit, column.doc]
        for name, table in TABLES.items()
        for stored, column in table.stored
    ]
    run(cypher.DESCRIBE, rows=rows)
    run(cypher.NOTE_SCHEMA, schema=schema)


@dataclass
class Change:
    """One version on its way into the graph."""

    lock: Lock
    staged: Staging
    version: int
    note: str
    fresh: dict[str, bool] = field(default_factory=dict)
    dropped: int = 0

    def apply(self) -> bool:
        """Make the version; false where nothing was put and nothing there was to delete."""
        sizes = {name: self.staged.size(name) for name in LOAD_ORDER}
        put, removed = (sum(size[i] for size in sizes.values()) for i in (0, 1))
        if not put and not removed:
            return False
        self.fresh = {name: not self._any(name) for name in LOAD_ORDER if any(sizes[name])}
        if put + removed <= WHOLE:
            self.lock.make_searchable()
            return self._whole(put)
        self._in_batches()
        if put or self.dropped:
            self.lock.fenced(self._publish)
            return True
        self.lock.fenced(lambda run: run(cypher.UNMARK))
        return False

    def _any(self, table: str) -> bool:
        return bool(self.lock.server.read(cypher.any_row(table)))

    def _whole(self, put: int) -> bool:
        def work(run: Run) -> None:
            self.dropped = 0
            for step in self._steps():
                step(run)
            if put or self.dropped:
                self._publish(run)

        self.lock.fenced(work)
        return bool(put or self.dropped)

    def _in_batches(self) -> None:
        self.lock.fenced(lambda run: run(cypher.MARK, v=self.version))
        try:
            for step in self._steps():
                self.lock.fenced(step)
            self.lock.make_searchable()
        except StoreUnreachable:  # the next writer takes it back
            raise
        except StoreError:
            undo(self.lock, self.version)
            raise

    def _steps(self) -> Iterator[Step]:
        """Every change as a function of a transaction."""
        for name in reversed(LOAD_ORDER):
            for keys in self.staged.keys(name, BATCH):
                if not self.fresh[name]:
                    yield partial(self._drop, name, keys)
        for name in LOAD_ORDER:
            for rows in self.staged.rows(name, BATCH):
                yield partial(self._put, name, rows)
        yield partial(_sweep_stubs)

    def _drop(self, table: str, keys: pa.Table, run: Run) -> None:
        self.dropped += drop(run, table, [list(row.values()) for row in keys.to_pylist()],
                             self.version)  # fmt: skip

    def _put(self, table: str, rows: pa.Table, run: Run) -> None:
        put(run, table, rows, [self.version] * rows.num_rows,
            fresh=self.fresh[table], keep=self.version)  # fmt: skip

    def found(self, run: Run) -> None:
        """Make the store, empty."""
        run(cypher.CREATE_STORE, store=uuid.uuid4().hex)

    def _publish(self, run: Run) -> None:
        created = datetime.now(UTC).isoformat(timespec="seconds")
        self.found(run)
        run(cypher.PUBLISH, v=self.version, created=created, note=self.note)


def _sweep_stubs(run: Run) -> None:
    run(cypher.SWEEP_STUBS, limit=1_000_000)


# rows in and out ---------------------------------------------------------------------------------


def put(
    run: Run, table: str, rows: pa.Table, versions: Sequence[int], *, fresh: bool, keep: int | None
) -> None:
    """Insert or replace `rows`, each written by its version.

    Args:
        run: the transaction.
        table: which table.
        rows: all its stored columns.
        versions: the version of each row.
        fresh: the table was empty before, so that nothing is replaced.
        keep: replaced rows go to the history as what was there before this version.
    """
    travelling = _travelling(table, rows, versions)
    if is_edge(table):
        _put_edges(run, table, travelling, fresh=fresh, keep=keep)
        return
    at = cypher.columns_of(table).index(place(table).key)
    keys = [row[at] for row in travelling]
    if not fresh:
        _replace_nodes(run, table, keys, keep)
    run(cypher.put_nodes(table), rows=travelling)
    for number, ref in enumerate(drawn(table)):
        groups: dict[str, list[str]] = defaultdict(list)
        to = cypher.columns_of(table).index(ref.column)
        for row, key in zip(travelling, keys, strict=True):
            if row[to] is not None:
                groups[row[to]].append(key)
        if groups:
            run(cypher.draw(table, number), groups=list(groups.items()))


def _travelling(table: str, rows: pa.Table, versions: Sequence[int]) -> list[tuple[Any, ...]]:
    """Rows as the statements take them: columns, Chinese words, version."""
    columns = {name: rows.column(name).to_pylist() for name in cypher.columns_of(table)}
    words = [
        [word.words.get(value) if value is not None else None for value in columns[word.column]]
        for word in shown(table)
    ]
    return list(zip(*columns.values(), *words, versions, strict=True))


def _replace_nodes(run: Run, table: str, keys: list[Any], keep: int | None) -> None:
    if keep is not None:
        run(cypher.keep(table, cypher.by_key(table)), keys=keys, v=keep)
    for statement in cypher.undraw(table):
        run(statement, keys=keys)


def drop(run: Run, table: str, keys: list[list[Any]], keep: int | None) -> int:
    """Remove rows by key, with what they were before version `keep` into the history; how many."""
    if not is_edge(table):
        plain = [key[0] for key in keys]
        _replace_nodes(run, table, plain, keep)
        (found,) = run(cypher.drop(table, cypher.by_key(table)), keys=plain)
        return int(found["dropped"])
    dropped = 0
    for (start, end), group in _by_ends(table, keys).items():
        matched = cypher.by_key(table, start, end)
        if keep is not None:
            run(cypher.keep(table, matched), keys=group, v=keep)
        (found,) = run(cypher.drop(table, matched), keys=group)
        dropped += int(found["dropped"])
    return dropped


def _by_ends(
    table: str, keys: Sequence[Sequence[Any]]
) -> dict[tuple[Place, Place], list[list[Any]]]:
    """Keys of edges as [start, end, kind], by where their ends stand."""
    groups: dict[tuple[Place, Place], list[list[Any]]] = defaultdict(list)
    for key in keys:
        row = dict(zip(TABLES[table].key, key, strict=True))
        start, end = _ends(table, row)
        groups[start[0], end[0]].append([start[1], end[1], row.get("kind")])
    return groups


def _ends(table: str, row: dict[str, Any]) -> tuple[tuple[Place, str], tuple[Place, str]]:
    """Where the ends of an edge stand, and under which key."""
    ids = end_columns(table)
    found = []
    for side, name in enumerate(("from", "to")):
        kind = row.get(f"{name}_kind")
        where = end_place(table, side, kind)
        key = f"{kind}:{row[ids[side]]}" if where.label == OTHER else row[ids[side]]
        found.append((where, key))
    return found[0], found[1]


def _put_edges(
    run: Run, table: str, rows: list[tuple[Any, ...]], *, fresh: bool, keep: int | None
) -> None:
    names = cypher.columns_of(table)
    wanted = {name: names.index(name) for name in TABLES[table].key}
    groups: dict[tuple[Place, Place], list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        start, end = _ends(table, {name: row[at] for name, at in wanted.items()})
        groups[start[0], end[0]].append((*row, start[1], end[1]))
    kind = wanted.get("kind")
    for (start_at, end_at), group in groups.items():
        for where, column in ((start_at, -2), (end_at, -1)):
            run(cypher.make_ends(where), keys=list({row[column] for row in group}))
        if not fresh and keep is not None:
            keys = [[row[-2], row[-1], None if kind is None else row[kind]] for row in group]
            run(cypher.keep(table, cypher.by_key(table, start_at, end_at)), keys=keys, v=keep)
        run(cypher.put_edges(table, start_at, end_at, fresh), rows=group)


# undoing and forgetting --------------------------------------------------------------------------


def undo(lock: Lock, version: int) -> None:
    """Take back what was written of `version`, which was never published.

    Rows that it wrote go, rows that it changed come back from the history; only then the history
    goes, behind a mark that makes readers who are at it begin again. May be killed and repeated.
    """
    for name in reversed(LOAD_ORDER):
        while keys := lock.server.read(cypher.written_in(name), v=version, limit=BATCH):
            found = [record["key"] for record in keys]
            lock.fenced(partial(_drop_again, name, found))
    for name in LOAD_ORDER:
        kept = lock.server.read(cypher.UNDO_ROWS, table=name, v=version)
        for start in range(0, len(kept), BATCH):
            lock.fenced(partial(_bring_back, name, kept[start : start + BATCH]))
    lock.fenced(_sweep_stubs)
    lock.fenced(lambda run: run(cypher.UNDONE))
    for name in LOAD_ORDER:
        _until_none(lock, cypher.FORGET_VERSION, table=name, v=version)
    lock.fenced(lambda run: run(cypher.UNMARK))


def _drop_again(table: str, keys: list[list[Any]], run: Run) -> None:
    drop(run, table, keys, None)


def _bring_back(table: str, kept: list[Record], run: Run) -> None:
    names = cypher.columns_of(table)
    rows = [[record["row"].get(name) for name in names] for record in kept]
    versions = [record["row"]["_v"] for record in kept]
    found = table_of(rows, TABLES[table].arrow_schema)
    put(run, table, found, versions, fresh=False, keep=None)


def _until_none(lock: Lock, statement: str, **parameters: Any) -> None:
    """Run a deleting statement until it finds nothing more."""
    gone = 1
    while gone:
        counted: list[int] = []

        def work(run: Run, into: list[int] = counted) -> None:
            (record,) = run(statement, limit=BATCH, **parameters)
            into.append(record["gone"])

        lock.fenced(work)
        gone = counted[-1] if counted else 0


def forget(lock: Lock, keep: int) -> None:
    """Remove what only versions older than the newest `keep` need."""
    found: list[Record] = []
    lock.fenced(
        lambda run: found.extend(run(cypher.FLOOR, keep=keep, grace=int(GRACE_SECONDS * 1000)))
    )
    if found:
        floor = found[-1]["floor"]
        for name in LOAD_ORDER:
            _until_none(lock, cypher.FORGET_HISTORY, table=name, floor=floor)
        lock.fenced(lambda run: run(cypher.FORGET_VERSIONS, floor=floor))


__all__ = ["Change", "Lock", "forget", "locked", "undo"]
