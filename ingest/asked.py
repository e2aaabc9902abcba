"""Files of questions: names to be resolved, texts to be classified, one a row.

A table says by its headings what stands where (those of the firms table, and a few more); a plain
text, and a table of one column, need none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.cells import BLANKS
from ingest.errors import ColumnsMissing, UnreadableFile
from ingest.headings import fold, is_heading, meaning
from ingest.namemodel import parse
from ingest.readers import read_file
from ingest.readers.encoding import text_of
from ingest.workbench import Workbench

Row = dict[str, str]
# Headings beyond those of the firms table; a firm's column comes before a loose word for it.
_NAMES = ("企业", "公司", "单位", "机构", "客户", "供应商", "firm", "company", "query", "short")
_TEXTS = (
    "专利", "专利名称", "发明专利", "专利标题", "patents", "patent", "简介", "公司简介", "企业简介",
    "业务描述", "描述", "文本", "内容", "正文", "text", "description", "业务", "主营",
)  # fmt: skip
_MARKS = ",\t;|"
_NAMES_OF_NOTES = ("说明", "填写说明", "README", "字典", "选项")


@dataclass(frozen=True)
class Question:
    """One row: its number (data rows count from 1) and its cells by column of the firms table.

    `text` joins what no column of the firms table holds: patents, descriptions.
    """

    row: int
    cells: Row

    def get(self, column: str) -> str | None:
        """The cell, None for an empty one."""
        return self.cells.get(column) or None

    def said(self) -> str:
        """All that is said about what the firm does, as one text."""
        return "；".join(v for k, v in self.cells.items() if k != "name")

    def firm_row(self) -> dict[str, Any]:
        """As :meth:`ingest.classify.FirmText.of_row` takes it."""
        scope = ";".join(filter(None, (self.get("scope"), self.get("text"))))
        return {**self.cells, "scope": scope}


def read_names(path: Path) -> list[Question]:
    """Names of firms with what stands beside them: `name`, `uscc`, `region`, `products`.

    Raises:
        UnreadableFile: the file cannot be read.
        ColumnsMissing: no column holds names.
    """
    return _questions(path, _name_column, "名称")


def read_texts(path: Path) -> list[Question]:
    """Texts of firms: `scope`, `products`, `industry`, `text`, and `name` where there is one.

    Raises:
        UnreadableFile: the file cannot be read.
        ColumnsMissing: no column holds a text.
    """
    return _questions(path, _text_columns, "经营范围")


_Choose = Callable[[Sequence[str]], dict[int, str]]


def _questions(path: Path, choose: _Choose, wanted: str) -> list[Question]:
    if not path.exists():
        raise UnreadableFile.because(path, "文件不存在")
    lines = _lines(path)
    if lines is not None:
        column = "name" if choose is _name_column else "text"
        return [Question(i, {column: line}) for i, line in enumerate(lines, start=1)]
    with Workbench() as workbench:
        return _of_table(workbench, path, choose, wanted)


def _lines(path: Path) -> list[str] | None:
    """The lines of a plain text; None for what is a table."""
    if path.suffix.lower() not in (".txt", ""):
        return None
    with path.open(encoding=text_of(path).encoding) as file:
        lines = [line.strip() for line in file]
    first = next((line for line in lines if line), "")
    if not first:
        raise UnreadableFile.because(path, "文件里没有内容")
    if any(is_heading(cell) for mark in _MARKS for cell in first.split(mark)):
        return None
    return [line for line in lines if line]


def _of_table(workbench: Workbench, path: Path, choose: _Choose, wanted: str) -> list[Question]:
    source = path
    if path.suffix == "":  # standard input: a table is read as CSV
        source = workbench.folder / "标准输入.csv"
        source.write_bytes(path.read_bytes())
    sheets = [s for s in read_file(workbench, source) if s.name.strip() not in _NAMES_OF_NOTES]
    for sheet in sheets:
        chosen = choose(sheet.headings)
        if not chosen:
            continue
        names = ", ".join(f"c{i}" for i in range(len(sheet.headings)))
        query = f"SELECT {names} FROM {{}} ORDER BY _row"
        found = sheet.read(lambda s=sheet, q=query: workbench.rows(q.format(s.table)))  # type: ignore[misc]
        head = [tuple(sheet.headings)] if _headless(sheet.headings) else []
        rows = [*head, *found]
        return [Question(n, _cells(row, chosen)) for n, row in enumerate(rows, start=1)]
    headings = [heading for sheet in sheets for heading in sheet.headings]
    raise ColumnsMissing.of(path.name, "待查", [wanted], headings)


def _cells(row: Sequence[str | None], chosen: dict[int, str]) -> Row:
    cells: dict[str, list[str]] = {}
    for i, column in chosen.items():
        value = (row[i] or "").strip()
        if value and value not in BLANKS:
            cells.setdefault(column, []).append(value)
    return {column: ";".join(values) for column, values in cells.items()}


def _headless(headings: Sequence[str]) -> bool:
    """Whether the only column begins with a name instead of a heading."""
    return len(headings) == 1 and not is_heading(headings[0]) and bool(parse(headings[0]).form)


def _name_column(headings: Sequence[str]) -> dict[int, str]:
    """Index → column for the columns of a list of names; empty where none holds names."""
    found: dict[int, str] = {}
    for i, heading in enumerate(headings):
        column = meaning("firms", heading)
        if column in ("name", "uscc", "region", "products") and column not in found.values():
            found[i] = column
    if "name" not in found.values():
        at = _first(headings, lambda h: fold(h) in _NAMES)
        at = _first(headings, lambda h: meaning("firms", h) == "aliases") if at is None else at
        at = 0 if at is None and len(headings) == 1 else at
        if at is None:
            return {}
        found[at] = "name"
    return found


def _text_columns(headings: Sequence[str]) -> dict[int, str]:
    """Index → column for the columns of texts; empty where there is none."""
    found: dict[int, str] = {}
    for i, heading in enumerate(headings):
        column = meaning("firms", heading)
        if column in ("name", "products", "scope", "industry"):
            found[i] = column
        elif fold(heading) in _TEXTS or any(
            fold(heading).startswith(t) for t in ("专利", "patent")
        ):
            found[i] = "text"
    if set(found.values()) <= {"name"}:
        if len(headings) != 1:
            return {}
        return {0: "text"}
    return found


def _first(headings: Sequence[str], test: Callable[[str], bool]) -> int | None:
    return next((i for i, heading in enumerate(headings) if test(heading)), None)


__all__ = ["Question", "read_names", "read_texts"]
