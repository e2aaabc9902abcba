"""Unified social credit codes, beside python-stdnum as the independent answer."""

from __future__ import annotations

import time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc

from ingest import uscc

RIGHT = "91110000600037341L"
ANY_CODE = st.one_of(
    st.text(max_size=20),
    st.text(uscc.ALPHABET, min_size=17, max_size=19),
    st.text("0123456789", min_size=8, max_size=8).flatmap(
        lambda head: st.text(uscc.ALPHABET, min_size=10, max_size=10).map(lambda tail: head + tail)
    ),
    st.builds(uscc.make, st.from_regex("[0-9]{6}", fullmatch=True), st.integers(0, 31**6 - 1)),
)


def valid_by_stdnum(code: str) -> bool:
    """As stdnum has it, without the cleaning it does first."""
    return stdnum_uscc.is_valid(code) and stdnum_uscc.compact(code) == code


@given(ANY_CODE)
def test_check_agrees_with_stdnum(code: str) -> None:
    assert (uscc.check(code) is None) == valid_by_stdnum(code)


@given(st.lists(st.none() | ANY_CODE, max_size=12), st.integers(0, 4))
def test_check_many_agrees_with_check(codes: list[str | None], skipped: int) -> None:
    expected = [code is not None and uscc.check(code) is None for code in codes]
    column = pa.array(codes, pa.string())
    assert uscc.check_many(column).tolist() == expected
    assert uscc.check_many(column.slice(skipped)).tolist() == expected[skipped:]
    assert uscc.check_many(pa.chunked_array([column, column])).tolist() == expected * 2
    assert uscc.check_many(np.array(codes, dtype=object)).tolist() == expected


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (RIGHT, None),
        ("9111000060003734", "统一社会信用代码应为 18 位，这里是 16 位"),
        ("110000006000373", "15 位数字是旧的工商注册号，不是统一社会信用代码"),
        ("91110000600037341M", "校验位不对：按前 17 位末位应为 L，这里是 M"),
        ("9111O000600037341L", "第 5 位是“O”，代码里没有这个字符；是否为 91110000600037341L"),
        ("A1110000600037341L", "第 1 位是“A”，前 8 位应为数字"),
        ("91110000600037341!", "第 18 位是“!”，代码里没有这个字符"),
        ("", "统一社会信用代码应为 18 位，这里是 0 位"),
    ],
)
def test_check_says_why_not(code: str, reason: str | None) -> None:
    assert uscc.check(code) == reason


@pytest.mark.parametrize(
    "written",
    ["９１１１００００６０００３７３４１Ｌ", "9111 0000 6000-37341l", "'91110000600037341L\u200b"],
)
def test_normalise(written: str) -> None:
    assert uscc.normalise(written) == RIGHT


def test_look_alikes_are_not_repaired_silently() -> None:
    assert uscc.normalise("9111o000600037341L") == "9111O000600037341L"


def test_region() -> None:
    assert uscc.region_of(uscc.make("370502", 7)) == "370502"


@given(st.from_regex("[0-9]{6}", fullmatch=True), st.integers(0, 31**6 - 2))
def test_made_codes_are_right_and_differ(region: str, serial: int) -> None:
    code = uscc.make(region, serial)
    assert valid_by_stdnum(code)
    assert code != uscc.make(region, serial + 1)
    assert code == uscc.make(region, serial)


@pytest.mark.parametrize(
    ("region", "serial"), [("3705", 1), ("37050x", 1), ("370502", -1), ("370502", 31**6)]
)
def test_make_refuses_what_it_cannot_encode(region: str, serial: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        uscc.make(region, serial)


def test_empty_column() -> None:
    assert uscc.check_many(pa.array([], pa.string())).tolist() == []


def test_a_column_is_checked_fast() -> None:
    codes = pa.array([uscc.make("370502", i) for i in range(2_000)] * 100)
    start = time.perf_counter()
    right = uscc.check_many(codes)
    seconds = time.perf_counter() - start
    assert right.all()
    # 1 M codes take well under 0.5 s on an idle machine; leave room for a busy one
    assert seconds < 1
