"""What must not change a name: width, brackets, spelling; and what no order may change."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from ingest.namemodel import Kind, parse
from ingest.namemodel.forms import mend_form
from ingest.names import name_key, simplified
from ingest.resolve import Resolver
from ingest.resolve.sound import cuts

NAMES = [
    "宁德时代新能源科技股份有限公司",
    "上海电气风电集团股份有限公司",
    "中微半导体设备（上海）股份有限公司",
    "杭州前进齿轮箱集团股份有限公司",
    "TCL科技集团股份有限公司",
    "陕西聚泰新材料科技有限公司",
    "长江存储科技有限责任公司",
    "国网浙江省电力有限公司",
    "上海微电子装备（集团）股份有限公司",
]
RESOLVER = Resolver(NAMES)
NAME = st.sampled_from(NAMES)
PARTS = st.sampled_from(
    ["浙江", "舟山市", "聚泰", "三维", "新材料", "科技", "（上海）", "集团", "ABC"]
)
FORMS = st.sampled_from(["有限公司", "股份有限公司", "有限责任公司", "集团有限公司", ""])
MADE = st.builds(
    lambda parts, form: "".join(parts) + form, st.lists(PARTS, min_size=1, max_size=5), FORMS
)


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def other_brackets(text: str, pair: str) -> str:
    return text.replace("（", pair[0]).replace("）", pair[1])


@given(MADE, st.sampled_from(["()", "【】", "〔〕", "[]", "「」"]))
def test_brackets_and_width_do_not_matter(name: str, pair: str) -> None:
    assert parse(other_brackets(name, pair)) == parse(name)
    assert parse(full_width(name)) == parse(name)


@given(MADE, st.data())
def test_blanks_do_not_matter(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name)))
    spaced = name[:at] + data.draw(st.sampled_from([" ", "　", "\t"])) + name[at:]
    assert name_key(spaced) == name_key(name)
    assert RESOLVER.resolve([spaced])[0].decision == RESOLVER.resolve([name])[0].decision


@given(NAME)
def test_traditional_characters_do_not_matter(name: str) -> None:
    traditional = OpenCC("s2t").convert(name)
    assert simplified(traditional) == name
    assert parse(traditional) == parse(name)
    found = RESOLVER.resolve([traditional])[0]
    assert found.firm is not None
    assert found.firm.name == name


@given(NAME, st.data())
def test_one_slip_in_the_legal_form_does_not_matter(name: str, data: st.DataObject) -> None:
    form = parse(name).form
    at = data.draw(st.integers(len(name) - len(form) + 2, len(name) - 1))
    way = data.draw(st.sampled_from(["lost", "doubled", "other"]))
    made = {"lost": "", "doubled": name[at] * 2, "other": "x"}[way]
    assert parse(name[:at] + made + name[at + 1 :]).core == parse(name).core


@pytest.mark.parametrize(
    "name",
    [
        "铜陵有色金属集团控股有限公司",
        "云南锡业（控股）有限公司",
        "万向钱潮股份公司",
        "中国船舶集团公司",
        "青岛海尔空调器有限总公司",
        "深圳合伙企业（有限合伙）",
        "三维股份",
    ],
)
def test_forms_that_only_look_like_slips_are_left_alone(name: str) -> None:
    assert mend_form(name) == name


def test_a_short_name_may_be_called_a_company() -> None:
    assert (parse("中微公司").text, parse("中微公司").kind) == ("中微", Kind.SHORT)
    assert parse("中国石油公司").form == "公司"


@given(MADE)
def test_keys_are_settled_and_parts_follow_the_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)
    parts = parse(name)
    assert parts.text == parts.body + parts.form + parts.branch
    assert len(parts.roles) == len(parts.text)


@settings(max_examples=20)
@given(st.lists(MADE, max_size=4))
def test_the_order_of_a_list_does_not_matter(names: list[str]) -> None:
    names = sorted(set(names))
    forward = {a.query: a.decision for a in RESOLVER.resolve(names)}
    backward = {a.query: a.decision for a in RESOLVER.resolve(names[::-1])}
    assert forward == backward


# ── pinyin ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "name", "decision"),
    [
        ("ningdeshidai", NAMES[0], "match"),
        ("Ningde Shidai", NAMES[0], "match"),
        ("shanxi jutai", NAMES[5], "match"),
        ("NDSD", NAMES[0], "review"),
    ],
)
def test_pinyin(typed: str, name: str, decision: str) -> None:
    answer = RESOLVER.resolve([typed])[0]
    assert answer.decision == decision
    assert answer.candidates[0].name == name
    assert "按拼音读作" in answer.candidates[0].why


@pytest.mark.parametrize("typed", ["tesla", "abb", "zzzz", "ningde", "123"])
def test_latin_that_is_no_pinyin_of_a_firm_matches_nothing(typed: str) -> None:
    assert RESOLVER.resolve([typed])[0].decision != "match"


def test_pinyin_is_cut_in_every_way() -> None:
    assert {len(cut) for cut in cuts("xian")} == {1, 2}
    assert cuts("xi an") == [cut for cut in cuts("xian") if len(cut) == 2]
    assert cuts("西安") == []
    assert cuts("tsmc") == []
