"""A ranking whose weights were learned; it reads like the transparent one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from graph.columns import Int32
from graph.snapshot import Snapshot
from recommender.blend import Part
from recommender.candidates import Candidates
from recommender.frame import Float64
from recommender.learned.features import FEATURES, plausible
from recommender.models import Scored, mean_of
from recommender.query import Query, QueryError
from recommender.settings import RankSettings

FORM = 1


class ModelUnreadable(QueryError):
    """A model file that cannot be used; the message says which and what to do."""


@dataclass(frozen=True)
class Learned:
    """score = Σ w_s v_s / Σ w_s over the known features s, w ≥ 0 learned from events.

    Attributes:
        weights: feature → weight; those that weigh nothing are left out.
        chance: (a, b) of the probability 1 / (1 + e^−(a + b score)) that a candidate is the one
            that comes; None where there were too few events to tell.
        card: the model card: data, dates, features, metrics, limits.
    """

    weights: tuple[tuple[str, float], ...]
    trained_on: str
    chance: tuple[float, float] | None = None
    card: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)
    kind: str = "learned"

    @property
    def version(self) -> str:
        """Of what was learned: the same weights have the same version."""
        said = json.dumps([FORM, self.weights, self.chance])
        return hashlib.sha256(said.encode()).hexdigest()[:10]

    def score(self, candidates: Candidates) -> Scored:
        """See :class:`recommender.models.Model`."""
        known, regional = dict(self.weights), candidates.query.region >= 0
        parts = tuple(
            Part(s.name, s.label, known[s.name], s.source, s.compute(candidates))
            for s in FEATURES
            if s.name in known and (regional or not s.regional)
        )
        return mean_of(parts, candidates)

    def firms(self, snapshot: Snapshot, query: Query, settings: RankSettings) -> Int32:
        """See :class:`recommender.models.Searching`."""
        return plausible(snapshot, query, settings)

    def probability(self, scores: Float64) -> Float64 | None:
        """That each candidate is the one that comes, 0–1; None if that was not learned."""
        if self.chance is None:
            return None
        a, b = self.chance
        found: Float64 = 1.0 / (1.0 + np.exp(-(a + b * np.asarray(scores))))
        return found

    def save(self, path: Path) -> None:
        """Write the model with its card to a JSON file."""
        whole = {"form": FORM, "kind": self.kind, "version": self.version}
        whole |= {"weights": dict(self.weights), "chance": self.chance}
        whole |= {"trained_on": self.trained_on, "card": self.card}
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        draft.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
        draft.replace(path)

    @classmethod
    def load(cls, path: Path) -> Learned:
        """Read a model that :meth:`save` wrote. Raises ModelUnreadable."""
        try:
            whole = json.loads(path.read_text(encoding="utf-8"))
            if whole["form"] != FORM:
                raise ModelUnreadable(
                    f"{path}：模型文件的格式已过时；请重新训练：chainscout model train"
                )
            weights = tuple((str(name), float(w)) for name, w in whole["weights"].items())
            chance = tuple(map(float, whole["chance"])) if whole["chance"] else None
            known = {signal.name for signal in FEATURES}
            if not {name for name, _ in weights} <= known:
                raise ModelUnreadable(f"{path}：模型含有本版本没有的特征；请重新训练")
            return cls(weights, str(whole["trained_on"]), chance, whole["card"])  # type: ignore[arg-type]
        except (OSError, KeyError, TypeError, json.JSONDecodeError) as error:
            raise ModelUnreadable(f"{path}：不是可用的模型文件（{error}）；请重新训练") from error
