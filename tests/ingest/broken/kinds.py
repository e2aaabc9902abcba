"""What a case of bad input is, and small writers for the files."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from stdnum.cn import uscc as stdnum_uscc

# Writes its files into a folder and says which to load.
Make = Callable[[Path], "Path | list[Path]"]


@dataclass(frozen=True)
class Refused:
    """The input cannot be used: an IngestError whose message has all of `says`."""

    name: str
    make: Make
    says: Sequence[str]
    mapping: str | None = None


@dataclass(frozen=True)
class Sorted:
    """Rows are told apart: `read` rows of `table`, of which `rejected` (row → reason) come back.

    `mend`: row → the cells that make it good, None where the row is to be struck out; left out
    where a rejected row cannot be mended in its rejects file.
    """

    name: str
    make: Make
    table: str
    read: int
    rejected: Mapping[int, str] = field(default_factory=dict)
    mend: Mapping[int, Mapping[str, str] | None] | None = None
    # Values that must stand in the store afterwards: key column → {key: {column: value}}.
    stored: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def code(number: int, region: str = "370500") -> str:
    """A unified social credit code with a right check digit."""
    body = f"91{region}MA{number:07d}"
    return body + str(stdnum_uscc.calc_check_digit(body))


def text(name: str, content: str, encoding: str = "utf8") -> Make:
    return data(name, content.encode(encoding))


def data(name: str, content: bytes) -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


def book(name: str, *sheets: tuple[str, list[list[Any]]], change: Any = None) -> Make:
    """A workbook; `change` may alter it before it is saved (merge cells, place errors)."""

    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(book_bytes(*sheets, change=change))
        return path

    return make


def book_bytes(*sheets: tuple[str, list[list[Any]]], change: Any = None) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    if change is not None:
        change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def part_changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one part of its archive replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            piece = old.read(info)
            new.writestr(info.filename, change(piece) if info.filename == part else piece)
    return out.getvalue()


def parquet(name: str, columns: dict[str, Any]) -> Make:
    def make(folder: Path) -> Path:
        pq.write_table(pa.table(columns), folder / name)
        return folder / name

    return make


def parquet_bytes(columns: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def lines(name: str, *records: Any) -> Make:
    return text(name, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records))


def several(*makes: Make) -> Make:
    """The files of all, in one folder that is loaded as a whole."""

    def make(folder: Path) -> Path:
        for each in makes:
            each(folder)
        return folder

    return make


def with_mapping(mapping: str, source: Make) -> Make:
    """A source beside a mapping file ``mapping.yaml``."""

    def make(folder: Path) -> Path | list[Path]:
        (folder / "mapping.yaml").write_text(mapping, "utf8")
        return source(folder)

    return make


# The world that is in the store before: two chains, four links and a name that stands twice.
WORLD: dict[str, str] = {
    "产业链.csv": "产业链编号,产业链\nwind,海上风电装备\npv,光伏\n",
    "环节.csv": "产业链,环节编号,环节,上中下游\n"
    "wind,wind.blade,叶片,上游\nwind,wind.tower,塔筒,中游\nwind,wind.whole,整机总装,下游\n"
    "wind,wind.mount,支架,上游\npv,pv.mount,支架,中游\npv,pv.inverter,逆变器,下游\n",
    "供给关系.csv": "产业链,上游环节,下游环节\nwind,叶片,整机总装\nwind,塔筒,整机总装\n",
    "企业.csv": "企业名称,统一社会信用代码,所在地,注册资本\n"
    f"甲重工有限公司,{code(1)},东营市,1000\n"
    f"乙材料科技有限公司,{code(2, '330900')},舟山市,2000\n"
    f"同名实业有限公司,{code(3)},东营市,\n"
    f"同名实业有限公司,{code(4, '330900')},舟山市,\n",
}
