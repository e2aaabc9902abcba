"""The workspace at the command line: where it is, who works, what options share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from api.config import Config
from chainscout import settings
from chainscout.cli.common import Context, state
from chainscout.cli.errors import CommandProblem
from chainscout.output.write import write_bytes
from graph import Snapshot
from graph.regions import Divisions
from graph.store import StoreNotFound
from workspace import Actor, WorkSession, Workspace, open_workspace
from workspace.directory import Directory

OnOption = Annotated[
    str | None, typer.Option("--on", help="日期，如 2026-09-01、2026-09", show_default="今天")
]
RejectsOption = Annotated[
    Path | None, typer.Option("--rejects", help="退回的行写到哪个文件（.xlsx）")
]
BookOption = Annotated[Path, typer.Option("--output", "-o", help="写入的工作簿（.xlsx）")]


def workspace_of(context: Context) -> Workspace:
    """The workspace that the settings name, else the one beside the store."""
    place = Config(state(context).store_uri, workspace=settings.text("workspace"))
    return open_workspace(place.workspace_place)


@contextmanager
def writing(context: Context) -> Iterator[WorkSession]:
    """A transaction of the person at the command line."""
    workspace = workspace_of(context)
    try:
        with workspace.write(Actor.local()) as session:
            yield session
    finally:
        workspace.close()


@contextmanager
def reading(context: Context) -> Iterator[WorkSession]:
    """A session that reads, of the person at the command line."""
    workspace = workspace_of(context)
    try:
        with workspace.read(Actor.local()) as session:
            yield session
    finally:
        workspace.close()


def snapshot_or_none(context: Context) -> Snapshot | None:
    """The facts, where there are any: projects can be kept without."""
    try:
        return state(context).snapshot()
    except StoreNotFound:
        return None


def directory(context: Context) -> Directory:
    """Names → ids, by the store where there is one."""
    return Directory(snapshot_or_none(context))


def region_code(text: str | None) -> str | None:
    """The code of a division by code or name, from the national table. Raises CommandProblem."""
    if text is None:
        return None
    match = Divisions.national().resolve(text)
    if match.code is None:
        choices = "、".join(f"{full}（{code}）" for code, full in match.choices)
        hint = f"，可能是：{choices}" if choices else ""
        raise CommandProblem(f"没有找到地区「{text}」，或不止一个{hint}；请写全称或 6 位代码")
    return match.code


def save_book(path: Path, content: bytes) -> None:
    """Write a workbook. Raises CommandProblem for another kind of file, OutputProblem."""
    if path.suffix.lower() != ".xlsx":
        raise CommandProblem(f"{path}：这里写出的是工作簿，文件名请以 .xlsx 结尾")
    write_bytes(path, content)


def rejects_path(given: Path | None, source: Path) -> Path:
    """Where rejected rows go when nobody says: here, named for the input."""
    return given or Path(f"{source.stem.removesuffix('.rejects')}.rejects.xlsx")


__all__ = [
    "BookOption",
    "OnOption",
    "RejectsOption",
    "directory",
    "reading",
    "region_code",
    "rejects_path",
    "save_book",
    "snapshot_or_none",
    "workspace_of",
    "writing",
]
