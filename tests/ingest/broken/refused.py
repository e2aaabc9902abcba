"""Input that cannot be used at all: the message says what, where and what to do."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

from tests.ingest.broken.kinds import (
    Make,
    Refused,
    book,
    book_bytes,
    data,
    lines,
    parquet,
    parquet_bytes,
    part_changed,
    several,
    text,
    with_mapping,
)

_FIRMS = "企业名称,所在地\n丙新材料有限公司,东营市\n丁装备有限公司,舟山市\n"
_SHEET = ("企业", [["企业名称", "所在地"], ["丙新材料有限公司", "东营市"]])
_PART = "xl/worksheets/sheet1.xml"
_PARQUET = parquet_bytes({"name": [f"企业{i}有限公司" for i in range(2000)]})


def _bomb(path: Path) -> Path:
    """160 MB of blanks in a small file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with zipfile.ZipFile(io.BytesIO(book_bytes(_SHEET))) as good:
            for info in good.infolist():
                if info.filename != _PART:
                    archive.writestr(info.filename, good.read(info))
        with archive.open(_PART, "w", force_zip64=True) as part:
            for _ in range(20):
                part.write(b" " * (8 << 20))
    return path


def _lying(content: bytes) -> bytes:
    """A workbook whose directory states another size for a sheet than it has."""
    changed = bytearray(content)
    at = changed.rfind(b"PK\x01\x02", 0, changed.rfind(_PART.encode()))
    (size,) = struct.unpack_from("<I", changed, at + 24)
    struct.pack_into("<I", changed, at + 24, size - 40)
    return bytes(changed)


def _stray(content: bytes) -> bytes:
    cell = b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
    return part_changed(content, _PART, lambda part: part.replace(b"</sheetData>", cell))


def _mapped(tables: str) -> Make:
    mapping = f"name: mine\nsources:\n  - columns: [公司, 城市]\n    tables:\n{tables}"
    return with_mapping(mapping, text("名单.csv", "公司,城市\n丙新材料有限公司,东营市\n"))


def _mapping(content: str) -> Make:
    return with_mapping(content, text("名单.csv", "公司,城市\n丙新材料有限公司,东营市\n"))


def _mapping_case(name: str, make: Make, *says: str) -> Refused:
    return Refused(name, make, says, mapping="mapping.yaml")


ENCODINGS = [
    Refused("latin-1", data("firms.csv", b"name,region\nCaf\xe9 \xe9,x\n"), ["第 2 行", "UTF-8"]),
    Refused(
        "two-encodings",
        data("企业.csv", _FIRMS.encode() + "戊科技有限公司,上海市\n".encode("gb18030")),
        ["企业.csv", "混用了两种编码", "第 4 行不是"],
    ),
    Refused("cut-in-a-character", data("企业.csv", _FIRMS.encode()[:-5]), ["文件不完整"]),
    Refused("nul-bytes", data("企业.csv", b"name,region\na\0b,1\n"), ["第 2 行", "空字节"]),
    Refused(
        "utf-16-unmarked", text("firms.csv", "name,region\nab,cd\n" * 9, "utf-16-le"), ["UTF-16"]
    ),
    Refused("utf-16-odd", data("企业.csv", _FIRMS.encode("utf-16")[:-1]), ["无法解码"]),
]

OTHER_KINDS = [
    Refused("xlsx-as-csv", data("企业.csv", book_bytes(_SHEET)), ["Excel", ".xlsx"]),
    Refused("parquet-as-csv", data("企业.csv", _PARQUET), ["Parquet"]),
    Refused("pdf-as-csv", data("企业.csv", b"%PDF-1.7 ..."), ["PDF"]),
    Refused("gzip-as-csv", data("企业.csv", b"\x1f\x8b\x08\0\0"), ["gzip", "解压"]),
    Refused("csv-as-xlsx", text("企业.xlsx", _FIRMS), ["文本文件", ".csv"]),
    Refused("html-as-xls", text("企业.xls", "<html><table><tr><td>企业"), ["HTML", "另存为"]),
    Refused("pdf-as-xlsx", data("企业.xlsx", b"%PDF-1.7 ..."), ["PDF"]),
    Refused("csv-as-parquet", text("企业.parquet", _FIRMS), ["不是可读的 Parquet"]),
    Refused(
        "broken-xls", data("企业.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\1" * 900), ["Excel"]
    ),
    Refused("docx", data("企业.docx", b"PK\x03\x04"), ["不支持的文件类型", ".docx", ".xlsx"]),
]

