"""Rejected rows of a load: read back, as a file of another kind, mended."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graph.schema import TABLES
from ingest.headings import META, META_EXTRA, META_FILE, META_REASON, META_ROW, META_TABLE
from ingest.rejects import Reject, Rejects

_TABLES = {table.label: name for name, table in TABLES.items()}


def read_rejects(path: Path) -> list[Reject]:
    """The rows of a rejects file of JSON lines."""
    with path.open(encoding="utf8") as file:
        return [_reject(json.loads(line)) for line in file]


def _reject(record: dict[str, Any]) -> Reject:
    cells = {name: str(value) for name, value in record.items() if name not in META}
    return Reject(
        _TABLES[record[META_TABLE]], record[META_FILE], int(record[META_ROW]),
        record[META_REASON], cells, record.get(META_EXTRA),
    )  # fmt: skip


def rejects_file(path: Path, kind: str) -> bytes:
    """The rejected rows as ``xlsx``, ``csv`` or ``jsonl``."""
    if kind == "jsonl":
        return path.read_bytes()
    with tempfile.TemporaryDirectory(prefix="chainscout-") as folder:
        target = Path(folder) / f"rejects.{kind}"
        Rejects(read_rejects(path)).write(target)
        return target.read_bytes()


def mend(path: Path, mended: Mapping[int, Mapping[str, str]], target: Path) -> int:
    """Write the rows of which `mended` gives new cells (number → heading → text) to `target`.

    Cells that are not given stay as they were. Returns the number of rows.
    """
    rows = read_rejects(path)
    chosen = []
    for number, cells in sorted(mended.items()):
        if 0 <= number < len(rows):
            row = rows[number]
            known = {c.label for c in TABLES[row.table].inputs} | set(row.cells)
            new = {k: v for k, v in cells.items() if k in known}
            chosen.append(
                Reject(row.table, row.file, row.row, row.reason, _filled(row.cells | new))
            )
    Rejects(chosen).write(target)
    return len(chosen)


def _filled(cells: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in cells.items() if text.strip()}


__all__ = ["mend", "read_rejects", "rejects_file"]
