"""Lists in one cell: 聚丙烯(PP、PE);聚乙烯."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.values.cells import is_missing

_SEPARATORS = frozenset(";；、\n\r")
_OPEN = {"(": ")", "（": "）", "[": "]", "【": "】", "《": "》", "“": "”", "「": "」"}
# Brackets are often closed in the other width.
_SAME = {"）": ")", "】": "]"}


def split_list(text: str | None) -> list[str]:
    """The parts between ; ； 、 and line ends, outside of brackets, in order, each once.

    Commas stay in the parts. A bracket that is never closed protects nothing. Markers of absence
    (无, —) are no parts.
    """
    if text is None:
        return []
    parts = (
        list(_parts(text, protect=True)) if _balanced(text) else list(_parts(text, protect=False))
    )
    return list(dict.fromkeys(part for part in map(str.strip, parts) if not is_missing(part)))


def _parts(text: str, *, protect: bool) -> Iterator[str]:
    closers: list[str] = []
    start = 0
    for i, char in enumerate(text):
        if char in _OPEN:
            closers.append(_narrow(_OPEN[char]))
        elif closers and _narrow(char) == closers[-1]:
            closers.pop()
        elif char in _SEPARATORS and not (protect and closers):
            yield text[start:i]
            start = i + 1
    yield text[start:]


def _balanced(text: str) -> bool:
    closers: list[str] = []
    for char in text:
        if char in _OPEN:
            closers.append(_narrow(_OPEN[char]))
        elif closers and _narrow(char) == closers[-1]:
            closers.pop()
    return not closers


def _narrow(char: str) -> str:
    return _SAME.get(char, char)
