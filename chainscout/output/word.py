"""The same document for Word: landscape A4, headings repeated on every page."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from chainscout.output.cells import clean, shown
from chainscout.output.document import Column, Document, Section

FONT = "微软雅黑"
_ACCENT = RGBColor(0x1F, 0x4E, 0x79)
_PAGE_WIDTH = 29.7 - 2 * 1.5  # cm between the margins
_MOST_COLUMNS = 9


def to_docx(document: Document) -> bytes:
    """The Word file as bytes."""
    word = docx.Document()
    _page(word, document)
    _paragraph(word, document.title, 18, bold=True, centre=True)
    if document.purpose:
        _paragraph(word, document.purpose, 10.5)
    for label, value in document.facts:
        _paragraph(word, f"{label}：{value}", 10, tight=True)
    for section in document.sections:
        _section(word, section)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _page(word: Any, document: Document) -> None:
    style = word.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(10)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    word.core_properties.title = clean(document.title)
    word.core_properties.author = "chainscout"
    page = word.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Cm(29.7), Cm(21.0)
    page.left_margin = page.right_margin = Cm(1.5)
    page.top_margin = page.bottom_margin = Cm(1.8)


def _paragraph(
    word: Any, text: str, size: float, *, bold: bool = False, centre: bool = False,
    tight: bool = False,
) -> None:  # fmt: skip
    paragraph = word.add_paragraph()
    run = paragraph.add_run(clean(text))
    run.bold, run.font.size = bold, Pt(size)
    if bold:
        run.font.color.rgb = _ACCENT
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(1 if tight else 6)


def _section(word: Any, section: Section) -> None:
    _paragraph(word, section.title, 14, bold=True)
    if section.note:
        _paragraph(word, section.note, 10)
    if not section.rows:
        _paragraph(word, f"（{section.empty}）", 10)
        return
    add_table(word, section, _PAGE_WIDTH)


def add_table(word: Any, section: Section, page_width: float) -> None:
    """The rows of a section as a table `page_width` cm wide, headings repeated on every page."""
    picked = _columns(section)
    table = word.add_table(rows=1, cols=len(picked), style="Table Grid")
    table.autofit = False
    widths = _widths([section.columns[i] for i in picked], page_width)
    _repeat(table.rows[0])
    for cell, i in zip(table.rows[0].cells, picked, strict=True):
        _fill(cell, section.columns[i].label, bold=True, centre=True)
        shade(cell, "DCE6F1")
    for row in section.rows:
        added = table.add_row()
        _whole(added)
        for cell, i in zip(added.cells, picked, strict=True):
            column = section.columns[i]
            _fill(cell, shown(row[i], column), centre=column.numeric)
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = Cm(wide)
        for cell in column.cells:
            cell.width = Cm(wide)


def _columns(section: Section) -> list[int]:
    """All columns where they fit the page, else those that a terminal shows."""
    if len(section.columns) <= _MOST_COLUMNS:
        return list(range(len(section.columns)))
    return [i for i, column in enumerate(section.columns) if column.brief]


def _widths(columns: list[Column], page_width: float) -> list[float]:
    total = sum(column.width for column in columns)
    return [page_width * column.width / total for column in columns]


def _fill(cell: Any, text: str, *, bold: bool = False, centre: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(9)
    paragraph.paragraph_format.space_after = Pt(0)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def shade(cell: Any, colour: str) -> None:
    """Fill a cell with a colour, RRGGBB."""
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shade)


def _repeat(row: Any) -> None:
    """Mark a row as heading, printed again on each page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _whole(row: Any) -> None:
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


__all__ = ["FONT", "add_table", "shade", "to_docx"]
