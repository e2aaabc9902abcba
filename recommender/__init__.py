"""Whom to go after, and why: candidates → gates → signals → score → reasons and ways in."""

from __future__ import annotations

from recommender.answer import Explanation, Recommendation
from recommender.backtest import Backtest, NothingToTest, backtest
from recommender.baselines import MODELS
from recommender.destinations import destinations
from recommender.explaining import explain
from recommender.models import Model, Weights
from recommender.query import QueryError
from recommender.rank import recommend, recommend_many
from recommender.settings import RankSettings

__all__ = [
    "MODELS",
    "Backtest",
    "Explanation",
    "Model",
    "NothingToTest",
    "QueryError",
    "RankSettings",
    "Recommendation",
    "Weights",
    "backtest",
    "destinations",
    "explain",
    "recommend",
    "recommend_many",
]
