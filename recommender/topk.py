"""Scores → the best rows, one a firm, in an order that does not depend on chance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graph.columns import Int32
from recommender.candidates import Candidates
from recommender.frame import Float64, Int64
from recommender.signals.size import size

SAMPLE = 4096


@dataclass(frozen=True, eq=False)
class Ranking:
    """Scored rows, of which each firm counts with its best.

    Attributes:
        scores: (n,) scores.
        group: (n,) the firm of each row as its group in the frame, ascending.
        size: (g,) size of each group, −1 unknown: the larger comes first among equals.
    """

    scores: Float64
    group: Int32
    size: Float64

    def top(self, k: int) -> Int64:
        """Places of the best rows of the best `k` firms: by score, then size, then firm id."""
        first = self._shortlist(k)
        # Groups ascend by firm id and rows by link: a stable sort settles what is still even.
        order = first[np.lexsort((-self.size[self.group[first]], -self.scores[first]))]
        _, once = np.unique(self.group[order], return_index=True)
        found: Int64 = order[np.sort(once)[:k]]
        return found

    def _shortlist(self, k: int) -> Int64:
        """Places, ascending, of enough of the best rows to hold those of the best `k` firms.

        A sample says from which score on there will be enough; where it was wrong, a lower one.
        """
        step = 1 + len(self.scores) // SAMPLE
        sample = np.sort(self.scores[::step])
        wanted = 1 + 4 * k // step  # most firms stand at one link or two
        while wanted < len(sample):
            found = np.flatnonzero(self.scores >= sample[-wanted])
            if len(np.unique(self.group[found])) >= k:
                return found
            wanted *= 4
        return np.arange(len(self.scores))

    @cached_property
    def best(self) -> Float64:
        """(g,) score of each firm's best row, −inf for a firm without a row."""
        best = np.full(len(self.size), -np.inf)
        np.maximum.at(best, self.group, self.scores)
        return best

    def rank(self, group: int) -> int:
        """Place of a firm, from 1."""
        mine, bulk = self.best[group], self.size[group]
        even = self.best == mine
        before = (self.best > mine) | (even & (self.size > bulk))
        before |= even & (self.size == bulk) & (np.arange(len(self.best)) < group)
        return int(before.sum()) + 1


def ranking(candidates: Candidates, scores: Float64) -> Ranking:
    """The ranking of the rows of `candidates` by their scores."""
    return Ranking(scores, candidates.group, candidates.static("size for ties", _sizes))


def _sizes(candidates: Candidates) -> Float64:
    return np.nan_to_num(size(candidates).astype(np.float64), nan=-1.0)
