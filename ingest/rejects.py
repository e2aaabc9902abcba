"""Rejected rows: kept as text under standard headings, written to a file that loads again.

A rejects file carries beside each row its table, source file, row number and reason, in columns
that a later load passes over. Mend the cells and load the file: no mapping is needed.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, WriteOnlyCell

from graph.schema import TABLES
from ingest.cells import Cells
from ingest.errors import IngestError
from ingest.headings import META, META_EXTRA, META_FILE, META_REASON, META_ROW, META_TABLE
from ingest.workbench import Workbench

_WORKBOOK_LIMIT = 200_000
# A cell of a workbook holds 32,767 characters.
_CELL_LIMIT = 32_000
_NUMBER = re.compile(r"[-+]?[0-9][0-9,.]*%?")
# A spreadsheet takes a text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SHIELD = "'"
_KINDS = (".xlsx", ".csv", ".jsonl")


@dataclass(frozen=True, slots=True)
class Reject:
    """One rejected row: where it stood, why, and its cells by standard heading."""

    table: str
    file: str
    row: int
    reason: str
    cells: dict[str, str]
    extra: str | None = None

    def record(self) -> dict[str, Any]:
        """The row as it stands in a rejects file."""
        meta = {
            META_TABLE: TABLES[self.table].label,
            META_FILE: self.file,
            META_ROW: self.row,
            META_REASON: self.reason,
        }
        return meta | ({META_EXTRA: self.extra} if self.extra else {}) | self.cells


@dataclass
class Rejects:
    """All rejected rows of one load."""

    rows: list[Reject] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, table: str) -> int:
        """Number of rejected rows of one table."""
        return sum(1 for reject in self.rows if reject.table == table)

    def failed(self, workbench: Workbench, sources: list[Cells], failures: str) -> None:
        """Rows named in the table `failures` (_sheet, _row, reason), with their cells as read."""
        for cells in sources:
            labels = {c.name: c.label for c in cells.table.inputs}
            names = ", ".join(f'c."{name}"' for name in labels)
            faults = cells.sheet.faults
            found = workbench.rows(
                f"SELECT f._row, f.reason, {'x.extra' if faults else 'NULL'}, c.attributes, {names}"
                f" FROM {failures} f JOIN {cells.name} c ON c._row = f._row"
                + (f" LEFT JOIN {faults} x ON x._row = f._row" if faults else "")
                + f" WHERE f._sheet = {cells.index} ORDER BY f._row"
            )
            for row, reason, extra, attributes, *values in found:
                named = {
                    labels[name]: value
                    for name, value in zip(labels, values, strict=True)
                    if value is not None
                }
                more = json.loads(attributes) if attributes else {}
                where = cells.sheet.where
                self.rows.append(Reject(cells.table.name, where, row, reason, named | more, extra))

    def default_path(self, first: Path) -> Path:
        """Where rejects go when nobody says: here, named for the first input.

        A workbook, which officers open, unless it could not hold the rows or the longest cell.
        """
        longest = max((len(v) for row in self.rows for v in row.cells.values()), default=0)
        fits = len(self.rows) <= _WORKBOOK_LIMIT and longest <= _CELL_LIMIT
        stem = first.stem.removesuffix(".rejects")
        return Path(f"{stem}.rejects{'.xlsx' if fits else '.csv'}")

    def write(self, path: Path) -> None:
        """Write all rows to `path` (.csv, .xlsx or .jsonl), whole or not at all."""
        writers = {".csv": self._csv, ".xlsx": self._xlsx, ".jsonl": self._jsonl}
        write = writers[checked_path(path).suffix.lower()]
        draft = path.with_name(f".{path.name}.draft")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                write(draft)
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
        except OSError as error:
            raise IngestError(
                f"{path}：写不出退回文件（{error.strerror}），没有导入任何数据；"
                "请用 --rejects 指定一个可写的位置"
            ) from error

    def _headings(self, rows: list[Reject]) -> list[str]:
        found = dict.fromkeys(m for m in META if m != META_EXTRA or any(r.extra for r in rows))
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
            writer.writerow({heading: _shielded(heading) for heading in headings})
            for reject in self.rows:
                writer.writerow({k: _shielded(v) for k, v in reject.record().items()})

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
            sheet.append([self._cell(sheet, heading) for heading in headings])
            for reject in rows:
                record = reject.record()
                sheet.append([self._cell(sheet, record.get(h)) for h in headings])
        book.save(path)

    @staticmethod
    def _cell(sheet: Any, value: Any) -> Cell:
        text = value if isinstance(value, int) else _fitting(value or "")
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


def checked_path(path: Path) -> Path:
    """`path`, whose kind is one that rejects can be written to. Raises IngestError."""
    if path.suffix.lower() not in _KINDS:
        raise IngestError(f"{path}：退回文件只能是 .xlsx、.csv 或 .jsonl")
    return path


def _fitting(text: str) -> str:
    """What a cell of a workbook can hold of `text`, and a word where that is not all."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    if len(text) <= _CELL_LIMIT:
        return text
    return f"{text[:_CELL_LIMIT]}…（原长 {len(text)} 字，此处截断，请用 .csv 作退回文件）"


def _shielded(value: Any) -> Any:
    """A text that a spreadsheet would run gets an apostrophe, which a load takes off again."""
    if not isinstance(value, str) or not value.startswith(_FORMULA) or _NUMBER.fullmatch(value):
        return value
    return _SHIELD + value


def unshielded(expression: str) -> str:
    """SQL: a cell of a rejects file without the apostrophe before what looks like a formula."""
    return f"regexp_replace({expression}, '^''([=+@\t\r-])', '\\1')"
