"""CSV and tab-separated text, in UTF-8 or GB18030, read at machine speed where the file is clean."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa

from ingest.errors import UnreadableFile
from ingest.headings import is_heading
from ingest.readers.sheet import Sheet, clean_headings, header_row
from ingest.workbench import Workbench, quoted

_CHUNK = 1 << 20
_HEAD_LINES = 40
# Longer cells are no data: they are handed back instead of being stored.
CELL_LIMIT = 100_000
_ROW_LIMIT = 64 << 20
_MAGIC = {
    b"PK\x03\x04": "这其实是 Excel 工作簿（或压缩包），请改回 .xlsx 后缀",
    b"\xd0\xcf\x11\xe0": "这其实是旧版 Excel 文件，请改回 .xls 后缀",
    b"PAR1": "这其实是 Parquet 文件，请改回 .parquet 后缀",
    b"%PDF": "这其实是 PDF 文件",
}


def read_delimited(workbench: Workbench, path: Path) -> list[Sheet]:
    """The one sheet of a delimited text file."""
    encoding = _encoding(path)
    head = _head(path, encoding)
    delimiter = _delimiter(head)
    rows = list(csv.reader(head, delimiter=delimiter))
    if not rows:
        raise UnreadableFile.because(path, "文件里没有内容")
    header = header_row(rows)
    headings = clean_headings(rows[header])
    if not headings:
        raise UnreadableFile.because(path, "找不到表头")
    sheet = Sheet(path, path.stem, headings, workbench.name("raw"))
    if header:
        _careful(workbench, sheet, path, encoding, delimiter, header)
    else:
        _fast(workbench, sheet, path, encoding, delimiter)
        sheet.careful = partial(_careful, workbench, sheet, path, encoding, delimiter, header)
    return [sheet]


def _encoding(path: Path) -> str:
    """utf-8-sig, utf-16 or gb18030, whichever decodes the whole file."""
    with path.open("rb") as file:
        start = file.read(4)
    for magic, reason in _MAGIC.items():
        if start.startswith(magic):
            raise UnreadableFile.because(path, reason)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig", "gb18030"]
    problems = {name: _undecodable(path, name) for name in candidates}
    for name, problem in problems.items():
        if problem is None:
            return name
    at = max(p for p in problems.values() if p is not None)
    raise UnreadableFile.because(
        path,
        f"既不是 UTF-8 也不是 GB18030 编码（第 {at} 字节处无法解码），请另存为 UTF-8 编码的 CSV",
    )


def _undecodable(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return done + error.start
            if "\0" in text:
                raise UnreadableFile.because(path, "含有空字节，是二进制文件而不是文本表格")
            done += len(chunk)
            if not chunk:
                return None


def _head(path: Path, encoding: str) -> list[str]:
    with path.open(encoding=encoding, newline="") as file:
        return [line for _, line in zip(range(_HEAD_LINES), _lines(file), strict=False)]


def _lines(file: Iterator[str]) -> Iterator[str]:
    """Logical lines: a quoted cell may hold line breaks."""
    pending = ""
    for line in file:
        pending += line
        if pending.count('"') % 2 == 0 or len(pending) > _CHUNK:
            yield pending
            pending = ""
    if pending:
        yield pending


def _delimiter(head: list[str]) -> str:
    """The mark under which the opening lines look most like a table."""
    return max(",\t;|", key=lambda mark: _likeness(list(csv.reader(head, delimiter=mark))))


def _likeness(rows: list[list[str]]) -> tuple[int, float, int]:
    """Known headings, then how many rows are as wide as the header, then its width."""
    if not rows:
        return 0, 0.0, 0
    header = rows[header_row(rows)]
    same = sum(len(row) == len(header) for row in rows) / len(rows)
    known = sum(is_heading(cell) for cell in header)
    return known, same if len(header) > 1 else 0.0, len(header)


def _fast(workbench: Workbench, sheet: Sheet, path: Path, encoding: str, delimiter: str) -> None:
    """A view through DuckDB's parallel reader, told everything; it fails where a row does not fit."""
    if encoding != "utf-8-sig":
        path = _transcoded(workbench, path, encoding)
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(sheet.headings)))
    workbench.sql(
        f"CREATE TEMP VIEW {sheet.table} AS SELECT row_number() OVER () + 1 AS _row, *"
        f" FROM read_csv({quoted(str(path))}, columns={{{columns}}}, auto_detect=false,"
        f" header=true, delim={quoted(delimiter)}, quote='\"', escape='\"',"
        f" strict_mode=true, null_padding=false, max_line_size={_ROW_LIMIT})"
    )


def _transcoded(workbench: Workbench, path: Path, encoding: str) -> Path:
    target = workbench.folder / f"{workbench.name('utf8')}.csv"
    with (
        path.open(encoding=encoding, newline="") as source,
        target.open("w", encoding="utf8", newline="") as copy,
    ):
        while chunk := source.read(_CHUNK):
            copy.write(chunk)
    return target


def _careful(
    workbench: Workbench, sheet: Sheet, path: Path, encoding: str, delimiter: str, header: int
) -> None:
    """Row by row, so that each row that does not fit is handed back with its number."""
    width = len(sheet.headings)
    csv.field_size_limit(_ROW_LIMIT)
    kept: list[list[str]] = [[] for _ in range(width)]
    numbers: list[int] = []
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        for number, row in enumerate(_rows(reader, path), start=1):
            if number <= header + 1 or not any(cell.strip() for cell in row):
                continue
            while len(row) > width and not row[-1].strip():
                row.pop()
            if len(row) != width:
                reason = f"本行有 {len(row)} 列，表头有 {width} 列"
                sheet.broken.append((number, reason, row[:width]))
                continue
            numbers.append(number)
            for column, cell in zip(kept, row, strict=True):
                column.append(cell)
    arrays = {"_row": pa.array(numbers, pa.int64())}
    arrays |= {f"c{i}": pa.array(column, pa.string()) for i, column in enumerate(kept)}
    sheet.table = workbench.add("raw", pa.table(arrays))


def _rows(reader: Iterator[list[str]], path: Path) -> Iterator[list[str]]:
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableFile.because(path, f"不是完整的 CSV 文件（{error}）") from error
