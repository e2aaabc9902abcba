"""Rows that say what cannot be: each comes back with its reason and loads once it is mended."""

from __future__ import annotations

from tests.ingest.broken.kinds import Make, Sorted, code, text

_HEAD = "企业名称,统一社会信用代码,所在地,成立日期,注册资本,从业人数,股票代码\n"


def _firms(*rows: str, encoding: str = "utf8") -> Make:
    return text("企业.csv", _HEAD + "".join(f"{row}\n" for row in rows), encoding)


KEYS = [
    Sorted(
        "same-key-twice",
        _firms(f"丙有限公司,{code(5)},东营市,,,,", f"丙有限公司,{code(5)},东营市,,,,"),
        "firms",
        2,
        stored={"丙有限公司": {"uscc": code(5)}},
    ),
    Sorted(
        "same-key-contradicting",
        _firms(f"丙有限公司,{code(5)},东营市,,100,,", f"丙有限公司,{code(5)},东营市,,200,,"),
        "firms",
        2,
        stored={"丙有限公司": {"registered_capital": 200.0}},
    ),
    Sorted(
        "check-digit",
        _firms(f"丙有限公司,{code(5)[:-1]}{'0' if code(5)[-1] != '0' else '1'},,,,,"),
        "firms",
        1,
        {2: "校验位不对"},
        {2: {"统一社会信用代码": code(5)}},
    ),
    Sorted(
        "code-short",
        _firms("丙有限公司,91370500MA,,,,,", "丁有限公司,370500000012345,,,,,"),
        "firms",
        2,
        {2: "应为 18 位", 3: "工商注册号"},
        {2: {"统一社会信用代码": code(5)}, 3: {"统一社会信用代码": ""}},
    ),
    Sorted(
        "stock-code-zeros",
        _firms("丙有限公司,,,,,,1", "丁有限公司,,,,,,2594", "戊有限公司,,,,,,600001"),
        "firms",
        3,
        {2: "「股票代码」", 3: "「股票代码」"},
        {2: {"股票代码": "000001"}, 3: {"股票代码": "002594"}},
        {"丁有限公司": {"stock_code": "002594"}},
    ),
]

