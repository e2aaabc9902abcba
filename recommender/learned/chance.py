"""From scores to probabilities, on events that the weights had not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from recommender.frame import Float64
from recommender.learned.fit import Case, fit, scores

# Parts into which the events are cut by date; each but the first two is foretold by those before.
PARTS, FEWEST_BEFORE, FEWEST_HELD = 6, 15, 10


@dataclass(frozen=True, eq=False)
class Held:
    """The candidates of one event, scored by weights learned from earlier events."""

    scores: Float64
    came: int

    @property
    def rank(self) -> int:
        """Place of the one that came; even scores share the middle place, rounded up."""
        own = self.scores[self.came]
        return int((self.scores > own).sum() + (self.scores == own).sum() // 2) + 1

    @property
    def hits(self) -> Float64:
        """1 at the one that came, else 0."""
        found = np.zeros(len(self.scores))
        found[self.came] = 1.0
        return found


def held_out(cases: Sequence[Case]) -> list[Held]:
    """Cases (in order of date) as models of the cases before them score them."""
    edges = np.linspace(0, len(cases), PARTS + 1).astype(int).tolist()
    found: list[Held] = []
    for begin, end in pairwise(edges[1:]):
        if begin >= FEWEST_BEFORE and end > begin:
            weights = fit(cases[:begin])
            found += [Held(scores(c.values, weights), c.came) for c in cases[begin:end]]
    return found


def calibrate(held: Sequence[Held]) -> tuple[float, float] | None:
    """(a, b) of 1 / (1 + e^−(a + b score)), fitted on held-out events (Platt 1999).

    None below FEWEST_HELD events, or where a higher score would not mean a higher chance.
    """
    if len(held) < FEWEST_HELD:
        return None
    from sklearn.linear_model import LogisticRegression  # slow to load

    score = np.concatenate([one.scores for one in held])[:, None]
    came = np.concatenate([one.hits for one in held])
    model = LogisticRegression(C=1e6, max_iter=1000).fit(score, came)
    slope = float(model.coef_[0, 0])
    return (float(model.intercept_[0]), slope) if slope > 0 else None
