"""What the common Chinese firm databases export, column by column, loads without a mapping."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from graph.store import DuckStore
from ingest import LoadReport, load
from tests.ingest.broken.kinds import code

USCC = code(1)

# With a title row above, divisions in three columns, four grains of industry, '-' for nothing.
FULL = (
    ["企业查询结果（2024-05-06 导出）"],
    [
        "企业名称",
        "登记状态",
        "法定代表人",
        "注册资本",
        "实缴资本",
        "成立日期",
        "核准日期",
        "所属省份",
        "所属城市",
        "所属区县",
        "电话",
        "统一社会信用代码",
        "纳税人识别号",
        "注册号",
        "组织机构代码",
        "参保人数",
        "参保人数所属年报",
        "企业(机构)类型",
        "国标行业门类",
        "国标行业大类",
        "国标行业中类",
        "国标行业小类",
        "曾用名",
        "英文名",
        "网址",
        "注册地址",
        "经营范围",
    ],
    [
        "东营甲重工有限公司",
        "存续（在营、开业、在册）",
        "张某",
        "3000万人民币",
        "-",
        "2015-03-02",
        "2023-01-01",
        "山东省",
        "东营市",
        "东营区",
        "-",
        USCC,
        USCC,
        "370500200012345",
        "MA0000001",
        "128",
        "2022年报",
        "有限责任公司(自然人投资或控股)",
        "制造业",
        "通用设备制造业",
        "锅炉及原动设备制造",
        "风能原动设备制造",
        "东营甲机械厂；东营甲设备有限公司",
        "-",
        "-",
        "山东省东营市东营区某路1号",
        "风力发电机组及零部件销售；",
    ],
    [
        "北京乙科技有限公司",
        "注销",
        "-",
        "3亿美元",
        "-",
        "2010-11-30",
        "-",
        "北京市",
        "北京市",
        "海淀区",
        "-",
        "-",
        "-",
        "-",
        "-",
        "-",
        "-",
        "-",
        "科学研究和技术服务业",
        "-",
        "-",
        "-",
        "-",
        "-",
        "-",
        "-",
        "-",
    ],
)
# The second sort: 公司…, one industry column, staff as a range, an address of the annual report.
COMPANY = (
    [
        "公司名称",
        "经营状态",
        "法定代表人",
        "注册资本",
        "成立日期",
        "所属省份",
        "所属城市",
        "所属区县",
        "统一社会信用代码",
        "公司类型",
        "所属行业",
        "曾用名",
        "注册地址",
        "最新年报地址",
        "邮箱",
        "人员规模",
        "经营范围",
    ],
    [
        "东营甲重工有限公司",
        "存续",
        "张某",
        "3000万元人民币",
        "2015年3月2日",
        "山东",
        "东营",
        "东营区",
        USCC,
        "有限责任公司",
        "通用设备制造业",
        "-",
        "山东省东营市东营区某路1号",
        "-",
        "-",
        "100-499人",
        "风电设备",
    ],
    [
        "北京乙科技有限公司",
        "注销",
        "—",
        "30000万美元",
        "2010/11/30",
        "北京",
        "-",
        "海淀区",
        "-",
        "-",
        "科技推广和应用服务业",
        "-",
        "-",
        "-",
        "-",
        "-",
        "-",
    ],
)
# The third: 注册资金, 成立时间, short headings of divisions, units in the heading.
SHORT = (
    [
        "序号",
        "企业名称",
        "统一社会信用代码",
        "法人代表",
        "经营状态",
        "成立时间",
        "注册资金(万元)",
        "省",
        "市",
        "区/县",
        "行业",
        "企业地址",
        "员工人数",
        "社保人数",
        "经营范围",
    ],
    [
        "1",
        "东营甲重工有限公司",
        USCC,
        "张某",
        "在业",
        "20150302",
        "3,000",
        "山东省",
        "东营市",
        "东营区",
        "专用设备制造业",
        "山东省东营市东营区某路1号",
        "150",
        "128",
        "风电设备",
    ],
    [
        "2",
        "北京乙科技有限公司",
        "",
        "",
        "注销",
        "2010-11-30 00:00:00",
        "30000万美元",
        "北京市",
        "市辖区",
        "海淀区",
        "",
        "",
        "",
        "",
        "",
    ],
)


def export(path: Path, rows: Sequence[Sequence[str]], loose: bool) -> Path:
    if path.suffix == ".csv":
        text = "\n".join(",".join(f'"{c}"' if "," in c else c for c in row) for row in rows)
        path.write_text(text, "gb18030")
        return path
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Sheet1"
    for row in rows:
        sheet.append(list(row))
    if loose:
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(rows[1]))
    book.save(path)
    return path


@pytest.fixture(params=["xlsx", "csv"])
def suffix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def loaded(tmp_path: Path, rows: Sequence[Sequence[str]], suffix: str) -> tuple[LoadReport, Any]:
    path = export(tmp_path / f"导出结果.{suffix}", rows, loose=len(rows[0]) == 1)
    store = DuckStore(tmp_path / "s" / "e.duckdb")
    report = load(store, [path])
    assert {n: (t.read, t.rejected) for n, t in report.tables.items()} == {"firms": (2, 0)}
    return report, {row["name"]: row for row in store.read("firms").to_pylist()}


@pytest.mark.parametrize("rows", [FULL, COMPANY, SHORT], ids=["full", "company", "short"])
def test_what_all_of_them_say(rows: Sequence[Sequence[str]], suffix: str, tmp_path: Path) -> None:
    _, firms = loaded(tmp_path, rows, suffix)
    first, second = firms["东营甲重工有限公司"], firms["北京乙科技有限公司"]
    assert first["uscc"] == USCC
    assert first["region_code"] == "370502"
    assert first["founded"] == "2015-03-02"
    assert (first["registered_capital"], first["registered_capital_currency"]) == (3000.0, "CNY")
    assert first["legal_representative"] == "张某"
    assert first["address"] == "山东省东营市东营区某路1号"
    assert second["uscc"] is None
    assert second["region_code"] == "110108"
    assert second["founded"] == "2010-11-30"
    assert (second["registered_capital"], second["registered_capital_currency"]) == (30000.0, "USD")
    assert second["status"] == "注销"
    assert second["legal_representative"] is None


def test_finest_industry_former_names_and_the_rest_kept(suffix: str, tmp_path: Path) -> None:
    report, firms = loaded(tmp_path, FULL, suffix)
    first = firms["东营甲重工有限公司"]
    assert first["industry"] == "风能原动设备制造"
    assert firms["北京乙科技有限公司"]["industry"] == "科学研究和技术服务业"
    assert first["aliases"] == ["东营甲机械厂", "东营甲设备有限公司"]
    assert (first["insured"], first["employees"]) == (128, None)
    kept = json.loads(first["attributes"])
    assert (kept["国标行业门类"], kept["核准日期"], kept["注册号"]) == (
        "制造业",
        "2023-01-01",
        "370500200012345",
    )
    assert "实缴资本" not in kept
    assert "核准日期" in "".join(report.notices)


def test_staff_as_a_range_is_no_number(suffix: str, tmp_path: Path) -> None:
    _, firms = loaded(tmp_path, COMPANY, suffix)
    assert firms["东营甲重工有限公司"]["employees"] is None
    _, firms = loaded(tmp_path, SHORT, suffix)
    assert firms["东营甲重工有限公司"]["employees"] == 150


def test_exports_of_all_three_are_one_firm_each(suffix: str, tmp_path: Path) -> None:
    store = DuckStore(tmp_path / "s" / "e.duckdb")
    paths = [
        export(tmp_path / f"{n}.{suffix}", rows, loose=len(rows[0]) == 1)
        for n, rows in (("a", FULL), ("b", COMPANY), ("c", SHORT))
    ]
    report = load(store, paths)
    assert report.tables["firms"].read == 6
    assert store.count("firms") == 2
