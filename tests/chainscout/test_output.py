"""Documents in their formats: nothing in the data is run, unknown stays empty."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainscout.output import Column, Document, Section, render
from chainscout.output.cells import neutral, width
from chainscout.output.delimited import to_csv
from chainscout.output.terminal import wrap
from chainscout.output.words import RANK_SETTING
from recommender import RankSettings
from tests.chainscout.conftest import EVIL, Cli

RISKY = ("=", "+", "-", "@", "\t", "\r")
NASTY = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "<b>x</b>",
    "a\x00b\x1b[31m",
]
COLUMNS = (
    Column("name", "名称", width=20),
    Column("score", "得分", "score"),
    Column("why", "理由", "long", 40),
)


def document(*rows: list[object]) -> Document:
    section = Section("表", "表", COLUMNS, rows)
    return Document("标题", [section], {"rows": len(rows)}, [{"n": i} for i in range(len(rows))])


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    safe = neutral(text)
    assert not safe.startswith(RISKY)
    assert not any(ord(c) < 32 and c not in "\t\n" for c in safe)


@pytest.mark.parametrize("text", NASTY)
def test_injection_in_every_format(text: str) -> None:
    made = document([text, 0.5, text])
    sheet = openpyxl.load_workbook(io.BytesIO(render(made, ".xlsx"))).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [c.coordinate for c in cells if c.data_type == "f"] == []
    assert [c.value for c in cells if str(c.value).startswith(RISKY)] == []
    assert [c for row in csv.reader(io.StringIO(to_csv(made.main))) for c in row
            if c.startswith(RISKY)] == []  # fmt: skip
    assert "<b>" not in render(made, ".html").decode()
    assert docx.Document(io.BytesIO(render(made, ".docx"))).tables[0].rows[1].cells[0].text


def test_a_firm_with_the_name_of_a_formula_stays_text_all_the_way(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "list.xlsx"
    cli("recommend", "--region", "甲市", "--chain", "风电", "-o", target)
    book = openpyxl.load_workbook(target)
    values = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert f"'{EVIL}" in [cell.value for cell in values]
    assert [c.coordinate for c in values if c.data_type == "f"] == []


def test_numbers_stay_numbers_and_unknown_stays_empty() -> None:
    made = document(["甲", -0.25, None], ["乙", None, "好"])
    sheet = openpyxl.load_workbook(io.BytesIO(render(made, ".xlsx"))).active
    assert sheet is not None
    assert [sheet["B3"].value, sheet["B4"].value, sheet["C3"].value] == [-0.25, None, None]
    assert to_csv(made.main).splitlines() == ["name,score,why", "甲,-0.25,", "乙,,好"]
    assert to_csv(made.main, "zh").splitlines()[0] == "名称,得分,理由"


def test_a_csv_for_people_has_words_for_codes_and_short_numbers() -> None:
    columns = [
        Column("status", "现状", says={"missing": "缺失"}),
        Column("share", "占比", "percent"),
    ]
    section = Section("t", "t", columns, [["missing", 1 / 3], ["odd", -2.5], [None, 7]])
    assert to_csv(section, "zh").splitlines() == ["现状,占比", "缺失,0.3333", "odd,-2.5", ",7"]
    assert to_csv(section).splitlines()[1] == "missing,0.3333333333333333"


def test_unknown_is_null_and_nan_is_refused() -> None:
    assert json.loads(render(document(["甲", None, None]), ".json")) == {"rows": 1}
    bad = Document("x", [], {"score": float("nan")}, [])
    with pytest.raises(ValueError, match="JSON"):
        render(bad, ".json")


def test_the_workbook_that_a_leader_is_handed(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "list.xlsx"
    cli("recommend", "--region", "甲市", "--chain", "风电", "-o", target)
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == [
        "找谁(目标企业)", "缺什么(缺口)", "有什么(本地现状)", "得分构成", "说明与来源",
    ]  # fmt: skip
    sheet = book["找谁(目标企业)"]
    assert sheet["A1"].value == "甲市·风电 目标企业清单"
    top = int(str(sheet.freeze_panes)[1:]) - 1
    assert [sheet.cell(top, i).value for i in (1, 2, 6)] == ["序号", "企业名称", "推荐理由"]
    assert sheet.auto_filter.ref.startswith(f"A{top}:")
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == f"${top}:${top}"
    assert sheet.cell(top + 1, 6).alignment.wrap_text
    assert sheet.cell(top + 1, 5).number_format == "0.00"
    notes = [str(row[0].value) for row in book["说明与来源"].iter_rows() if row[0].value]
    assert "缺口参数：具备门槛" in notes
    assert "得分权重：环节契合" in notes
    assert any(note.startswith("用语：补链") for note in notes)
    facts = " ".join(str(sheet.cell(r, 1).value) for r in range(1, top))
    assert "数据版本：第 1 版" in facts


def test_html_loads_nothing_from_elsewhere(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "list.html"
    cli("recommend", "--region", "甲市", "--chain", "风电", "-o", target)
    page = target.read_text("utf8")
    for forbidden in ("src=", "<script", "<link", "@import", "url("):
        assert forbidden not in page
    assert "HYPERLINK(&#34;http" in page


def test_an_empty_table_says_so_everywhere() -> None:
    made = document()
    assert "没有符合条件的内容" in render(made, ".html").decode()
    book = openpyxl.load_workbook(io.BytesIO(render(made, ".xlsx")))
    assert book.active is not None
    assert "没有符合条件的内容" in str([c.value for row in book.active.iter_rows() for c in row])


@given(st.text(alphabet="甲乙，。（）「」 ab1.0", max_size=60), st.integers(8, 40))
def test_wrapping_loses_nothing_and_keeps_the_width(text: str, room: int) -> None:
    lines = wrap(text, room).split("\n")
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(map(width, lines)) <= room + 12  # closing marks pulled down stay with their word


def test_a_line_does_not_begin_with_a_full_stop() -> None:
    assert wrap("甲乙丙丁，戊", 8) == "甲乙丙\n丁，戊"
    assert wrap("产量 1.00 吨", 7) == "产量\n1.00 吨"


def test_every_setting_of_a_ranking_has_a_chinese_name() -> None:
    assert set(RANK_SETTING) == set(RankSettings.model_fields)
