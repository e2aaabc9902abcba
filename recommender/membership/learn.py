"""Weights of the measures: positions are hidden inside the data, and have to be found again."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.snapshot import Snapshot
from recommender.frame import Float64, Int64
from recommender.learned.past import some_positions
from recommender.membership.alike import alike
from recommender.membership.makes import KEPT, texts, words
from recommender.membership.measures import MEASURES, measured

# Share of the positions of firms at several links that is hidden, how often anew, and the fewest
# hidden ones that teach anything.
SHARE, FOLDINGS, FEWEST = 0.2, 2, 30
# Links asked in a folding at most, and candidates that a hidden firm is compared with.
LINKS, CANDIDATES = 300, 200
RIDGE = 3.0
# What a folding need not work out anew: it depends on firms alone.
_KEPT = ("stock codes", *KEPT)
_OTHERS = np.array([m.values is not alike for m in MEASURES])


@dataclass(frozen=True)
class Lesson:
    """Measure → weight ≥ 0, and from how many hidden positions at how many links."""

    weights: tuple[tuple[str, float], ...]
    hidden: int
    links: int


@dataclass(frozen=True, eq=False)
class Case:
    """One link: `values` (candidates × measures), `came` (candidates,) 1 where it was hidden."""

    values: Float64
    came: Float64


def hidden_rows(snapshot: Snapshot, share: float, seed: int) -> Int64:
    """Rows of positions to hide, of firms at several links; a firm's last one stays."""
    positions = snapshot.positions
    left = np.diff(positions.firm_start).copy()
    several = np.flatnonzero(left[positions.firm] >= 2)
    hidden: list[int] = []
    for row in np.random.default_rng(seed).permutation(several).tolist():
        if len(hidden) >= share * len(several):
            break
        if left[positions.firm[row]] >= 2:
            left[positions.firm[row]] -= 1
            hidden.append(row)
    return np.array(sorted(hidden), dtype=np.int64)


def without(snapshot: Snapshot, hidden: Int64, kept: Sequence[str]) -> Snapshot:
    """The snapshot without some positions; of what was worked out, only `kept` is kept."""
    keep = np.ones(len(snapshot.positions), dtype=np.bool_)
    keep[hidden] = False
    memo = {key: value for key, value in snapshot._memo.items() if key in kept}
    positions = some_positions(snapshot, keep)
    own: dict[str, Any] = {"_memo": memo, "_lock": threading.RLock(), "kept": None, "_lasting": {}}
    return replace(snapshot, positions=positions, **own)


def lesson(snapshot: Snapshot) -> Lesson | None:
    """The weights under which hidden positions are likeliest to be found; None where too few."""
    # Once, for every folding to keep.
    texts(snapshot), words(snapshot)
    cases = [case for seed in range(FOLDINGS) for case in _folding(snapshot, seed)]
    hidden = int(sum(case.came.sum() for case in cases))
    if hidden < FEWEST:
        return None
    weights = fit(cases)
    if not weights.any():
        return None
    named = zip((m.name for m in MEASURES), weights.tolist(), strict=True)
    return Lesson(tuple((name, w) for name, w in named if w > 0), hidden, len(cases))


def _folding(snapshot: Snapshot, seed: int) -> list[Case]:
    hidden = hidden_rows(snapshot, SHARE, seed)
    rest = without(snapshot, hidden, _KEPT)
    link, firm = snapshot.positions.link[hidden], snapshot.positions.firm[hidden]
    asked = np.unique(link)
    if len(asked) > LINKS:
        asked = np.random.default_rng(seed).choice(asked, LINKS, replace=False)
    return [_case(rest, int(one), firm[link == one]) for one in asked]


def _case(rest: Snapshot, link: int, hidden: npt.NDArray[np.int32]) -> Case:
    values = measured(rest, link)
    # Weights are learned where the choice is: among the firms for which most speaks anyway.
    # Not by the measure that sums up firms and links: it would look less telling than it is.
    speaks = values[:, _OTHERS].sum(axis=1)
    speaks[rest.positions.firm[rest.firms_at(link)]] = 0.0
    best = np.argsort(-speaks, kind="stable")[:CANDIDATES]
    chosen = np.union1d(best[speaks[best] > 0], hidden)
    return Case(values[chosen], np.isin(chosen, hidden).astype(np.float64))


def fit(cases: Sequence[Case]) -> Float64:
    """(measures,) weights ≥ 0 of a conditional logit over the candidates of each link.

    Each hidden firm is a choice among the candidates: P(i) = exp(w·x_i) / Σ_j exp(w·x_j)
    (McFadden 1974; the top-one likelihood of ListNet, Cao et al. 2007). Measures are scaled to
    equal spread for the ridge alone.
    """
    from scipy.optimize import minimize  # slow to load

    values = np.concatenate([case.values for case in cases])
    came = np.concatenate([case.came for case in cases])
    size = np.array([len(case.came) for case in cases])
    start = np.cumsum(size) - size
    spread = values.std(axis=0)
    scale = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 1e-9)
    scaled = values * scale
    wanted = np.add.reduceat(came, start)
    pulled = came @ scaled

    def loss(w: Float64) -> tuple[float, Float64]:
        score = scaled @ w
        top = np.maximum.reduceat(score, start)
        each = np.exp(score - np.repeat(top, size))
        total = np.add.reduceat(each, start)
        value = wanted @ (top + np.log(total)) - float(pulled @ w) + RIDGE * float(w @ w)
        likely = each * np.repeat(wanted / total, size)
        return float(value), likely @ scaled - pulled + 2 * RIDGE * w

    bounds = [(0.0, None)] * scaled.shape[1]
    first = np.full(scaled.shape[1], 0.1)
    found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds).x
    weights: Float64 = np.where(found > 1e-3 * found.sum(), found, 0.0) * scale
    return weights
