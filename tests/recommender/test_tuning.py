"""What an office may set: the table covers the settings, and settings are made of what was set."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.gaps import GapSettings
from recommender import RankSettings
from recommender.tuning import BY_KEY, GROUPS, ROWS, Row, Tuned, row_of, said

# Of one question, not of an office; the limits and the day have options of their own.
ASKED = {
    "as_of", "weights", "blacklist", "checks", "max_per_group", "max_per_link", "draws",
    "draw_spread", "candidates", "paths_per_target", "hub_limit", "version",
}  # fmt: skip
NUMBERS = [row for row in ROWS if not row.words]


def test_every_threshold_and_weight_of_both_analyses_can_be_set() -> None:
    gaps = {row.key for row in ROWS if row.group in ("both", "types")}
    assert gaps == set(GapSettings.model_fields) - {"weights", "marks", "version"}
    ranking = {row.key for row in ROWS if row.group in ("both", "signals")}
    assert ranking - gaps | {r.key for r in ROWS if r.group == "both"} == (
        set(RankSettings.model_fields) - ASKED
    )
    weights = {row.name for row in ROWS if row.group == "priority"}
    assert weights == set(GapSettings().component_weights())
    assert {row.name for row in ROWS if row.group == "ranking"} == set(RankSettings().weights)


def test_a_threshold_of_both_has_one_default() -> None:
    for row in ROWS:
        if row.group == "both":
            assert getattr(GapSettings(), row.key) == getattr(RankSettings(), row.key)


def test_names_are_told_apart_and_every_row_says_what_it_does() -> None:
    names = [name for row in ROWS for name in (row.key, row.label)]
    assert len(set(names)) == len(names)
    assert all(len(row.help) > 5 and row.group in GROUPS for row in ROWS)
    assert row_of("具备门槛") is row_of(" presence_threshold ") is BY_KEY["presence_threshold"]
    with pytest.raises(ValueError, match=r"没有名为「门槛」的.*具备门槛（presence_threshold）"):
        row_of("门槛")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_the_default_is_a_value_that_can_be_set(row: Row) -> None:
    assert row.read(said(row.default)) == row.default
    assert type(row.read(said(row.default))) is type(row.default)


@pytest.mark.parametrize("row", NUMBERS, ids=lambda row: row.key)
def test_both_ends_of_a_range_can_be_computed_with(row: Row) -> None:
    low = 0.01 if row.above else row.low
    for value in (low, row.high):
        tuned = Tuned(1, {row.key: row.read(value)})
        found = {
            "ranking": tuned.ranking().weights.get(row.name),
            "priority": tuned.gaps().weights.model_dump().get(row.name),
            "signals": getattr(tuned.ranking(), row.name, None),
        }.get(row.group, getattr(tuned.gaps(), row.name, None))
        assert found == value
    for beyond in (row.high + 1, row.low - 1, *((row.low,) if row.above else ())):
        with pytest.raises(ValueError, match=f"「{row.label}」应为"):
            row.read(beyond)


@pytest.mark.parametrize(
    ("key", "text", "complaint"),
    [
        ("presence_threshold", "0", "「具备门槛」应为数字，大于 0，不大于 100，收到「0」"),
        ("presence_threshold", "", "「具备门槛」应为数字，大于 0，不大于 100，收到空值"),
        ("presence_threshold", "nan", "「具备门槛」应为数字，大于 0，不大于 100，收到「nan」"),
        ("presence_threshold", True, "收到 true"),
        ("ranking.fit", "1.2", "「环节契合权重」应为数字，至多 2 位小数，0 至 1，收到「1.2」"),
        ("ranking.fit", 0.125, "「环节契合权重」应为数字，至多 2 位小数，0 至 1，收到 0.125"),
        ("leader_min_known", "2.5", "「链主推断最少企业数」应为整数，1 至 1000，收到「2.5」"),
        ("leader_tags", 3, "「链主标签」应为一组词，收到 3"),
        ("leader_tags", "、".join(map(str, range(31))), "至多 30 个词"),
    ],
)
def test_what_cannot_be_is_refused_by_name(key: str, text: object, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        BY_KEY[key].read(text)


def test_words_are_read_however_they_are_parted() -> None:
    row = BY_KEY["leader_tags"]
    assert row.read(" 链主，龙头;龙头 单项冠军 ") == ("链主", "龙头", "单项冠军")
    assert row.read("") == ()
    assert Tuned(1, {"leader_tags": ("龙头",)}).gaps().leader_tags == ("龙头",)


def test_what_was_set_is_a_base_and_one_question_comes_first() -> None:
    tuned = Tuned(3, {"presence_threshold": 2.0, "ranking.fit": 0.5, "priority.supply": 0.9})
    assert tuned.gaps().version == tuned.ranking().version == 3
    assert tuned.gaps().presence_threshold == tuned.ranking().presence_threshold == 2.0
    asked = tuned.ranking(weights={"reach": 0.3}, presence_threshold=1.0, draws=7)
    assert (asked.weights["fit"], asked.weights["reach"]) == (0.5, 0.3)
    assert (asked.presence_threshold, asked.draws) == (1.0, 7)
    beside = tuned.gaps_beside(asked)
    assert (beside.presence_threshold, beside.weights.supply) == (1.0, 0.9)
    gaps = tuned.gaps(weights={"policy": 0.0}, lq_strong=9)
    assert (gaps.weights.supply, gaps.weights.policy, gaps.lq_strong) == (0.9, 0.0, 9)
    assert Tuned().gaps() == GapSettings()
    assert Tuned().ranking() == RankSettings()


@given(st.dictionaries(st.sampled_from([r.key for r in NUMBERS]), st.just(0.5), min_size=1))
def test_a_mark_tells_values_apart(values: dict[str, float]) -> None:
    mark = Tuned(1, values).mark
    assert mark == Tuned(1, dict(reversed(values.items()))).mark
    assert mark != Tuned(2, values).mark
    assert mark != Tuned(1, values | {"ranking.fit": 0.75}).mark
    assert mark != Tuned().mark
