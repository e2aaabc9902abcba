"""The snapshot that a server answers from, exchanged when the store has a newer version.

A look at the store costs a file's stat, at most one per interval. A new snapshot is built beside
the old one, by one thread, while requests go on being answered from the old; then one assignment
swaps them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from graph import Snapshot
from graph.store import Store, StoreError

log = logging.getLogger(__name__)
Fingerprint = tuple[int, ...]


def fingerprint(store: Store) -> Fingerprint:
    """Something that changes when `store` gets a new version. Raises StoreError."""
    path = getattr(store, "path", None)
    if isinstance(path, Path) and path.exists():
        stat = path.stat()
        return (stat.st_ino, stat.st_mtime_ns, stat.st_size)
    return (store.version().number,)


class SnapshotHolder:
    """Hands out the current snapshot of `store`; looks for a newer one every `interval` seconds.

    `prepare` is called with a new snapshot before it is put into use; with the first one beside
    the first requests, so that a server answers as soon as it can.
    """

    def __init__(
        self,
        store: Store,
        interval: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        prepare: Callable[[Snapshot], object] = lambda _: None,
    ) -> None:
        self.store = store
        self._prepare = prepare
        self._interval = interval
        self._clock = clock
        self._lock = threading.Lock()
        self._building = threading.Lock()
        self._seen = fingerprint(store)
        self._snapshot = store.snapshot()
        threading.Thread(target=prepare, args=(self._snapshot,), name="warm").start()
        self._looked = clock()

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot that is ready; never waits for one that is being built."""
        if self._due() and self._building.acquire(blocking=False):
            threading.Thread(target=self._renew, name="snapshot").start()
        return self._snapshot

    def _due(self) -> bool:
        with self._lock:
            now = self._clock()
            if now - self._looked < self._interval:
                return False
            self._looked = now
            return True

    def _renew(self) -> None:
        """Build the new snapshot where there is one; a broken store leaves the old in use."""
        try:
            mark = fingerprint(self.store)
            if mark != self._seen:
                fresh = self.store.snapshot()
                self._prepare(fresh)
                self._snapshot = fresh
                self._seen = mark
                log.info("data version %s in use", self._snapshot.data_version)
        except StoreError as error:
            log.warning("the store cannot be read, the last version stays in use: %s", error)
        finally:
            self._building.release()


__all__ = ["SnapshotHolder", "fingerprint"]
