"""Run one step in a process of its own and say how long it took and how much memory it held.

A step is a function of texts that gives back something JSON can hold; :func:`measured` runs it by
name in a fresh interpreter. Seconds are those of the call, without the interpreter's start and the
step's imports. Peak memory is the process's own (``getrusage``), interpreter and imports included;
the caller should be small, for Linux counts the moment before ``exec`` as well.
"""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Measured:
    """One run of a step: seconds and CPU seconds of the call, peak MB of its process, its answer.

    CPU seconds count every thread; they say more than the clock where others use the machine too.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    result: Any


def measured(step: str, *args: object) -> Measured:
    """Run ``module:function`` with texts as arguments in a fresh process.

    Raises:
        RuntimeError: the step failed; the message is the end of its error output.
    """
    command = [sys.executable, "-m", "benchmarks.child", step, *map(str, args)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{step} failed with code {done.returncode}: {done.stderr[-2000:]}")
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def peak_mb() -> float:
    """Most memory this process ever held, MB of 10⁶ bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _run(step: str, args: list[str]) -> None:
    module, _, name = step.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    start, cpu = time.perf_counter(), time.process_time()
    result = function(*args)
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
    print(json.dumps(asdict(Measured(seconds, cpu_seconds, peak_mb(), result))))


if __name__ == "__main__":
    _run(sys.argv[1], sys.argv[2:])
