"""The two tables of graph.regions agree with themselves and with the reported counts."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from graph.regions import Division, Divisions, DivisionsInvalid
from graph.regions.table import (
    LEVELS,
    DivisionUnknown,
    FormerKind,
    division_of,
    read_divisions,
    read_former,
)

MUNICIPALITIES = ("110000", "120000", "310000", "500000")
DIVISIONS = Divisions.national()


def test_counts_are_those_reported_for_2023() -> None:
    counts = Counter(d.level for d in DIVISIONS)
    assert counts == {"province": 34, "prefecture": 333, "county": 2844}


def test_codes_are_sorted_and_six_digits() -> None:
    codes = [d.code for d in read_divisions()]
    assert codes == sorted(set(codes))
    assert all(len(code) == 6 and code.isdigit() for code in codes)


def test_descendants_are_a_range_of_codes() -> None:
    everyone = [d.code for d in DIVISIONS]
    for division in DIVISIONS:
        if division.level == "county":
            continue
        digits = 2 if division.level == "province" else 4
        in_range = {c for c in everyone if c[:digits] == division.code[:digits]}
        assert {division.code, *DIVISIONS.descendants(division.code)} == in_range


def test_municipalities_and_provinces_hold_some_counties_directly() -> None:
    direct = {
        d.parent
        for d in DIVISIONS
        if d.level == "county" and d.parent is not None and d.parent.endswith("0000")
    }
    assert direct == {*MUNICIPALITIES, "410000", "420000", "460000", "650000"}
    assert DIVISIONS["429004"].name == "仙桃市"


def test_coordinates_are_in_the_country_and_mostly_known() -> None:
    known = [d for d in DIVISIONS if d.lon is not None and d.lat is not None]
    assert len(DIVISIONS) - len(known) == 20
    assert all(73 < (d.lon or 0) < 136 and 3 < (d.lat or 0) < 54 for d in known)


def test_location_falls_back_to_what_is_above() -> None:
    assert DIVISIONS["330113"].lon is None
    assert DIVISIONS.location("330113") == DIVISIONS.location("330100")
    assert DIVISIONS.location("330113", or_above=False) is None


def test_former_names_point_at_present_ones(root: Path) -> None:
    with (root / "graph/regions/former.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) > 600
    for row in rows:
        assert DIVISIONS[row["code"]].name == row["present"], row
        assert row["kind"] in get_args(FormerKind), row
        assert not row["year"] or 1980 <= int(row["year"]) <= 2024, row


def test_old_codes_are_not_in_use_and_mean_one_place() -> None:
    codes = [f.old_code for f in read_former() if f.old_code]
    assert len(codes) == len(set(codes))
    assert not [code for code in codes if code in DIVISIONS]


def test_tree_questions() -> None:
    assert DIVISIONS.full_name("330902") == "浙江省舟山市定海区"
    assert DIVISIONS.short_name("330902") == "定海"
    assert DIVISIONS.ancestors("330902") == ("330000", "330900")
    assert DIVISIONS.children("330900") == ("330902", "330903", "330921", "330922")
    assert DIVISIONS.is_within("330902", "330000")
    assert not DIVISIONS.is_within("330000", "330902")


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("150000", "内蒙古"), ("450000", "广西"), ("810000", "香港"), ("422800", "恩施"),
        ("222400", "延边"), ("152500", "锡林郭勒"), ("653000", "克孜勒苏"), ("522600", "黔东南"),
        ("622926", "东乡"), ("331127", "景宁"), ("350405", "沙县"), ("140109", "万柏林"),
        ("429021", "神农架"), ("441803", "清新"), ("310115", "浦东"), ("140303", "矿区"),
    ],
)  # fmt: skip
def test_short_names(code: str, short: str) -> None:
    assert DIVISIONS.short_name(code) == short


def test_unknown_code_is_named() -> None:
    with pytest.raises(DivisionUnknown, match="999999"):
        DIVISIONS.full_name("999999")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([Division("1", "甲", "province"), Division("1", "乙", "province")], "出现了两次"),
        ([Division("1", "甲", "county", "9")], "上级 9 不在表中"),
        ([Division("1", "甲", "county"), Division("2", "乙", "province", "1")], "级别不比它高"),
    ],
)
def test_contradictory_rows_are_refused(rows: list[Division], message: str) -> None:
    with pytest.raises(DivisionsInvalid, match=message):
        Divisions(rows)


def test_unknown_level_is_refused() -> None:
    assert LEVELS == ("province", "prefecture", "county")
    with pytest.raises(DivisionsInvalid, match="village"):
        division_of("1", "甲", "village", None)
    with pytest.raises(DivisionsInvalid, match="缺代码或名称"):
        division_of("", "甲", "county", None)


def test_table_agrees_with_the_list_it_was_made_from(shared_data: Path) -> None:
    with (shared_data / "regions/areas.csv").open(encoding="utf-8-sig", newline="") as stream:
        listed = {row["code"]: row["name"] for row in csv.DictReader(stream)}
    ours = {d.code: d.name for d in DIVISIONS if d.level == "county"}
    assert {code: listed[code] for code in ours} == ours
    left_out = {listed[code] for code in listed.keys() - ours.keys() if code[4] != "7"}
    assert left_out == {
        "东莞市", "中山市", "儋州市", "嘉峪关市", "中沙群岛的岛礁及其海域", "大柴旦行政委员会",
        "加格达奇区", "松岭区", "新林区", "呼中区",
    }  # fmt: skip
