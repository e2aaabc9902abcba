"""Whom to go after, and why: candidates → gates → signals → score → reasons and ways in."""

from __future__ import annotations

from recommender.answer import Explanation, Recommendation
from recommender.baselines import MODELS
from recommender.explaining import explain
from recommender.models import Model, Weights
from recommender.query import QueryError
from recommender.rank import recommend, recommend_many
from recommender.settings import RankSettings

__all__ = [
    "MODELS",
    "Explanation",
    "Model",
    "QueryError",
    "RankSettings",
    "Recommendation",
    "Weights",
    "explain",
    "recommend",
    "recommend_many",
]
