"""Weights from choices: a conditional logit over the candidates of each event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.frame import Float64

# Pull of every weight towards 0: a guard against a feature that a few events overrate. Between 0.1
# and 2 the back-test hardly changes.
RIDGE = 0.5


@dataclass(frozen=True, eq=False)
class Case:
    """One event: `values` (candidates × features) in [0, 1], nan unknown; `came` = who came."""

    values: Float64
    came: int

    @property
    def known(self) -> Float64:
        """1 where the value is known, else 0."""
        return (~np.isnan(self.values)).astype(np.float64)


def scores(values: Float64, weights: Float64) -> Float64:
    """(n,) Σ w v / Σ w over the known values; 0 where none is."""
    known = ~np.isnan(values)
    total, weight = np.where(known, values, 0.0) @ weights, known @ weights
    found: Float64 = np.divide(total, weight, out=np.zeros(len(values)), where=weight > 0)
    return found


def fit(cases: Sequence[Case], ridge: float = RIDGE) -> Float64:
    """(features,) weights ≥ 0 under which those who came are likeliest.

    P(i came) = exp(W s_i) / Σ_j exp(W s_j) with s the weighted mean of what is known and W the
    sum of the weights (McFadden 1974, conditional logit; the top-one likelihood of ListNet, Cao
    et al. 2007). Weights are not negative, so that more of a signal never lowers a score; a
    feature that no case knows weighs nothing.
    """
    from scipy.optimize import minimize  # slow to load

    prepared = [(np.nan_to_num(case.values), case.known, case.came) for case in cases]

    def loss(w: Float64) -> tuple[float, Float64]:
        value, slope = ridge * float(w @ w), 2 * ridge * w
        for x, known, came in prepared:
            part, more = _surprise(x, known, came, w)
            value, slope = value + part, slope + more
        return value, slope

    size = cases[0].values.shape[1]
    found = minimize(loss, np.ones(size), jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * size)
    seen = np.logical_or.reduce([known.any(axis=0) for _, known, _ in prepared])
    slight = found.x < 1e-3 * found.x[seen].sum()
    weights: Float64 = np.where(seen & ~slight, found.x, 0.0)
    return weights


def _surprise(x: Float64, known: Float64, came: int, w: Float64) -> tuple[float, Float64]:
    """−ln P(came) of one event, and its slope by the weights."""
    total, weight, whole = x @ w, known @ w, float(w.sum())
    weight = np.where(weight > 0, weight, 1.0)
    mean = total / weight
    z = mean * whole
    top = float(z.max())
    each = np.exp(z - top)
    likely = each / each.sum()
    pull = likely.copy()
    pull[came] -= 1.0
    # z = whole · mean, mean = total / weight: the slope of each by the weights.
    share = pull / weight * whole
    slope: Float64 = x.T @ share - known.T @ (share * mean) + float(pull @ mean)
    return top + float(np.log(each.sum())) - float(z[came]), slope
