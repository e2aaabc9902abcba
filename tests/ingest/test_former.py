"""The bundled table of renames, and what the resolver makes of it."""

from __future__ import annotations

import csv
from importlib import resources

import pytest

from ingest.names import name_key
from ingest.reference import FOLDER
from ingest.resolve import Registry, Resolver
from ingest.resolve.former import renamed

ZHONGHUAN, TCL = "天津中环半导体股份有限公司", "TCL中环新能源科技股份有限公司"
OTHERS = ["江苏长电科技股份有限公司", "中环国际环境科技有限公司"]


def rows() -> list[dict[str, str]]:
    source = resources.files("ingest.resolve").joinpath("former.csv")
    return list(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))


def test_the_table_is_sound() -> None:
    given = rows()
    assert len(given) > 250
    assert [(r["name"], r["former"]) for r in given] == sorted({
        (r["name"], r["former"]) for r in given
    })  # fmt: skip
    now, before = ({name_key(r[c]) for r in given} for c in ("name", "former"))
    assert not now & before, "a name that was given up leads to the last known one in one step"
    assert len(before) == len(given), "no name was given up by two firms"
    assert all(not r["year"] or 1990 <= int(r["year"]) <= 2026 for r in given)
    assert all(name_key(r["name"]).endswith("公司") for r in given)


def test_no_two_firms_of_the_bundled_data_are_one_firm_of_the_table() -> None:
    firms: dict[str, set[str]] = {}
    for file in sorted(FOLDER.glob("firms/*.csv")):
        for row in csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()):
            for name in (row["name"], *row["aliases"].split(";")):
                known = renamed().get(name_key(name))
                if known is not None:
                    firms.setdefault(known.names[0], set()).add(row["name"])
    assert len(firms) > 80
    assert not {name: some for name, some in firms.items() if len(some) > 1}


@pytest.mark.parametrize(
    ("stored", "asked", "why"),
    [
        (TCL, ZHONGHUAN, "与该企业的曾用名相同（据随附的更名表，2022 年更名）"),
        (ZHONGHUAN, TCL, "与该企业更名后的名称相同（据随附的更名表）"),
        (
            "中兴通讯股份有限公司",
            "深圳市中兴通讯股份有限公司",
            "与该企业的曾用名相同（据随附的更名表）",
        ),
    ],
)
def test_a_renamed_firm_is_found_by_either_name(stored: str, asked: str, why: str) -> None:
    answer = Resolver([*OTHERS, stored]).resolve([asked])[0]
    assert (answer.decision, answer.candidates[0].name, answer.why) == ("match", stored, why)


def test_the_table_can_be_left_out() -> None:
    answer = Resolver([*OTHERS, TCL], renames=False).resolve([ZHONGHUAN])[0]
    assert answer.decision == "none"


def test_an_earlier_name_leads_to_one_between() -> None:
    """The table gives the last name; a store may hold any of them."""
    found = Resolver(["同方国芯电子股份有限公司", *OTHERS]).resolve(
        ["唐山晶源裕丰电子股份有限公司"]
    )
    assert found[0].firm is not None
    assert found[0].firm.name == "同方国芯电子股份有限公司"


def test_a_short_name_of_a_former_name_is_found() -> None:
    answer = Resolver([TCL, *OTHERS]).resolve(["中环半导体"])[0]
    assert answer.candidates[0].name == TCL
    assert "曾用名" in answer.candidates[0].why


def test_a_firm_that_bears_the_name_itself_comes_first() -> None:
    answer = Resolver([TCL, ZHONGHUAN]).resolve([ZHONGHUAN])[0]
    assert answer.candidates[0].name == ZHONGHUAN
    assert answer.why == "名称相同（规范写法后）"


def test_what_the_registry_says_comes_first() -> None:
    known = Registry.of_names([TCL, OTHERS[0]], aliases=[[], [ZHONGHUAN]])
    answer = Resolver(known).resolve([ZHONGHUAN])[0]
    assert answer.candidates[0].name == OTHERS[0]


def test_a_name_that_a_firm_bears_is_nobody_elses() -> None:
    answer = Resolver([TCL, ZHONGHUAN]).resolve(["中环半导体"])[0]
    assert answer.candidates[0].name == ZHONGHUAN
    assert "曾用名" not in answer.candidates[0].why
