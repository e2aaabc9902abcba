"""Files that come with a form: kept under harmless names, of kinds that can be read."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile


class UploadRefused(ValueError):
    """A file that cannot be taken; the message says why."""


_UNSAFE = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*]+")
_LONGEST = 60
_MAPPING = 256 * 1024
MAPPING = "mapping.yaml"
"""Under which name a job keeps the mapping that came with its files."""
KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsm", ".et", ".parquet", ".jsonl", ".json")


def safe_name(name: str | None, fallback: str = "文件") -> str:
    """The last part of `name` without anything that a path or a file system could mean by it."""
    text = unicodedata.normalize("NFC", name or "").replace("\\", "/").rpartition("/")[2]
    text = _UNSAFE.sub("_", text).strip(" .")
    stem, dot, suffix = text.rpartition(".")
    if not dot:
        stem, suffix = text, ""
    return f"{stem[:_LONGEST] or fallback}{dot}{suffix[:10]}"


async def keep_uploads(given: Sequence[Any], folder: Path) -> list[str]:
    """Write the files of a form into `folder`; their names.

    Raises:
        UploadRefused: there is none, or one is of another kind than :data:`KINDS`.
    """
    files = [file for file in given if isinstance(file, UploadFile) and file.filename]
    if not files:
        raise UploadRefused("没有选择文件；请选择 CSV、Excel、Parquet 或 JSON lines 文件")
    names: list[str] = []
    for file in files:
        name = safe_name(file.filename)
        if Path(name).suffix.lower() not in KINDS:
            raise UploadRefused(f"「{name}」的类型不能导入；可用：{'、'.join(KINDS)}")
        if name in names:
            raise UploadRefused(f"两个文件同名：「{name}」")
        await run_in_threadpool(_write, file, folder / name)
        names.append(name)
    return names


async def keep_mapping(given: object, folder: Path) -> str | None:
    """Write an own mapping file to ``folder/mapping.yaml``; its name, None where none was given.

    Raises:
        UploadRefused: it is no YAML file, or larger than a mapping can be.
    """
    if not isinstance(given, UploadFile) or not given.filename:
        return None
    name = safe_name(given.filename)
    if Path(name).suffix.lower() not in {".yaml", ".yml"}:
        raise UploadRefused(f"映射文件应为 .yaml 或 .yml，现为「{name}」")
    if (given.size or 0) > _MAPPING:
        raise UploadRefused(f"映射文件「{name}」超过 {_MAPPING // 1024} KB")
    await run_in_threadpool(_write, given, folder / MAPPING)
    return name


def _write(file: UploadFile, target: Path) -> None:
    with target.open("xb") as out:
        shutil.copyfileobj(file.file, out)


async def single_upload(request: Request, field: str) -> tuple[str, bytes]:
    """(name, content) of the one file of a form. Raises UploadRefused."""
    given = (await request.form()).get(field)
    if not isinstance(given, UploadFile) or not given.filename:
        raise UploadRefused("没有选择文件")
    return safe_name(given.filename), await given.read()


__all__ = [
    "KINDS", "MAPPING", "UploadRefused", "keep_mapping", "keep_uploads", "safe_name",
    "single_upload",
]  # fmt: skip
