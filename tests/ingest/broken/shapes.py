"""Tables of a bad shape: what can be read is, what cannot comes back row by row."""

from __future__ import annotations

from typing import Any

from tests.ingest.broken.kinds import Sorted, book, code, data, lines, parquet, several, text

_TWO = "企业名称,所在地\n丙新材料有限公司,东营市\n丁装备有限公司,舟山市\n"
_ONE = {"丙新材料有限公司": {"region_code": "370500"}}
_BOTH = {**_ONE, "丁装备有限公司": {"region_code": "330900"}}


def _merge(*ranges: str) -> Any:
    def change(made: Any) -> None:
        for area in ranges:
            made.worksheets[0].merge_cells(area)

    return change


def _errors(made: Any) -> None:
    made.worksheets[0]["A3"].data_type = "e"
    made.worksheets[0]["C2"].data_type = "e"


ENCODINGS = [
    Sorted("gb18030", text("企业.csv", _TWO, "gb18030"), "firms", 2, stored=_BOTH),
    Sorted("utf-16", text("企业.csv", _TWO, "utf-16"), "firms", 2, stored=_BOTH),
    Sorted("bom", text("企业.csv", _TWO, "utf-8-sig"), "firms", 2, stored=_BOTH),
    Sorted("cr-only", text("企业.csv", _TWO.replace("\n", "\r")), "firms", 2, stored=_BOTH),
    Sorted(
        "mixed-line-ends",
        data("企业.csv", _TWO.encode().replace(b"\n", b"\r\n", 1)),
        "firms",
        2,
        stored=_BOTH,
    ),
    Sorted("semicolons", text("企业.csv", _TWO.replace(",", ";")), "firms", 2, stored=_BOTH),
    Sorted("tabs", text("企业.csv", _TWO.replace(",", "\t")), "firms", 2, stored=_BOTH),
    Sorted("bars", text("企业.txt", _TWO.replace(",", "|")), "firms", 2, stored=_BOTH),
    Sorted(
        "sep-line", text("企业.csv", "sep=;\n" + _TWO.replace(",", ";")), "firms", 2, stored=_BOTH
    ),
    Sorted("glob-in-name", text("企业 [2024]*.csv", _TWO), "firms", 2, stored=_BOTH),
]

HEADERS = [
    Sorted("header-only", text("企业.csv", "企业名称,所在地\n"), "firms", 0),
    Sorted(
        "title-rows",
        text("企业.csv", f"全市企业名单,\n导出日期：2024-05-01,\n\n{_TWO}"),
        "firms",
        2,
        stored=_BOTH,
    ),
    Sorted("one-word-title", text("x.csv", f"企业,\n{_TWO}"), "firms", 2, stored=_BOTH),
    Sorted(
        "merged-title",
        book(
            "企业.xlsx",
            (
                "企业",
                [["全市企业名单", ""], ["企业名称", "所在地"], ["丙新材料有限公司", "东营市"]],
            ),
            change=_merge("A1:B1"),
        ),
        "firms",
        1,
        stored=_ONE,
    ),
    Sorted(
        "two-header-rows",
        book(
            "企业.xlsx",
            (
                "企业",
                [
                    ["企业名称", "所在地", "", "成立日期"],
                    ["", "所属省份", "所属城市", ""],
                    ["丙新材料有限公司", "山东省", "东营市", "2010"],
                ],
            ),
            change=_merge("A1:A2", "B1:C1", "D1:D2"),
        ),
        "firms",
        1,
        stored={"丙新材料有限公司": {"region_code": "370500", "founded": "2010"}},
    ),
    Sorted(
        "two-header-rows-csv",
        text(
            "企业.csv",
            "企业名称,位置,,成立日期\n,省份,城市,\n丙新材料有限公司,山东省,东营市,2010\n",
        ),
        "firms",
        1,
        stored={"丙新材料有限公司": {"region_code": "370500", "founded": "2010"}},
    ),
    Sorted(
        "group-row-above",
        text("企业.csv", "基本信息,,联系\n企业名称,所在地,电话\n丙新材料有限公司,东营市,1\n"),
        "firms",
        1,
        stored=_ONE,
    ),
    Sorted(
        "duplicate-headings",
        text("企业.csv", "企业名称,企业名称,所在地\n丙新材料有限公司,丙集团,东营市\n,丁,舟山市\n"),
        "firms",
        2,
        {3: "缺少必填的「企业名称」"},
        {3: {"企业名称": "丁装备有限公司"}},
        _BOTH,
    ),
    Sorted(
        "repeated-header",
        text(
            "企业.csv",
            "企业名称,所在地\n丙新材料有限公司,东营市\n企业名称,所在地\n丁装备有限公司,舟山市\n",
        ),
        "firms",
        2,
        stored=_BOTH,
    ),
    Sorted(
        "long-heading",
        text("企业.csv", f"企业名称,{'很长的表头' * 500}\n丙新材料有限公司,x\n"),
        "firms",
        1,
    ),
    Sorted(
        "unnamed-column",
        text("企业.csv", "企业名称,,所在地\n丙新材料有限公司,要紧的话,东营市\n"),
        "firms",
        1,
        stored={"丙新材料有限公司": {"attributes": '{"列B":"要紧的话"}'}},
    ),
    Sorted(
        "cells-beside-the-table",
        book("企业.xlsx", ("企业", [["企业名称"], ["丙新材料有限公司", "", "旁注"]])),
        "firms",
        1,
        stored={"丙新材料有限公司": {"attributes": '{"列C":"旁注"}'}},
    ),
    Sorted(
        "notes-sheet",
        book("企业.xlsx", ("企业", [["企业名称"], ["丙"]]), ("说明", [["随便", "写"]])),
        "firms",
        1,
    ),
    Sorted(
        "folder",
        several(text("企业.csv", _TWO), data(".DS_Store", b"\0"), data("Thumbs.db", b"\0")),
        "firms",
        2,
        stored=_BOTH,
    ),
]

