"""Parquet and JSON (an array of objects, or one object a line)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingest.errors import UnreadableFile
from ingest.readers.sheet import Sheet
from ingest.workbench import Workbench, quoted


def read_parquet(workbench: Workbench, path: Path) -> list[Sheet]:
    """The one sheet of a Parquet file; lists become text joined by 、-safe semicolons."""
    source = f"read_parquet({quoted(str(path))})"
    try:
        described = workbench.rows(f"DESCRIBE SELECT * FROM {source}")
    except duckdb.Error as error:
        raise UnreadableFile.because(path, f"不是可读的 Parquet 文件（{_first(error)}）") from error
    cells = []
    for i, (name, kind, *_) in enumerate(described):
        column = '"' + name.replace('"', '""') + '"'
        if kind.endswith("[]"):
            column = f"array_to_string({column}, ';')"
        cells.append(f"CAST({column} AS VARCHAR) AS c{i}")
    headings = [name for name, *_ in described]
    try:
        table = workbench.create(
            "raw", f"SELECT row_number() OVER () + 1 AS _row, {', '.join(cells)} FROM {source}"
        )
    except duckdb.Error as error:
        raise UnreadableFile.because(path, f"Parquet 文件不完整（{_first(error)}）") from error
    return [Sheet(path, path.stem, headings, table)]


def read_json(workbench: Workbench, path: Path) -> list[Sheet]:
    """The one sheet of a JSON or JSON-lines file; keys are the headings."""
    headings: dict[str, int] = {}
    rows: list[tuple[int, dict[str, Any]]] = []
    broken: list[tuple[int, str, list[str]]] = []
    for number, value in _objects(path):
        if isinstance(value, dict):
            for key in value:
                headings.setdefault(str(key), len(headings))
            rows.append((number, value))
        else:
            broken.append((number, str(value), []))
    if not rows:
        reason = broken[0][1] if broken else "里面没有记录"
        raise UnreadableFile.because(path, f"没有可用的 JSON 记录（{reason}）")
    arrays = {"_row": pa.array([n for n, _ in rows], pa.int64())}
    for key, i in headings.items():
        arrays[f"c{i}"] = pa.array([_text(row.get(key)) for _, row in rows], pa.string())
    table = workbench.add("raw", pa.table(arrays))
    return [Sheet(path, path.stem, list(headings), table, broken)]


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """(row number, object), or (row number, reason) for what is not one."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile.because(path, f"不是 UTF-8 编码（第 {error.start} 字节）") from error
    if text.lstrip().startswith("["):
        try:
            values = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise UnreadableFile.because(path, f"不是合法的 JSON（{error}）") from error
        for number, value in enumerate(values, start=1):
            yield number, value if isinstance(value, dict) else "不是一条记录（应为 {…}）"
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, _parsed(line)


def _parsed(line: str) -> dict[str, Any] | str:
    try:
        value = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        return f"不是合法的 JSON：{error}"
    return value if isinstance(value, dict) else "不是一条记录（应为 {…}）"


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return ";".join(_text(v) or "" for v in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


def _first(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
