from __future__ import annotations

from recommender import MODELS, Weights, recommend
from recommender.belonging import Belonging
from tests.contracts.model import ModelContract
from tests.recommender.worlds import event, snapshot, wind


class TestWeights(ModelContract):
    model = Weights()


class TestBelonging(ModelContract):
    model = Belonging()


class TestSize(ModelContract):
    model = MODELS["size"]

    def test_the_larger_first(self) -> None:
        order = self.order(snapshot(**wind()), {"link": "tower", "known": "only"})
        assert order == ["宁波塔筒", "深圳塔筒"]


class TestPopularity(ModelContract):
    model = MODELS["popularity"]

    def test_who_invested_more_often_first(self) -> None:
        events = [event("深圳塔筒", "330200", "wind.tower", date) for date in ("2019", "2020")]
        world = snapshot(**wind(events=events))
        assert self.order(world, {"region": "舟山", "chain": "风电"})[0] == "深圳塔筒"


class TestNearest(ModelContract):
    model = MODELS["nearest"]

    def test_the_nearer_first(self) -> None:
        order = self.order(snapshot(**wind()), {"region": "舟山", "chain": "风电"})
        assert [name[:2] for name in order] == ["宁波", "宁波", "深圳", "深圳"]


class TestRandom(ModelContract):
    model = MODELS["random"]


class TestCooccurrence(ModelContract):
    model = MODELS["cooccurrence"]

    def test_cosine_by_hand(self) -> None:
        # tower {宁波塔筒, 深圳塔筒}, steel {宁波塔筒, 宁波钢}: cosine 1/2, the only one for steel.
        (first, *rest) = recommend(snapshot(**wind()), link="steel", model=self.model).targets
        assert (first.firm.name, first.score.value) == ("深圳塔筒", 1.0)
        assert {target.score.value for target in rest} == {0.0}


class TestEase(ModelContract):
    model = MODELS["ease"]


class TestDegree(ModelContract):
    model = MODELS["degree"]
