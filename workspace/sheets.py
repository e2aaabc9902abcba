"""Workbooks out and in: pages that people fill in and send back.

Text is never run as a formula: it is stored as text, and what a spreadsheet would run if the page
were saved as CSV gets an apostrophe, which reading takes off again.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ingest.headings import fold
from ingest.readers import read_file
from ingest.workbench import Workbench
from workspace.errors import Invalid

_FONT = "微软雅黑"
_FIXED, _OPEN = "1F4E79", "7A5C00"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONGEST = 32_000  # characters; a cell holds 32,767
_SPARE_ROWS = 500  # drop-downs reach this far below the last row
REASON = "退回原因"
ROW = "原行号"


@dataclass(frozen=True)
class Field:
    """One column: its name in a row, its heading, others that are understood, how it is filled in.

    `fill` marks columns that people write into; `choices` makes a drop-down list.
    """

    name: str
    label: str
    also: tuple[str, ...] = ()
    width: int = 14
    fill: bool = False
    choices: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Page:
    """One sheet: rows are mappings from the names of fields to values; missing ones stay empty."""

    title: str
    fields: Sequence[Field]
    rows: Sequence[Mapping[str, Any]]


@dataclass
class Filled:
    """A page that came back: (row number, texts by field) of every row that holds something."""

    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rejected:
    """A row that could not be taken: where it stood, its texts, why."""

    row: int
    cells: Mapping[str, str]
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {"row": self.row, "cells": dict(self.cells), "reason": self.reason}


# ── out ─────────────────────────────────────────────────────────────────────────────────────────


def write_book(pages: Sequence[Page]) -> bytes:
    """The pages as an .xlsx workbook."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]  # a new workbook has one sheet
    book.properties.creator = "chainscout"
    for page in pages:
        _page(book.create_sheet(page.title), page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rejects_book(title: str, fields: Sequence[Field], rejected: Sequence[Rejected]) -> bytes:
    """The rows that were handed back, with reasons, in a workbook that can be mended and loaded."""
    more = (Field(ROW, ROW, width=9), Field(REASON, REASON, width=44))
    rows = [{**r.cells, ROW: r.row, REASON: r.reason} for r in rejected]
    return write_book([Page(title, [*fields, *more], rows)])


def _page(sheet: Worksheet, page: Page) -> None:
    for i, column in enumerate(page.fields, start=1):
        _heading(sheet, i, column)
    for number, row in enumerate(page.rows, start=2):
        for i, column in enumerate(page.fields, start=1):
            cell = sheet.cell(number, i)
            cell.value = cell_value(row.get(column.name))
            if isinstance(cell.value, str):
                cell.data_type = "s"
            cell.font = Font(name=_FONT, size=10)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    last = get_column_letter(len(page.fields))
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{last}{max(2, len(page.rows) + 1)}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    if sheet.sheet_properties.pageSetUpPr is not None:
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _heading(sheet: Worksheet, place: int, column: Field) -> None:
    letter, cell = get_column_letter(place), sheet.cell(1, place, column.label)
    cell.font = Font(name=_FONT, size=10, bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor=_OPEN if column.fill else _FIXED)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.column_dimensions[letter].width = column.width
    if column.note:
        cell.comment = Comment(column.note, "chainscout", width=260, height=90)
    if column.choices:
        listed = DataValidation(
            type="list", formula1='"' + ",".join(column.choices) + '"', allow_blank=True
        )
        listed.errorTitle, listed.error = "请从列表中选择", "、".join(column.choices)
        sheet.add_data_validation(listed)
        listed.add(f"{letter}2:{letter}{sheet.max_row + _SPARE_ROWS}")


def cell_value(value: Any) -> Any:
    """What is written into a cell: numbers and days as they are, all else as harmless text."""
    if value is None or isinstance(value, bool | int | float):
        return "是" if value is True else "否" if value is False else value
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        value = "\n".join(str(part) for part in value)
    return shield(_CONTROL.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n")))


def shield(text: str) -> str:
    """An apostrophe before what a spreadsheet might run, and before what begins like that."""
    if text.lstrip(" '").startswith(_RISKY):
        text = "'" + text
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}…（原长 {len(text)} 字，此处截断）"
    return text


def unshield(text: str) -> str:
    """The text that :func:`shield` was given."""
    return text[1:] if text.startswith("'") and text[1:].lstrip(" '").startswith(_RISKY) else text


# ── in ──────────────────────────────────────────────────────────────────────────────────────────


def read_page(
    path: Path, title: str, fields: Sequence[Field], required: Iterable[str] = ()
) -> Filled | None:
    """The sheet called `title`, else the only one whose headings fit; None where there is none.

    Raises:
        ingest.errors.UnreadableFile: the file is broken, too large, or of another kind.
        Invalid: a required column is missing.
    """
    with Workbench() as bench:
        sheets = read_file(bench, path)
        fitting = [s for s in sheets if fold(s.name) == fold(title)] or [
            s for s in sheets if _fits(s.headings, fields, required)
        ]
        if not fitting:
            return None
        sheet = fitting[0]
        places, unknown = _places(sheet.headings, fields)
        missing = [f.label for f in fields if f.name in required and f.name not in places]
        if missing:
            have = "、".join(h for h in sheet.headings if h)
            raise Invalid(f"{path.name} 缺少列：{'、'.join(missing)}；现有：{have[:200]}")
        columns = ", ".join(f"c{i}" for i in places.values())
        found = Filled(unknown=unknown)
        for number, *cells in sheet.read(
            lambda: bench.rows(f"SELECT _row, {columns} FROM {sheet.table} ORDER BY _row")
        ):
            texts = dict(zip(places, (unshield((c or "").strip()) for c in cells), strict=True))
            if any(texts.values()):
                found.rows.append((int(number), texts))
        if sheet.faults:
            told = bench.rows(f"SELECT _row, reason FROM {sheet.faults}")
            found.faults = {int(row): str(reason) for row, reason in told}
        return found


def _fits(headings: Sequence[str], fields: Sequence[Field], required: Iterable[str]) -> bool:
    return set(required) <= set(_places(headings, fields)[0])


def _places(headings: Sequence[str], fields: Sequence[Field]) -> tuple[dict[str, int], list[str]]:
    known: dict[str, str] = {}
    for column in fields:
        for text in (column.label, column.name, *column.also):
            known.setdefault(fold(text), column.name)
    places: dict[str, int] = {}
    unknown = []
    for i, heading in enumerate(headings):
        name = known.get(fold(heading)) if heading else None
        if name is not None:
            places.setdefault(name, i)
        elif heading and heading not in (REASON, ROW):
            unknown.append(heading)
    return places, unknown


__all__ = [
    "Field",
    "Filled",
    "Page",
    "Rejected",
    "cell_value",
    "read_page",
    "rejects_book",
    "shield",
    "unshield",
    "write_book",
]
