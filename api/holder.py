"""The snapshot that a server answers from, exchanged when the store has a newer version.

A look at the store costs a file's stat, at most one per interval. A new snapshot is built beside
the old one while requests go on being answered from the old; then one assignment swaps them. Where
what is computed of a version is kept beside the store (:mod:`graph.kept`), a process of its own
computes it, so that neither the interpreter nor the memory of the server is taken, and one worker
does so for all.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from api.memory import settle
from graph import Snapshot
from graph.kept import WORTH
from graph.store import Store, StoreError

log = logging.getLogger(__name__)
Fingerprint = tuple[int, ...]
_PREPARING = 300.0
"""Seconds after which a worker no longer waits for what another prepares."""
_FIRST = 2.0
"""Seconds that a server with many firms leaves to its first callers before it warms up."""


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
    the first requests, so that a server answers as soon as it can. `first` gives the first
    snapshot where somebody has begun to build it already.
    """

    def __init__(
        self,
        store: Store,
        interval: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        prepare: Callable[[Snapshot], object] = lambda _: None,
        first: Callable[[], Snapshot] | None = None,
    ) -> None:
        self.store = store
        self._prepare = prepare
        self._interval = interval
        self._clock = clock
        self._lock = threading.Lock()
        self._building = threading.Lock()
        self._seen = fingerprint(store)
        self._snapshot = (first or store.snapshot)()
        threading.Thread(target=self._begin, name="warm").start()
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

    def _begin(self) -> None:
        """Warm up what answers already, and keep what that took for the next start."""
        first = self._snapshot
        if len(first.firms) >= WORTH:
            time.sleep(_FIRST)  # whoever waits for the start asks now
        try:
            first.keep()  # at once, for workers that start a little later
            self._prepare(first)
            first.keep()
        except StoreError as error:  # what was not worked out ahead is worked out when asked for
            log.warning("the first answers will take longer: %s", error)
        if len(first.firms) >= WORTH:
            settle()

    def _renew(self) -> None:
        """Build the new snapshot where there is one; a broken store leaves the old in use."""
        try:
            mark = fingerprint(self.store)
            if mark != self._seen:
                fresh = self._fresh()
                self._prepare(fresh)
                large = len(fresh.firms) >= WORTH
                self._snapshot = fresh
                self._seen = mark
                log.info("data version %s in use", fresh.data_version)
                del fresh
                if large:
                    time.sleep(_FIRST)  # who still answers from the old one goes on using it
                    settle()
        except StoreError as error:
            log.warning("the store cannot be read, the last version stays in use: %s", error)
        finally:
            self._building.release()

    def _fresh(self) -> Snapshot:
        """The new snapshot; of a large store as another process has computed and kept it."""
        path = getattr(self.store, "path", None)
        if not isinstance(path, Path) or len(self._snapshot.firms) < WORTH:
            return self.store.snapshot()
        try:
            with FileLock(f"{path}.preparing", timeout=_PREPARING):
                prepared = self.store.snapshot if self._is_kept() else self._by_another
                return prepared()
        except (Timeout, OSError) as error:
            log.warning("computed in the server itself: %s", error)
            return self.store.snapshot()

    def _is_kept(self) -> bool:
        kept = self.store.kept(self.store.version())
        return kept is not None and kept.has("firms")

    def _by_another(self) -> Snapshot:
        command = [sys.executable, "-m", "api.warm", self.store.uri]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            log.warning("the new version could not be prepared: %s", ended.stderr[-500:])
        return self.store.snapshot()


__all__ = ["SnapshotHolder", "fingerprint"]
