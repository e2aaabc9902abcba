"""What people write about a place, and the division it means."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graph.regions import Division, Divisions, RegionMatch

DIVISIONS = Divisions.national()
CODES = [d.code for d in DIVISIONS]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        # codes
        ("370500", "370500"), ("3705", "370500"), ("37", "370000"), ("370502003", "370502"),
        ("370502003001", "370502"), ("３７０５００", "370500"), ("370500000000", "370500"),
        ("110100", "110000"), ("130171", "130100"), ("130223", "130284"), ("429000", "420000"),
        # one name
        ("舟山", "330900"), ("舟山市", "330900"), ("浦东", "310115"), ("恩施", "422800"),
        ("延边州", "222400"), ("东莞", "441900"), ("仙桃", "429004"), ("石河子", "659001"),
        ("内蒙", "150000"), ("新疆", "650000"), ("广西", "450000"), ("沪", "310000"),
        ("景宁", "331127"), ("景宁县", "331127"), ("香港", "810000"), ("臺灣", "710000"),
        # several
        ("浙江舟山", "330900"), ("浙江省舟山市定海区", "330902"), ("广东深圳市", "440300"),
        ("上海上海市", "310000"), ("上海上海崇明区", "310151"), ("内蒙古锡林郭勒盟", "152500"),
        ("浙江/宁波/北仑", "330206"), ("浙江省 - 宁波市 - 北仑区", "330206"),
        ("江苏昆山", "320583"), ("中国浙江省宁波市", "330200"), ("北京市市辖区海淀区", "110108"),
        ("重庆市县垫江县", "500231"), ("河南省直辖县级行政单位济源市", "419001"),
        ("新疆伊犁州塔城地区额敏县", "654221"),
        # one name, several divisions
        ("吉林", "220000"), ("吉林市", "220200"), ("吉林吉林市", "220200"),
        ("吉林吉林", "220200"), ("通化", "220500"), ("通化县", "220521"), ("海南", "460000"),
        ("海南州", "632500"), ("朝阳", "211300"), ("南京鼓楼区", "320106"), ("北京朝阳", "110105"),
        # renamed, merged, moved
        ("襄樊", "420600"), ("湖北襄樊市", "420600"), ("巢湖市", "340181"), ("思茅市", "530800"),
        ("安徽省巢湖市庐江县", "340124"), ("山东省莱芜市钢城区", "370117"),
        ("浙江省杭州市江干区", "330102"), ("四川省万县市", "500101"), ("萧山市", "330109"),
        ("上海市南汇区", "310115"), ("北京宣武区", "110102"), ("锦西市", "211400"),
        ("昆山县", "320583"), ("浦东区", "310115"),
        # zones
        ("成都高新区", "510100"), ("连云港徐圩新区", "320700"), ("重庆两江新区", "500000"),
        ("定海区临城街道", "330902"),
    ],
)  # fmt: skip
def test_resolves(text: str, code: str) -> None:
    match = DIVISIONS.resolve(text)
    assert (match.code, match.problem) == (code, None)


@pytest.mark.parametrize(
    "text", ["", "  ", "虚构县", "浙江省虚构县", "999999", "12345", "海南市", "？", "中国"]
)
def test_unknown(text: str) -> None:
    assert DIVISIONS.resolve(text) == RegionMatch(None, "unknown")


@pytest.mark.parametrize(
    "text", ["美国", "美国加利福尼亚州", "日本", "英属维尔京群岛", "境外", "新加坡"]
)
def test_abroad(text: str) -> None:
    assert DIVISIONS.resolve(text) == RegionMatch(None, "abroad")


@pytest.mark.parametrize("text", ["鼓楼区", "朝阳区", "市中区", "通州", "东乡县", "河北桥西区"])
def test_ambiguous_offers_the_choices(text: str) -> None:
    match = DIVISIONS.resolve(text)
    assert (match.code, match.problem) == (None, "ambiguous")
    assert len(match.choices) >= 2
    assert all(DIVISIONS.full_name(c.code) == c.full_name for c in match.choices)
    for choice in match.choices:
        assert DIVISIONS.resolve(choice.full_name).code == choice.code


@pytest.mark.parametrize(
    ("text", "hint", "code"),
    [
        ("鼓楼区", "南京", "320106"), ("朝阳", "北京市", "110105"), ("朝阳区", "220000", "220104"),
        ("吉林", "吉林省", "220200"), ("宁波市", "浙江", "330200"), ("鼓楼区", "350000", "350102"),
    ],
)  # fmt: skip
def test_hint_decides(text: str, hint: str, code: str) -> None:
    assert DIVISIONS.resolve(text, hint=hint).code == code


def test_hint_that_contradicts_is_noted_not_obeyed() -> None:
    match = DIVISIONS.resolve("宁波市", hint="江苏")
    assert match.code == "330200"
    assert match.note == "浙江省宁波市不在江苏省内"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("襄樊市", "“襄樊市”2010年改为襄阳市"),
        ("宣武区", "“宣武区”2010年并入西城区"),
        ("吴县市", "“吴县市”2001年分设，按苏州市计"),
        ("130223", "代码 130223（滦县）现为 130284"),
        ("贵安新区", "“贵安新区”不是行政区划，按贵阳市计"),
        ("宁波高新区", "“高新区”不是行政区划，按浙江省宁波市计"),
        ("昆山县", "按现名“昆山市”计"),
        ("朝阳", "按辽宁省朝阳市计；同名的还有北京市朝阳区、吉林省长春市朝阳区"),
        ("通化", None),
        ("浙江省", None),
    ],
)
def test_notes_say_what_was_read_into_a_text(text: str, note: str | None) -> None:
    assert DIVISIONS.resolve(text).note == note


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("浙江省宁波市北仑区小港街道安居路335号", "330206"),
        ("深圳市南山区高新南一道1号", "440305"),
        ("北京市海淀区中关村大街1号", "110108"),
        ("注册地址：四川省成都市高新区天府大道", "510100"),
        ("江苏昆山千灯镇", "320583"),
        ("昆山开发区前进东路", "320583"),
        ("苏州工业园区星湖街1号", "320500"),
        ("315800 浙江省宁波市北仑区", "330206"),
        ("中国（浙江）自由贸易试验区舟山市定海区临城街道", "330902"),
        ("中国（上海）自由贸易试验区富特北路1号", "310000"),
        ("安徽省巢湖市庐江县庐城镇", "340124"),
        ("浙江省杭州市萧山市市心路", "330109"),
        # streets are no places
        ("上海市南京路100号", "310000"),
        ("吉林省吉林大街3号", "220000"),
        ("杭州文三路90号", "330100"),
        ("新疆北京路", "650000"),
    ],
)
def test_address(address: str, code: str) -> None:
    assert DIVISIONS.from_address(address).code == code


@pytest.mark.parametrize("address", ["南京东路100号", "朝阳路12号", "张江路1号", "平安大厦", ""])
def test_address_without_a_place(address: str) -> None:
    assert DIVISIONS.from_address(address) == RegionMatch(None, "unknown")


def test_address_that_begins_ambiguously() -> None:
    assert DIVISIONS.from_address("鼓楼区中山路1号").problem == "ambiguous"
    assert DIVISIONS.from_address("鼓楼区中山路1号", hint="福建").code == "350102"


def test_nearest_offers_what_was_meant() -> None:
    assert DIVISIONS.nearest("定海曲", 1)[0].full_name == "浙江省舟山市定海区"
    assert "330900" in {c.code for c in DIVISIONS.nearest("浙江舟上", 3)}


def test_own_divisions() -> None:
    world = Divisions(
        [
            Division("A", "东省", "province"),
            Division("A1", "河口市", "prefecture", "A"),
            Division("A11", "北园区", "county", "A1"),
        ]
    )
    assert world.resolve("河口").code == "A1"
    assert world.resolve("A11").code == "A11"
    assert world.resolve("东省河口市北园区").code == "A11"
    assert world.resolve("浙江").problem == "unknown"


@given(st.sampled_from(CODES))
def test_every_code_and_full_name_means_itself(code: str) -> None:
    full_name = DIVISIONS.full_name(code)
    assert DIVISIONS.resolve(code) == RegionMatch(code)
    assert DIVISIONS.resolve(full_name) == RegionMatch(code)
    assert DIVISIONS.from_address(full_name + "人民路1号").code == code


@given(st.sampled_from(CODES))
def test_short_names_in_order_mean_the_division_or_are_ambiguous(code: str) -> None:
    path = "".join(DIVISIONS.short_name(c) for c in (*DIVISIONS.ancestors(code), code))
    match = DIVISIONS.resolve(path)
    assert match.code == code or code in {c.code for c in match.choices}


@given(st.text(max_size=30) | st.text("浙江省宁波市北仑区朝阳县开发路12 (中国)", max_size=20))
@example("重庆市县")
@example("市市市市")
@example("\u3000（）")
def test_any_text_gets_an_answer(text: str) -> None:
    for match in (DIVISIONS.resolve(text), DIVISIONS.from_address(text)):
        assert (match.code is None) == (match.problem is not None)
        assert match.code is None or match.code in DIVISIONS
        assert (match.problem == "ambiguous") == bool(match.choices)


def test_regions_of_the_listed_firms(shared_data: Path) -> None:
    with (shared_data / "firms/listed_to_2017.csv").open(encoding="utf-8-sig") as stream:
        texts = {row["region"] for row in csv.DictReader(stream)} - {""}
    assert len(texts) > 250
    unresolved = {
        text: DIVISIONS.resolve(text) for text in texts if not DIVISIONS.resolve(text).code
    }
    assert len(unresolved) / len(texts) <= 0.001, unresolved


def test_places_of_the_events(shared_data: Path) -> None:
    with (shared_data / "events/events_2012_2021.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    places = {(r["region_province"], r["region_city"], r["region_district"]) for r in rows}
    unresolved = {place for place in places if not DIVISIONS.resolve("".join(place)).code}
    # a bonded port in 北仑, written without saying that it is one
    assert unresolved == {("浙江", "宁波", "梅山")}
    homes = {r["firm_home_province"] + r["firm_home_city"] for r in rows} - {""}
    assert all(DIVISIONS.resolve(home).code for home in homes)


def test_fast_enough_for_a_registry() -> None:
    texts = [DIVISIONS.full_name(code) for code in CODES] * 2
    DIVISIONS.resolve(texts[0])
    best = min(_seconds(texts) for _ in range(3))
    # about 35,000 whole paths a second where this was written: a generous fraction of that
    assert len(texts) / best > 5_000


def _seconds(texts: list[str]) -> float:
    start = time.perf_counter()
    for text in texts:
        DIVISIONS.resolve(text)
    return time.perf_counter() - start
