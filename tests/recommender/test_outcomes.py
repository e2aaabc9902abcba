"""Signed outcomes of the office's own lists are events that the model learns from."""

from __future__ import annotations

from typing import Any

import pytest

from recommender.learned import past_events, train, with_signed
from tests.recommender.past_world import past
from tests.recommender.worlds import snapshot


def row(outcome: str = "signed", **more: Any) -> dict[str, Any]:
    found = {
        "firm_id": "企业10", "firm": "企业10", "region": "330900", "chain": "wind",
        "link": "wind.blade", "date": "2022-03", "outcome": outcome, "why": "", "origin": "list:1",
    }  # fmt: skip
    return found | more


def test_a_signed_firm_is_an_event() -> None:
    world = snapshot(**past())
    more = with_signed(world, [row(), row("lost", firm_id="企业11"), row(date=None)])
    assert len(more.events) == len(world.events) + 1
    assert more.events.ids[-1].as_py() == "list:1:企业10"
    assert more.firms.ids[int(more.events.firm[-1])].as_py() == "企业10"
    assert more.events.date[-1] == pytest.approx(2022.2, abs=0.1)
    assert len(past_events(more)) == len(past_events(world)) + 1


def test_it_counts_in_training() -> None:
    world = snapshot(**past())
    cards = [train(made).card for made in (world, with_signed(world, [row()]))]
    assert cards[0] != cards[1]


def test_nothing_signed_changes_nothing() -> None:
    world = snapshot(**past())
    assert with_signed(world, [row("talking")]) is world
