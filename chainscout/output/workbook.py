"""The workbook a leader is handed: titled, printable sheets with filters and readable reasons."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from chainscout.output.cells import plain, spreadsheet, width
from chainscout.output.document import Column, Document, Section

_FONT = "微软雅黑"
_INK, _ACCENT, _PALE = "1F2933", "1F4E79", "EAF1F8"
_THIN = Side(style="thin", color="C5CED8")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_FORMATS = {"integer": "#,##0", "score": "0.00", "number": "#,##0.00", "percent": "0%"}
_LINE_HEIGHT = 16.5  # points of one line at 10 pt
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
_PAGES = "第 &P 页，共 &N 页"
_HIGHEST = 400  # Excel's limit is 409 points


def to_xlsx(document: Document) -> bytes:
    """The workbook as bytes: one sheet per section."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]  # a new workbook has one sheet
    book.properties.title = document.title
    book.properties.creator = "chainscout"
    for section in document.sections:
        _sheet(book.create_sheet(_sheet_name(section.name)), document, section)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_name(name: str) -> str:
    return "".join(c for c in name if c not in "[]:*?/\\")[:31]


def _sheet(sheet: Worksheet, document: Document, section: Section) -> None:
    last = get_column_letter(len(section.columns))
    top = _head(sheet, document, section, last)
    _headings(sheet, section.columns, top)
    for i, row in enumerate(section.rows, start=top + 1):
        _row(sheet, section.columns, row, i)
    _hide_empty(sheet, section)
    if not section.rows:
        _line(sheet, top + 1, last, f"（{section.empty}）", Font(name=_FONT, size=10, italic=True))
    bottom = top + max(1, len(section.rows))
    if section.rows:
        sheet.auto_filter.ref = f"A{top}:{last}{bottom}"
    sheet.freeze_panes = f"A{top + 1}"
    _print_setup(sheet, document, top, f"A1:{last}{bottom}")


def _head(sheet: Worksheet, document: Document, section: Section, last: str) -> int:
    """Title, purpose and facts; returns the row of the column headings."""
    title = document.title if section is document.sections[0] else section.title
    _line(sheet, 1, last, title, Font(name=_FONT, size=16, bold=True, color=_ACCENT), 30)
    small = Font(name=_FONT, size=10, color="52606D")
    room = sum(column.width for column in section.columns)
    row = 2
    facts = "　".join(f"{label}：{value}" for label, value in document.facts)
    for text in (document.purpose, facts, section.note):
        if text:
            _line(sheet, row, last, text, small, _height(text, room))
            row += 1
    return row


def _line(
    sheet: Worksheet, row: int, last: str, text: str, font: Font, height: float | None = None
) -> None:
    cell = sheet.cell(row, 1)
    _put(cell, text)
    cell.font = font
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    if last != "A":
        sheet.merge_cells(f"A{row}:{last}{row}")
    if height:
        sheet.row_dimensions[row].height = height


def _headings(sheet: Worksheet, columns: Sequence[Column], row: int) -> None:
    for i, column in enumerate(columns, start=1):
        cell = sheet.cell(row, i, column.label)
        cell.font = Font(name=_FONT, size=10, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=_ACCENT)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = _BORDER
        sheet.column_dimensions[get_column_letter(i)].width = column.width
    # The filter's arrow takes room beside the words.
    lines = max(-(-(width(c.label) + 3) // c.width) for c in columns)
    sheet.row_dimensions[row].height = 22 if lines == 1 else 14 * lines + 6


def _hide_empty(sheet: Worksheet, section: Section) -> None:
    """Columns in which nothing is known take no room; the reader can unfold them."""
    for i, column in enumerate(section.columns):
        if section.rows and not column.brief and all(row[i] in (None, "") for row in section.rows):
            sheet.column_dimensions[get_column_letter(i + 1)].hidden = True


def _row(sheet: Worksheet, columns: Sequence[Column], values: Sequence[Any], row: int) -> None:
    for i, (column, value) in enumerate(zip(columns, values, strict=True), start=1):
        cell = sheet.cell(row, i)
        _put(cell, value)
        cell.font = Font(name=_FONT, size=10, color=_INK)
        cell.border = _BORDER
        cell.alignment = _MIDDLE if column.numeric else _LEFT
        if column.kind in _FORMATS and isinstance(value, int | float):
            cell.number_format = _FORMATS[column.kind]
        if row % 2:
            cell.fill = PatternFill("solid", fgColor=_PALE)
    heights = [_height(plain(v), c.width) for c, v in zip(columns, values, strict=True)]
    sheet.row_dimensions[row].height = max(20.0, *heights)


def _put(cell: Any, value: Any) -> None:
    """Write a value; text is marked as text, so that nothing is ever read as a formula."""
    cell.value = spreadsheet(value)
    if isinstance(cell.value, str):
        cell.data_type = "s"


def _height(text: str, room: int) -> float:
    """Points that `text` takes when wrapped into `room` half-width characters."""
    usable = max(4, room - 3)
    lines = sum(max(1, math.ceil(width(part) / usable)) for part in text.split("\n"))
    return min(_HIGHEST, lines * _LINE_HEIGHT + 4)


def _footer(sheet: Worksheet, title: str) -> None:
    """Title on the left, page number on the right of every printed page."""
    footer: Any = sheet.oddFooter
    for part, text in ((footer.left, title.replace("&", "&&")[:80]), (footer.right, _PAGES)):
        if part is not None:
            part.text = text


def _print_setup(sheet: Worksheet, document: Document, top: int, area: str) -> None:
    sheet.print_area = area
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    if sheet.sheet_properties.pageSetUpPr is not None:
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom = 0.5, 0.7
    sheet.page_margins.footer = 0.3
    _footer(sheet, document.title)
    sheet.sheet_view.showGridLines = False


__all__ = ["to_xlsx"]
