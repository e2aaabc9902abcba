"""A file that is needed for the time of a request."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def kept_file(name: str, content: bytes) -> Iterator[Path]:
    """`content` as a file called `name` (harmless by then) in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="chainscout-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path


__all__ = ["kept_file"]
