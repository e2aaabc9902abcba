"""Answers that take computing: a few at a time, as JSON made at once, kept while data stand.

More threads than processors would only pass the interpreter to and fro: those who wait stand in
line, so that nobody waits much longer than the rest. What an answer hangs on is the version of the
data and the question, so that it is kept with the snapshot until that is exchanged or the oldest
make room.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cache
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import Response
from pydantic_core import to_json

from graph import Snapshot

_AT_ONCE = 2
_ROOM = 64 << 20
"""Bytes of answers that are kept."""


class Answers:
    """Answers by question; the ones asked longest ago make room."""

    def __init__(self, room: int = _ROOM) -> None:
        self._room = room
        self._bytes = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, question: Hashable) -> bytes | None:
        """The answer to `question`, if it is kept."""
        with self._lock:
            found = self._kept.get(question)
            if found is not None:
                self._kept.move_to_end(question)
            return found

    def put(self, question: Hashable, answer: bytes) -> None:
        """Keep an answer."""
        with self._lock:
            self._bytes += len(answer) - len(self._kept.pop(question, b""))
            self._kept[question] = answer
            while self._bytes > self._room:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= len(oldest)


async def answered(
    snapshot: Snapshot, given: Response, question: Hashable, make: Callable[[], dict[str, Any]]
) -> Response:
    """The answer to `question` as JSON with the headers of `given`; None as question: not kept."""
    kept = snapshot.once("api.answers", lambda _: Answers())
    content = kept.get(question) if question is not None else None
    if content is None:
        content = await to_thread.run_sync(lambda: _json(make()), limiter=_line())
        if question is not None:
            kept.put(question, content)
    return Response(content, media_type="application/json", headers=dict(given.headers))


def _json(answer: dict[str, Any]) -> bytes:
    return to_json(answer, inf_nan_mode="null")


@cache
def _line() -> CapacityLimiter:
    return CapacityLimiter(_AT_ONCE)


__all__ = ["Answers", "answered"]
