"""The queue as a workbook with a drop-down for decisions, and the way back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from graph.schema import TABLES
from ingest.errors import ColumnsMissing, UnreadableFile
from ingest.readers import read_file
from ingest.review.questions import DECISIONS
from ingest.workbench import Workbench

Row = dict[str, Any]
ID, DECISION, NOTE = "事项编号", "决定", "说明"
_COLUMNS = (
    ("subject", "待审内容", 34), ("candidate", "候选", 34), ("score", "把握", 8),
    ("relation", "推断关系", 12), ("why", "理由", 60), ("source", "来源", 22),
)  # fmt: skip
RELATIONS = {
    "same": "同一企业", "subsidiary": "候选的下属企业", "parent": "候选的上级企业",
    "branch": "分支机构", "namesake": "同名或仅字号相同", "unknown": "不明",
}  # fmt: skip
_KINDS = {name: words[0] for name, words in TABLES["reviews"]["kind"].values.items()}
_WORDS = {name: words[0] for name, words in TABLES["reviews"]["decision"].values.items()}


def write_queue(rows: Sequence[Row]) -> bytes:
    """Rows of :func:`ingest.review.queue` as a workbook: a sheet a kind, decisions to choose."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for kind, label in _KINDS.items():
        mine = [row for row in rows if row["kind"] == kind]
        if mine:
            _sheet(book.create_sheet(label), kind, mine)
    if not book.worksheets:
        book.create_sheet("说明").append(["没有待审事项"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(sheet: Worksheet, kind: str, rows: Sequence[Row]) -> None:
    headings = [ID, DECISION, *(label for _, label, _ in _COLUMNS), NOTE]
    widths = [14, 12, *(width for *_, width in _COLUMNS), 30]
    for i, (heading, width) in enumerate(zip(headings, widths, strict=True), start=1):
        cell = sheet.cell(1, i, heading)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F4E79")
        sheet.column_dimensions[get_column_letter(i)].width = width
    for at, row in enumerate(rows, start=2):
        values = [row["review_id"], _WORDS.get(row["decision"] or "")]
        values += [_value(row, name) for name, *_ in _COLUMNS]
        for i, value in enumerate(values, start=1):
            cell = sheet.cell(at, i, value)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            if isinstance(value, str):
                cell.data_type = "s"  # a name that looks like a formula stays a name
    words = ",".join(_WORDS[name] for name in DECISIONS[kind])
    choice = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
    choice.error, choice.errorTitle = f"请从下拉列表中选择：{words}", "决定"
    sheet.add_data_validation(choice)
    choice.add(f"B2:B{len(rows) + 1}")
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{len(rows) + 1}"


def _value(row: Row, name: str) -> Any:
    value = row[name]
    if name == "relation":
        return RELATIONS.get(value, value)
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def decisions_in(path: Path) -> list[tuple[str, str, str | None]]:
    """(review id, decision, note) of the rows of a file in which somebody decided.

    Raises:
        UnreadableFile: the file cannot be read, or nothing in it was decided.
        ColumnsMissing: it lacks 事项编号 or 决定.
    """
    if not path.exists():
        raise UnreadableFile.because(path, "文件不存在")
    with Workbench() as workbench:
        found: list[tuple[str, str, str | None]] = []
        for sheet in read_file(workbench, path):
            missing = [name for name in (ID, DECISION) if name not in sheet.headings]
            if missing:
                raise ColumnsMissing.of(sheet.where, "待审事项", missing, sheet.headings)
            at = [sheet.headings.index(ID), sheet.headings.index(DECISION)]
            at += [sheet.headings.index(NOTE)] if NOTE in sheet.headings else []
            names = ", ".join(f"trim(c{i})" for i in at)
            rows = workbench.rows(f"SELECT {names} FROM {sheet.table} ORDER BY _row")
            found += [(r[0], r[1], (r[2] or None) if len(r) > 2 else None)
                      for r in rows if r[0] and r[1]]  # fmt: skip
    if not found:
        raise UnreadableFile.because(path, "「决定」一列全是空的，没有什么可执行")
    return found
