"""Parquet and JSON (an array of objects, or one object a line)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from ingest.errors import UnreadableFile
from ingest.headings import is_heading
from ingest.readers.delimited import literal_path
from ingest.readers.encoding import text_of
from ingest.readers.sheet import Row, Sheet, add_sheet, checked_headings, unnamed
from ingest.workbench import Workbench

_SHAPE = "应为 {…}"
_EXTRA_SHOWN = 1_000


def read_parquet(workbench: Workbench, path: Path) -> list[Sheet]:
    """The one sheet of a Parquet file; lists become text joined by semicolons."""
    source = f"read_parquet({literal_path(path)})"
    try:
        described = workbench.rows(f"DESCRIBE SELECT * FROM {source}")
    except duckdb.Error as error:
        raise UnreadableFile.because(path, f"不是可读的 Parquet 文件（{_first(error)}）") from error
    headings = checked_headings(path, [name.strip() for name, *_ in described])
    nested = [f"「{n}」（{k[:60]}）" for n, k, *_ in described if is_heading(n) and _compound(k)]
    if nested:
        reason = f"列{'、'.join(nested)}是嵌套类型，应为一个值或文本列表"
        raise UnreadableFile.because(path, reason)
    cells = [f"{_as_text(name, kind)} AS c{i}" for i, (name, kind, *_) in enumerate(described)]
    try:
        table = workbench.create(
            "raw", f"SELECT row_number() OVER () + 1 AS _row, {', '.join(cells)} FROM {source}"
        )
    except duckdb.Error as error:
        raise UnreadableFile.because(path, f"Parquet 文件不完整（{_first(error)}）") from error
    named = [heading or unnamed(i) for i, heading in enumerate(headings)]
    return [Sheet(path, path.stem, named, table)]


def _compound(kind: str) -> bool:
    return kind.startswith(("STRUCT", "MAP", "UNION")) or kind.endswith("[][]")


def _as_text(name: str, kind: str) -> str:
    column = '"' + name.replace('"', '""') + '"'
    if kind == "BLOB":
        return f"coalesce(TRY(decode({column})), CAST({column} AS VARCHAR))"
    if _compound(kind):
        return f"CAST(to_json({column}) AS VARCHAR)"
    if kind.endswith("[]"):
        return f"array_to_string({column}, ';')"
    if kind == "BOOLEAN":
        return f"CASE WHEN {column} THEN '是' WHEN NOT {column} THEN '否' END"
    return f"CAST({column} AS VARCHAR)"


def read_json(workbench: Workbench, path: Path) -> list[Sheet]:
    """The one sheet of a JSON or JSON-lines file; keys are the headings."""
    places: dict[str, int] = {}
    found: list[tuple[int, dict[str, Any]]] = []
    broken: list[Row] = []
    for number, value in _objects(path):
        if isinstance(value, Row):
            broken.append(value)
        else:
            for key in value:
                places.setdefault(key, len(places))
            found.append((number, value))
    if not found:
        reason = broken[0].fault if broken else "里面没有记录"
        raise UnreadableFile.because(path, f"没有可用的 JSON 记录（{reason}）")
    headings = [_storable(key).strip() or unnamed(i) for key, i in places.items()]
    rows = [_row(number, value, list(places)) for number, value in found]
    together = sorted([*rows, *broken], key=lambda row: row.number)
    return [add_sheet(workbench, path, path.stem, headings, together)]


def _row(number: int, record: dict[str, Any], keys: list[str]) -> Row:
    nested = [k for k in keys if is_heading(k) and _nested(record.get(k))]
    fault = f"「{'、'.join(nested)}」里是嵌套的对象，应为一个值" if nested else None
    return Row(number, [_text(record.get(key)) for key in keys], fault)


def _nested(value: Any) -> bool:
    if isinstance(value, list):
        return any(isinstance(v, dict | list) for v in value)
    return isinstance(value, dict)


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any] | Row]]:
    """(row number, object), or a row that says why it is none."""
    text = path.read_text(text_of(path).encoding)
    whole = _whole(text)
    if isinstance(whole, list):
        for number, value in enumerate(whole, start=1):
            yield number, value if isinstance(value, dict) else _broken(number, value)
        return
    if text.lstrip().startswith("["):
        raise UnreadableFile.because(path, f"不是完整的 JSON（{_problem(text)}）")
    if whole is not None and not isinstance(whole, dict):
        raise UnreadableFile.because(path, f"不是一组 JSON 记录，每条记录{_SHAPE}")
    # Not splitlines(): a JSON text may hold the rarer line ends as they are.
    for number, line in enumerate([text] if whole else text.split("\n"), start=1):
        if line.strip():
            yield number, _parsed(number, line)


def _whole(text: str) -> Any:
    """The value of a text that is one JSON value; None for one with a value a line."""
    start = text.lstrip()[:1]
    several = start == "{" and "\n" in text.strip() and _problem(text.strip().split("\n")[0]) == ""
    if several:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _problem(text: str) -> str:
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        return str(error)[:120]
    return ""


def _broken(number: int, value: Any) -> Row:
    text = json.dumps(value, ensure_ascii=False)
    return Row(number, [], f"不是一条记录（{_SHAPE}）", _shown(text))


def _parsed(number: int, line: str) -> dict[str, Any] | Row:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Row(number, [], f"不是合法的 JSON：{str(error)[:120]}", _shown(line))
    return value if isinstance(value, dict) else _broken(number, value)


def _shown(text: str) -> str:
    return _storable(text.strip())[:_EXTRA_SHOWN]


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list) and not _nested(value):
        return ";".join(_text(v) or "" for v in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _storable(json.dumps(value, ensure_ascii=False))


def _storable(text: str) -> str:
    """Half a surrogate pair (a cut-off emoji) is no character; the rest of the text is kept."""
    return text if text.isascii() else text.encode("utf8", "replace").decode("utf8")


def _first(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
