"""Large files go through in pieces: their size changes nothing but the memory."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from graph.store import DuckStore
from ingest import IngestError, LoadReport, load, merge, workbench
from ingest.errors import TooMuch
from ingest.readers import sheet
from ingest.workbench import Workbench

HEADER = "企业名称,注册资本,成立日期,产品,曾用名"
FIRMS = [
    *(f"甲{n}叶片有限公司,{n}00万元,20{n:02}年5月,叶片；塔筒,甲{n}公司" for n in range(10, 30)),
    "乙一有限公司,多少,2020,主机,",
    "乙二有限公司,5亿元,2020",
    "甲10叶片有限公司,1200万元,2010年5月6日,轮毂,",
]


def loaded(folder: Path, name: str, rows: list[str]) -> tuple[LoadReport, list[dict[str, object]]]:
    file = folder / f"{name}.firms.csv"
    file.write_text("\n".join([HEADER, *rows, ""]), "utf8")
    store = DuckStore(folder / f"{name}.duckdb")
    report = load(store, [file], rejects=folder / f"{name}.xlsx")
    again = load(store, [file], rejects=folder / f"{name}2.xlsx")
    assert again.data_version == report.data_version
    table = store.read("firms").drop_columns(["source", "locator"])
    return report, table.to_pylist()


@pytest.mark.parametrize("rows", [FIRMS, FIRMS[:20]], ids=["row by row", "quickly"])
def test_pieces_of_any_size_make_the_same_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[str]
) -> None:
    whole = loaded(tmp_path, "whole", rows)
    monkeypatch.setattr(workbench, "PIECE", 3)
    monkeypatch.setattr(merge, "WHOLE", 0)
    monkeypatch.setattr(sheet, "_BLOCK", 2)
    pieces = loaded(tmp_path, "pieces", rows)
    assert pieces[1] == whole[1]
    assert pieces[0].tables == whole[0].tables
    assert len(pieces[1]) == 20
    assert whole[0].rejected == (2 if len(rows) > 20 else 0)


def test_a_column_without_a_heading_is_named_whatever_block_fills_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "_BLOCK", 2)
    rows = [sheet.Row(n, [f"甲{n}", "注" if n == 6 else None, None]) for n in range(2, 8)]
    with Workbench() as bench:
        found = sheet.add_sheet(bench, tmp_path / "f.xlsx", "f", ["企业名称", "", ""], rows)
        assert found.headings[1]
        assert not found.headings[2]
        assert bench.rows(f"SELECT _row, c0 FROM {found.table}") == [
            (n, f"甲{n}") for n in range(2, 8)
        ]


def test_pieces_cover_each_row_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbench, "PIECE", 4)
    with Workbench() as bench:
        table = bench.create("numbers", "SELECT range AS n FROM range(11)")
        found = [bench.rows(piece) for piece in bench.pieces(table, "n % 2 = 0")]
        assert [len(rows) for rows in found] == [2, 2, 2]
        assert [n for rows in found for (n,) in rows] == [0, 2, 4, 6, 8, 10]
        assert len(list(bench.pieces(table, whole=11))) == 1
        assert len(list(bench.pieces(table, whole=10))) == 3
        empty = bench.create("numbers", "SELECT 1 AS n LIMIT 0")
        assert list(bench.pieces(empty)) == []


def test_a_load_that_does_not_fit_says_so_and_reads_no_file_twice(tmp_path: Path) -> None:
    def careful() -> sheet.Sheet:
        raise AssertionError("read row by row, which takes more memory still")

    def read() -> None:
        with Workbench() as bench:
            bench.sql("SET memory_limit = '8MB'")
            bench.sql("SET temp_directory = ''")
            large = sheet.Sheet(tmp_path / "f.csv", "f", ["n"], "t", careful=careful)
            large.read(lambda: bench.create("t", "SELECT md5(range::VARCHAR) FROM range(4000000)"))

    with pytest.raises(TooMuch, match=r"2GB.*未写入.*分成几批") as told:
        read()
    assert isinstance(told.value, IngestError)
    assert isinstance(told.value.__cause__, duckdb.OutOfMemoryException)
