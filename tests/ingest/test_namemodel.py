"""Names taken apart: place, core, trade, form, in whatever spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.namemodel import Kind, compatible, letter_codes, parse

TEXTS = st.text(
    alphabet=st.sampled_from("上海浙江聚泰三维新材料科技集团股份有限公司分厂（）()*ST-UAb東")
    | st.characters(),
    max_size=24,
)


@pytest.mark.parametrize(
    ("name", "place", "core", "trade", "form"),
    [
        ("陕西聚泰新材料科技有限公司", "陕西", "聚泰", "新材料科技", "有限公司"),
        ("浙江聚泰新能源材料有限公司", "浙江", "聚泰", "新能源材料", "有限公司"),
        ("昆山沪光汽车电器股份有限公司", "昆山", "沪光", "汽车电器", "股份有限公司"),
        ("深圳市富安娜家居用品股份有限公司", "深圳市", "富安娜", "家居用品", "股份有限公司"),
        ("健民药业集团股份有限公司", "", "健民", "药业集团", "股份有限公司"),
        ("广东翔鹭钨业股份有限公司", "广东", "翔鹭", "钨业", "股份有限公司"),
        ("凯撒（中国）文化股份有限公司", "中国", "凯撒", "文化", "股份有限公司"),
        ("台积电(南京)有限公司", "南京", "台积电", "", "有限公司"),
        ("TDK株式会社", "", "tdk", "", "株式会社"),
        ("Tesla, Inc.", "", "tesla", "", "inc"),
    ],
)
def test_parts(name: str, place: str, core: str, trade: str, form: str) -> None:
    parts = parse(name)
    assert (parts.place, parts.core, parts.trade, parts.form) == (place, core, trade, form)


def test_a_county_that_is_also_a_core_is_a_core_where_nothing_else_is() -> None:
    assert parse("东方电气股份有限公司").core == "东方"
    assert parse("东方电气股份有限公司").place == ""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("三维通信股份有限公司", Kind.STOCK),
        ("明阳智慧能源集团股份公司", Kind.STOCK),
        ("中国船舶集团公司", Kind.GROUP),
        ("上海电气风电集团股份有限公司舟山分公司", Kind.BRANCH),
        ("中国工商银行股份有限公司舟山分行", Kind.BRANCH),
        ("大连化学物理研究所", Kind.INSTITUTE),
        ("杭州某某投资合伙企业（有限合伙）", Kind.PARTNERSHIP),
        ("ABB (China) Co., Ltd.", Kind.FOREIGN),
        ("三维股份", Kind.SHORT),
    ],
)
def test_kinds(name: str, kind: Kind) -> None:
    assert parse(name).kind is kind


def test_the_head_of_a_branch_keeps_its_parts() -> None:
    parts = parse("上海电气风电集团股份有限公司舟山分公司")
    assert (parts.branch, parts.form, parts.group) == ("舟山分公司", "股份有限公司", True)


@pytest.mark.parametrize(
    ("short", "name", "marks"),
    [
        ("*ST信通", "信通", "*ST"),
        ("S*ST国瓷", "国瓷", "S*ST"),
        ("退市海润", "海润", "退市"),
        ("华信退", "华信", "退"),
        ("寒武纪-U", "寒武纪", "U"),
        ("京东方A", "京东方", "A"),
        ("锦旅B股", "锦旅", "B股"),
        ("TCL科技", "tcl科技", ""),
        ("GQY视讯", "gqy视讯", ""),
    ],
)
def test_market_marks(short: str, name: str, marks: str) -> None:
    assert (parse(short).text, parse(short).marks) == (name, marks)


@pytest.mark.parametrize(
    "spelling",
    [
        "東方電氣股份有限公司",
        "东方电气股份有限公司 ",
        "东方　电气股份有限公司",
        "「东方电气」股份有限公司",
    ],
)
def test_spellings_are_one(spelling: str) -> None:
    parts = parse(spelling)
    assert (parts.core, parts.words[-1:], parts.form) == ("东方", ("电气",), "股份有限公司")


def test_letters_and_places() -> None:
    assert "310000" in letter_codes("沪")
    assert {"320100", "330200", "640000"} <= set(letter_codes("宁"))
    assert compatible(("330000",), ("330900",))
    assert not compatible(("330000",), ("610000",))
    assert compatible((), ("610000",))


@given(TEXTS)
def test_any_text_can_be_taken_apart(text: str) -> None:
    parts = parse(text)
    assert len(parts.roles) == len(parts.text)
    assert parts.text == parts.body + parts.form + parts.branch
    assert set(parts.roles) <= set("pctgfb")
    assert parts.trade == "".join(parts.words)


@given(TEXTS)
def test_parts_do_not_depend_on_width_of_brackets(text: str) -> None:
    wide = text.replace("(", "（").replace(")", "）")
    assert parse(wide) == parse(text)
