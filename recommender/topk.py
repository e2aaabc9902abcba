"""Scores → the best rows, one a firm, in an order that does not depend on chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.columns import Bool
from recommender.candidates import Candidates
from recommender.frame import Float64, Int64
from recommender.signals.size import size


@dataclass(frozen=True, eq=False)
class Ranking:
    """The firms of a frame, each at its best row.

    Attributes:
        best: (g,) score of each firm's best row, −inf for a firm with no row left.
        size: (g,) size of each firm, −1 unknown: the larger comes first among equals.
        rows: (n,) scores, −inf where a row is out.
    """

    candidates: Candidates
    best: Float64
    size: Float64
    rows: Float64

    def top(self, k: int) -> Int64:
        """Groups of the best `k` firms in order: score, then size, then firm id."""
        listed = np.flatnonzero(self.best > -np.inf)
        if len(listed) > k:
            values = self.best[listed]
            least = np.partition(values, len(values) - k)[len(values) - k]
            listed = listed[values >= least]
        # Groups ascend by firm id, so a stable sort settles what is still even.
        order = np.lexsort((-self.size[listed], -self.best[listed]))
        found: Int64 = listed[order[:k]]
        return found

    def rank(self, group: int) -> int:
        """Place of a firm, from 1."""
        mine, bulk = self.best[group], self.size[group]
        even = self.best == mine
        before = (self.best > mine) | (even & (self.size > bulk))
        before |= even & (self.size == bulk) & (np.arange(len(self.best)) < group)
        return int(before.sum()) + 1

    def best_row(self, group: int) -> int:
        """The row at which the firm scores best; the first of equals."""
        start = self.candidates.frame.start
        begin = int(start[group])
        end = int(start[group + 1]) if group + 1 < len(start) else len(self.rows)
        return begin + int(np.argmax(self.rows[begin:end]))


def ranking(candidates: Candidates, scores: Float64, allowed: Bool) -> Ranking:
    """The ranking of the rows that are `allowed`."""
    rows = np.where(allowed, scores, -np.inf)
    start = candidates.frame.start
    best = np.maximum.reduceat(rows, start) if len(start) else np.zeros(0)
    return Ranking(candidates, best, candidates.static("size for ties", _sizes), rows)


def _sizes(candidates: Candidates) -> Float64:
    return np.nan_to_num(size(candidates).astype(np.float64), nan=-1.0)
