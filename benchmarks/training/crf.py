"""Weights of a linear-chain conditional random field with the tags of the news tagger.

Lafferty, McCallum, Pereira (2001), Conditional Random Fields: the likelihood of the right tags of
whole sentences, with a ridge penalty, made as large as can be by L-BFGS.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from ingest.news.tagger import ENDS, FOLLOWS, STARTS, TAGS, never

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
SIZE = len(TAGS)
TOGETHER = 256


class Batch(NamedTuple):
    """Sentences of like length: rows of the matrix (−1 behind an end), and their lengths."""

    rows: Rows
    lengths: Rows


def fit(
    matrix: Any, tags: Rows, lengths: Sequence[int], *, spread: float, steps: int
) -> tuple[Floats, Floats]:
    """Weights (traits by tags) and scores of one tag after another (tags by tags).

    Args:
        matrix: sparse, one row a character of all sentences, one column a trait.
        tags: the right tag of each row.
        lengths: rows of each sentence, in order.
        spread: variance of the normal prior of the weights; less is a stronger penalty.
        steps: of the optimiser at most.
    """
    batches = list(_batches(lengths))
    across = matrix.T.tocsr()
    right = np.eye(SIZE)[tags]
    counted, turned = across @ right, _turned(tags, lengths)
    size = matrix.shape[1] * SIZE
    free = never() == 0.0

    def unpacked(theta: Floats) -> tuple[Floats, Floats]:
        turns = never()
        turns[free] = theta[size:]
        return theta[:size].reshape(-1, SIZE), turns

    def loss(theta: Floats) -> tuple[float, Floats]:
        weights, turns = unpacked(theta)
        scores = matrix @ weights
        odds, pairs, total = np.zeros_like(scores), np.zeros((SIZE, SIZE)), 0.0
        for batch in batches:
            total += _expected(scores, turns, batch, odds, pairs)
        value = total - float((scores * right).sum()) - float(turns[free] @ turned[free])
        slope = np.concatenate([(across @ odds - counted).ravel(), (pairs - turned)[free]])
        return value + 0.5 / spread * float(theta @ theta), slope + theta / spread

    start = np.zeros(size + len(FOLLOWS))
    options = {"maxiter": steps, "maxcor": 8}
    found: Any = minimize(loss, start, jac=True, method="L-BFGS-B", options=options)  # type: ignore[call-overload]
    return unpacked(found.x)


def _turned(tags: Rows, lengths: Sequence[int]) -> Floats:
    """How often one tag follows another inside sentences."""
    inside = np.ones(len(tags), dtype=bool)
    inside[np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(int)] = False
    at = np.flatnonzero(inside)
    made = np.zeros((SIZE, SIZE))
    np.add.at(made, (tags[at - 1], tags[at]), 1)
    return made


def _batches(lengths: Sequence[int]) -> Iterator[Batch]:
    size = np.asarray(lengths, dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(size)[:-1]])
    order = np.argsort(size, kind="stable")
    for i in range(0, len(order), TOGETHER):
        own = order[i : i + TOGETHER]
        steps = np.arange(size[own].max())
        rows = np.where(steps < size[own][:, None], starts[own][:, None] + steps, -1)
        yield Batch(rows, size[own])


def _expected(scores: Floats, turns: Floats, batch: Batch, odds: Floats, pairs: Floats) -> float:
    """The log of the partition sums of a batch; fills `odds` of tags, adds up those of `pairs`."""
    rows, lengths = batch
    score = scores[np.maximum(rows, 0)]
    ahead, behind = _forward(score, turns), _backward(score, turns, lengths)
    last = lengths - 1
    total = _log_sum(ahead[np.arange(len(rows)), last] + ENDS, 1)
    inside = rows >= 0
    odds[rows[inside]] = np.exp(np.clip(ahead + behind - total[:, None, None], -60, 0.01)[inside])
    for t in range(1, rows.shape[1]):
        on = t < lengths
        way = ahead[on, t - 1][:, :, None] + turns + (score[on, t] + behind[on, t])[:, None, :]
        pairs += np.exp(np.clip(way - total[on][:, None, None], -700, 0.01)).sum(axis=0)
    return float(total.sum())


def _forward(score: Floats, turns: Floats) -> Floats:
    made = np.empty_like(score)
    made[:, 0] = score[:, 0] + STARTS
    for t in range(1, score.shape[1]):
        made[:, t] = _log_sum(made[:, t - 1][:, :, None] + turns, 1) + score[:, t]
    return made


def _backward(score: Floats, turns: Floats, lengths: Rows) -> Floats:
    made = np.empty_like(score)
    made[:, -1] = ENDS
    for t in range(score.shape[1] - 2, -1, -1):
        on = _log_sum(turns + (score[:, t + 1] + made[:, t + 1])[:, None, :], 2)
        made[:, t] = np.where((t >= lengths - 1)[:, None], ENDS, on)
    return made


def _log_sum(values: Floats, axis: int) -> Floats:
    top = values.max(axis=axis, keepdims=True)
    summed = np.exp(values - top).sum(axis=axis, keepdims=True)
    made: Floats = (top + np.log(summed)).squeeze(axis)
    return made
