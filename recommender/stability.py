"""How sure a place on the list is: the share of weight draws under which a firm is in the top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from recommender.frame import Float64, Int64
from recommender.models import Scored

# Firms that are ranked anew under each draw: enough that whoever is left out was far behind.
CONTENDERS, PER_PLACE = 500, 10
LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Stability:
    """Of one firm: share of the draws in which it is in the top, and most of its ranks."""

    share: float
    ranks: tuple[int, int]
    draws: int
    top: int

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "share": self.share, "ranks": list(self.ranks), "draws": self.draws, "top": self.top,
        }  # fmt: skip


def contenders(top: int) -> int:
    """How many of the best firms are drawn again."""
    return max(CONTENDERS, PER_PLACE * top)


def stability(
    scored: Scored, pool: Int64, wanted: Int64, top: int, draws: int, spread: float
) -> list[Stability]:
    """The stability of some scored rows among the rows `pool`, of which each firm has one.

    Each draw multiplies every weight w by e^(spread · z), z standard normal, and scores anew:
    Σ w v / Σ w over the known parts. The draws are the same every time.

    Args:
        scored: scores and parts of the ranking.
        pool: places of the best rows of the best firms.
        wanted: places of the rows that are asked about; others than those of `pool` are added.
        top: how many are listed.
        draws: how many draws.
        spread: standard deviation of the logarithm of the factors; 0.3: most within ± 30 %.
    """
    places = np.concatenate([pool, np.setdiff1d(wanted, pool)])
    scores = _drawn(scored, places, draws, spread)
    line = np.sort(scores, axis=1)[:, ::-1][:, min(top, len(places)) - 1]
    at = {place: i for i, place in enumerate(places.tolist())}
    found = []
    for place in wanted.tolist():
        own = scores[:, at[place]]
        ranks = 1 + (scores > own[:, None]).sum(axis=1)
        low, high = np.quantile(ranks, [LOW, HIGH], method="nearest").astype(int).tolist()
        found.append(Stability(float(np.mean(own >= line)), (low, high), draws, top))
    return found


def _drawn(scored: Scored, places: Int64, draws: int, spread: float) -> Float64:
    """(draws, places) scores."""
    values = np.array([part.at(places) for part in scored.parts], dtype=np.float64)
    values = values.reshape(len(scored.parts), len(places))
    known = ~np.isnan(values)
    weights = np.array([part.weight for part in scored.parts])
    z = np.random.default_rng(0).standard_normal((draws, len(weights)))
    drawn = weights * np.exp(spread * z)
    total, there = drawn @ np.where(known, values, 0.0), drawn @ known
    found: Float64 = np.divide(total, there, out=np.zeros_like(total), where=there > 0)
    return found
