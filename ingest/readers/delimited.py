"""CSV and tab-separated text, UTF-8 or GB18030, read at machine speed where the file is clean."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from ingest.errors import UnreadableFile
from ingest.headings import is_heading
from ingest.readers.encoding import Text, text_of
from ingest.readers.sheet import (
    Row,
    Sheet,
    add_sheet,
    checked_headings,
    clean_headings,
    header_block,
    header_row,
)
from ingest.workbench import Workbench, quoted

_CHUNK = 1 << 20
_HEAD_LINES = 40
_ROW_LIMIT = 64 << 20
# What DuckDB holds of a file at a time, for each thread; a longer row is read the careful way. Left
# to itself it takes sixteen of the longest rows allowed, which is slower and most of the memory.
_BUFFER, _QUICK_ROW = 32 << 20, 8 << 20
# A quoted cell may go on over lines; one that goes on for longer was never closed.
_CELL_LINES = 500
_EXTRA_SHOWN = 1_000


def read_delimited(workbench: Workbench, path: Path) -> list[Sheet]:
    """The one sheet of a delimited text file."""
    text = text_of(path)
    csv.field_size_limit(_ROW_LIMIT)
    with path.open(encoding=text.encoding, newline="") as file:
        head = list(islice(file, _HEAD_LINES))
    delimiter = _delimiter(head)
    rows = [cells for cells, _, _ in _records(head, delimiter, None)]
    if not any(cell.strip() for row in rows for cell in row):
        raise UnreadableFile.because(path, "文件里没有内容")
    last, header = header_block(rows)
    headings = checked_headings(path, clean_headings(header))

    def careful() -> Sheet:
        with path.open(encoding=text.encoding, newline="") as file:
            found = _careful(file, delimiter, len(headings), last)
            return add_sheet(workbench, path, path.stem, headings, found)

    # Quickly only where each line is a row and each column has a name.
    if last or text.blank_lines or not all(headings):
        return [careful()]
    table = _fast(workbench, path, len(headings), text, delimiter)
    return [Sheet(path, path.stem, headings, table, careful=careful)]


def _delimiter(head: list[str]) -> str:
    """The mark under which the opening lines look most like a table."""
    return max(",\t;|", key=lambda mark: _likeness([r for r, _, _ in _records(head, mark, None)]))


def _likeness(rows: list[list[str]]) -> tuple[int, float, int]:
    """Known headings, then how many rows are as wide as the header, then its width."""
    if not rows:
        return 0, 0.0, 0
    header = rows[header_row(rows)]
    same = sum(len(row) == len(header) for row in rows) / len(rows)
    known = sum(is_heading(cell) for cell in header)
    return known, same if len(header) > 1 else 0.0, len(header)


# the clean file ------------------------------------------------------------------------------


def _fast(workbench: Workbench, path: Path, width: int, text: Text, delimiter: str) -> str:
    """A view through DuckDB's parallel reader, told everything; fails where a row does not fit."""
    source = path if text.encoding == "utf-8-sig" else _transcoded(workbench, path, text.encoding)
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    name = workbench.name("raw")
    workbench.sql(
        f"CREATE TEMP VIEW {name} AS SELECT row_number() OVER () + 1 AS _row, *"
        f" FROM read_csv({literal_path(source)}, columns={{{columns}}}, auto_detect=false,"
        f" header=true, delim={quoted(delimiter)}, quote='\"', escape='\"',"
        f" strict_mode=true, null_padding=false, max_line_size={_QUICK_ROW}, buffer_size={_BUFFER})"
    )
    return name


def literal_path(path: Path) -> str:
    """A path as a SQL string in which `*`, `?` and `[` stand for themselves."""
    escaped = "".join(f"[{c}]" if c in "*?[" else c for c in str(path.absolute()))
    return quoted(escaped)


def _transcoded(workbench: Workbench, path: Path, encoding: str) -> Path:
    target = workbench.folder / f"{workbench.name('utf8')}.csv"
    with (
        path.open(encoding=encoding, newline="") as source,
        target.open("w", encoding="utf8", newline="") as copy,
    ):
        while chunk := source.read(_CHUNK):
            copy.write(chunk)
    return target


# the rest ------------------------------------------------------------------------------------


def _careful(lines: Iterable[str], delimiter: str, width: int, header: int) -> Iterator[Row]:
    """Row by row, so that each row that does not fit is handed back with its number."""
    for index, (cells, fault, text) in enumerate(_records(lines, delimiter, width)):
        if index <= header or not any(cell.strip() for cell in cells):
            continue
        row = _trimmed(cells, width)
        extra = text.strip()[:_EXTRA_SHOWN]
        if fault:
            yield Row(index + 1, row[:width], fault, extra)
        elif len(row) != width:
            reason = f"本行有 {len(row)} 列，表头有 {width} 列"
            yield Row(index + 1, row[:width], reason, extra)
        else:
            yield Row(index + 1, row)


def _trimmed(cells: list[str], width: int) -> list[str]:
    """Without the empty cells that separators at the end of a line make."""
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _records(
    lines: Iterable[str], delimiter: str, width: int | None
) -> Iterator[tuple[list[str], str | None, str]]:
    """(cells, what is wrong with the quotes, the line) of every record.

    A quote that is never closed would swallow the rows after it. A record over several lines is
    therefore believed only if it closes soon and, where `width` is known, has that many cells;
    else its first line is handed back alone and reading goes on with the second.
    """
    source = iter(lines)
    waiting: deque[str] = deque()
    while (first := waiting.popleft() if waiting else next(source, None)) is not None:
        if '"' not in first:
            yield first.rstrip("\r\n").split(delimiter), None, first
            continue
        taken: list[str] = []
        cells = _quoted(first, _more(waiting, source, taken), delimiter)
        if cells is not None and (not taken or width in (None, len(_trimmed(cells, width or 0)))):
            yield cells, None, first
            continue
        waiting.extendleft(reversed(taken))
        plain = first.rstrip("\r\n").split(delimiter)
        opened = _opened(first, delimiter)
        fault = "引号没有成对" if opened or len(plain) != width else None
        yield plain, fault, first


def _more(waiting: deque[str], source: Iterator[str], taken: list[str]) -> Iterator[str]:
    """The lines after the first, noted in `taken` so that they can be put back."""
    while len(taken) < _CELL_LINES:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            return
        taken.append(line)
        yield line


def _quoted(first: str, more: Iterator[str], delimiter: str) -> list[str] | None:
    """The cells of the record that begins with `first`; None where its quotes do not match."""

    def feed() -> Iterator[str]:
        yield first
        yield from more

    try:
        return next(csv.reader(feed(), delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _opened(line: str, delimiter: str) -> bool:
    """Whether a quote opens a cell in `line` and is not closed there."""
    try:
        next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False
