"""Rejected rows: kept as text under standard headings, written to a file that loads again.

A rejects file carries beside each row its table, source file, row number and reason, in columns
that a later load passes over. Mend the cells and load the file: no mapping is needed.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell

from graph.schema import TABLES, Table
from ingest.cells import Cells
from ingest.errors import IngestError
from ingest.headings import META, META_FILE, META_REASON, META_ROW, META_TABLE
from ingest.workbench import Workbench

_WORKBOOK_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class Reject:
    """One rejected row: where it stood, why, and its cells by standard heading."""

    table: str
    file: str
    row: int
    reason: str
    cells: dict[str, str]

    def record(self) -> dict[str, Any]:
        """The row as it stands in a rejects file."""
        meta = {
            META_TABLE: TABLES[self.table].label,
            META_FILE: self.file,
            META_ROW: self.row,
            META_REASON: self.reason,
        }
        return meta | self.cells


@dataclass
class Rejects:
    """All rejected rows of one load."""

    rows: list[Reject] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, table: str) -> int:
        """Number of rejected rows of one table."""
        return sum(1 for reject in self.rows if reject.table == table)

    def broken(self, table: Table, cells: Cells) -> None:
        """Rows that the reader could not fit into the columns of the sheet."""
        for row, reason, values in cells.sheet.broken:
            named = {h: v for h, v in zip(cells.sheet.headings, values, strict=False) if h and v}
            self.rows.append(Reject(table.name, cells.sheet.where, row, reason, named))

    def failed(self, workbench: Workbench, sources: list[Cells], failures: str) -> None:
        """Rows named in the table `failures` (_sheet, _row, reason), with their cells as read."""
        for cells in sources:
            labels = {c.name: c.label for c in cells.table.inputs}
            names = ", ".join(f'c."{name}"' for name in labels)
            found = workbench.rows(
                f"SELECT f._row, f.reason, c.attributes, {names} FROM {failures} f"
                f" JOIN {cells.name} c ON c._row = f._row"
                f" WHERE f._sheet = {cells.index} ORDER BY f._row"
            )
            for row, reason, attributes, *values in found:
                named = {
                    labels[name]: value
                    for name, value in zip(labels, values, strict=True)
                    if value is not None
                }
                more = json.loads(attributes) if attributes else {}
                reject = Reject(cells.table.name, cells.sheet.where, row, reason, named | more)
                self.rows.append(reject)

    def write(self, path: Path) -> None:
        """Write all rows to `path` (.csv, .xlsx or .jsonl), whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.draft")
        writers = {".csv": self._csv, ".xlsx": self._xlsx, ".jsonl": self._jsonl}
        if path.suffix.lower() not in writers:
            raise IngestError(f"{path}：退回文件只能是 .xlsx、.csv 或 .jsonl")
        try:
            writers[path.suffix.lower()](draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def _headings(self, rows: list[Reject]) -> list[str]:
        found = dict.fromkeys(META)
        for table in dict.fromkeys(r.table for r in rows):
            present = {h for r in rows if r.table == table for h in r.cells}
            labels = [c.label for c in TABLES[table].inputs if c.label in present or c.required]
            found |= dict.fromkeys(labels)
            found |= dict.fromkeys(sorted(present - set(labels)))
        return list(found)

    def _csv(self, path: Path) -> None:
        headings = self._headings(self.rows)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, headings, restval="")
            writer.writeheader()
            writer.writerows(r.record() for r in self.rows)

    def _jsonl(self, path: Path) -> None:
        with path.open("w", encoding="utf8") as file:
            for reject in self.rows:
                file.write(json.dumps(reject.record(), ensure_ascii=False) + "\n")

    def _xlsx(self, path: Path) -> None:
        """A sheet a table; every cell is text, so that nothing is computed or rounded."""
        book = openpyxl.Workbook(write_only=True)
        for table, rows in self._by_table():
            sheet = book.create_sheet(TABLES[table].label)
            headings = self._headings(rows)
            sheet.append(headings)
            for reject in rows:
                record = reject.record()
                sheet.append([self._cell(sheet, record.get(h)) for h in headings])
        book.save(path)

    @staticmethod
    def _cell(sheet: Any, value: Any) -> WriteOnlyCell:
        text = value if isinstance(value, int) else str(value or "")[:32_000]
        cell = WriteOnlyCell(sheet, text)
        if isinstance(text, str):
            cell.data_type = "s"
            cell.number_format = "@"
        return cell

    def _by_table(self) -> Iterator[tuple[str, list[Reject]]]:
        for table in TABLES:
            rows = [r for r in self.rows if r.table == table]
            if rows:
                yield table, rows


def default_path(first: Path, count: int) -> Path:
    """Where rejects go when nobody says: here, named for the first input."""
    suffix = ".xlsx" if count <= _WORKBOOK_LIMIT else ".csv"
    stem = first.stem.removesuffix(".rejects")
    return Path(f"{stem}.rejects{suffix}")
