from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.identity import plain_key, plain_name, spelling
from ingest.names import display_name, name_key
from ingest.workbench import Workbench

WORDS = st.sampled_from(
    [
        "股份",
        "有限",
        "责任",
        "公司",
        "（",
        "）",
        "(",
        "集团",
        "臺灣",
        "乾",
        "Ａ",
        "ｂ",
        "\u200b",
        " ",
    ]
)
NAMES = st.lists(
    st.one_of(
        WORDS, st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=3)
    ),
    max_size=8,
).map("".join)


@pytest.fixture(scope="module")
def workbench() -> Iterator[Workbench]:
    with Workbench() as bench:
        yield bench


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("甲（东营）有限公司", "甲(东营)有限公司"),
        ("甲有限责任公司", "甲有限公司"),
        ("甲股份公司", "甲股份有限公司"),
        ("ＡＢＣ１有限公司", "abc1有限公司"),
        ("臺灣積體電路製造股份有限公司", "台湾积体电路制造股份有限公司"),
        ("甲\u200b重工\u200f有限公司", "甲重工有限公司"),
        ("甲\u00ad重工\ufeff有限公司 ", "甲重工 有限公司"),
        ("葛\U000e0100城有限公司", "葛城有限公司"),
        ("甲·乙公司", "甲乙公司"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("陕西聚泰新材料科技有限公司", "浙江聚泰新材料科技有限公司"),
        ("甲有限公司", "甲股份有限公司"),
        ("甲集团有限公司", "甲有限公司"),
        ("乾照光电", "干照光电"),
        ("𠮷野家有限公司", "吉野家有限公司"),
    ],
)
def test_names_of_two_firms(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.one_of(NAMES, st.text()))
@example("有限責任公司")
@example("İ")
def test_keys_and_displayed_names_are_settled_at_once(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)
    assert display_name(display_name(text)) == display_name(text)


@given(st.one_of(NAMES, st.text()))
def test_what_is_shown_means_the_same_firm(text: str) -> None:
    assert name_key(display_name(text)) == name_key(text)


@given(
    st.lists(
        st.one_of(NAMES, st.text(st.characters(codec="utf-8", exclude_characters="\0"))), min_size=1
    )
)
def test_sql_and_python_make_the_same_keys(workbench: Workbench, texts: list[str]) -> None:
    assert sql_keys(workbench, texts) == {text: name_key(text) for text in texts}


def sql_keys(workbench: Workbench, texts: list[str]) -> dict[str, str]:
    """Keys as a load makes them: plain names in SQL, the rest through Python."""
    table = workbench.add("t", pa.table({"name": pa.array(texts, pa.string())}))
    odd = spelling(workbench, table, "name")
    found = workbench.rows(
        f"SELECT t.name, coalesce({odd}.key, {plain_key('t.name')}) FROM {table} t"
        f" LEFT JOIN {odd} ON t.name = {odd}.text"
    )
    workbench.drop(table, odd)
    return dict(found)


def test_sql_and_python_agree_on_real_names(workbench: Workbench, shared_data: Path) -> None:
    path = shared_data / "firms" / "listed_to_2017.csv"
    rows = workbench.rows(f"SELECT name FROM read_csv('{path}', all_varchar=true)")
    names = sorted({name for (name,) in rows if name})
    assert len(names) > 3000
    assert sql_keys(workbench, names) == {name: name_key(name) for name in names}


def test_plain_names_are_shown_as_they_are(workbench: Workbench) -> None:
    names = ["甲（东营）有限公司", "ABC科技", "一龥9"]
    table = workbench.add("t", pa.table({"name": names}))
    plain = workbench.rows(f"SELECT t.name, {plain_name('t.name')} FROM {table} t")
    assert plain == [(name, True) for name in names]
    assert [display_name(name) for name in names] == names
