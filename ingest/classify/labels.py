"""Texts → labels of any scheme (products → industry), learned from texts with known labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ingest.classify.answer import Guess
from ingest.classify.confidence import CANDIDATES, Confidence, best, lead
from ingest.classify.scorer import Scored, Scorer
from ingest.classify.texts import FirmText

WORDS = 3
_UNFITTED = Confidence(np.array([4.0, 2.0], dtype=np.float32), -2.0, False)


class LabelModel:
    """Guesses labels; train it with :meth:`train`."""

    def __init__(self, scorer: Scorer, confidence: Confidence) -> None:
        self._scorer, self._confidence = scorer, confidence

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels it can guess, sorted."""
        return tuple(self._scorer.labels)

    @classmethod
    def train(
        cls,
        texts: Sequence[FirmText | str],
        labels: Sequence[str],
        parents: Mapping[str, Sequence[str]] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> LabelModel:
        """Learn from one label a text.

        Args:
            texts: texts whose labels are known.
            labels: one for each text.
            parents: label → all labels above it.
            names: label → what it is called; a name counts as one text of its label, which tells
                most of labels with few texts. Labels without a text can be guessed by their name.

        Raises:
            ValueError: no texts, or not one label for each.
        """
        if not texts or len(texts) != len(labels):
            raise ValueError(
                f"{len(texts)} texts and {len(labels)} labels: give one label for each text"
            )
        called = dict(sorted((names or {}).items()))
        scorer = Scorer(sorted({*labels, *called}), parents or {})
        together = [as_text(text) for text in (*texts, *called.values())]
        left_out = scorer.fit(together, [[label] for label in (*labels, *called)])[: len(texts)]
        chosen = best(left_out)
        rows = np.array([scorer.labels.index(label) for label in labels])
        features = np.stack([np.take_along_axis(left_out, chosen, 1), lead(left_out, chosen)], -1)
        right = (chosen == rows[:, None]).ravel()
        return cls(scorer, Confidence.fit(features.reshape(-1, 2), right, _UNFITTED))

    def guess(self, texts: Sequence[FirmText | str], top: int = 3) -> list[list[Guess]]:
        """The `top` likeliest labels of each text, the likeliest first; none for an empty text."""
        found: list[list[Guess]] = []
        given = [as_text(text) for text in texts]
        for scored in self._scorer.score(given):
            chosen = best(scored.scores, max(top, min(CANDIDATES, 2)))[:, :top]
            features = np.stack(
                [np.take_along_axis(scored.scores, chosen, 1), lead(scored.scores, chosen)], -1
            )
            sure = self._confidence.of(features.reshape(-1, 2)).reshape(chosen.shape)
            for row in range(len(chosen)):
                empty = given[len(found)].empty and not given[len(found)].name
                found.append([] if empty else self._row(scored, row, chosen[row], sure[row]))
        return found

    def _row(self, scored: Scored, row: int, chosen: np.ndarray, sure: np.ndarray) -> list[Guess]:
        pairs = zip(chosen.tolist(), sure.tolist(), strict=True)
        return [
            Guess(self._scorer.labels[label], p, deciding(scored, row, label)) for label, p in pairs
        ]


def as_text(text: FirmText | str) -> FirmText:
    """A plain string as the text of a firm without a name."""
    return FirmText.of(text) if isinstance(text, str) else text


def deciding(scored: Scored, row: int, label: int, count: int = WORDS) -> tuple[str, ...]:
    """The phrases of a text that brought most of a label's score, the strongest first."""
    weights = scored.cut.weights
    at = slice(weights.indptr[row], weights.indptr[row + 1])
    phrases = weights.indices[at]
    brought = weights.data[at] * scored.said[phrases, label]
    order = np.argsort(-brought, kind="stable")[:count]
    return tuple(scored.cut.phrases[phrases[i]] for i in order if brought[i] > 0)
