"""A guide for Word and WPS: portrait A4, the map across on a page of its own."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from chainscout.output.cells import clean
from chainscout.output.fonts import Font
from chainscout.output.guide.blocks import (
    Block,
    Drawing,
    Facts,
    Grid,
    Guide,
    Heading,
    Points,
    Text,
)  # fmt: skip
from chainscout.output.raster import to_png
from chainscout.output.word import FONT, add_table, shade

_ACCENT, _QUIET = RGBColor(0x1F, 0x4E, 0x79), RGBColor(0x5A, 0x5A, 0x5A)
_SHORT, _LONG, _MARGIN = 21.0, 29.7, 2.0
_SIZES = {1: 16.0, 2: 13.0, 3: 11.0}


def to_docx(guide: Guide, font: Font | None) -> bytes:
    """The Word file; without a font to draw letters with, the map is left to its tables."""
    word = docx.Document()
    _styles(word, guide)
    _sheet(word.sections[0])
    _cover(word, guide)
    for block in guide.blocks:
        _add(word, block, font)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _styles(word: Any, guide: Guide) -> None:
    word.core_properties.title = clean(guide.title)
    word.core_properties.author = "chainscout"
    names = ["Normal", *(f"Heading {level}" for level in _SIZES)]
    for name in names:
        style = word.styles[name]
        style.font.name = FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:eastAsia", "w:ascii", "w:hAnsi"):
            fonts.set(qn(script), FONT)
        for theme in ("w:asciiTheme", "w:eastAsiaTheme", "w:hAnsiTheme"):
            fonts.attrib.pop(qn(theme), None)
    word.styles["Normal"].font.size = Pt(10.5)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "zh-CN")
    language.set(qn("w:eastAsia"), "zh-CN")
    word.styles["Normal"].element.get_or_add_rPr().append(language)
    for level, size in _SIZES.items():
        heading = word.styles[f"Heading {level}"]
        heading.font.size, heading.font.color.rgb = Pt(size), _ACCENT
        heading.paragraph_format.space_before = Pt(10 if level > 1 else 0)
        heading.paragraph_format.space_after = Pt(4)


def _sheet(section: Any, *, across: bool = False) -> None:
    """A4, upright or across, with the number of the page at its foot."""
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width = Cm(_LONG if across else _SHORT)
    section.page_height = Cm(_SHORT if across else _LONG)
    section.left_margin = section.right_margin = Cm(_MARGIN)
    section.top_margin = section.bottom_margin = Cm(1.8)
    foot = section.footer.paragraphs[0]
    if not foot.runs:
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = foot.add_run()
        for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
            part = OxmlElement("w:instrText" if text else "w:fldChar")
            if text:
                part.text = text
            else:
                part.set(qn("w:fldCharType"), kind)
            run._r.append(part)


def _cover(word: Any, guide: Guide) -> None:
    for _ in range(7):
        word.add_paragraph()
    _centred(word, guide.title, 26, bold=True)
    _centred(word, guide.subtitle, 15)
    for _ in range(8):
        word.add_paragraph()
    for label, value in guide.facts:
        _centred(word, f"{label}：{value}", 11)


def _centred(word: Any, text: str, size: float, *, bold: bool = False) -> None:
    paragraph = word.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(clean(text))
    run.bold, run.font.size = bold, Pt(size)
    if bold:
        run.font.color.rgb = _ACCENT


def _add(word: Any, block: Block, font: Font | None) -> None:
    match block:
        case Heading():
            heading = word.add_heading(clean(block.text), block.level)
            heading.paragraph_format.page_break_before = block.page
        case Text():
            run = word.add_paragraph().add_run(clean(block.text))
            if block.quiet:
                run.font.size, run.font.color.rgb = Pt(9), _QUIET
        case Points():
            for item in block.items:
                paragraph = word.add_paragraph(clean(item), style="List Bullet")
                paragraph.paragraph_format.space_after = Pt(2)
        case Facts():
            _facts(word, block)
        case Grid():
            _grid(word, block)
        case Drawing():
            _drawing(word, block, font)


def _facts(word: Any, block: Facts) -> None:
    table = word.add_table(rows=0, cols=4, style="Table Grid")
    table.autofit = False
    widths = (2.9, 5.6, 2.9, 5.6)
    for row in block.rows:
        cells = table.add_row().cells
        if len(row) == 1:
            cells[1].merge(cells[3])
        for i, (label, value) in enumerate(row):
            _cell(cells[2 * i], label, label=True)
            _cell(cells[2 * i + 1], value)
        for cell, wide in zip(cells, widths, strict=True):
            if len(row) == 2:
                cell.width = Cm(wide)
        if len(row) == 1:
            cells[0].width = Cm(widths[0])
    word.add_paragraph().paragraph_format.space_after = Pt(0)


def _cell(cell: Any, text: str, *, label: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(clean(text))
    run.font.size = Pt(9.5)
    if label:
        run.bold = True
        shade(cell, "EAF1F8")


def _grid(word: Any, block: Grid) -> None:
    section = block.section
    if section.note:
        _add(word, Text(section.note, quiet=True), None)
    if section.rows:
        add_table(word, section, _SHORT - 2 * _MARGIN)
        word.add_paragraph().paragraph_format.space_after = Pt(0)
    else:
        _add(word, Text(f"（{section.empty}）", quiet=True), None)


def _drawing(word: Any, block: Drawing, font: Font | None) -> None:
    if font is None:
        _add(word, Heading(block.heading, page=True), None)
        said = "本机没有中文字体，未能画出产业链图；各环节的现状见下表，网页版（.html）含图。"
        _add(word, Text(said, quiet=True), None)
        return
    _sheet(word.add_section(WD_SECTION.NEW_PAGE), across=True)
    word.add_heading(block.heading, 1)
    wide, high = _LONG - 2 * _MARGIN, _SHORT - 2 * 1.8 - 3.0
    ratio = block.picture.width / block.picture.height
    width = min(wide, high * ratio)
    paragraph = word.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    picture = io.BytesIO(to_png(block.picture, font))
    paragraph.add_run().add_picture(picture, width=Cm(width))
    _centred(word, block.caption, 10)
    _sheet(word.add_section(WD_SECTION.CONTINUOUS))


__all__ = ["to_docx"]
