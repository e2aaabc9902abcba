"""From scores to the probability that a label is right.

A logistic regression on what is known of a candidate label, fitted on left-out answers, so that
0.8 means right eight times in ten on firms like those it learned from. Where nothing can be
fitted (no positions yet), the weights below hold: a keyword is then all there is to go by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Float32 = npt.NDArray[np.float32]
Bool = npt.NDArray[np.bool_]
CANDIDATES = 8
# Fewer right or wrong candidates than this say nothing about how sure to be.
ENOUGH = 60


@dataclass(frozen=True)
class Confidence:
    """The weights of a logistic function; `fitted` tells whether data stood behind them."""

    weights: Float32
    intercept: float
    fitted: bool

    @classmethod
    def fit(
        cls, features: Float32, right: npt.NDArray[np.bool_], default: Confidence
    ) -> Confidence:
        """Weights from candidates (rows) known to be right or wrong; `default` if too few."""
        if min(right.sum(), (~right).sum()) < ENOUGH:
            return default
        from sklearn.linear_model import LogisticRegression  # heavy, and only needed to learn

        model = LogisticRegression(C=10.0, max_iter=500).fit(features, right)
        # evidence that few examples had cannot be weighed by them
        seen = np.count_nonzero(features, axis=0) >= ENOUGH
        weights = np.where(seen, model.coef_[0], default.weights).astype(np.float32)
        return cls(weights, float(model.intercept_[0]), True)

    def of(self, features: Float32) -> Float32:
        """Probability, 0–1, of each candidate."""
        logit = features @ self.weights + self.intercept
        found: Float32 = (1 / (1 + np.exp(-logit))).astype(np.float32)
        return found


def best(scores: Float32, count: int = CANDIDATES) -> npt.NDArray[np.int64]:
    """(texts × count) columns of the largest scores, the largest first."""
    count = min(count, scores.shape[1])
    some = np.argpartition(-scores, count - 1, axis=1)[:, :count]
    order = np.argsort(-np.take_along_axis(scores, some, axis=1), axis=1, kind="stable")
    return np.take_along_axis(some, order, axis=1)


def lead(scores: Float32, chosen: npt.NDArray[np.int64]) -> Float32:
    """How far each chosen score (same shape) is ahead of the best of the others, or behind it."""
    values = np.take_along_axis(scores, chosen, axis=1)
    top = np.partition(scores, -2, axis=1)[:, -2:] if scores.shape[1] > 1 else values[:, :1]
    largest, second = top[:, -1:], top[:, :1]
    return np.asarray(values - np.where(values >= largest, second, largest), dtype=np.float32)
