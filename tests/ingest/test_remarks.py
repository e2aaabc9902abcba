"""The office's own remarks on GB/T 4754 as evidence."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.classify import Classifier, FirmText, Remarks
from ingest.errors import ColumnsMissing
from ingest.learned import classifier_of
from ingest.remarks import read_remarks
from tests import factory

INSULATION = (
    "指用于保温的岩石棉、膨胀珍珠岩等矿物绝缘材料及其制品的制造，但不包括石棉隔音材料的制造"
)
MOULDS = "指铸造模具、热处理夹具的制造"


@pytest.mark.parametrize(
    "table",
    [
        f"行业代码,类别名称,说明\nC3034,隔热材料,{INSULATION}\n3525,模具,{MOULDS}\nC,制造业,\n",
        f"大类,中类,小类,名称,备注\n30,303,3034,隔热,{INSULATION}\n35,352,3525,模具,{MOULDS}\n",
    ],
)
def test_codes_stand_in_one_column_or_one_a_level(table: str, tmp_path: Path) -> None:
    file = tmp_path / "gbt.csv"
    file.write_text(table, encoding="utf-8")
    assert read_remarks(file).texts == {"3034": INSULATION, "3525": MOULDS}


def test_a_workbook_is_read_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (("代码", "名称", "说明"), ("3525", "模具制造", MOULDS)):
        book.active.append(row)
    book.save(tmp_path / "gbt.xlsx")
    assert read_remarks(tmp_path / "gbt.xlsx").texts == {"3525": MOULDS}


def test_a_table_without_remarks_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "gbt.csv"
    file.write_text("代码,名称\n3525,模具\n", encoding="utf-8")
    with pytest.raises(ColumnsMissing, match="说明"):
        read_remarks(file)


def test_terms_are_the_things_that_a_remark_names_and_not_those_left_out() -> None:
    remarks = Remarks({"3034": INSULATION, "3525": MOULDS})
    assert remarks.terms("3034") == ("岩石棉", "膨胀珍珠岩", "矿物绝缘材料", "其制品")
    assert remarks.terms("3525") == ("铸造模具", "热处理夹具")
    assert remarks.terms("9999") == ()
    assert remarks.classes()["岩石棉"] == ("3034",)


def test_a_term_of_many_classes_says_nothing() -> None:
    remarks = Remarks({str(code): "指专用零件的制造" for code in range(1000, 1005)})
    assert remarks.classes() == {}


@given(st.text(alphabet="指、的制造，及其包括不（）a甲乙丙", max_size=40))
def test_any_remark_is_cut(text: str) -> None:
    terms = Remarks({"1": text}).terms("1")
    assert len(set(terms)) == len(terms)
    assert all(3 <= len(term) <= 12 for term in terms)


def test_remarks_find_the_link_of_a_product_that_nothing_else_names(tmp_path: Path) -> None:
    snapshot = factory.world(
        tmp_path,
        chains=[factory.chain("c", "保温")],
        links=[
            factory.link("c.wool", name="隔热", industry_codes=["3034"]),
            factory.link("c.mould", name="工装", industry_codes=["3525"]),
        ],
        firms=[factory.firm("甲", products=["钢"])],
    )
    remarks = Remarks({"3034": INSULATION, "3525": MOULDS})
    text = "膨胀珍珠岩的生产"
    plain, told = Classifier.train(snapshot), classifier_of(snapshot, tmp_path / "kept", remarks)
    without, found = plain.classify([text])[0].links[0], told.classify([text])[0].links[0]
    assert found.link_id == "c.wool"
    assert found.confidence > without.confidence
    assert classifier_of(snapshot, tmp_path / "kept", remarks).classify([text])[0].links[0] == found
    (known,) = told.classify([{"industry": "C3525"}])
    assert known.links[0].link_id == "c.mould"


@pytest.mark.parametrize(
    ("row", "codes", "phrases"),
    [
        ({"industry": "C3841"}, ("3841",), []),
        ({"industry": "C3841锂离子电池制造"}, ("3841",), ["锂离子电池制造"]),
        ({"industry": "锂离子电池制造（3841）"}, ("3841",), ["锂离子电池制造"]),
        ({"industry": "制造业"}, (), ["制造业"]),
        ({"industry": "C38"}, (), []),
        ({"scope": "电池；行业代码：C3841"}, ("3841",), ["电池", "行业代码", "c3841"]),
    ],
)
def test_codes_in_cells_and_texts(
    row: dict[str, str], codes: tuple[str, ...], phrases: list[str]
) -> None:
    text = FirmText.of_row(row)
    assert text.codes == codes
    assert [phrase for phrase, _ in text.phrases] == phrases