LINES = [
    Sorted(
        "blank-rows",
        text(
            "企业.csv",
            "\n企业名称,所在地\n\n丙新材料有限公司,东营市\n,\n , \n丁装备有限公司,舟山市\n\n",
        ),
        "firms",
        2,
        stored=_BOTH,
    ),
    Sorted(
        "trailing-separators",
        text("企业.csv", _TWO.replace("\n", ",,,\n")),
        "firms",
        2,
        stored=_BOTH,
    ),
    Sorted(
        "ragged",
        text("企业.csv", _TWO + "戊科技有限公司\n己光电有限公司,东营市,多,余\n庚,东营市,\n"),
        "firms",
        5,
        {4: "本行有 1 列，表头有 2 列", 5: "本行有 4 列"},
        {4: {"所在地": "东营市"}, 5: {}},
        {**_BOTH, "己光电有限公司": {"region_code": "370500"}},
    ),
    Sorted(
        "cut-in-a-quote",
        text("企业.csv", _TWO + '"戊科技有限公司,东营市\n己光电有限公司,东营市\n'),
        "firms",
        4,
        {4: "引号没有成对"},
        {4: {"企业名称": "戊科技有限公司", "所在地": "东营市"}},
        _BOTH,
    ),
    Sorted(
        "quotes-unbalanced",
        text(
            "企业.csv",
            '企业名称,所在地\n"丙新材料有限公司,东营市\n丁装备有限公司,舟山市\n"戊科技有限公司",东营市\n',
        ),
        "firms",
        3,
        {2: "引号没有成对"},
        {2: {"企业名称": "丙新材料有限公司", "所在地": "东营市"}},
        _BOTH,
    ),
    Sorted(
        "quotes-inside",
        text("企业.csv", '企业名称,所在地\n"中国"丙有限公司,东营市\n"丁,装备有限公司",舟山市\n'),
        "firms",
        2,
        stored={'"中国"丙有限公司': {"region_code": "370500"}},
    ),
    Sorted(
        "line-break-in-cell",
        text("企业.csv", '企业名称,地址\n"丙新材料\n有限公司","a\r\nb"\n丁,x\n'),
        "firms",
        2,
    ),
    Sorted(
        "huge-cell",
        text(
            "企业.csv",
            f"企业名称,经营范围\n丙新材料有限公司,{'字' * 3_500_000}\n丁装备有限公司,x\n",
        ),
        "firms",
        2,
        {2: "超过 100,000 个字"},
        {2: {"经营范围": "新材料"}},
    ),
    Sorted(
        "huge-attribute",
        text("企业.csv", f"企业名称,备注\n丙新材料有限公司,{'字' * 110_000}\n"),
        "firms",
        1,
        {2: "超过 100,000 个字"},
        {2: {"备注": "x"}},
    ),
    Sorted(
        "half-jsonl",
        text("企业.jsonl", '{"name": "丙新材料有限公司", "region": "东营市"}\n{"name": "丁装'),
        "firms",
        2,
        {2: "不是合法的 JSON"},
        {2: {"企业名称": "丁装备有限公司"}},
        _ONE,
    ),
    Sorted(
        "json-lines-mixed",
        lines(
            "企业.jsonl",
            {"name": "丙新材料有限公司", "region": "东营市"},
            [1],
            "x",
            {"name": {"zh": "丁"}},
        ),
        "firms",
        4,
        {2: "不是一条记录", 3: "不是一条记录", 4: "嵌套"},
        {2: None, 3: None, 4: {"企业名称": "丁装备有限公司"}},
        _ONE,
    ),
    Sorted(
        "json-odd-characters",
        text(
            "企业.jsonl",
            '{"name": "丙新材料有限公司", "scope": "a\u2028b\\ud83d c\\u0000", "x\\ud800": "1"}\n',
        ),
        "firms",
        1,
    ),
    Sorted(
        "json-long-number",
        text("企业.jsonl", '{"name": "丙"}\n{"name": "丁", "x": ' + "9" * 5000 + "}\n"),
        "firms",
        2,
        {2: "不是合法的 JSON"},
        {2: {"企业名称": "丁"}},
    ),
]

