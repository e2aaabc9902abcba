"""Input–output tables: found in a sheet, joined with industry codes, made weights of feeds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from openpyxl import Workbook

from graph.chain import InputCoefficients, Sectors, flow_weights
from ingest.coefficients import NoCoefficients, read_coefficients, read_sectors
from ingest.errors import UnreadableFile
from tests.factory import chain, feed, link
from tests.graph.gap_worlds import memory

SECTORS = ("001", "002", "003")
CODES = Sectors({"001": ["31"], "002": ["33", "341"], "003": ["3415"]})
TABLE = InputCoefficients(SECTORS, np.array([[0.1, 0.4, 0.3], [0.02, 0.05, 0.2], [0.0, 0.01, 0.0]]))


def test_the_longest_prefix_tells_the_sector() -> None:
    assert CODES.of("3130") == "001"
    assert CODES.of("3412") == "002"
    assert CODES.of("3415") == "003"
    assert CODES.of("9999") is None
    assert CODES.among(["3311", "3412", "3100", "0111"]) == ["002", "001"]


def test_weights_by_hand() -> None:
    snapshot = memory(
        chains=[chain("w", "风电")],
        links=[
            link("w.steel") | {"industry_codes": ["3130"]},
            link("w.tower") | {"industry_codes": ["3311", "3415"]},
            link("w.bolt") | {"industry_codes": ["3412"]},
            link("w.other") | {"industry_codes": None},
        ],
        feeds=[
            feed("w.steel", "w.tower", 0.7), feed("w.bolt", "w.tower"), feed("w.other", "w.tower"),
        ],
    )  # fmt: skip
    found = {w.upstream: w for w in flow_weights(snapshot, TABLE, CODES)}
    steel = found["w.steel"]
    assert (steel.chain, steel.downstream, steel.given) == ("w", "w.tower", 0.7)
    assert steel.weight == pytest.approx((0.4 + 0.3) / 2)
    assert steel.back == pytest.approx((0.02 + 0.0) / 2)
    assert found["w.bolt"].weight == pytest.approx((0.05 + 0.2) / 2)
    assert not found["w.bolt"].same_sector
    assert found["w.other"].weight is None


def test_a_table_that_is_not_square_is_refused() -> None:
    with pytest.raises(ValueError, match="投入系数表"):
        InputCoefficients(SECTORS, np.zeros((3, 2)))


def _book(path: Path, scale: float = 1.0, totals: bool = False) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["直接消耗系数表"])
    sheet.append([])
    sheet.append(["", "代码", *SECTORS, "合计"])
    for code, row in zip(SECTORS, TABLE.values, strict=True):
        sheet.append(["部门", code, *(row * scale), 9])
    if totals:
        sheet.append(["总投入", "TI", scale, scale, scale, ""])
    book.save(path)
    return path


@pytest.mark.parametrize(("scale", "totals"), [(1.0, False), (1e6, True)])
def test_the_matrix_is_found_among_titles_and_totals(
    tmp_path: Path, scale: float, totals: bool
) -> None:
    found = read_coefficients(_book(tmp_path / "io.xlsx", scale, totals), SECTORS)
    assert found.sectors == SECTORS
    assert found.values == pytest.approx(TABLE.values)


def test_what_is_no_table_is_named(tmp_path: Path) -> None:
    other = tmp_path / "firms.csv"
    other.write_text("企业,地区\n甲,东营\n", encoding="utf-8")
    with pytest.raises(NoCoefficients, match=r"firms\.csv.*系数"):
        read_coefficients(other, SECTORS)
    with pytest.raises(UnreadableFile, match=r"gone\.xlsx"):
        read_coefficients(tmp_path / "gone.xlsx", SECTORS)
    other.write_text("sector,codes\n001,31\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="industry_codes"):
        read_sectors(other)


def test_the_national_table(shared_data: Path) -> None:
    names, concordance = read_sectors()
    folder = shared_data / "china_io"
    direct = read_coefficients(folder / "coefficients_135_2007_a.xls", names)
    flows = read_coefficients(folder / "flow_135_sectors_2007.xls", names)
    assert direct.sectors == flows.sectors == names
    assert flows.values == pytest.approx(direct.values, abs=1e-6)
    steel, cars = (names.index(str(concordance.of(code))) for code in ("3130", "3610"))
    assert direct.values[steel, cars] > direct.values[cars, steel]