VALUES = [
    Sorted(
        "dates",
        _firms(
            "丙有限公司,,,9999-12-31,,,",
            "丁有限公司,,,2021-13,,,",
            "戊有限公司,,,3021-01-01,,,",
            "己有限公司,,,2021-02-30,,,",
            "庚有限公司,,,9/1/2021,,,",
            "辛有限公司,,,2021年9月,,,",
        ),
        "firms",
        6,
        {2: "9999", 3: "没有 13 月", 4: "年份 3021 不合理", 5: "2 月没有 30 日", 6: "先后不清楚"},
        {n: {"成立日期": "2021-09-01"} for n in range(2, 7)},
        {"辛有限公司": {"founded": "2021-09"}},
    ),
    Sorted(
        "capital",
        _firms(
            "丙有限公司,,,,-100,,",
            "丁有限公司,,,,3亿美元,,",
            "戊有限公司,,,,100万美元和5万欧元,,",
            "己有限公司,,,,1000-5000万元,,",
            "庚有限公司,,,,很多,,",
            '辛有限公司,,,,"3,000万元人民币",,',
            "壬有限公司,,,,5000人民币,,",
        ),
        "firms",
        7,
        {2: "金额不能为负", 4: "写了两种货币", 6: "不是数", 8: "没写单位"},
        {n: {"注册资本": "100"} for n in (2, 4, 6, 8)},
        {
            "丁有限公司": {"registered_capital": 30000.0, "registered_capital_currency": "USD"},
            "己有限公司": {"registered_capital": None},
            "辛有限公司": {"registered_capital": 3000.0},
        },
    ),
    Sorted(
        "unit-in-heading",
        text("企业.csv", "企业名称,注册资本(元),营收（亿元）\n丙公司,30000000,3\n丁公司,-1,2\n"),
        "firms",
        2,
        {3: "金额不能为负"},
        {3: {"注册资本": "100万元"}},
        {"丙公司": {"registered_capital": 3000.0}, "丁公司": {"revenue": 20000.0}},
    ),
    Sorted(
        "staff",
        _firms("丙有限公司,,,,,12.5,", "丁有限公司,,,,,1000-4999人,", "戊有限公司,,,,,５００人,"),
        "firms",
        3,
        {2: "应为整数"},
        {2: {"从业人数": "12"}},
        {"丁有限公司": {"employees": None}, "戊有限公司": {"employees": 500}},
    ),
    Sorted(
        "regions",
        _firms(
            "丙有限公司,,火星市,,,,",
            "丁有限公司,,鼓楼区,,,,",
            "戊有限公司,,福州市鼓楼区,,,,",
            "己有限公司,,德国,,,,",
            "庚有限公司,,999999,,,,",
        ),
        "firms",
        5,
        {2: "认不出地区「火星市」", 3: "多个同名地区", 6: "认不出地区"},
        {2: {"所在地": "东营市"}, 3: {"所在地": "南京市鼓楼区"}, 6: {"所在地": ""}},
        {
            "戊有限公司": {"region_code": "350102"},
            "己有限公司": {"region_code": None},
            "丁有限公司": {"region_code": "320106"},
        },
    ),
    Sorted(
        "strength",
        text(
            "卡位.csv",
            "企业,产业链,环节,强度\n甲重工有限公司,wind,叶片,150%\n甲重工有限公司,wind,塔筒,80%\n"
            "乙材料科技有限公司,wind,塔筒,-0.1\n乙材料科技有限公司,wind,叶片,高\n",
        ),
        "positions",
        4,
        {2: "应在 0 到 1 之间", 4: "应在 0 到 1 之间", 5: "不是数"},
        {2: {"强度": "1"}, 4: {"强度": "0.1"}, 5: {"强度": ""}},
    ),
    Sorted(
        "stage-word",
        text("环节.csv", "产业链,环节,上中下游\nwind,海缆,中上游\nwind,桩基,上游\n"),
        "links",
        2,
        {2: "不在可选值之内：上游、中游、下游"},
        {2: {"上中下游": "中游"}},
    ),
    Sorted(
        "required-marker",
        text(
            "投资事件.csv",
            "企业,地区,日期,金额\n甲重工有限公司,舟山市,待定,3\n甲重工有限公司,德国,2021,3\n"
            "甲重工有限公司,舟山市,2021,3亿美元\n",
        ),
        "events",
        3,
        {2: "「日期」里没有可用的内容", 3: "「地区」里没有可用的内容"},
        {2: {"日期": "2021-05"}, 3: None},
    ),
]

REFERENCES = [
    Sorted(
        "self-feed",
        text("供给关系.csv", "产业链,上游环节,下游环节\nwind,叶片,叶片\n"),
        "feeds",
        1,
        {2: "供给关系成环：叶片 → 叶片"},
        {2: {"下游环节": "塔筒"}},
    ),
    Sorted(
        "cyclic-feeds",
        text("供给关系.csv", "产业链,上游环节,下游环节\nwind,整机总装,叶片\nwind,叶片,塔筒\n"),
        "feeds",
        2,
        {2: "供给关系成环：整机总装 → 叶片", 3: "成环"},
        {2: None},
    ),
    Sorted(
        "unknown-chain",
        text("卡位.csv", "企业,产业链,环节\n甲重工有限公司,海上风电,叶片\n"),
        "positions",
        1,
        {2: "没有产业链「海上风电」，最接近：海上风电装备"},
        {2: {"产业链": "海上风电装备"}},
    ),
    Sorted(
        "unknown-link",
        text("卡位.csv", "企业,产业链,环节\n甲重工有限公司,wind,整机装配\n"),
        "positions",
        1,
        {2: "没有环节「整机装配」，最接近：整机总装"},
        {2: {"环节": "整机总装"}},
    ),
    Sorted(
        "ambiguous-link",
        text("卡位.csv", "企业,环节\n甲重工有限公司,支架\n甲重工有限公司,逆变器\n"),
        "positions",
        2,
        {2: "不止一处：海上风电装备·wind.mount、光伏·pv.mount"},
        {2: {"产业链": "光伏"}},
    ),
    Sorted(
        "unknown-firm",
        text("卡位.csv", "企业,产业链,环节\n甲重工集团公司,wind,叶片\n"),
        "positions",
        1,
        {2: "企业表里没有「甲重工集团公司」，可能是：甲重工有限公司"},
        {2: {"企业": "甲重工有限公司"}},
    ),
    Sorted(
        "ambiguous-firm",
        text("卡位.csv", "企业,产业链,环节\n同名实业有限公司,wind,叶片\n"),
        "positions",
        1,
        {2: "2 家企业都叫这个名字"},
        {2: {"企业": code(3)}},
    ),
    Sorted(
        "ambiguous-firm-row",
        text("企业.csv", "企业名称,注册资本\n同名实业有限公司,1\n"),
        "firms",
        1,
        {2: "2 家同名企业"},
        {2: {"统一社会信用代码": code(3)}},
    ),
    Sorted(
        "unknown-end",
        text(
            "关联.csv",
            "起点,终点,关系\n甲重工有限公司,无此人,供应\n甲重工有限公司,乙材料科技有限公司,供应\n",
        ),
        "ties",
        2,
        {2: "不是已知的企业、人员、园区或地区"},
        {2: {"终点": "舟山市"}},
    ),
    Sorted(
        "several-faults",
        text("卡位.csv", "企业,产业链,环节,强度,日期\n无此企业,wind,无此环节,9,2021-13\n"),
        "positions",
        1,
        {2: "「强度」"},
        {2: {"企业": code(1), "环节": "叶片", "强度": "0.9", "日期": ""}},
    ),
]

