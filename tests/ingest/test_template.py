"""The workbook that an office fills in: complete, explained, and what is filled in loads."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl import Workbook

from graph import open_store
from graph.schema import STANDARD, TABLES
from ingest import load
from ingest.template import reference_chain_names, write_template


@pytest.fixture
def book() -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(write_template(["风电", "光伏"])))


def headings(book: Workbook, table: str) -> dict[str, int]:
    sheet = book[TABLES[table].label]
    return {str(cell.value): number for number, cell in enumerate(sheet[1], start=1)}


def test_every_table_and_column_with_a_note(book: Workbook) -> None:
    for name in STANDARD:
        table = TABLES[name]
        wanted = {c.label + ("*" if c.required else "") for c in table.inputs}
        assert set(headings(book, name)) == wanted
        assert all(cell.comment and "填法" in cell.comment.text for cell in book[table.label][1])
        assert book[table.label].freeze_panes == "B2"


def test_drop_downs_offer_the_words_that_load(book: Workbook) -> None:
    rules = {rule.formula1 for rule in book["环节"].data_validations.dataValidation}
    assert any("选项" in str(rule) for rule in rules)
    offered = {str(cell.value) for row in book["选项"].iter_rows() for cell in row}
    assert {"上游", "中游", "下游", "链主", "已确认", "风电", "光伏", "浙江省"} <= offered
    assert book["选项"].sheet_state == "hidden"


def test_codes_are_text_so_that_zeros_stay(book: Workbook) -> None:
    sheet, at = book["企业"], headings(book, "firms")
    for label in ("统一社会信用代码", "股票代码", "成立日期"):
        letter = openpyxl.utils.get_column_letter(at[label])
        assert sheet.column_dimensions[letter].number_format == "@", label


def test_the_chains_of_the_product_are_known_by_name() -> None:
    names = reference_chain_names()
    assert "海上风电装备" in names
    assert len(names) == len(set(names)) >= 24


def test_a_filled_in_template_loads(book: Workbook, tmp_path: Path) -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "chains": [{"产业链*": "风电"}],
        "links": [
            {"产业链*": "风电", "环节*": "叶片", "上中下游*": "上游", "关键词": "叶片；桨叶"},
            {"产业链*": "风电", "环节*": "整机", "上中下游*": "下游"},
        ],
        "feeds": [{"产业链*": "风电", "上游环节*": "叶片", "下游环节*": "整机"}],
        "firms": [
            {"企业名称*": "甲厂", "所在地": "浙江省", "股票代码": "000001", "注册资本": 5000}
        ],
        "positions": [
            {"企业*": "甲厂", "产业链": "风电", "环节*": "叶片", "强度": 0.8, "角色": "链主"}
        ],
        "people": [{"姓名*": "张三", "企业": "甲厂", "籍贯": "舟山市"}],
        "events": [{"企业*": "甲厂", "地区*": "舟山市", "日期*": "2021-09", "金额(亿元)": 12.5}],
    }
    for table, filled in rows.items():
        at, sheet = headings(book, table), book[TABLES[table].label]
        for number, row in enumerate(filled, start=2):
            for label, value in row.items():
                sheet.cell(number, at[label], value)
    book.save(tmp_path / "filled.xlsx")
    report = load(open_store(tmp_path / "s.duckdb"), [tmp_path / "filled.xlsx"], strict=True)
    done = {name: count.created for name, count in report.tables.items() if count.read}
    assert done == {name: len(filled) for name, filled in rows.items()}
    (firm,) = open_store(tmp_path / "s.duckdb").read("firms").to_pylist()
    assert (firm["stock_code"], firm["region_code"]) == ("000001", "330000")
