"""What every model of the ranking keeps to. A test class names one and inherits the rest."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest

from graph.snapshot import Snapshot
from recommender import Model, recommend
from recommender.candidates import candidates_of
from recommender.query import resolve
from recommender.settings import DEFAULTS
from tests.recommender.worlds import firm, position, snapshot, wind

QUESTIONS: list[dict[str, Any]] = [
    {"region": "舟山", "chain": "风电"},
    {"region": "舟山", "chain": "风电", "link": "tower"},
    {"link": "steel"},
    {"link": "tower", "known": "only"},
]


class ModelContract:
    """Inherit and set `model`."""

    model: ClassVar[Model]

    def order(self, world: Snapshot, asked: dict[str, Any]) -> list[str]:
        return [t.firm.id for t in recommend(world, **asked, model=self.model).targets]

    def test_is_a_model_with_a_name(self) -> None:
        assert isinstance(self.model, Model)
        assert self.model.kind
        assert self.model.version

    @pytest.mark.parametrize("asked", QUESTIONS, ids=str)
    def test_scores_are_weighted_means_of_known_parts(self, asked: dict[str, Any]) -> None:
        world = snapshot(**wind())
        candidates = candidates_of(world, resolve(world, **asked), DEFAULTS)
        scored = self.model.score(candidates)
        assert scored.scores.shape == (len(candidates),)
        assert np.all((scored.scores >= 0) & (scored.scores <= 1 + 1e-12))
        assert scored.parts
        for part in scored.parts:
            known = part.values[~np.isnan(part.values)]
            assert part.weight > 0
            assert np.all((known >= 0) & (known <= 1))

    @pytest.mark.parametrize("asked", QUESTIONS, ids=str)
    def test_contributions_add_up(self, asked: dict[str, Any]) -> None:
        for target in recommend(snapshot(**wind()), **asked, model=self.model).targets:
            total = sum(share.contribution for share in target.score.shares)
            assert total == pytest.approx(target.score.value, abs=1e-9)
            low, high = target.score.interval
            assert 0 <= low <= target.score.value <= high <= 1 + 1e-12

    @pytest.mark.parametrize("asked", QUESTIONS, ids=str)
    def test_the_same_whatever_the_order_of_rows(self, asked: dict[str, Any]) -> None:
        tables = wind()
        turned = {name: rows[::-1] for name, rows in tables.items()}
        assert self.order(snapshot(**tables), asked) == self.order(snapshot(**turned), asked)

    @pytest.mark.parametrize("asked", QUESTIONS, ids=str)
    def test_a_firm_without_ties_to_the_question_changes_no_order(
        self, asked: dict[str, Any]
    ) -> None:
        more = wind(firms=[firm("无关", "440300", employees=9999)])
        assert self.order(snapshot(**wind()), asked) == self.order(snapshot(**more), asked)

    def test_no_candidates_no_scores(self) -> None:
        world = snapshot(**(wind() | {"positions": [position("舟山整机", "wind.turbine")]}))
        asked = resolve(world, region="舟山", chain="风电", link="tower")
        candidates = candidates_of(world, asked, DEFAULTS)
        assert self.model.score(candidates).scores.shape == (0,)
