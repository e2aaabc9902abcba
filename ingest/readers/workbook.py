"""Excel and WPS workbooks: every sheet that holds a table."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
)

from ingest.errors import UnreadableFile
from ingest.readers.archive import uncomputed_formulas
from ingest.readers.sheet import Row, Sheet, add_sheet, clean_headings, header_block
from ingest.workbench import Workbench

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MAGIC = {
    b"%PDF": "这其实是 PDF 文件，请从中导出表格",
    b"PAR1": "这其实是 Parquet 文件，请改回 .parquet 后缀",
    b"Rar!": "这其实是 RAR 压缩文件，请先解压",
    b"\x1f\x8b": "这其实是 gzip 压缩文件，请先解压",
}


def read_workbook(workbench: Workbench, path: Path) -> list[Sheet]:
    """The sheets with a table in them; empty ones are left out."""
    formulas = _checked(path)
    try:
        # By content, not by suffix: exports often call one kind by the other's name.
        book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    except PasswordError as error:
        raise UnreadableFile.because(path, "工作簿加了密码，请取消密码后另存再导入") from error
    except (CalamineError, ValueError) as error:
        reason = f"不是可读的 Excel 工作簿（{str(error)[:120]}）"
        raise UnreadableFile.because(path, reason) from error
    sheets = []
    for meta in book.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        try:
            page = book.get_sheet_by_name(meta.name)
            rows = page.to_python(skip_empty_area=False)
        except (CalamineError, ValueError) as error:
            reason = f"工作表「{meta.name}」无法读取（{str(error)[:120]}）"
            raise UnreadableFile.because(path, reason) from error
        texts = [[cell_text(cell) for cell in row] for row in rows]
        _fill_merged(page, texts)
        if any(any(cell.strip() for cell in row) for row in texts):
            lost = formulas.get(meta.name, set())
            sheets.append(_sheet(workbench, path, meta.name, texts, lost))
    if not sheets:
        raise UnreadableFile.because(path, "工作簿里没有任何表格内容")
    return sheets


def _checked(path: Path) -> dict[str, set[tuple[int, int]]]:
    """Formulas without results, by sheet. Raises UnreadableFile for what is no workbook."""
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith(_ZIP):
        return uncomputed_formulas(path)
    if start.startswith(_OLE):
        return {}
    for magic, reason in _MAGIC.items():
        if start.startswith(magic):
            raise UnreadableFile.because(path, reason)
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head")):
        reason = "这其实是网页（HTML/XML）表格，请用 WPS/Excel 打开后另存为 .xlsx"
    elif b"\0" not in start:
        reason = "这其实是文本文件，不是 Excel 工作簿；若是逗号分隔的表格，请把后缀改为 .csv"
    else:
        reason = "不是可读的 Excel 工作簿，文件可能不完整，请重新获取"
    raise UnreadableFile.because(path, reason)


def _fill_merged(page: CalamineSheet, texts: list[list[str]]) -> None:
    """A cell merged over rows says the same of each of them."""
    for (top, left), (bottom, _) in page.merged_cell_ranges or ():
        if top < len(texts) and left < len(texts[top]):
            for row in texts[top + 1 : bottom + 1]:
                row[left] = row[left] or texts[top][left]


def _sheet(
    workbench: Workbench,
    path: Path,
    name: str,
    texts: Sequence[Sequence[str]],
    formulas: set[tuple[int, int]],
) -> Sheet:
    last, header = header_block(texts)
    headings = clean_headings(header)
    width = len(headings)
    # Cells beside the table are kept as columns without a heading.
    for row in texts[last + 1 :]:
        width = max(width, max((i + 1 for i, cell in enumerate(row) if cell.strip()), default=0))
    headings += [""] * (width - len(headings))
    return add_sheet(workbench, path, name, headings, _rows(texts, last, headings, formulas))


def _rows(
    texts: Sequence[Sequence[str]],
    header: int,
    headings: Sequence[str],
    formulas: set[tuple[int, int]],
) -> Iterator[Row]:
    for number, row in enumerate(texts[header + 1 :], start=header + 2):
        lost = [
            heading or "无表头的列"
            for i, heading in enumerate(headings, start=1)
            if formulas and (number, i) in formulas
        ]
        if lost:
            reason = (
                f"「{'、'.join(lost)}」是没有计算结果的公式，请在 WPS/Excel 中打开并保存后再导入"
            )
            yield Row(number, row, reason)
        elif any(cell.strip() for cell in row):
            yield Row(number, row)


def cell_text(value: Any) -> str:
    """A cell as a person sees it: 15 digits, no empty decimals, dates as ISO text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)
