from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import ranking
from benchmarks.plain import facts_of
from benchmarks.ranking import ways
from graph.store import Store
from tests import factory

LINKS = [factory.link("c.a"), factory.link("c.b"), factory.link("d.x")]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return factory.store(
        tmp_path,
        regions=[
            factory.region("370000", "山东省", lon=118.0, lat=36.0),
            factory.region("370500", "东营市", "370000", lon=118.67, lat=37.43),
            factory.region("370502", "东营区", "370500"),
            factory.region("370600", "烟台市", "370000", lon=121.4, lat=37.5),
            factory.region("440300", "深圳市", lon=114.1, lat=22.5),
        ],
        links=LINKS,
        firms=[
            factory.firm("local", "370502"),
            factory.firm("near", "370600", registered_capital=1000.0),
            factory.firm("far", "440300", registered_capital=1000.0),
            factory.firm("gone", "370600", status="注销"),
            factory.firm("nowhere", None),
        ],
        positions=[
            factory.position("local", "c.a", 0.6),
            factory.position("local", "c.b", 0.3),
            factory.position("near", "c.a", 1.0),  # filled: not a gap
            factory.position("near", "c.b", 0.8),
            factory.position("far", "c.b", 0.8),
            factory.position("far", "d.x", 1.0),
            factory.position("gone", "c.b", 1.0),
            factory.position("nowhere", "c.b", 0.2, role="leader"),
        ],
    )


@pytest.mark.parametrize("kind", ways())
def test_a_plain_way_answers_by_the_bare_formula(store: Store, kind: str) -> None:
    found = ways()[kind](facts_of(store)).answer("370500", "c", 10)
    assert [(a.firm, a.link) for a in found] == [
        ("near", "c.b"),
        ("far", "c.b"),
        ("nowhere", "c.b"),
    ]
    # 0.5 · 0.2 for strength, 0.2 for leading, nothing for place and size
    assert found[-1].score == pytest.approx(0.3)
    assert found[0].reason == "本地「c.b」是缺口，该企业在此卡位，强度 0.80"
    assert len(ways()[kind](facts_of(store)).answer("370500", "c", 1)) == 1


def test_questions_are_different_places_of_both_levels() -> None:
    codes = ranking.questions(10)
    assert len(set(codes)) == 10
    assert sum(code.endswith("00") for code in codes) == 5
