"""How likely is a first firm: empty region × link cells, learned from what arrived before."""

from __future__ import annotations

from graph.likelihood.arrivals import Arrivals, arrivals_of
from graph.likelihood.evidence import FEATURES, Evidence, Places, evidence
from graph.likelihood.industries import Industries
from graph.likelihood.model import Likelihood, LikelihoodSettings, arrival_likelihood, likelihood

__all__ = [
    "FEATURES",
    "Arrivals",
    "Evidence",
    "Industries",
    "Likelihood",
    "LikelihoodSettings",
    "Places",
    "arrival_likelihood",
    "arrivals_of",
    "evidence",
    "likelihood",
]
