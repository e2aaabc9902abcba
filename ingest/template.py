"""The empty workbook that an office fills in: every standard table, explained where one types.

Made from :data:`graph.schema.TABLES`, so that a new column shows up by itself. What is filled in
loads with ``chainscout ingest`` as it is: headings are Chinese, a star marks a required column.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import yaml
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from graph.regions import Divisions
from graph.schema import STANDARD, TABLES, Column, Table
from ingest.reference import reference_files

NOTES_SHEET, OPTIONS_SHEET = "说明", "选项"
LAST_ROW = 5000  # drop-downs and formats reach down to here

_FONT = "微软雅黑"
_REQUIRED = PatternFill("solid", fgColor="C0504D")
_OPTIONAL = PatternFill("solid", fgColor="1F4E79")
_FURTHER = PatternFill("solid", fgColor="7A5C00")
_LINE = Side(style="thin", color="FFFFFF")
# How a value of each type is written: (in words, an example, number format of the cells).
_TEXT = "@"
_TYPES: Mapping[str, tuple[str, str, str]] = {
    "id": ("编号，可不填，由系统生成", "", _TEXT),
    "text": ("文字", "", _TEXT),
    "ref": ("所指对象的名称或编号", "", _TEXT),
    "enum": ("从下拉列表中选择", "", _TEXT),
    "list": ("可填多个，用分号或顿号隔开", "甲；乙；丙", _TEXT),
    "uscc": ("18 位统一社会信用代码", "91330900MA28K1234X（式样）", _TEXT),
    "region": ("行政区划名称或 6 位代码", "浙江省舟山市定海区", _TEXT),
    "date": ("日期，只知道年份或月份也可以", "2021 或 2021-09 或 2021-09-01", _TEXT),
    "money": ("金额，单位万元；也可写「3亿美元」", "5000", "General"),
    "yi": ("金额，单位亿元", "12.5", "General"),
    "number": ("数字", "320", "General"),
    "ratio": ("0 到 1 之间的小数，或百分数；不清楚就空着", "0.8", "General"),
    "integer": ("整数", "260", "General"),
    "code": ("6 位代码", "330900", _TEXT),
}
# What the columns mean, for the people who fill them in; the schema's own notes are English.
_MEANING = {
    "source": "这一行信息的出处，例如「企业官网」「2024 年年报」",
    "strength": "企业有多大比重在这个环节，1 为主业；不清楚就空着",
    "keywords": "该环节的产品名、同义词，用来从经营范围中识别企业",
    "industry_codes": "GB/T 4754-2017 国民经济行业代码",
    "evidence": "凭什么认为企业在这个环节",
    "native_place": "人员籍贯，用于寻找乡贤",
    "land_available": "园区现在可以供出的土地",
    "constraints": "土地、岸线、能耗、安全、环保等限制",
    "status": "登记状态，例如存续、注销；卡位、投资事件、项目表中为是否已核实",
    "tags": "例如 上市；专精特新；500强；央企",
}


def write_template(
    chains: Sequence[str] = (), firm_columns: Mapping[str, str] | None = None
) -> bytes:
    """The workbook as bytes.

    Args:
        chains: names offered in drop-down lists of chains; more can be typed.
        firm_columns: further columns of the sheet of firms, heading → note: what a check list asks.
    """
    book = Workbook()
    notes = book.active
    assert isinstance(notes, Worksheet)  # a new workbook has one worksheet
    notes.title = NOTES_SHEET
    _notes(notes)
    options = _Options(book.create_sheet(OPTIONS_SHEET))
    provinces = [d.name for d in Divisions.national() if d.level == "province"]
    for name in STANDARD:
        sheet = book.create_sheet(TABLES[name].label)
        _table(sheet, TABLES[name], options, chains, provinces)
    _further(book[TABLES["firms"].label], firm_columns or {})
    book.move_sheet(options.sheet, len(STANDARD))
    options.sheet.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def reference_chain_names() -> list[str]:
    """Names of the chains that come with the product, for a store that has none."""
    files = reference_files(firms=False)
    return [yaml.safe_load(file.read_text("utf8"))["chain"]["name"] for file in files]


class _Options:
    """Drop-down lists live on a sheet of their own: a list inside a rule ends at 255 characters."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self._made: dict[tuple[str, ...], str] = {}

    def range_of(self, title: str, values: Sequence[str]) -> str:
        """The cells that hold `values`, put there on first use."""
        key = tuple(values)
        if key not in self._made:
            at = len(self._made) + 1
            self.sheet.cell(1, at, title)
            for row, value in enumerate(values, start=2):
                cell = self.sheet.cell(row, at, value)
                cell.data_type = "s"  # a name is no formula, whatever it begins with
            letter = get_column_letter(at)
            end = len(values) + 1
            self._made[key] = f"{quote_sheetname(self.sheet.title)}!${letter}$2:${letter}${end}"
        return self._made[key]


def _table(
    sheet: Worksheet,
    table: Table,
    options: _Options,
    chains: Sequence[str],
    provinces: Sequence[str],
) -> None:
    # What must be filled in comes first; keys that the system can make come last.
    columns = sorted(table.inputs, key=lambda c: (not c.required, c.derived))
    for number, column in enumerate(columns, start=1):
        _heading(sheet, number, column)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].number_format = _TYPES[column.type][2]
        if column.values:
            words = [spellings[0] for spellings in column.values.values()]
            _offer(sheet, letter, column, options.range_of(column.label, words), column.open)
        elif column.ref == "chains" and chains:
            _offer(sheet, letter, column, options.range_of("产业链", chains), True)
        elif column.type == "region":
            _offer(sheet, letter, column, options.range_of("省份", provinces), True)
        elif column.type == "ratio":
            _ratio(sheet, letter, column)
    sheet.freeze_panes = "B2"
    sheet.row_dimensions[1].height = 32
    sheet.sheet_properties.tabColor = "1F4E79" if table.kind == "node" else "7F7F7F"


