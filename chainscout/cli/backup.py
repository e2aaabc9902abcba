"""Backups of a store, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chainscout.backups import back_up
from chainscout.backups import restore as put_back
from chainscout.cli.common import Context, state
from chainscout.cli.console import progress, say


def backup(
    context: Context,
    target: Annotated[
        Path | None,
        typer.Argument(
            metavar="文件夹或文件.duckdb", help="写到哪里", show_default="数据文件旁的 backups"
        ),
    ] = None,
) -> None:
    """Write the current version of the store into one file, and check it."""
    with progress() as report:
        made = back_up(state(context).store(), target, report)
    number, rows = made.version.number, f"{made.rows:,}"
    say(f"已备份第 {number} 版共 {rows} 行到 {made.file}，并已核对", "done")


def restore(
    context: Context,
    file: Annotated[Path, typer.Argument(metavar="备份文件", help="用哪个备份")],
) -> None:
    """Make the content of a backup the store's next version."""
    store = state(context).store()
    with progress() as report:
        rows = put_back(file, store, report)
    say(f"已从 {file} 恢复 {rows:,} 行，数据为第 {store.version().number} 版", "done")


__all__ = ["backup", "restore"]
