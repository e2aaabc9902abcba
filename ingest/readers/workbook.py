"""Excel and WPS workbooks: every sheet that holds a table."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from ingest.errors import UnreadableFile
from ingest.readers.sheet import Sheet, clean_headings, header_row
from ingest.workbench import Workbench

# A workbook that unpacks to more than this is not one an office made.
_UNPACKED_LIMIT = 2 << 30
_RATIO_LIMIT = 150
_RATIO_FROM = 100 << 20


def read_workbook(workbench: Workbench, path: Path) -> list[Sheet]:
    """The sheets with a table in them; empty ones are left out."""
    formulas = _uncomputed(path) if path.suffix.lower() in (".xlsx", ".xlsm") else {}
    try:
        book = CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError, ValueError) as error:
        reason = f"不是可读的 Excel 工作簿（{str(error)[:120]}）"
        raise UnreadableFile.because(path, reason) from error
    sheets = []
    for name in book.sheet_names:
        try:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except (CalamineError, ValueError) as error:
            reason = f"工作表「{name}」无法读取（{str(error)[:120]}）"
            raise UnreadableFile.because(path, reason) from error
        sheet = _sheet(workbench, path, name, rows, formulas.get(name, set()))
        if sheet is not None:
            sheets.append(sheet)
    if not sheets:
        raise UnreadableFile.because(path, "工作簿里没有任何表格内容")
    return sheets


def _sheet(
    workbench: Workbench,
    path: Path,
    name: str,
    rows: Sequence[Sequence[Any]],
    formulas: set[tuple[int, int]],
) -> Sheet | None:
    texts = [[cell_text(cell) for cell in row] for row in rows]
    if not any(any(row) for row in texts):
        return None
    header = header_row(texts)
    headings = clean_headings(texts[header])
    width = len(headings)
    sheet = Sheet(path, name, headings, "")
    kept: list[tuple[int, list[str]]] = []
    for number, row in enumerate(texts[header + 1 :], start=header + 2):
        cells = (row + [""] * width)[:width]
        lost = [headings[c] for c in range(width) if (number, c + 1) in formulas]
        if lost:
            reason = (
                f"「{'、'.join(lost)}」是没有计算结果的公式，请在 WPS/Excel 中打开并保存后再导入"
            )
            sheet.broken.append((number, reason, cells))
        elif any(cell.strip() for cell in cells):
            kept.append((number, cells))
    arrays = {"_row": pa.array([n for n, _ in kept], pa.int64())}
    for i in range(width):
        arrays[f"c{i}"] = pa.array([cells[i] for _, cells in kept], pa.string())
    sheet.table = workbench.add("raw", pa.table(arrays))
    return sheet


def cell_text(value: Any) -> str:
    """A cell as a person sees it: whole numbers without a decimal point, dates as ISO text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def _uncomputed(path: Path) -> dict[str, set[tuple[int, int]]]:
    """Per sheet the (row, column) of formulas that carry no computed value; checks the archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            if not _check_size(path, archive):
                return {}
    except zipfile.BadZipFile as error:
        raise UnreadableFile.because(path, "不是完整的 Excel 工作簿（压缩结构损坏）") from error
    try:
        shown = openpyxl.load_workbook(path, data_only=True, read_only=True)
        typed = openpyxl.load_workbook(path, data_only=False, read_only=True)
    except Exception as error:
        reason = f"不是可读的 Excel 工作簿（{str(error)[:120]}）"
        raise UnreadableFile.because(path, reason) from error
    found: dict[str, set[tuple[int, int]]] = {}
    for name in typed.sheetnames:
        for values, formulas in zip(shown[name].iter_rows(), typed[name].iter_rows(), strict=False):
            for value, formula in zip(values, formulas, strict=False):
                if formula.data_type == "f" and value.value is None:
                    found.setdefault(name, set()).add((formula.row, formula.column))
    return found


def _check_size(path: Path, archive: zipfile.ZipFile) -> bool:
    """Refuse archives that unpack beyond reason; True when some sheet holds a formula."""
    infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    packed = max(1, sum(info.compress_size for info in infos))
    bomb = unpacked > _RATIO_FROM and unpacked / packed > _RATIO_LIMIT
    if unpacked > _UNPACKED_LIMIT or bomb:
        size = f"{unpacked / 2**20:,.0f} MB"
        raise UnreadableFile.because(path, f"解压后有 {size}，疑似压缩炸弹，已拒绝读取")
    for info in infos:
        if info.filename.startswith("xl/worksheets/") and _holds(archive, info, b"<f"):
            return True
    return False


def _holds(archive: zipfile.ZipFile, info: zipfile.ZipInfo, needle: bytes) -> bool:
    tail = b""
    with archive.open(info) as file:
        while chunk := file.read(1 << 20):
            if needle in tail + chunk:
                return True
            tail = chunk[-len(needle) :]
    return False
