"""Numbers, money, dates, shares and lists as people write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.values import (
    MONEY_UNITS,
    Amount,
    Cell,
    Money,
    RangeProblem,
    ValueProblem,
    is_missing,
    parse_amount_yi,
    parse_date,
    parse_integer,
    parse_money,
    parse_number,
    parse_ratio,
    split_list,
)

TODAY = dt.date(2026, 1, 1)
MISSING: list[Cell] = [
    None, "", "  ", "\u3000", "—", "-", "--", "－", "/", "无", "暂无", "不详", "未公开", "N/A",
    "n/a", "NULL", "NaN", "#N/A", float("nan"),
]  # fmt: skip


def on_new_year(cell: Cell) -> str | None:
    return parse_date(cell, today=TODAY)


PARSERS: list[Callable[[Cell], Any]] = [
    parse_number, parse_integer, parse_ratio, parse_money, parse_amount_yi, on_new_year,
]  # fmt: skip


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize("cell", MISSING)
def test_missing_is_missing_for_every_parser(parse: Callable[[Cell], Any], cell: Cell) -> None:
    assert parse(cell) is None
    assert is_missing(cell)


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize("cell", ["你好", "1 2 x", "9" * 101, True, float("inf"), dt.time(9)])
def test_nonsense_is_a_problem_for_every_parser(parse: Callable[[Cell], Any], cell: Cell) -> None:
    with pytest.raises(ValueProblem):
        parse(cell)


# What real cells are made of, so that drawn texts get far into the parsers.
CELLS = st.one_of(
    st.text(max_size=30),
    st.text(
        "0123456789.,，-—~至(（)）+%eE万亿千百十元人约余美港民币年月日/: 零一二两三点壹拾佰Q",
        max_size=16,
    ),
    st.floats(),
    st.integers(),
    st.dates(),
    st.datetimes(),
    st.none(),
    st.booleans(),
)


@pytest.mark.parametrize("parse", PARSERS)
@given(cell=CELLS)
@example(cell="1" * 100)
@example(cell="1e99")
@example(cell="9" * 90 + "万亿")
@example(cell="①½²٣")
@example(cell="十11")
def test_any_cell_is_a_value_or_a_problem(parse: Callable[[Cell], Any], cell: Cell) -> None:
    problem = None
    value = None
    try:
        value = parse(cell)
    except ValueProblem as caught:
        problem = caught
    assert (value is None and problem is None) == is_missing(cell)
    if problem is not None:
        assert problem.reason
        assert len(problem.text) <= 41
        assert str(problem) == f"“{problem.text}”：{problem.reason}"


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,234.5", 1234.5), ("１２３", 123), ("12.3万", 123_000), ("约300", 300), ("300余", 300),
        ("300以上", 300), ("300左右", 300), ("超过300", 300), ("300余万", 3_000_000), ("3百", 300),
        ("1.5千万", 15_000_000), ("1亿2000万", 120_000_000), ("三千五百", 3500), ("两亿", 2e8),
        ("一点五亿", 1.5e8), ("壹仟", 1000), ("(1,234)", -1234), ("-12", -12), ("−12", -12),
        ("+7", 7), (".5", 0.5), ("1e5", 100_000), (12, 12), (12.5, 12.5), ("0", 0), ("1 234", 1234),
    ],
)  # fmt: skip
def test_number(cell: Cell, value: float) -> None:
    assert parse_number(cell) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1,23", "千分位逗号的位置不对"),
        ("80%", "是百分数，这里要一个数"),
        ("三个", "不是数"),
        ("1.2.3", "不是数"),
        ("300人", "不是数"),
    ],
)
def test_number_says_why_not(text: str, reason: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        parse_number(text)
    assert caught.value.reason == reason


def test_number_with_its_unit() -> None:
    assert parse_number("1,200亩", units=("亩",)) == 1200
    assert parse_number("约1200余亩", units=("亩",)) == 1200


@given(st.floats(-1e15, 1e15))
def test_number_round_trip(value: float) -> None:
    assert parse_number(value) == value
    assert parse_number(repr(value)) == value
    assert parse_number(f"{value:,.3f}") == float(f"{value:.3f}")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1000人", 1000),
        ("1,000", 1000),
        ("约300余人", 300),
        ("1000.0", 1000),
        (35.0, 35),
        ("百", None),
    ],
)
def test_integer(cell: Cell, value: int | None) -> None:
    if value is None:
        with pytest.raises(ValueProblem, match="不是数"):
            parse_integer(cell)
    else:
        assert parse_integer(cell) == value


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1000-4999人", 1000, 4999), ("1000~4999", 1000, 4999), ("50至99人", 50, 99),
        ("50人-99人", 50, 99), ("3-5万", 30_000, 50_000), ("50人以下", None, 50),
        ("少于50人", None, 50),
    ],
)  # fmt: skip
def test_range_stays_a_range(text: str, low: float | None, high: float) -> None:
    with pytest.raises(RangeProblem) as caught:
        parse_integer(text)
    assert (caught.value.low, caught.value.high) == (low, high)


def test_integer_with_fraction() -> None:
    with pytest.raises(ValueProblem, match="应为整数"):
        parse_integer("3.5")


@given(st.integers(0, 10**12))
def test_integer_round_trip(value: int) -> None:
    assert parse_integer(f"{value:,}人") == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("80%", 0.8),
        ("0.8", 0.8),
        ("八成", 0.8),
        ("百分之八十", 0.8),
        ("100％", 1),
        (1, 1),
        ("0", 0),
    ],
)
def test_ratio(cell: Cell, value: float) -> None:
    assert parse_ratio(cell) == value


@pytest.mark.parametrize("cell", ["80", "120%", "-0.1", 1.01])
def test_ratio_outside_is_not_guessed_at(cell: Cell) -> None:
    with pytest.raises(ValueProblem, match="应在 0 到 1 之间"):
        parse_ratio(cell)


@given(st.floats(0, 1))
def test_ratio_round_trip(value: float) -> None:
    assert parse_ratio(repr(value)) == value


# ── money ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cell", "wan", "currency"),
    [
        ("3,000万元人民币", 3000, "CNY"), ("3000万元", 3000, "CNY"), ("3亿美元", 30_000, "USD"),
        ("379.75亿元", 3_797_500, "CNY"), ("5000", 5000, "CNY"), (5000, 5000, "CNY"),
        (13906.7031, 13906.7031, "CNY"), ("5000万", 5000, "CNY"), ("5000万(元)", 5000, "CNY"),
        ("5000（万元）", 5000, "CNY"), ("壹仟万元", 1000, "CNY"), ("伍佰万元整", 500, "CNY"),
        ("1000.000000万人民币", 1000, "CNY"), ("100万港元", 100, "HKD"),
        ("100万（港币）", 100, "HKD"),
        ("3亿元左右", 30_000, "CNY"), ("约3亿余元", 30_000, "CNY"), ("US$3 million", 300, "USD"),
        ("注册资本：3000万元", 3000, "CNY"), ("5000元", 0.5, "CNY"), ("$5000", 0.5, "USD"),
        ("5000美元", 0.5, "USD"), ("50分", 0.00005, "CNY"), ("3千万元", 3000, "CNY"),
        ("5000万元（认缴）", 5000, "CNY"), ("人民币3000万元整", 3000, "CNY"),
        ("￥100万", 100, "CNY"),
        ("500万欧元", 500, "EUR"), ("2亿日元", 20_000, "JPY"), ("100万英镑", 100, "GBP"),
        ("5000万新台币", 5000, "TWD"), ("10亿韩元", 100_000, "KRW"), ("200万新加坡元", 200, "SGD"),
        ("EUR 500万", 500, "EUR"), ("30万瑞士法郎", 30, "CHF"), ("80万澳元", 80, "AUD"),
        ("80万加拿大元", 80, "CAD"), ("0", 0, "CNY"),
    ],
)  # fmt: skip
def test_money(cell: Cell, wan: float, currency: str) -> None:
    assert parse_money(cell) == Money(wan, currency)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("-3万", "金额不能为负"),
        ("(500)", "金额不能为负"),
        (-5, "金额不能为负"),
        ("10000000亿元", "金额超过 10 万亿，请检查单位"),
        ("5000 人民币", "没写单位，请写明是元还是万元"),
        ("USD 5000", "没写单位，请写明是元还是万元"),
        ("100万美元(折人民币700万元)", "写了两种货币：CNY、USD"),
        ("500万股", "不是数"),
        ("5元3角", "不是数"),
    ],
)
def test_money_says_why_not(cell: Cell, reason: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        parse_money(cell)
    assert caught.value.reason == reason


def test_unknown_currency_names_the_known_ones() -> None:
    with pytest.raises(ValueProblem, match="币种不认识，可用：CNY、USD"):
        parse_money("3亿卢布")


def test_range_of_money_quotes_the_cell() -> None:
    with pytest.raises(RangeProblem) as caught:
        parse_money("3-5亿元")
    assert (caught.value.text, caught.value.low, caught.value.high) == ("3-5亿元", 3e8, 5e8)
    with pytest.raises(RangeProblem, match="只给了上限"):
        parse_money("不超过3亿元")


@pytest.mark.parametrize(
    ("unit", "wan"), [("元", 0.0005), ("千元", 0.5), ("万元", 5), ("百万元", 500), ("亿元", 50_000)]
)
def test_default_unit_holds_only_where_none_is_written(unit: str, wan: float) -> None:
    assert unit in MONEY_UNITS
    assert parse_money("5", default_unit=unit) == Money(wan, "CNY")
    assert parse_money("5亿美元", default_unit=unit) == Money(50_000, "USD")


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("3", Amount(3, "CNY")), ("3亿美元", Amount(3, "USD")), ("5000万", Amount(0.5, "CNY")),
        ("105亿元", Amount(105, "CNY")), (12.5, Amount(12.5, "CNY")),
    ],
)  # fmt: skip
def test_amount_in_yi(cell: Cell, amount: Amount) -> None:
    assert parse_amount_yi(cell) == amount


@given(st.integers(0, 10**12), st.sampled_from(["万元", "万元人民币", "万美元", "万人民币", "万"]))
def test_money_round_trip(cents: int, unit: str) -> None:
    wan = cents / 10_000
    money = parse_money(f"{wan:,.4f}{unit}")
    assert money is not None
    assert money.amount_wan == wan
    assert money.currency == ("USD" if "美" in unit else "CNY")


# ── dates ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cell", "iso"),
    [
        ("2021年9月", "2021-09"), ("2021/9/1", "2021-09-01"), ("2021.9", "2021-09"),
        ("2021.9.1", "2021-09-01"), ("20210901", "2021-09-01"), ("202109", "2021-09"),
        ("2021", "2021"), ("2021年", "2021"), ("2021年度", "2021"), ("2021-9", "2021-09"),
        ("2021-09-01 00:00:00", "2021-09-01"), ("2021/9/1 10:00", "2021-09-01"),
        ("2021-09-01T08:30:00.000+08:00", "2021-09-01"), ("2021年9月1日10时30分", "2021-09-01"),
        ("2021 年 9 月 1 日", "2021-09-01"), ("２０２１年９月１日", "2021-09-01"),
        ("44440", "2021-09-01"), (44440, "2021-09-01"), (44440.5, "2021-09-01"),
        (20210901, "2021-09-01"), (2021, "2021"), ("二〇二一年九月", "2021-09"),
        ("二零二一年十二月三十一日", "2021-12-31"), ("二〇二一年十月", "2021-10"),
        ("2021Q3", "2021"), ("2021年第三季度", "2021"), ("2021年上半年", "2021"),
        ("2021年底", "2021"), ("2021年9月下旬", "2021-09"), ("2020-02-29", "2020-02-29"),
        (dt.date(2021, 9, 1), "2021-09-01"),
        (dt.datetime(2021, 9, 1, 8, tzinfo=dt.UTC), "2021-09-01"),
    ],
)  # fmt: skip
def test_date(cell: Cell, iso: str) -> None:
    assert on_new_year(cell) == iso


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("9999-12-31", "9999 年表示长期，不是日期"),
        ("长期", "是期限，不是日期"),
        ("2021年13月", "没有 13 月"),
        ("20211301", "没有 13 月"),
        ("2021-02-30", "2021 年 2 月没有 30 日"),
        ("0999", "年份 999 不合理（应在 1000 到 2076 之间）"),
        ("2077-01-01", "年份 2077 不合理（应在 1000 到 2076 之间）"),
        ("2021-2023", "是一段时间，请写一个日期"),
        ("2021年9月至2022年3月", "是一段时间，请写一个日期"),
        ("9/1/2021", "日和月的先后不清楚，请写成 年-月-日"),
        ("99-12-31", "年份只有两位，请写四位"),
        ("21年9月", "年份只有两位，请写四位"),
        (2021.1, "分不清是 1 月还是 10 月，请写成文本"),
        (12, "看不出是哪一天：应为 4、6、8 位数字或 Excel 日期序号"),
        ("下周", "不是日期"),
    ],
)
def test_date_says_why_not(cell: Cell, reason: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        on_new_year(cell)
    assert caught.value.reason == reason


@given(
    st.dates(dt.date(1927, 6, 1), dt.date(2075, 12, 31)),
    st.sampled_from(
        ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S"]
    ),
)
def test_date_round_trip(day: dt.date, form: str) -> None:
    assert on_new_year(day.strftime(form)) == day.isoformat()
    assert on_new_year(f"{day.year}年{day.month}月{day.day}日") == day.isoformat()
    assert on_new_year((day - dt.date(1899, 12, 30)).days) == day.isoformat()


@given(st.integers(1000, 2076), st.integers(1, 12))
def test_month_round_trip(year: int, month: int) -> None:
    for text in (f"{year}-{month:02}", f"{year}年{month}月", f"{year}/{month}", f"{year}.{month}"):
        assert on_new_year(text) == f"{year}-{month:02}"
    assert on_new_year(str(year)) == str(year)


# ── lists ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("聚丙烯(PP、PE);聚乙烯", ["聚丙烯(PP、PE)", "聚乙烯"]),
        ("聚丙烯（PP、PE)、聚乙烯", ["聚丙烯（PP、PE)", "聚乙烯"]),
        ("甲；乙、丙\n丁; ", ["甲", "乙", "丙", "丁"]),
        ("甲,乙;丙", ["甲,乙", "丙"]),
        ("a(b;c", ["a(b", "c"]),
        ("a)b;c", ["a)b", "c"]),
        ("甲、甲", ["甲"]),
        ("无", []),
        ("甲;无;—", ["甲"]),
        ("", []),
        (None, []),
    ],
)
def test_split_list(text: str | None, parts: list[str]) -> None:
    assert split_list(text) == parts


@given(st.lists(st.text("甲乙丙ab, ()", min_size=1, max_size=5).map(str.strip), max_size=5))
def test_list_round_trip(parts: list[str]) -> None:
    wanted = list(dict.fromkeys(p for p in parts if p and p.count("(") == p.count(")") == 0))
    assert split_list(";".join(wanted)) == wanted


@given(st.text(max_size=60))
def test_any_text_splits_without_loss_of_names(text: str) -> None:
    for part in split_list(text):
        assert part in text
        assert part == part.strip()
