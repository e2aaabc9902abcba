"""What stands in the archive of a workbook, looked at before anything is unpacked into memory."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from ingest.errors import UnreadableFile

# A workbook that unpacks to more than this is not one an office made.
_UNPACKED_LIMIT = 2 << 30
_RATIO_LIMIT = 150
_RATIO_FROM = 100 << 20
# Rows × columns of one sheet from its first to its last cell: all of it is held in memory.
CELLS_LIMIT = 50_000_000
_CHUNK = 1 << 20
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml$")
_FAR_COLUMN = re.compile(rb'[" ]r="([A-Z]{2,3})[0-9]')
_ROW = re.compile(rb'<row [^>]*?r="([0-9]{1,9})"')
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
    KeyError, ValueError,
)  # fmt: skip


@dataclass
class _Extent:
    """What a look through the text of a sheet tells."""

    formulas: bool = False
    rows: int = 0
    columns: int = 26


def uncomputed_formulas(path: Path) -> dict[str, set[tuple[int, int]]]:
    """Per sheet the (row, column), from 1, of formulas that were saved without their result.

    Raises:
        UnreadableFile: a damaged archive, one that unpacks beyond reason, or a sheet whose cells
            lie so far apart that it cannot be held in memory.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            check_size(path, archive)
            extents = {
                info.filename: _look(archive, info)
                for info in archive.infolist()
                if not info.is_dir()
            }
            names = _sheet_names(archive)
            found = {}
            for part, name in names.items():
                extent = extents.get(part, _Extent())
                _check_extent(path, name, extent)
                if extent.formulas:
                    with archive.open(part) as file:
                        found[name] = set(_without_value(file))
    except _DAMAGED as error:
        raise UnreadableFile.because(path, f"不是完整的 Excel 工作簿（{_first(error)}）") from error
    except ElementTree.ParseError as error:
        raise UnreadableFile.because(path, f"Excel 工作簿内部已损坏（{_first(error)}）") from error
    return found


def check_size(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse what unpacks beyond reason or is locked. Raises UnreadableFile."""
    infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    packed = max(1, sum(info.compress_size for info in infos))
    bomb = unpacked > _RATIO_FROM and unpacked / packed > _RATIO_LIMIT
    if unpacked > _UNPACKED_LIMIT or bomb:
        size = f"{unpacked / 2**20:,.0f} MB"
        raise UnreadableFile.because(path, f"解压后有 {size}，疑似压缩炸弹，已拒绝读取")
    if any(info.flag_bits & 1 for info in infos):
        raise UnreadableFile.because(path, "文件加了密码，请取消密码后另存再导入")


def _look(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Extent:
    """Read the whole part, which also checks its true size and its sum."""
    extent = _Extent()
    sheet = _SHEET.fullmatch(info.filename) is not None
    far: set[bytes] = set()
    tail = b""
    with archive.open(info) as file:
        while chunk := file.read(_CHUNK):
            if sheet:
                text = tail + chunk
                extent.formulas = extent.formulas or b"<f" in text
                far.update(_FAR_COLUMN.findall(text))
                extent.rows = max([extent.rows, *map(int, _ROW.findall(text))])
                tail = chunk[-256:]
    extent.columns = max([26, *(_column(letters) for letters in far)])
    return extent


def _check_extent(path: Path, name: str, extent: _Extent) -> None:
    if extent.rows * extent.columns > CELLS_LIMIT:
        raise UnreadableFile.because(
            path,
            f"工作表「{name}」的内容延伸到第 {extent.rows} 行、第 {extent.columns} 列，"
            "请删除表格以外远处的单元格后再导入",
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part of the archive → name of the sheet it holds; empty for another kind of workbook."""
    if "xl/workbook.xml" not in archive.namelist():
        return {}
    targets = {}
    for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels")):
        target = relation.get("Target", "")
        inside = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        targets[relation.get("Id", "")] = posixpath.normpath(inside)
    names = {}
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if sheet.tag.endswith("}sheet"):
            ident = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
            names[targets.get(ident, "")] = sheet.get("name", "")
    return names


def _without_value(file: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Cells with a formula and no result; an empty text is a result."""
    row = column = 0
    for event, element in ElementTree.iterparse(file, events=("start", "end")):
        tag = element.tag.rpartition("}")[2]
        if event == "start":
            if tag == "row":
                row, column = int(element.get("r", row + 1)), 0
            elif tag == "c":
                letters = element.get("r", "").rstrip("0123456789")
                column = _column(letters.encode()) if letters else column + 1
        elif tag == "c":
            formula = any(child.tag.endswith("}f") for child in element)
            value = "".join(child.text or "" for child in element if child.tag.endswith("}v"))
            if formula and not value and element.get("t") != "str":
                yield row, column
        elif tag == "row":
            element.clear()


def _first(error: Exception) -> str:
    return str(error)[:120] or type(error).__name__
