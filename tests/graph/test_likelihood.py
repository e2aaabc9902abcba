from __future__ import annotations

from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.likelihood import (
    FEATURES,
    Arrivals,
    Industries,
    LikelihoodSettings,
    Places,
    arrival_likelihood,
    arrivals_of,
    evidence,
    likelihood,
    model,
)
from graph.presence import Areas
from tests.factory import chain, firm, link, position, region
from tests.graph.gap_worlds import memory


def entries(*rows: tuple[int, int, float], shape: tuple[int, int] = (3, 3)) -> Arrivals:
    area, at, date = (np.array(column) for column in zip(*rows, strict=True))
    return Arrivals(area, at, date.astype(float), shape)


def nowhere(areas: int) -> Places:
    return Places(np.full((areas, areas), np.nan), np.zeros(areas, dtype=np.int64))


def history(seed: int = 0, areas: int = 40, links: int = 12) -> tuple[Arrivals, Places]:
    """Two kinds of areas that draw two kinds of links, large ones more, over thirty years."""
    random = np.random.default_rng(seed)
    size = 1.0 / np.arange(1, areas + 1)
    weight = size[:, None] * np.where(
        np.arange(areas)[:, None] % 2 == np.arange(links)[None, :] % 2, 1.0, 0.05
    )
    cell = random.choice(areas * links, 900, p=(weight / weight.sum()).ravel())
    date = random.uniform(1990, 2020, len(cell))
    return Arrivals(cell // links, cell % links, date, (areas, links)), nowhere(areas)


def test_entries_are_counted_by_date() -> None:
    found = entries((0, 0, 2000.0), (0, 0, 2005.5), (1, 2, np.nan))
    assert found.count(-np.inf, 2005.5)[0, 0] == 2
    assert found.count(2000.0, 2005.0).sum() == 0
    assert found.decayed(2001.0, 1.0)[0, 0] == pytest.approx(np.exp(-1.0))
    assert found.undated[1, 2]
    assert found.undated.sum() == 1
    assert found.last == 2005.5
    assert found.dated_share == pytest.approx(2 / 3)


def test_evidence_is_of_empty_cells_whose_area_and_link_have_firms() -> None:
    found = evidence(entries((0, 0, 2000), (0, 0, 2001), (1, 1, 2002)), nowhere(3), 2003.0)
    assert list(zip(found.area, found.link, strict=True)) == [(0, 1), (1, 0)]
    # two firms of three in area 0, one of three at link 1
    np.testing.assert_allclose(found.expected, [2 / 3, 2 / 3])
    assert found.features.shape == (2, len(FEATURES))


def test_a_cell_with_an_undated_firm_is_never_called_empty() -> None:
    found = evidence(entries((0, 0, 2000), (1, 1, 2002), (0, 1, np.nan)), nowhere(3), 2003.0)
    assert list(zip(found.area, found.link, strict=True)) == [(1, 0)]


@given(st.integers(0, 5), st.floats(2005, 2015))
def test_evidence_looks_at_nothing_later(seed: int, time: float) -> None:
    whole, places = history(seed)
    kept = whole.date <= time
    past = Arrivals(whole.area[kept], whole.link[kept], whole.date[kept], whole.shape)
    known, blind = evidence(whole, places, time), evidence(past, places, time)
    np.testing.assert_array_equal(known.area, blind.area)
    np.testing.assert_allclose(known.features, blind.features, atol=1e-9)


def test_industries_are_told_by_their_codes() -> None:
    # shipbuilding is vehicles, yet of no high technology; a section alone says nothing
    codes = [["3912"], ["397", "51"], ["37"], ["3731"], ["27"], [], ["C"]]
    found = Industries.of(codes)
    np.testing.assert_array_equal(found.technology, [1, 0.5, 1, 0, 1, np.nan, np.nan])
    assert found.alike[0, 1] == pytest.approx(0.5 * (0.7 + 0.3))
    assert found.alike[2, 3] == pytest.approx(1.0)
    assert found.alike[0, 4] == 0.0
    assert not found.alike[:, 5:].any()
    assert not np.diag(found.alike).any()


def test_every_division_is_known() -> None:
    with (resources.files("ingest.reference") / "codes" / "gbt4754.csv").open("rb") as file:
        codes = [line.split(b",")[0].decode() for line in file]
    divisions = [code for code in codes if len(code) == 2]
    assert len(divisions) == 97
    assert np.isfinite(Industries.of([[code] for code in divisions]).technology).all()


def test_what_is_known_of_industries_reaches_the_evidence() -> None:
    arrivals = entries((0, 0, 2000), (0, 0, 2001), (1, 1, 2002), (2, 2, 2002))
    known = Industries.of([["39"], ["40"], ["17"]])
    found = evidence(arrivals, nowhere(3), 2003.0, known)
    cell = {pair: i for i, pair in enumerate(zip(found.area, found.link, strict=True))}
    technology, related = (
        found.features[:, FEATURES.index(name)] for name in ("technology", "related_industries")
    )
    assert technology[cell[0, 1]] > technology[cell[0, 2]]
    # area 0 makes computers: instruments (39 and 40 are one group) are nearer than textiles
    assert related[cell[0, 1]] > related[cell[0, 2]]
    blind = evidence(arrivals, nowhere(3), 2003.0)
    assert not blind.features[:, FEATURES.index("technology")].any()
    assert not blind.features[:, FEATURES.index("related_industries")].any()


def test_technology_is_learned_from_the_past() -> None:
    arrivals, places = history(links=12)
    codes = [["39"] if link % 2 else ["17"] for link in range(12)]
    settings = LikelihoodSettings(min_arrivals=20)
    blind = arrival_likelihood(arrivals, places, settings)
    known = arrival_likelihood(arrivals, places, settings, Industries.of(codes))
    assert blind is not None
    assert known is not None
    np.testing.assert_array_equal(np.isfinite(blind), np.isfinite(known))
    assert not np.allclose(blind[np.isfinite(blind)], known[np.isfinite(known)])


def test_the_model_beats_size_where_kinds_of_areas_draw_kinds_of_links() -> None:
    arrivals, places = history()
    rate = arrival_likelihood(arrivals, places, LikelihoodSettings(min_arrivals=20))
    assert rate is not None
    empty = np.isfinite(rate)
    fits = (np.arange(40)[:, None] % 2) == (np.arange(12)[None, :] % 2)
    firms = arrivals.count(-np.inf, np.inf)
    beyond = rate / (firms.sum(axis=1)[:, None] * firms.sum(axis=0)[None, :])
    assert np.median(beyond[empty & fits]) > 2 * np.median(beyond[empty & ~fits])
    assert (rate[empty] > 0).all()
    assert not (empty & (firms > 0)).any()


def test_a_cell_does_not_learn_from_its_own_area(monkeypatch: pytest.MonkeyPatch) -> None:
    arrivals, places = history()
    learned: list[set[int]] = []
    fit = model._fit

    def watched(past: model._Past, *cells: model.Floats) -> model.Floats:
        learned.append(set(past.area.tolist()))
        return fit(past, *cells)

    monkeypatch.setattr(model, "_fit", watched)
    settings = LikelihoodSettings(min_arrivals=20, folds=4)
    assert arrival_likelihood(arrivals, places, settings) is not None
    part = model._parts(arrivals, 4)
    assert len(learned) == 4
    for fold, areas in enumerate(learned):
        assert areas
        assert not areas & set(np.flatnonzero(part == fold).tolist())


def test_the_same_history_gives_the_same_rates() -> None:
    settings = LikelihoodSettings(min_arrivals=20, max_rows=1000)
    first, second = (arrival_likelihood(*history(), settings) for _ in range(2))
    assert first is not None
    assert second is not None
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("date", [np.nan, 2020.0])
def test_without_a_history_nothing_is_said(date: float) -> None:
    arrivals = entries(*((i % 3, i % 2, date) for i in range(30)))
    assert arrival_likelihood(arrivals, nowhere(3)) is None


def test_no_entries_at_all() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert arrival_likelihood(Arrivals(none, none, np.zeros(0), (2, 2)), nowhere(2)) is None


def test_a_position_is_dated_by_itself_else_by_the_founding_of_its_firm() -> None:
    snapshot = memory(
        regions=[region("330000", "浙江省"), region("330900", "舟山市", "330000")],
        chains=[chain("w")],
        links=[link("w.a"), link("w.b")],
        firms=[
            firm("甲", "330900", founded="1999-07"),
            firm("乙", "330900", status="注销", founded="1990"),
            firm("丙", founded="1990"),
        ],
        positions=[
            position("甲", "w.a", date="2010"),
            position("甲", "w.b"),
            position("乙", "w.a"),
            position("丙", "w.a"),
        ],
    )
    found = arrivals_of(snapshot, Areas.at_level(snapshot, "prefecture"))
    assert found.date.tolist() == [2010.0, 1999.5]
    assert found.area.tolist() == [0, 0]
    assert likelihood(snapshot) is None


def test_distances_follow_the_sphere() -> None:
    snapshot = memory(
        regions=[
            region("330000", "浙江省"),
            region("330100", "杭州市", "330000", lon=120.0, lat=30.0),
            region("330200", "宁波市", "330000", lon=121.0, lat=30.0),
            region("330900", "舟山市", "330000"),
        ]
    )
    places = Places.of(snapshot, Areas.at_level(snapshot, "prefecture"))
    assert places.distance[0, 1] == pytest.approx(96.3, abs=0.1)
    assert np.isnan(places.distance[0, 2])
    assert len(set(places.province.tolist())) == 1
