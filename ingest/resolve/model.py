"""How likely each candidate is the firm that is meant, and how likely none is.

A conditional logit with an outside option (McFadden 1974): with s(i) = w·x(i) for candidate i and
s(0) = v·z for "none of them", P(i) = exp s(i) / (exp s(0) + Σ exp s(j)). Candidates compete: two
firms that fit equally well get half of the probability each, which is what sends a truly ambiguous
name to review. Weights were learned by maximum likelihood from public firms
(`benchmarks.training.names`) and ship as `weights.json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.namemodel import NameParts
from ingest.resolve.align import worth
from ingest.resolve.features import FEATURES, Habits

STOCK = FEATURES.index("stock")
Floats = npt.NDArray[np.float64]

NONE_FEATURES = ("one", "length", "core_worth", "no_trade", "placed", "marks", "latin")


def none_features(query: NameParts) -> list[float]:
    """What about a query alone speaks for there being no firm of that name in the registry."""
    core = query.core
    return [
        1.0,
        len(query.body) / 10,
        sum(map(worth, core)) / 4,
        float(not query.words),
        float(bool(query.place_codes)),
        float(bool(query.marks)),
        float(query.body.isascii()),
    ]


def is_full(query: NameParts) -> bool:
    """Whether a name has a legal form, so that it should be whole."""
    return bool(query.form or query.branch)


@dataclass(frozen=True)
class Weights:
    """Weights of the features of candidates, and of those that speak for none.

    `plain` is added to `pair` for a candidate that is no 股份有限公司: names of the well known are
    shortened by other habits than those of the rest.
    """

    pair: Floats
    plain: Floats
    none: Floats

    @classmethod
    def of(cls, given: Mapping[str, Mapping[str, float]]) -> Weights:
        """From names of features → weights; one not named has no weight."""
        return cls(
            np.array([given["pair"].get(name, 0.0) for name in FEATURES]),
            np.array([given["plain"].get(name, 0.0) for name in FEATURES]),
            np.array([given["none"].get(name, 0.0) for name in NONE_FEATURES]),
        )


@dataclass(frozen=True)
class Model:
    """Two sets of weights, for names with a legal form and for short ones.

    A part left out tells two full names apart; leaving out is what short names do.
    """

    full: Weights
    short: Weights
    habits: Habits

    @staticmethod
    @lru_cache(maxsize=1)
    def shipped() -> Model:
        """The model that comes with the product."""
        source = resources.files("ingest.resolve").joinpath("weights.json")
        return Model.of(json.loads(source.read_text(encoding="utf-8")))

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Model:
        """From what the file of weights holds."""
        habits = Habits(given["kept"], given["kept_usually"])
        return cls(Weights.of(given["full"]), Weights.of(given["short"]), habits)

    def weights(self, query: NameParts) -> Weights:
        """The set of weights that a query is judged by."""
        return self.full if is_full(query) else self.short

    def scores(self, query: NameParts, candidates: Sequence[Sequence[float]]) -> Floats:
        """Log-odds against "none of them", were each candidate the only one."""
        weights = self.weights(query)
        pairs = np.asarray(candidates, dtype=np.float64).reshape(-1, len(FEATURES))
        plain = np.where(pairs[:, STOCK] > 0, 0.0, pairs @ weights.plain)
        return np.asarray(pairs @ weights.pair + plain - weights.none @ none_features(query))


def probabilities(scores: Floats) -> Floats:
    """P of each candidate from its log-odds; what is missing to 1 is P(none)."""
    top = max(0.0, float(scores.max(initial=0.0)))
    odds = np.exp(scores - top)
    return np.asarray(odds / (odds.sum() + np.exp(-top)))
