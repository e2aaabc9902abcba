from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cells import BLANKS, clean
from ingest.readers.delimited import _records
from ingest.readers.workbook import cell_text
from ingest.workbench import Workbench

SPACES = " \t\n\r\u00a0\u3000\ufeff\u200b"


@pytest.fixture(scope="module")
def workbench() -> Iterator[Workbench]:
    with Workbench() as bench:
        yield bench


def cleaned(workbench: Workbench, texts: list[str | None]) -> list[str | None]:
    table = workbench.add("t", pa.table({"c0": pa.array(texts, pa.string())}))
    found = [text for (text,) in workbench.rows(f"SELECT {clean('c0')} FROM {table}")]
    workbench.drop(table)
    return found


@given(
    st.lists(
        st.one_of(
            st.none(),
            st.sampled_from(BLANKS),
            st.text(st.sampled_from([*SPACES, "甲", "a", "-", "/"]), max_size=6),
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
        ),
        min_size=1,
    )
)
def test_cells_are_trimmed_and_blank_marks_are_nothing(
    workbench: Workbench, texts: list[str | None]
) -> None:
    trimmed = [None if text is None else text.strip(SPACES) for text in texts]
    expected = [None if text in (None, "", *BLANKS) else text for text in trimmed]
    assert cleaned(workbench, texts) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), ("甲", "甲"), (3.0, "3"), (0.1 + 0.2, "0.3"), (1e14, "100000000000000"),
        (9.13705001234567e17, "9.13705001234567e+17"), (True, "是"), (False, "否"),
        (dt.datetime(2021, 9, 1, 8, tzinfo=dt.UTC), "2021-09-01"),
        (dt.date(2021, 9, 1), "2021-09-01"),
    ],
)  # fmt: skip
def test_cells_of_workbooks_as_a_person_sees_them(value: object, text: str) -> None:
    assert cell_text(value) == text


CELLS = st.text(st.sampled_from(["甲", "a", ",", '"', "\n", " "]), max_size=5)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=6))
def test_whatever_is_quoted_rightly_is_read_back(rows: list[list[str]]) -> None:
    quoted = [[f'"{c.replace(chr(34), chr(34) * 2)}"' for c in row] for row in rows]
    lines = "".join(",".join(row) + "\n" for row in quoted).splitlines(keepends=True)
    assert [(cells, fault) for cells, fault, _ in _records(lines, ",", 2)] == [
        (row, None) for row in rows
    ]


@given(st.text(st.sampled_from(["甲", ",", '"', "\n"]), max_size=40))
def test_no_line_is_lost_whatever_the_quotes(text: str) -> None:
    lines = text.splitlines(keepends=True)
    found = list(_records(lines, ",", 2))
    marks = sum(cell.count("甲") for cells, _, _ in found for cell in cells)
    assert marks == text.count("甲")
    assert len(found) <= len(lines)