NAMES = [
    Sorted(
        "rare-characters",
        _firms(
            "𠮷野家有限公司,,,,,,", "䶮盛有限公司,,,,,,", "😀科技有限公司,,,,,,", encoding="gb18030"
        ),
        "firms",
        3,
        stored={"𠮷野家有限公司": {}, "䶮盛有限公司": {}, "😀科技有限公司": {}},
    ),
    Sorted(
        "mere-marks",
        _firms("（）,,,,,,", "***,,,,,,", "——,,,,,,100001", "丙有限公司,,,,,,"),
        "firms",
        4,
        {2: "企业名称", 3: "企业名称", 4: "企业名称"},
        {n: {"企业名称": f"{n}号有限公司"} for n in (2, 3, 4)},
    ),
    Sorted(
        "only-spaces",
        _firms("　 ,,东营市,,,,", "\u200b\u200f,,东营市,,,,", "丙有限公司,,,,,,"),
        "firms",
        3,
        {2: "缺少必填的「企业名称」", 3: "缺少必填的「企业名称」"},
        {2: None, 3: None},
    ),
    Sorted(
        "invisible-marks",
        _firms("\u200f甲\u200b重工有限公司\ufeff,,,,,9,", "甲重工\u00ad有限公司,,,,,9,"),
        "firms",
        2,
        stored={"甲重工有限公司": {"uscc": code(1), "employees": 9}},
    ),
    Sorted(
        "full-width",
        _firms("ＡＢＣ９有限公司,,,２０１０年,１０００,,", "ABC9有限公司,,,,,7,"),
        "firms",
        2,
    ),
    Sorted(
        "formula-text",
        _firms(
            "=HYPERLINK(1),,,9999,,,", "@SUM(A1)有限公司,,,,,,", "\"=cmd|' /C calc'!A0\",,,9999,,,"
        ),
        "firms",
        3,
        {2: "9999", 4: "9999"},
        {2: {"成立日期": "2001"}, 4: {"成立日期": "2001"}},
        {"=HYPERLINK(1)": {"founded": "2001"}, "@SUM(A1)有限公司": {}, "=cmd|' /C calc'!A0": {}},
    ),
    Sorted(
        "control-characters",
        _firms("丙\x0b新\x1f有限公司,,,9999,,,", "丁\x01有限公司,,,,,,"),
        "firms",
        2,
        {2: "9999"},
        {2: {"成立日期": "2001"}},
        {"丁有限公司": {}},
    ),
    Sorted(
        "traditional",
        _firms("臺灣積體電路製造股份有限公司,,,,,,"),
        "firms",
        1,
        stored={"台湾积体电路制造股份有限公司": {"aliases": ["臺灣積體電路製造股份有限公司"]}},
    ),
]

ROWS = [*KEYS, *VALUES, *REFERENCES, *NAMES]
