"""A server's memory stays what it needs: what Python and the C library keep for later is returned.

Sources: mallopt(3) and malloc_trim(3) of the GNU C library; ``gc.freeze`` of Python.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import sys
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Column: TypeAlias = npt.NDArray[Any] | pa.Array
_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # malloc.h
_ARENAS = 2
_LARGE = 4 << 20

atexit.register(gc.unfreeze)  # what is frozen is not cleared away when the process ends


def steady() -> None:
    """Make the process one that does not grow: to be called before it has threads.

    The C library gives each thread an arena of its own and keeps what was freed there; with the
    forty threads of a server and columns of a million firms that adds up. Two arenas do, and
    large arrays are had from the system and returned to it.
    """
    library = _library()
    if hasattr(library, "mallopt"):
        library.mallopt(_ARENA_MAX, _ARENAS)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)


def settle() -> None:
    """Return what is no longer used to the system; no longer look through what is in use.

    To be called when a large snapshot has replaced another: what the old one took would be kept
    for later. And a full look for garbage goes through everything that a server has loaded, while
    every caller waits.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    pa.default_memory_pool().release_unused()
    library = _library()
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)


def hold(column: Column) -> None:
    """Ask the system not to drop the pages of a column that is mapped from a file.

    Linux lets an ordinary user hold a few MB, root or a service with ``LimitMEMLOCK=`` more; where
    it refuses, nothing is lost but time.
    """
    library = _library()
    if hasattr(library, "mlock"):
        for address, size in _places(column):
            library.mlock(ctypes.c_void_p(address), ctypes.c_size_t(size))


def _places(column: Column) -> list[tuple[int, int]]:
    """Address and length of each piece of memory of a column."""
    if isinstance(column, np.ndarray):
        return [(column.ctypes.data, column.nbytes)]
    return [(buffer.address, buffer.size) for buffer in column.buffers() if buffer is not None]


def _library() -> Any:
    """The C library of this process; only that of Linux is asked for anything."""
    return ctypes.CDLL(None) if sys.platform == "linux" else None


__all__ = ["hold", "settle", "steady"]
