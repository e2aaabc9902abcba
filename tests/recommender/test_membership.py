from __future__ import annotations

import numpy as np
import pytest

from graph.snapshot import Snapshot
from recommender import MODELS, recommend
from recommender.belonging import chains_of, layers_of
from recommender.membership import Membership, lesson
from recommender.membership.alike import (
    ATTRIBUTES,
    CHAINS,
    FIRMS,
    LAYERS,
    NAMES,
    PENALTY,
    TEXTS,
    alike,
    attributes,
    names,
)
from recommender.membership.learn import Case, fit, hidden_rows, without
from recommender.membership.makes import like_those_there, own_words, texts
from recommender.membership.measures import MEASURES, measured
from recommender.membership.model import lesson_of
from recommender.signals.links import firm_by_link
from tests.contracts.model import ModelContract
from tests.factory import chain, link
from tests.recommender.worlds import REGIONS, firm, position, snapshot, wind


def families(firms: int = 60, spoilt: int = 10) -> Snapshot:
    """Two chains of four links; the firms of a chain hold three of its links each."""
    chains = [chain("a", "甲链"), chain("b", "乙链")]
    links = [
        link(f"{c}.{i}", "upstream" if i < 2 else "downstream") for c in "ab" for i in range(4)
    ]
    names = [f"企业{n:03d}" for n in range(firms)]
    held = [
        position(name, f"{'ab'[n % 2]}.{(n // 2 + i) % 4}")
        for n, name in enumerate(names)
        for i in range(3)
    ]
    held += [position(names[n], f"{'ba'[n % 2]}.{n % 4}") for n in range(spoilt)]
    codes = [str(1000 + 500 * (n % 2) + n) for n in range(firms)]
    made = [firm(n, "330200", stock_code=code) for n, code in zip(names, codes, strict=True)]
    return snapshot(regions=REGIONS, chains=chains, links=links, firms=made, positions=held)


class TestMembership(ModelContract):
    """Too small a world to learn from: the fixed weights."""

    model = Membership()


class TestMembershipFallsBack:
    def test_on_few_positions_it_is_the_fixed_weights(self) -> None:
        world = snapshot(**wind())
        assert lesson_of(world) is None
        ours = recommend(world, link="steel", model="membership").to_dict()
        theirs = recommend(world, link="steel", model="belonging").to_dict()
        assert ours["targets"] == theirs["targets"]

    def test_a_world_without_positions_teaches_nothing(self) -> None:
        assert lesson(snapshot(**(wind() | {"positions": []}))) is None


class TestLearned:
    def test_it_learns_what_brings_firms_to_a_link(self) -> None:
        found = lesson(families())
        assert found is not None
        assert found.hidden >= 30
        weights = dict(found.weights)
        assert all(weight > 0 for weight in weights.values())
        assert (
            sum(weights.get(name, 0.0) for name in ("same_chain", "strongest", "walk", "alike")) > 0
        )

    def test_the_firm_that_lacks_one_link_of_its_chain_comes_first(self) -> None:
        answer = recommend(families(), link="a.0", top=20)
        assert answer.model["kind"] == "membership"
        assert {int(t.firm.name[2:]) % 2 for t in answer.targets[:5]} == {0}
        for target in answer.targets:
            total = sum(share.contribution for share in target.score.shares)
            assert total == pytest.approx(target.score.value, abs=1e-9)
            assert 0 <= target.score.value <= 1
        assert any("这些环节的企业常同时处于" in said for said in answer.targets[0].reasons)
        assert len(set(answer.targets[0].reasons)) == len(answer.targets[0].reasons)

    def test_the_same_data_give_the_same_weights(self) -> None:
        assert lesson(families()) == lesson(families())

    def test_what_is_hidden_is_not_seen(self) -> None:
        world = families()
        hidden = hidden_rows(world, 0.2, 0)
        rest = without(world, hidden, ())
        pairs = set(zip(rest.positions.firm.tolist(), rest.positions.link.tolist(), strict=True))
        taken = zip(world.positions.firm[hidden], world.positions.link[hidden], strict=True)
        assert not pairs & {(int(f), int(k)) for f, k in taken}
        assert np.diff(rest.positions.firm_start).min() >= 1
        assert rest._memo == {}
        assert rest.kept is None
        assert rest._lasting == {}


class TestMeasures:
    def test_all_lie_between_0_and_1(self) -> None:
        world = families()
        for link_row in range(len(world.links)):
            values = measured(world, link_row)
            assert values.shape == (len(world.firms), len(MEASURES))
            assert np.all((values >= 0) & (values <= 1))

    def test_a_world_without_positions_has_none(self) -> None:
        world = snapshot(**(wind() | {"positions": []}))
        values = measured(world, 0)
        assert not np.isnan(values).any()

    def test_strongest_and_codes_by_hand(self) -> None:
        # tower {宁波塔筒, 深圳塔筒}, steel {宁波塔筒, 宁波钢}: P(steel | tower) = 1 / (2 + 2).
        world = snapshot(**wind())
        by_name = {m.name: m for m in MEASURES}
        row = {name: i for i, name in enumerate(world.firms.names.to_pylist())}
        steel = world.links.row["wind.steel"]
        found = by_name["strongest"].values(world, steel)
        assert found[row["深圳塔筒"]] == pytest.approx(0.25)
        assert not by_name["near_codes"].values(world, steel).any()


