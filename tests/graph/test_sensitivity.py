from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import GapReport, GapSettings, find_gaps
from graph.gaps import weight_sensitivity
from tests.graph.gap_worlds import World, memory, worlds
from tests.graph.test_gaps import DATA


@given(worlds(), st.integers(1, 4))
def test_ranks_are_ranks(world: World, top: int) -> None:
    report = find_gaps(memory(**world), region="舟山")
    found = weight_sensitivity(report, draws=40, top=top)
    known = [link for _, link in report.gaps() if link.priority is not None]
    assert [gap.link for gap in found.gaps] == [link.id for link in known]
    assert [gap.rank for gap in found.gaps] == list(range(1, len(known) + 1))
    for gap in found.gaps:
        assert 1 <= gap.best <= gap.worst <= len(known)
        assert 0.0 <= gap.top_share <= 1.0
    assert sum(gap.top_share for gap in found.gaps) == pytest.approx(min(top, len(known)))


@pytest.fixture(scope="module")
def report() -> GapReport:
    return find_gaps(memory(**DATA), region="东营")


def test_near_the_chosen_weights_the_order_stays(report: GapReport) -> None:
    found = weight_sensitivity(report, draws=50, top=1, concentration=1e7)
    assert found.gaps[0].top_share == 1.0
    assert (found.gaps[0].best, found.gaps[0].worst) == (1, 1)


def test_the_same_seed_says_the_same_and_says_it_in_words(report: GapReport) -> None:
    first, again = (weight_sensitivity(report, draws=200) for _ in range(2))
    assert first == again
    answer = first.to_dict()
    assert answer["draws"] == 200
    gap = first.gaps[0]
    assert f"{gap.top_share:.0%} 位于前 5" in first.sentence(gap)
    assert list(first.to_frame(chinese=True)["环节"]) == [g.name for g in first.gaps]
    assert "<table" in first._repr_html_()


def test_a_weight_of_zero_stays_zero() -> None:
    only = GapSettings.model_validate(
        {"weights": dict.fromkeys(GapSettings().component_weights(), 0.0) | {"supply": 1.0}}
    )
    alone = find_gaps(memory(**DATA), region="东营", settings=only)
    found = weight_sensitivity(alone, draws=30)
    shares = np.array([gap.top_share for gap in found.gaps])
    assert set(shares.tolist()) <= {0.0, 1.0}


def test_nothing_to_draw_is_an_error(report: GapReport) -> None:
    with pytest.raises(ValueError, match="大于 0"):
        weight_sensitivity(report, draws=0)
