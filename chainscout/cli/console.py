"""What is said beside the result: messages and progress, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

if TYPE_CHECKING:
    from ingest.load import Progress as Report

_STYLE = {"info": "", "done": "green", "warning": "yellow", "error": "bold red"}


def stderr() -> Console:
    """A console on standard error as it is now (tests exchange it)."""
    return Console(file=sys.stderr, highlight=False, soft_wrap=True)


def say(message: str, kind: Literal["info", "done", "warning", "error"] = "info") -> None:
    """One message to the person; markup in it is not followed."""
    prefix = "错误：" if kind == "error" else ""
    stderr().print(Text(prefix + message, style=_STYLE[kind]))


@contextmanager
def progress() -> Iterator[Report]:
    """A progress bar on a terminal; nothing where standard error is a file."""
    console = stderr()
    if not console.is_terminal:
        yield lambda what, done, of: None
        return
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(),
        console=console, transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("准备", total=None)

        def report(what: str, done: int, of: int) -> None:
            bar.update(task, description=what, completed=done, total=of or None)

        yield report


__all__ = ["progress", "say", "stderr"]
