"""The model of "link → firms not yet there"; it reads like the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import Snapshot
from recommender.belonging import Belonging
from recommender.blend import Part
from recommender.candidates import Candidates
from recommender.frame import Float64
from recommender.membership.learn import Lesson, lesson
from recommender.membership.measures import MEASURES, measured
from recommender.models import Scored, mean_of

# Firms with a position above which every link would take seconds to measure.
MOST_FIRMS = 50_000


@dataclass(frozen=True)
class Membership:
    """score = Σ w_m v_m / Σ w_m, w ≥ 0 learned from positions hidden inside the same data.

    The weights are learned at the first question of a data version and kept with the snapshot.
    Where too few positions can be hidden, or there are more than MOST_FIRMS firms, the fixed
    weights of :class:`recommender.belonging.Belonging` are used.
    """

    kind: str = "membership"
    version: str = "1"
    trained_on: str | None = "数据中的卡位：隐去一部分，学习怎样找回"

    def score(self, candidates: Candidates) -> Scored:
        """See :class:`recommender.models.Model`."""
        learned = lesson_of(candidates.snapshot)
        if learned is None:
            return Belonging().score(candidates)
        values = candidates.memo("membership", _values)
        weights = dict(learned.weights)
        parts = tuple(
            Part(m.name, m.label, weights.get(m.name, 0.0), m.source, candidates.take(column))
            for m, column in zip(MEASURES, values.T, strict=True)
        )
        return mean_of(parts, candidates)


def lesson_of(snapshot: Snapshot) -> Lesson | None:
    """What was learned from a snapshot's positions, kept with it; None where nothing was."""
    held = np.count_nonzero(np.diff(snapshot.positions.firm_start))
    return snapshot.once("membership lesson", lesson) if held <= MOST_FIRMS else None


def _values(candidates: Candidates) -> Float64:
    """(rows of the frame, measures)."""
    frame, snapshot = candidates.frame, candidates.snapshot
    found = np.zeros((len(frame), len(MEASURES)))
    for place, link in enumerate(frame.links.tolist()):
        rows = np.flatnonzero(frame.link == place)
        if len(rows):
            found[rows] = measured(snapshot, link)[frame.firm[rows]]
    return found
