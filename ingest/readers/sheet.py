"""What every reader returns, and how a header row is found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar

import duckdb
import pyarrow as pa

from ingest.errors import UnreadableFile
from ingest.headings import is_heading
from ingest.workbench import Workbench

# Rows that stand in Python at a time; a file of millions with one bad row comes this way.
_BLOCK = 50_000
T = TypeVar("T")
_HEADER_WITHIN = 20
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# No register has as many; a table lying on its side, or stray cells, have.
COLUMN_LIMIT = 1_000


class Row(NamedTuple):
    """One row as read: where it stood, its cells, and what is wrong with it as a whole.

    `extra` is the text that found no place in the columns.
    """

    number: int
    cells: Sequence[str | None]
    fault: str | None = None
    extra: str | None = None


@dataclass
class Sheet:
    """One table of text: rows stand in the workbench table `table` as ``_row, c0, c1 …``.

    `_row` counts as a spreadsheet does, from 1, title and header rows included. Rows that could
    not be read into the columns are there too; the workbench table `faults` (_row, reason, extra)
    says why they cannot be loaded.

    While `careful` is set, `table` is a view of a file that was not read yet; if reading it fails,
    calling `careful` gives the sheet as read row by row instead.
    """

    file: Path
    name: str
    headings: list[str]
    table: str
    faults: str | None = None
    careful: Callable[[], Sheet] | None = None

    def read(self, use: Callable[[], T]) -> T:
        """`use()`, which reads :attr:`table`; once more, read with care, if the quick way fails."""
        if self.careful is None:
            return use()
        careful, self.careful = self.careful, None
        try:
            return use()
        except duckdb.OutOfMemoryException:
            raise  # more care would take more memory
        except duckdb.Error:
            slowly = careful()
            self.headings, self.table, self.faults = slowly.headings, slowly.table, slowly.faults
            return use()

    @property
    def where(self) -> str:
        return f"{self.file.name}[{self.name}]" if self.name != self.file.stem else self.file.name


def add_sheet(
    workbench: Workbench, file: Path, name: str, headings: Sequence[str], rows: Iterable[Row]
) -> Sheet:
    """A sheet of rows that were read one by one; cells that are missing at the end are empty."""
    names = checked_headings(file, headings)
    faults: list[tuple[int, str, str | None]] = []
    used = [bool(heading) for heading in names]
    source = iter(rows)
    table = workbench.add("raw", _block(names, [], used))
    while some := list(islice(source, _BLOCK)):
        faults += [(row.number, row.fault, row.extra) for row in some if row.fault]
        workbench.append(table, _block(names, some, used))
    for i, heading in enumerate(names):
        if not heading and used[i]:
            names[i] = unnamed(i)
    return Sheet(file, name, names, table, _add_faults(workbench, faults))


def _block(names: Sequence[str], rows: Sequence[Row], used: list[bool]) -> pa.Table:
    """Rows as columns of text; marks in `used` the columns without a heading that hold any."""
    arrays = {"_row": pa.array([row.number for row in rows], pa.int64())}
    for i in range(len(names)):
        cells = [row.cells[i] if i < len(row.cells) else None for row in rows]
        used[i] = used[i] or any(cell and cell.strip() for cell in cells)
        arrays[f"c{i}"] = pa.array(cells, pa.string())
    return pa.table(arrays)


def _add_faults(workbench: Workbench, faults: list[tuple[int, str, str | None]]) -> str | None:
    if not faults:
        return None
    numbers, reasons, extras = zip(*faults, strict=True)
    return workbench.add(
        "faults",
        pa.table(
            {
                "_row": pa.array(numbers, pa.int64()),
                "reason": pa.array(reasons, pa.string()),
                "extra": pa.array(extras, pa.string()),
            }
        ),
    )


def checked_headings(file: Path, headings: Sequence[str]) -> list[str]:
    """`headings` as printable text. Raises UnreadableFile for none, or far too many."""
    headings = [_CONTROL.sub("", heading) for heading in headings]
    if not any(headings):
        raise UnreadableFile.because(file, "找不到表头")
    if len(headings) > COLUMN_LIMIT:
        raise UnreadableFile.because(
            file, f"有 {len(headings)} 列，超过 {COLUMN_LIMIT} 列，请删去多余的列后再导入"
        )
    return headings


def unnamed(index: int) -> str:
    """What a column without a heading is called: 列C, after its letter in a spreadsheet."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return f"列{letters}"


def header_row(rows: Sequence[Sequence[str]]) -> int:
    """Index of the row that holds the headings: the one with most known headings near the top.

    A title line or a merged group heading above it is passed over. Where no row has a known
    heading, the first row with a text in it is taken.
    """
    best, known, filled = 0, 0, 0
    for i, row in enumerate(rows[:_HEADER_WITHIN]):
        hits = sum(1 for cell in row if is_heading(cell))
        width = sum(1 for cell in row if cell.strip())
        # A title of one word may be a heading too; it stands alone in its row.
        if hits > known or (hits == known and hits and filled == 1 and width > 1):
            best, known, filled = i, hits, width
    if known:
        return best
    return next((i for i, row in enumerate(rows) if any(c.strip() for c in row)), 0)


def header_block(rows: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    """(index of the last row of the header, its cells), two header rows read as one.

    Under 所在地 may stand 省, 市, 区县 in a row of their own: the finer heading of a column counts,
    and where one row has none the other's.
    """
    if not rows:
        return 0, []
    best = header_row(rows)
    below = rows[best + 1] if best + 1 < len(rows) else ()
    if _all_headings(below):
        return best + 1, _combined(rows[best], below)
    above = rows[best - 1] if best else ()
    spots = {i for i, cell in enumerate(above) if is_heading(cell)}
    if any(i >= len(rows[best]) or not rows[best][i].strip() for i in spots):
        kept = [cell if i in spots else "" for i, cell in enumerate(above)]
        return best, _combined(kept, rows[best])
    return best, list(rows[best])


def _all_headings(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell.strip()]
    return len(filled) > 1 and all(is_heading(cell) for cell in filled)


def _combined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    width = max(len(upper), len(lower))
    pairs = zip(_padded(upper, width), _padded(lower, width), strict=True)
    return [low if low.strip() else high for high, low in pairs]


def _padded(row: Sequence[str], width: int) -> list[str]:
    return [*row, *[""] * (width - len(row))]


def clean_headings(row: Sequence[str]) -> list[str]:
    """Headings without white space, line breaks and the required-mark; trailing blanks dropped."""
    names = ["".join(str(cell).split()).strip("*＊\ufeff\u200b") for cell in row]
    while names and not names[-1]:
        names.pop()
    return names
