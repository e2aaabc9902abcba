"""Memory: what is freed goes back to the system, what is alive is left alone."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

import numpy as np
import pyarrow as pa
import pytest

from api.memory import hold, settle

PROGRAM = """
import threading
import numpy as np
from pathlib import Path
from api.memory import settle, steady

def resident():
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if "RssAnon" in line)

def build():
    kept.append([np.ones(3_000) for _ in range(8_000)])  # 190 MB in pieces of 24 kB

steady()
kept = []
before = resident()
threads = [threading.Thread(target=build) for _ in range(2)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
most = resident()
kept.clear()
settle()
print(most - before, resident() - before)
"""


class Node:
    """Something that can only be freed by a look for cycles."""

    def __init__(self) -> None:
        self.itself = self


@pytest.mark.skipif(sys.platform != "linux", reason="只有 Linux 提供这项统计")
def test_what_a_thread_freed_is_returned() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    most, left = map(float, ended.stdout.split())
    assert most > 300
    assert left < 60


def test_cycles_are_freed_even_after_they_were_frozen() -> None:
    node = Node()
    seen = weakref.ref(node)
    settle()
    assert gc.get_freeze_count() > 0
    del node
    assert seen() is not None
    settle()
    assert seen() is None
    gc.unfreeze()


def test_pages_may_be_held_or_not() -> None:
    column, names = np.arange(1000), pa.array(["甲", None, "丙"])
    hold(column)
    hold(names)
    assert column.sum() == 499_500
    assert names.to_pylist() == ["甲", None, "丙"]
