"""A guide as PDF: the letters it needs are embedded, so that it looks the same everywhere."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, WrapMode
from fpdf.fonts import FontFace

from chainscout.output.cells import clean, shown
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

_FAMILY = "chinese"
_ACCENT, _QUIET, _INK, _RULE = (31, 78, 121), (90, 90, 90), (26, 26, 26), (176, 188, 200)
# What no line may begin with.
_CLOSING = frozenset("。，、；：！？）」』》”’%,.;:!?)")
_SIZES = {1: 17.0, 2: 13.5, 3: 11.0}
# What no line may end with.
_OPENING = "（「『《“‘("
# A Latin word or number, else one character, with the signs that stand at its sides.
_PARTS = re.compile(
    rf"[{_OPENING}]*(?:[A-Za-z0-9.\-–/]+|.)[{re.escape(''.join(sorted(_CLOSING)))}]*"
)
_MARGIN, _LINE = 18.0, 5.6
_SLACK = 0.2  # millimetres that sums of widths may be off by
_HEAD = FontFace(emphasis="BOLD", fill_color=(220, 230, 241))


class _Paper(FPDF):
    """A4 with the title and the number of the page at its foot, but on the cover."""

    heading = ""

    def footer(self) -> None:
        if self.page_no() == 1:
            return
        self.set_y(-12)
        self.set_font(_FAMILY, size=8)
        self.set_text_color(*_QUIET)
        self.cell(0, 6, f"{self.heading}　—　{self.page_no()}", align="C")
        self.set_text_color(*_INK)


def to_pdf(guide: Guide, font: Font) -> bytes:
    """The PDF file."""
    # What it subsets and drops of a font is of no interest to who asked for a guide.
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    paper = _Paper(format="A4")
    paper.heading = clean(guide.title)
    paper.set_title(paper.heading)
    paper.set_creator("chainscout")
    for style, face in (("", font), ("B", font.bold)):
        paper.add_font(_FAMILY, style, face.file, collection_font_number=face.number)
    paper.set_margins(_MARGIN, _MARGIN)
    paper.set_auto_page_break(True, margin=_MARGIN)
    paper.set_text_color(*_INK)
    paper.set_draw_color(*_RULE)
    _cover(paper, guide)
    for block in guide.blocks:
        _add(paper, block, font)
    return bytes(paper.output())


def _cover(paper: _Paper, guide: Guide) -> None:
    paper.add_page()
    paper.set_fill_color(*_ACCENT)
    paper.rect(0, 0, paper.w, 8, style="F")
    paper.set_y(85)
    paper.set_text_color(*_ACCENT)
    paper.set_font(_FAMILY, "B", 28)
    _lines(paper, guide.title, 14, align="C")
    paper.ln(4)
    paper.set_text_color(*_QUIET)
    paper.set_font(_FAMILY, size=15)
    _lines(paper, guide.subtitle, 9, align="C")
    paper.set_y(215)
    paper.set_text_color(*_INK)
    paper.set_font(_FAMILY, size=11)
    for label, value in guide.facts:
        _lines(paper, f"{label}：{value}", 7, align="C")
    paper.set_fill_color(255, 255, 255)


def _lines(paper: _Paper, text: str, height: float, *, align: str = "L") -> None:
    for line in _broken(paper, clean(text), paper.epw - 2 * paper.c_margin):
        paper.cell(0, height, line, align=align, new_x="LMARGIN", new_y="NEXT")


def _broken(paper: _Paper, text: str, wide: float) -> Iterator[str]:
    """Lines no wider than `wide`; no sign stands on the wrong side of a break, numbers stay whole.

    A table breaks its cells at any character: their texts come broken.
    """
    for paragraph in text.splitlines() or [""]:
        line = ""
        for part in _PARTS.findall(paragraph):
            if line and paper.get_string_width(line + part) > wide:
                yield line
                line = ""
            line += part
        yield line


def _add(paper: _Paper, block: Block, font: Font) -> None:
    match block:
        case Heading():
            _heading(paper, block)
        case Text():
            _text(paper, block)
        case Points():
            _points(paper, block)
        case Facts():
            _facts(paper, block)
        case Grid():
            _grid(paper, block)
        case Drawing():
            _drawing(paper, block, font)


def _text(paper: _Paper, block: Text) -> None:
    paper.set_font(_FAMILY, size=9 if block.quiet else 10.5)
    paper.set_text_color(*(_QUIET if block.quiet else _INK))
    _lines(paper, block.text, _LINE)
    paper.set_text_color(*_INK)
    paper.ln(1.5)


def _heading(paper: _Paper, block: Heading) -> None:
    if block.page:
        paper.add_page(orientation="portrait")
    elif paper.get_y() > paper.h - _MARGIN - 32:
        paper.add_page()
    elif block.level > 1:
        paper.ln(2)
    paper.set_font(_FAMILY, "B", _SIZES[block.level])
    paper.set_text_color(*_ACCENT)
    _lines(paper, block.text, _SIZES[block.level] * 0.6)
    paper.set_text_color(*_INK)
    paper.ln(1.5)


def _points(paper: _Paper, block: Points) -> None:
    paper.set_font(_FAMILY, size=10)
    for item in block.items:
        paper.cell(4, _LINE, "·")
        left = paper.l_margin
        paper.set_left_margin(left + 4)
        paper.set_x(left + 4)
        _lines(paper, item, _LINE)
        paper.set_left_margin(left)
        paper.set_x(left)
    paper.ln(1)


def _facts(paper: _Paper, block: Facts) -> None:
    paper.set_font(_FAMILY, size=9.5)
    label = FontFace(emphasis="BOLD", fill_color=(234, 241, 248))
    wide = (18.5, 31.5, 18.5, 31.5)
    with paper.table(
        col_widths=wide, first_row_as_headings=False, line_height=_LINE,
        wrapmode=WrapMode.CHAR, text_align="LEFT", padding=(0.6, 1.5),
        borders_layout=TableBordersLayout.ALL,
    ) as table:  # fmt: skip
        for pairs in block.rows:
            row = table.row()
            for name, text in pairs:
                row.cell(clean(name), style=label)
                share = sum(wide[1:]) if len(pairs) == 1 else wide[1]
                told = _fitted(paper, clean(text), paper.epw * share / sum(wide) - 3.0)
                row.cell(told, colspan=3 if len(pairs) == 1 else 1)
    paper.ln(2)


def _fitted(paper: _Paper, text: str, wide: float) -> str:
    return "\n".join(_broken(paper, text, wide - _SLACK))


def _grid(paper: _Paper, block: Grid) -> None:
    section = block.section
    if section.note:
        _text(paper, Text(section.note, quiet=True))
    if not section.rows:
        _text(paper, Text(f"（{section.empty}）", quiet=True))
        return
    paper.set_font(_FAMILY, size=8.5)
    aligns = tuple("CENTER" if column.numeric else "LEFT" for column in section.columns)
    options: dict[str, Any] = {
        "col_widths": tuple(column.width for column in section.columns), "line_height": 4.8,
        "headings_style": _HEAD, "wrapmode": WrapMode.CHAR, "text_align": aligns,
        "padding": (0.8, 1.0), "repeat_headings": 1,
    }  # fmt: skip
    unit = paper.epw / sum(column.width for column in section.columns)
    with paper.table(**options) as table:
        head = table.row()
        for column in section.columns:
            head.cell(column.label, align="CENTER")
        for values in section.rows:
            row = table.row()
            for value, column in zip(values, section.columns, strict=True):
                row.cell(_fitted(paper, shown(value, column), unit * column.width - 2.0))
    paper.ln(2)


def _drawing(paper: _Paper, block: Drawing, font: Font) -> None:
    """Across the page, as large as fits."""
    paper.add_page(orientation="landscape")
    _heading(paper, Heading(block.heading))
    high = paper.h - paper.get_y() - _MARGIN - 8
    ratio = block.picture.width / block.picture.height
    wide = min(paper.epw, high * ratio)
    left = (paper.w - wide) / 2
    paper.image(io.BytesIO(to_png(block.picture, font)), x=left, w=wide)
    paper.set_font(_FAMILY, size=9)
    _lines(paper, block.caption, 6, align="C")


__all__ = ["to_pdf"]
