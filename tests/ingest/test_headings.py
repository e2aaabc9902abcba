from __future__ import annotations

import pytest

from graph.schema import STANDARD, TABLES, Table
from ingest.errors import ColumnsMissing, TableUnknown
from ingest.headings import fold, is_heading, layout, table_for, table_named
from ingest.readers.sheet import clean_headings, header_block, header_row, unnamed


@pytest.mark.parametrize("found", [TABLES[n] for n in STANDARD], ids=lambda t: t.name)
def test_every_column_is_known_by_both_names(found: Table) -> None:
    for column in found.inputs:
        for heading in (column.name, column.label):
            assert is_heading(heading)
    headings = [c.label for c in found.inputs]
    assert set(layout(found, headings, "x").columns) == {c.name for c in found.inputs}
    assert set(layout(found, [c.name for c in found.inputs], "x").columns) == {
        c.name for c in found.inputs
    }


@pytest.mark.parametrize(
    "heading", ["注册资本（万元）", " 注册 资本 (万元)*", "注册资本(万元)：", "ＵＳＣＣ"]
)
def test_width_spaces_and_marks_do_not_matter(heading: str) -> None:
    assert is_heading(heading)
    assert fold(fold(heading)) == fold(heading)


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("firms", "firms"),
        ("firm", "firms"),
        ("企业", "firms"),
        ("企业表", "firms"),
        ("01企业表", "firms"),
        ("firms-2024", "firms"),
        ("企业（2024年）", "firms"),
        ("firms.csv", "firms"),
        ("投资事件", "events"),
        ("客户", None),
        ("", None),
        ("2024", None),
    ],
)
def test_tables_by_the_name_of_a_file_or_sheet(name: str, table: str | None) -> None:
    assert table_named(name) == table


def test_tables_by_their_headings() -> None:
    assert table_for("x", ["企业名称", "注册资本"], "x") == "firms"
    assert table_for("x", ["企业", "环节", "强度"], "x") == "positions"
    assert table_for("x", ["产业链", "上游环节", "下游环节"], "x") == "feeds"
    with pytest.raises(TableUnknown, match="认不出"):
        table_for("x", ["甲"], "x")


def test_a_missing_column_is_named_with_the_nearest() -> None:
    with pytest.raises(ColumnsMissing, match=r"「环节」.*是否就是「环节名儿」"):
        layout(TABLES["positions"], ["企业", "环节名儿"], "x")


@pytest.mark.parametrize(
    ("headings", "revenue", "unit"),
    [
        (["企业名称", "2023年营业收入（万元）", "2024年营业收入（亿元）"], 2, "亿元"),
        (["企业名称", "营业收入（2024年）", "营业收入（2022年度）"], 1, None),
        (["企业名称", "2024年营业收入", "营业收入(万元)"], 2, None),
        (["企业名称", "2024年工业总产值（亿元）", "2024年产值(万元)", "2023年产值"], 2, "万元"),
        (["企业名称", "2024年产值", "年销售额"], 2, None),
    ],
)
def test_the_latest_year_counts_and_output_where_there_is_no_revenue(
    headings: list[str], revenue: int, unit: str | None
) -> None:
    found = layout(TABLES["firms"], headings, "x")
    assert found.columns["revenue"] == [revenue]
    assert found.units.get(revenue) == unit
    assert set(found.unknown) == {h for i, h in enumerate(headings) if i not in (0, revenue)}
    assert found.stand_ins == ({"revenue": headings[2]} if "产值" in headings[revenue] else {})


def test_a_year_goes_with_other_columns_too_but_not_with_lists() -> None:
    headings = ["企业名称", "截至2024年末从业人数", "2024年注册资本(万美元)", "2024年主营产品"]
    found = layout(TABLES["firms"], headings, "x")
    assert found.columns == {"name": [0], "employees": [1], "registered_capital": [2]}
    assert (found.units, set(found.unknown)) == ({2: "万美元"}, {"2024年主营产品"})


def test_no_heading_is_lost() -> None:
    headings = ["名称", "企业名称", "省份", "省", "备注", "备注", "曾用名", "简称", "_原因", ""]
    found = layout(TABLES["firms"], headings, "x")
    assert found.columns == {"name": [1], "aliases": [6, 7]}
    assert found.parts == {"region": {"province": 2}}
    assert found.unknown == {"名称_2": 0, "省_2": 3, "备注": 4, "备注_2": 5}


def test_units_in_headings() -> None:
    headings = ["企业名称", "注册资本(元)", "营业收入（亿元）", "从业人数(万)"]
    found = layout(TABLES["firms"], headings, "x")
    assert found.units == {1: "元", 2: "亿元"}
    assert found.columns == {"name": [0], "registered_capital": [1], "revenue": [2]}
    assert layout(TABLES["firms"], ["企业名称", "注册资本(万元)"], "x").units == {}


def test_the_finest_industry_comes_first() -> None:
    found = layout(
        TABLES["firms"], ["企业名称", "国标行业门类", "国标行业中类", "国标行业大类"], "x"
    )
    assert found.columns["industry"] == [2, 3, 1]
    assert found.unknown == {"国标行业大类": 3, "国标行业门类": 1}


def test_header_rows() -> None:
    data = ["丙有限公司", "东营市"]
    assert header_row([["名单", ""], ["企业名称", "所在地"], data]) == 1
    assert header_row([["企业", ""], ["企业名称", "备忘"], data]) == 1
    assert header_row([["", ""], ["甲", "乙"], data]) == 1
    assert header_block([["企业名称", "x", ""], ["", "省份", "城市"], data]) == (
        1,
        ["企业名称", "省份", "城市"],
    )
    assert header_block([["基本信息", ""], ["企业名称", "所在地"], data]) == (
        1,
        ["企业名称", "所在地"],
    )


def test_headings_are_cleaned() -> None:
    assert clean_headings(["企业\n名称*", " 所在地 ", "", "x", "", ""]) == [
        "企业名称",
        "所在地",
        "",
        "x",
    ]
    assert [unnamed(i) for i in (0, 25, 26, 701, 702)] == ["列A", "列Z", "列AA", "列ZZ", "列AAA"]
