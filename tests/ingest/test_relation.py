"""What two firms are to each other, as their names say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.namemodel import parse
from ingest.resolve import Resolver
from ingest.resolve.relation import relation

NAMES = [
    "陕西聚泰新材料科技有限公司",
    "宁德时代新能源科技股份有限公司",
    "上海电气风电集团股份有限公司",
    "比亚迪股份有限公司",
    "万华化学集团股份有限公司",
    "三一重工股份有限公司",
    "国网浙江省电力有限公司",
    "珠海格力电器股份有限公司",
]
RESOLVER = Resolver(NAMES)


def verdict(text: str, other: str) -> tuple[str, str]:
    """(relation, why) of a text to a firm of the registry."""
    for found in RESOLVER.resolve([text])[0].candidates:
        if found.name == other:
            return found.relation, found.why
    return "not a candidate", ""


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [
        ("宁德时代（贵州）新能源科技有限公司", NAMES[1], "subsidiary"),
        ("上海电气风电集团（汕头）有限公司", NAMES[2], "subsidiary"),
        ("比亚迪汽车工业有限公司", NAMES[3], "subsidiary"),
        ("万华化学（四川）有限公司", NAMES[4], "subsidiary"),
        ("三一集团有限公司", NAMES[5], "parent"),
        ("珠海格力集团有限公司", NAMES[7], "parent"),
        ("上海电气风电集团股份有限公司舟山分公司", NAMES[2], "branch"),
        ("国网浙江省电力有限公司舟山供电公司", NAMES[6], "branch"),
        ("浙江聚泰新能源材料有限公司", NAMES[0], "namesake"),
        ("格力地产股份有限公司", NAMES[7], "namesake"),
        ("宁德时代", NAMES[1], "same"),
        ("宁德时代新能源科技股份有限公司", NAMES[1], "same"),
    ],
)
def test_relations(text: str, other: str, expected: str) -> None:
    assert verdict(text, other)[0] == expected


def test_the_reason_names_the_brand() -> None:
    assert "冠有“宁德时代”" in verdict("宁德时代（贵州）新能源科技有限公司", NAMES[1])[1]


def test_a_core_that_many_bear_says_nothing() -> None:
    lower, upper = parse("江苏东方新能源科技有限公司"), parse("东方新能源股份有限公司")
    assert relation(lower, upper, 0.0, 0).relation == "subsidiary"
    assert relation(lower, upper, 0.0, 9).relation == "namesake"


@given(st.text(max_size=16), st.text(max_size=16), st.floats(0, 1), st.integers(0, 9))
def test_any_two_texts_have_a_verdict(one: str, other: str, chance: float, sharers: int) -> None:
    found = relation(parse(one), parse(other), chance, sharers)
    assert (found.relation in ("same", "unknown")) == (found.why == "")