HALVES = [
    Refused("empty", data("企业.csv", b""), ["文件是空的"]),
    Refused("blank-lines", text("企业.csv", "\n  \n,,\n"), ["没有内容"]),
    Refused("half-xlsx", data("企业.xlsx", book_bytes(_SHEET)[:2000]), ["不是完整的 Excel"]),
    Refused("half-parquet", data("企业.parquet", _PARQUET[:900]), ["Parquet"]),
    Refused(
        "holed-parquet",
        data("企业.parquet", _PARQUET[:400] + b"\xff" * 3000 + _PARQUET[3400:]),
        ["Parquet"],
    ),
    Refused(
        "half-json", text("企业.json", '[{"name": "丙新材料有限公司"}, {"na'), ["不是完整的 JSON"]
    ),
    Refused(
        "damaged-part",
        data("企业.xlsx", part_changed(book_bytes(_SHEET), "xl/workbook.xml", lambda p: p[:90])),
        ["内部已损坏"],
    ),
    Refused(
        "damaged-sheet",
        data("企业.xlsx", part_changed(book_bytes(_SHEET), _PART, lambda p: p[: len(p) // 2])),
        ["企业", "无法读取"],
    ),
    Refused("missing-part", book("企业.xlsx", ("企业", [])), ["没有任何表格内容"]),
]

TOO_MUCH = [
    Refused("zip-bomb", lambda folder: _bomb(folder / "企业.xlsx"), ["压缩炸弹", "160 MB"]),
    Refused("lying-archive", data("企业.xlsx", _lying(book_bytes(_SHEET))), ["不是完整的 Excel"]),
    Refused("stray-cell", data("企业.xlsx", _stray(book_bytes(_SHEET))), ["「企业」", "1048576"]),
    Refused(
        "many-columns",
        text("企业.csv", "企业名称," + ",".join(f"列{i}" for i in range(1200)) + "\n丙,1\n"),
        ["1201 列", "1000"],
    ),
]

HEADINGS = [
    Refused(
        "missing-column",
        text("卡位.csv", "企业,环节名儿,强度\n甲重工有限公司,叶片,1\n"),
        ["卡位.csv", "缺少必填列", "「环节」（是否就是「环节名儿」？）"],
    ),
    Refused("no-known-heading", text("a.csv", "甲,乙\n1,2\n"), ["认不出是哪张标准表", "甲、乙"]),
    Refused(
        "unknown-sheet",
        book("年报.xlsx", _SHEET, ("Sheet2", [["随手记", "数"], ["x", 1]])),
        ["年报.xlsx[Sheet2]", "随手记", "改名为「说明」"],
    ),
    Refused(
        "rejects-without-table",
        text("退回.csv", "_表,_行号,企业名称\n企业,2,丙新材料有限公司\n客户,3,丁装备有限公司\n"),
        ["第 3 行", "「_表」", "客户"],
    ),
]

PLACES = [
    Refused("no-such-file", lambda folder: folder / "没有.csv", ["没有.csv", "不存在"]),
    Refused(
        "folder-of-junk",
        several(data(".DS_Store", b"\0"), data("~$企业.xlsx", b"x"), data("x.tmp", b"x")),
        ["没有可读的文件", ".csv"],
    ),
]

RECORDS = [
    Refused("json-numbers", text("企业.json", "[1, 2]"), ["没有可用的 JSON 记录"]),
    Refused("json-text", text("企业.json", '"企业"'), ["JSON"]),
    Refused(
        "json-wrapped", text("企业.json", '{"data": [{"name": "丙"}]}'), ["「企业名称」", "data"]
    ),
    Refused("json-deep", text("企业.json", "[" * 100_000), ["JSON"]),
    Refused(
        "parquet-nested",
        parquet("企业.parquet", {"name": [{"zh": "丙新材料有限公司"}]}),
        ["「name」", "STRUCT", "嵌套"],
    ),
    Refused(
        "json-keys", lines("企业.jsonl", {"nom": "丙"}, {"nom": "丁"}), ["「企业名称」", "nom"]
    ),
]

CHAIN_FILES = [
    Refused("yaml", text("x.yaml", "chain: {id: x\n"), ["不是合法的 YAML"]),
    Refused("yaml-date", text("x.yaml", "chain: 2021-13-45\n"), ["不是合法的 YAML"]),
    Refused("yaml-shape", text("x.yaml", "chain: {name: x}\nlinks: []\n"), ["chain、links、feeds"]),
    Refused("yaml-deep", text("x.yaml", "[" * 5000), ["YAML"]),
]

MAPPINGS = [
    _mapping_case("mapping-yaml", _mapping("sources: [\n"), "mapping.yaml", "不是合法的 YAML"),
    _mapping_case("mapping-empty", _mapping("name: x\n"), "name 和 sources"),
    _mapping_case(
        "mapping-no-tables", _mapping("sources:\n  - columns: [公司]\n"), "columns", "tables"
    ),
    _mapping_case(
        "mapping-other-file",
        _mapping(
            "name: m\nsources:\n  - columns: [单位, 城市]\n"
            "    tables: [{table: firms, columns: {name: 单位}}]\n"
        ),
        "名单.csv",
        "需要列 单位、城市",
        "现有列：公司、城市",
    ),
    _mapping_case(
        "mapping-table", _mapped("      - {table: 公司, columns: {}}\n"), "没有标准表「公司」"
    ),
    _mapping_case(
        "mapping-column",
        _mapped("      - {table: firms, columns: {title: 公司}}\n"),
        "没有列 title",
    ),
    _mapping_case(
        "mapping-source-column",
        _mapped("      - {table: firms, columns: {name: 公司, region: '{省}{城市}'}}\n"),
        "firms.region",
        "没有列「省」",
        "现有列：公司、城市",
    ),
    _mapping_case(
        "mapping-pattern",
        _mapped("      - {table: firms, columns: {name: {from: 公司, pattern: '(['}}}\n"),
        "pattern",
    ),
    _mapping_case(
        "mapping-shapes",
        _mapped("      - {table: firms, columns: [公司]}\n"),
        "firms",
        "columns",
    ),
    _mapping_case(
        "mapping-map",
        _mapped("      - {table: firms, columns: {name: {from: 公司, map: [1]}}}\n"),
        "map",
    ),
    _mapping_case(
        "mapping-distinct",
        _mapped("      - {table: firms, distinct: [code], columns: {name: 公司}}\n"),
        "没有列 code",
    ),
    _mapping_case(
        "mapping-required",
        _mapped("      - {table: positions, columns: {firm: 公司}}\n"),
        "positions",
        "link",
    ),
]

REFUSED: list[Refused] = [
    *ENCODINGS,
    *OTHER_KINDS,
    *HALVES,
    *TOO_MUCH,
    *HEADINGS,
    *PLACES,
    *RECORDS,
    *CHAIN_FILES,
    *MAPPINGS,
]
