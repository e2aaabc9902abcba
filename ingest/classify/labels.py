"""Texts → labels of any scheme (products → industry), learned from texts with known labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ingest.classify.answer import Guess
from ingest.classify.confidence import CANDIDATES, Confidence, best, lead
from ingest.classify.grams import Cut
from ingest.classify.industries import bare_class, words_of
from ingest.classify.keywords import Keywords
from ingest.classify.scorer import Scored, Scorer
from ingest.classify.texts import FirmText

WORDS = 3
# Typical words teach as texts of so many: about as short as a firm's list of products that count.
WORDS_A_TEXT = 5
# What a text made of nothing but words of a label adds to the label's score.
KEYWORD_WEIGHT = 0.3
Float32 = npt.NDArray[np.float32]
_UNFITTED = Confidence(np.array([4.0, 2.0], dtype=np.float32), -2.0, False)


class LabelModel:
    """Guesses labels; train it with :meth:`train`."""

    def __init__(self, scorer: Scorer, keywords: Keywords) -> None:
        self._scorer, self._keywords = scorer, keywords
        self._confidence = _UNFITTED

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
        words: Mapping[str, Sequence[str]] | None = None,
    ) -> LabelModel:
        """Learn from one label a text.

        Args:
            texts: texts whose labels are known.
            labels: one for each text.
            parents: label → all labels above it.
            names: label → what it is called; a name counts as one text of its label, which tells
                most of labels with few texts. Labels without a text can be guessed by their name.
            words: named label → things typical of it, which teach as its name does and count
                again where they stand in a text; None = what is known of industries so named
                (:func:`ingest.classify.industries.words_of`), {} = nothing.

        Raises:
            ValueError: no texts, or not one label for each.
        """
        if not texts or len(texts) != len(labels):
            raise ValueError(
                f"{len(texts)} texts and {len(labels)} labels: give one label for each text"
            )
        told = _told(names or {}, words)
        taught = [(label, text) for label, own in told.items() for text in _short_texts(own)]
        scorer = Scorer(sorted({*labels, *told}), parents or {})
        model = cls(scorer, Keywords([told.get(label, ()) for label in scorer.labels]))
        given = [as_text(text) for text in texts]
        left_out = scorer.fit(
            [*given, *(text for _, text in taught)],
            [[label] for label in (*labels, *(label for label, _ in taught))],
        )
        rows = np.array([scorer.labels.index(label) for label in labels])
        model._calibrate(given, left_out[: len(given)], rows)
        return model

    def _calibrate(self, texts: Sequence[FirmText], left_out: Float32, rows: np.ndarray) -> None:
        cut = Cut.of([text.phrases for text in texts])
        scores = left_out + self._keyword_scores(cut)
        chosen = best(scores)
        features = np.stack([np.take_along_axis(scores, chosen, 1), lead(scores, chosen)], -1)
        right = (chosen == rows[:, None]).ravel()
        self._confidence = Confidence.fit(features.reshape(-1, 2), right, _UNFITTED)

    def _keyword_scores(self, cut: Cut) -> Float32:
        """(texts × labels) from the share of each text that is words of each label."""
        found = cut.weights @ self._keywords.matrix(cut.phrases)
        all_weights = np.asarray(cut.weights.sum(axis=1)).ravel()
        shares = np.asarray(found.todense()) / np.where(all_weights > 0, all_weights, 1)[:, None]
        return np.asarray(KEYWORD_WEIGHT * np.sqrt(shares), dtype=np.float32)

    def guess(self, texts: Sequence[FirmText | str], top: int = 3) -> list[list[Guess]]:
        """The `top` likeliest labels of each text, the likeliest first; none for an empty text."""
        found: list[list[Guess]] = []
        given = [as_text(text) for text in texts]
        for scored in self._scorer.score(given):
            scores = scored.scores + self._keyword_scores(scored.cut)
            chosen = best(scores, max(top, min(CANDIDATES, 2)))[:, :top]
            features = np.stack([np.take_along_axis(scores, chosen, 1), lead(scores, chosen)], -1)
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


def _told(
    names: Mapping[str, str], words: Mapping[str, Sequence[str]] | None
) -> dict[str, tuple[str, ...]]:
    """Label → its name and the words typical of it, in a fixed order."""
    told = {}
    for label, name in sorted(names.items()):
        typical = words_of(name) if words is None else words.get(label, ())
        told[label] = (bare_class(name), *typical)
    return told


def _short_texts(told: Sequence[str]) -> list[FirmText]:
    """The name alone, then the words some at a time."""
    name, *words = told
    parts = [words[i : i + WORDS_A_TEXT] for i in range(0, len(words), WORDS_A_TEXT)]
    return [FirmText.of(";".join(part)) for part in ([name], *parts)]


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