class TestAlike:
    def test_it_is_the_kronecker_ridge_written_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("recommender.membership.alike.STEPS", 200)
        world = families(firms=12, spoilt=3)
        held = firm_by_link(world).toarray().astype(np.float64)
        rarely = held / np.sqrt(held.sum(axis=0))
        every = np.arange(len(world.firms))
        own, named = attributes(world, every).toarray(), names(world, every).toarray()
        made = texts(world).toarray()
        firms = rarely @ rarely.T + ATTRIBUTES * own @ own.T + NAMES * named @ named.T
        firms += TEXTS * made @ made.T
        links = FIRMS * rarely.T @ rarely
        for weight, group in ((LAYERS, layers_of(world)), (CHAINS, chains_of(world))):
            links += weight * np.equal.outer(group, group)
        both = np.kron(firms, links)
        solved = np.linalg.solve(both + PENALTY * np.eye(len(both)), held.ravel())
        expected = (both @ solved).reshape(held.shape)
        for row in range(held.shape[1]):
            assert alike(world, row) == pytest.approx(expected[:, row], abs=1e-6)

    def test_a_firm_of_the_chain_comes_before_one_of_the_other(self) -> None:
        world = families()
        value = alike(world, world.links.row["a.0"])
        absent = np.ones(len(world.firms), dtype=np.bool_)
        absent[world.positions.firm[world.firms_at(world.links.row["a.0"])]] = False
        best = int(np.argmax(np.where(absent, value, -np.inf)))
        assert int(world.firms.names[best].as_py()[2:]) % 2 == 0

    def test_names_that_share_nothing_are_not_alike(self) -> None:
        made = [firm(name, "330200") for name in ("甲乙有限公司", "甲乙股份有限公司", "丙丁")]
        world = snapshot(regions=REGIONS, firms=made)
        found = names(world, np.arange(len(made)))
        near = (found @ found.T).toarray()
        row = {name: i for i, name in enumerate(world.firms.names.to_pylist())}
        assert near[row["甲乙有限公司"], row["甲乙股份有限公司"]] == pytest.approx(1.0)
        assert near[row["丙丁"], row["丙丁"]] == 0.0

    def test_a_firm_without_positions_has_no_value(self) -> None:
        world = snapshot(**(wind() | {"firms": [*wind()["firms"], firm("甲乙", "330200")]}))
        value = alike(world, world.links.row["wind.steel"])
        assert value[world.firms.names.to_pylist().index("甲乙")] == 0.0
        assert value.any()

    def test_a_world_without_firms_has_no_names(self) -> None:
        assert names(snapshot(regions=REGIONS), np.arange(0)).shape == (0, 1)


def makers() -> Snapshot:
    """甲 is at 叶片; 乙 makes the same, 丙 what the link is called, 丁 something else."""
    said = {"甲": ["碳纤维主梁"], "乙": ["碳纤维主梁"], "丙": ["叶片"], "丁": ["水泥"]}
    return snapshot(
        regions=REGIONS,
        chains=[chain("w", "风电")],
        links=[link("w.b", "midstream", name="叶片"), link("w.c", "midstream", name="其他")],
        firms=[firm(name, "330200", products=made) for name, made in said.items()],
        positions=[position("甲", "w.b"), *(position(name, "w.c") for name in "乙丙丁")],
    )


class TestMakes:
    def test_a_firm_is_like_those_there_or_says_what_the_link_says(self) -> None:
        world = makers()
        row = {name: i for i, name in enumerate(world.firms.names.to_pylist())}
        blades = world.links.row["w.b"]
        like, says = like_those_there(world, blades), own_words(world, blades)
        assert like[row["乙"]] == pytest.approx(1.0)
        assert like[row["丙"]] == like[row["丁"]] == 0.0
        assert says[row["丙"]] == pytest.approx(1.0)
        assert says[row["乙"]] == says[row["丁"]] == 0.0

    def test_whose_products_are_alike_is_said_with_a_number(self) -> None:
        said = {
            target.firm.name: "".join(target.reasons)
            for target in recommend(many_makers(), link="w.0", top=20).targets
        }
        assert "所营产品与「叶片0」在位企业「" in said["企业020"]
        assert "相似度 1.00" in said["企业020"]
        assert "主营「叶片0」，与环节「叶片0」用词相近" in said["企业020"]

    def test_a_world_without_firms_has_no_texts(self) -> None:
        world = snapshot(**(wind() | {"firms": [], "positions": []}))
        assert texts(world).shape[0] == 0
        assert like_those_there(world, 0).shape == own_words(world, 0).shape == (0,)


def many_makers() -> Snapshot:
    """Twenty firms at link 0 and 1 by what they make, twenty more that are at a third one alone."""
    links = [link(f"w.{i}", "midstream", name=f"叶片{i}") for i in range(3)]
    names = [f"企业{n:03d}" for n in range(80)]
    firms = [
        firm(name, "330200", products=[f"叶片{n % 2}", f"碳纤维{n % 2}"])
        for n, name in enumerate(names)
    ]
    held = [position(name, f"w.{n % 2}") for n, name in enumerate(names) if n < 20 or n >= 40]
    held += [position(name, "w.2") for name in names]
    return snapshot(
        regions=REGIONS,
        chains=[chain("w", "风电")],
        links=links,
        firms=firms,
        positions=held,
    )


class TestFit:
    def test_the_telling_measure_gets_the_weight(self) -> None:
        random = np.random.default_rng(1)
        cases = []
        for _ in range(40):
            values = random.random((30, 2))
            came = np.zeros(30)
            came[np.argmax(values[:, 0])] = 1.0
            cases.append(Case(values, came))
        weights = fit(cases)
        assert weights[0] > 5 * weights[1] >= 0

    def test_a_measure_without_spread_weighs_nothing(self) -> None:
        values = np.stack([np.linspace(0, 1, 9), np.ones(9)], axis=1)
        came = np.zeros(9)
        came[-1] = 1.0
        assert fit([Case(values, came)])[1] == 0


def test_it_is_among_the_models() -> None:
    assert MODELS["membership"].kind == "membership"