WORKBOOKS = [
    Sorted(
        "formulas",
        book(
            "企业.xlsx",
            (
                "企业",
                [["企业名称", "注册资本"], ["丙新材料有限公司", "=1000*3"], ["丁装备有限公司", 5]],
            ),
        ),
        "firms",
        2,
        {2: "「注册资本」是没有计算结果的公式"},
        {2: {"注册资本": "3000"}},
        {"丙新材料有限公司": {"registered_capital": 3000.0}},
    ),
    Sorted(
        "error-cells",
        book(
            "企业.xlsx",
            (
                "企业",
                [
                    ["企业名称", "所在地", "注册资本"],
                    ["丙新材料有限公司", "东营市", "#DIV/0!"],
                    ["#REF!", "舟山市", 5],
                ],
            ),
            change=_errors,
        ),
        "firms",
        2,
        {3: "缺少必填的「企业名称」"},
        {3: {"企业名称": "丁装备有限公司"}},
        _BOTH,
    ),
    Sorted(
        "merged-data",
        book(
            "环节.xlsx",
            (
                "环节",
                [
                    ["产业链", "环节", "上中下游"],
                    ["氢能", "制氢", "上游"],
                    [None, "储氢", "中游"],
                    [None, "加氢", "下游"],
                ],
            ),
            change=_merge("A2:A4"),
        ),
        "links",
        3,
    ),
    Sorted(
        "xlsx-as-xls",
        book("企业.xls", ("企业", [["企业名称", "所在地"], ["丙新材料有限公司", "东营市"]])),
        "firms",
        1,
        stored=_ONE,
    ),
    Sorted(
        "scientific-code",
        book(
            "企业.xlsx",
            ("企业", [["企业名称", "统一社会信用代码"], ["丙新材料有限公司", 9.13705001234567e17]]),
        ),
        "firms",
        1,
        {2: "科学计数法"},
        {2: {"统一社会信用代码": code(5)}},
        {"丙新材料有限公司": {"uscc": code(5)}},
    ),
]

PARQUETS = [
    Sorted(
        "parquet-types",
        parquet(
            "企业.parquet",
            {
                "name": ["丙新材料有限公司", "丁装备有限公司"],
                "region": [370500, 330900],
                "registered_capital": [1000.0, -5.0],
                "products": [["a", "b"], None],
                "extra": [{"k": 1}, None],
                "flag": [True, None],
            },
        ),
        "firms",
        2,
        {3: "金额不能为负"},
        {3: {"注册资本": "5"}},
        _BOTH,
    ),
    Sorted(
        "parquet-binary",
        parquet("企业.parquet", {"name": ["丙新材料有限公司".encode()]}),
        "firms",
        1,
        stored={"丙新材料有限公司": {}},
    ),
]

SHAPES = [*ENCODINGS, *HEADERS, *LINES, *WORKBOOKS, *PARQUETS]