def _further(sheet: Worksheet, columns: Mapping[str, str]) -> None:
    """Columns behind those of the table; they load as further attributes."""
    for number, (heading, note) in enumerate(columns.items(), start=sheet.max_column + 1):
        _head(sheet, number, heading, _FURTHER, f"{note}。不清楚就空着，不当作零。")
        sheet.column_dimensions[get_column_letter(number)].width = 2 * len(heading) + 2


def _heading(sheet: Worksheet, number: int, column: Column) -> None:
    text = column.label + ("*" if column.required else "")
    _head(sheet, number, text, _REQUIRED if column.required else _OPTIONAL, _note(column))
    sheet.column_dimensions[get_column_letter(number)].width = _width(column)


def _head(sheet: Worksheet, number: int, text: str, fill: PatternFill, said: str) -> None:
    cell = sheet.cell(1, number, text)
    cell.font = Font(name=_FONT, size=11, bold=True, color="FFFFFF")
    cell.fill = fill
    cell.border = Border(left=_LINE, right=_LINE)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    note = Comment(said, "chainscout")
    note.width, note.height = 300, 120
    cell.comment = note


def _width(column: Column) -> float:
    wide = {"list": 28, "ref": 26, "region": 20, "uscc": 24}.get(column.type, 14)
    if column.name in ("name", "address", "scope", "description", "evidence", "source"):
        wide = 30
    return max(wide, 2 * len(column.label) + 4)


def _note(column: Column) -> str:
    """What a person reads when pointing at the heading."""
    how, example, _ = _TYPES[column.type]
    lines = [f"{column.label}（{'必填' if column.required else '选填'}）"]
    if column.name in _MEANING:
        lines.append(_MEANING[column.name])
    lines.append(f"填法：{how}")
    if column.unit:
        lines.append(f"单位：{column.unit}")
    if column.values:
        words = "、".join(spellings[0] for spellings in column.values.values())
        lines.append(f"可选：{words}" + ("；也可自填" if column.open else ""))
    if example:
        lines.append(f"例：{example}")
    return "\n".join(lines)


def _offer(sheet: Worksheet, letter: str, column: Column, source: str, others: bool) -> None:
    """A drop-down list; with `others`, what is not in it may be typed as well."""
    rule = DataValidation(type="list", formula1=source, allow_blank=True)
    rule.showErrorMessage = not others
    rule.errorTitle, rule.error = column.label, "请从下拉列表中选择"
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{LAST_ROW}")


def _ratio(sheet: Worksheet, letter: str, column: Column) -> None:
    rule = DataValidation(
        type="decimal", operator="between", formula1="0", formula2="1", allow_blank=True
    )
    rule.errorTitle, rule.error = column.label, "请填 0 到 1 之间的数（80% 即 0.8）；不清楚就空着"
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{LAST_ROW}")


_HOW_TO = (
    "一、每个工作表是一张标准表，只填手头有的表即可，其余空着。表名和表头请不要改动。",
    "二、红底带 * 的列必填，蓝底的列选填。不清楚的就空着，不要填 0 或「无」。",
    "三、把鼠标移到表头上，可以看到这一列的含义和填法；带下拉箭头的列可以选择。",
    "四、统一社会信用代码、股票代码等列已设为文本格式，粘贴时请选择「只粘贴文本」。",
    "五、填好后保存，运行：chainscout ingest 本文件。有问题的行会连同原因退回，改好可再次导入。",
    "六、本工作表（说明）不会被导入。",
)


def _notes(sheet: Worksheet) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToHeight = 0
    if sheet.sheet_properties.pageSetUpPr is not None:
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.column_dimensions["A"].width = 16
    sheet.column_dimensions["B"].width = 20
    sheet.column_dimensions["C"].width = 8
    sheet.column_dimensions["D"].width = 46
    sheet.column_dimensions["E"].width = 34
    title = sheet.cell(1, 1, "产业链招商数据填报模板")
    title.font = Font(name=_FONT, size=16, bold=True, color="1F4E79")
    sheet.row_dimensions[1].height = 30
    for row, line in enumerate(_HOW_TO, start=2):
        sheet.cell(row, 1, line).font = Font(name=_FONT, size=10)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=5)
    _directory(sheet, len(_HOW_TO) + 3)


def _directory(sheet: Worksheet, top: int) -> None:
    """All columns of all tables, with how to write them and an example."""
    for i, heading in enumerate(("表", "列", "必填", "填法", "例"), start=1):
        cell = sheet.cell(top, i, heading)
        cell.font = Font(name=_FONT, size=10, bold=True, color="FFFFFF")
        cell.fill = _OPTIONAL
    row = top
    for name in STANDARD:
        for column in TABLES[name].inputs:
            row += 1
            how, example, _ = _TYPES[column.type]
            words = "、".join(spellings[0] for spellings in column.values.values())
            unit = f"（{column.unit}）" if column.unit and column.unit not in how else ""
            values = (
                TABLES[name].label,
                column.label,
                "是" if column.required else "",
                _MEANING.get(column.name) or f"{how}{unit}",
                words or example,
            )
            for i, value in enumerate(values, start=1):
                cell = sheet.cell(row, i, value)
                cell.font = Font(name=_FONT, size=10)
                cell.alignment = Alignment(vertical="center", wrap_text=True)
    sheet.freeze_panes = f"A{top + 1}"


__all__ = ["LAST_ROW", "NOTES_SHEET", "OPTIONS_SHEET", "reference_chain_names", "write_template"]
