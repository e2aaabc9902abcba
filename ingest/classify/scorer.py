"""What was learned: from phrases and names to a score for each label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ingest.classify.grams import Cut, Grams, lengths
from ingest.classify.ridge import solve
from ingest.classify.texts import FirmText

Float32 = npt.NDArray[np.float32]
RIDGE = 0.5
# Squared length of the name beside the phrases: names help a little (华菱钢铁), and mislead.
NAME_WEIGHT = 0.2
# How much a label takes from the labels above it: chain → link, industry group → industry.
PARENT_WEIGHT = 0.4
CHUNK = 2_000


@dataclass(frozen=True)
class Scored:
    """Scores of some texts (texts × labels), and what each of their phrases said.

    `said` is (phrases × labels): the part of a label's score that a phrase brings per unit of
    its weight, before the text is scaled.
    """

    cut: Cut
    scores: Float32
    said: Float32

    @classmethod
    def unsaid(cls, texts: Sequence[FirmText]) -> Scored:
        """Texts without scores, for evidence that needs none."""
        nothing = np.zeros((0, 0), dtype=np.float32)
        return cls(Cut.of([text.phrases for text in texts]), nothing, nothing)


class Scorer:
    """Scores of labels, learned from texts whose labels are known.

    Labels may stand below others (`parents`: label → names above it); what a text says about the
    labels above counts for those below.
    """

    def __init__(self, labels: Sequence[str], parents: Mapping[str, Sequence[str]]) -> None:
        self.labels = list(labels)
        self._rows = {label: row for row, label in enumerate(self.labels)}
        above = dict.fromkeys(p for label in self.labels for p in parents.get(label, ()))
        uppers = {name: row for row, name in enumerate(above)}
        pairs = [(i, uppers[p]) for i, lab in enumerate(self.labels) for p in parents.get(lab, ())]
        ones = np.ones(len(pairs), dtype=np.float32)
        at = ([p[0] for p in pairs], [p[1] for p in pairs])
        shape = (len(self.labels), len(uppers))
        self._below: sparse.csr_matrix = sparse.csr_matrix((ones, at), shape=shape)
        self._phrases, self._names = Grams(longest=4), Grams(longest=3)

    def fit(self, texts: Sequence[FirmText], labels: Sequence[Sequence[str]]) -> Float32:
        """Learn; returns the scores of each text by a model that did not see it."""
        phrases = Cut.of([text.phrases for text in texts])
        names = Cut.of([_name(text) for text in texts])
        self._phrases.fit(phrases)
        self._names.fit(names)
        blocks = [_unit(phrases, self._phrases), _unit(names, self._names) * NAME_WEIGHT**0.5]
        solved = solve(sparse.hstack(blocks, format="csr"), self._targets(labels), RIDGE)
        weights = self._joined(solved.weights)
        split = blocks[0].shape[1]
        self._phrase_weights = np.ascontiguousarray(weights[:split])
        self._name_weights = np.ascontiguousarray(weights[split:]) * np.float32(NAME_WEIGHT**0.5)
        return self._joined(solved.left_out)

    def score(self, texts: Sequence[FirmText]) -> Iterator[Scored]:
        """The texts in order, CHUNK at a time."""
        for start in range(0, len(texts), CHUNK):
            chunk = texts[start : start + CHUNK]
            cut = Cut.of([text.phrases for text in chunk])
            vectors = self._phrases.of_phrases(cut.phrases)
            said = np.asarray(vectors @ self._phrase_weights)
            scores = np.asarray(cut.weights @ said) / lengths(cut.weights @ vectors)[:, None]
            names = _unit(Cut.of([_name(text) for text in chunk]), self._names)
            yield Scored(cut, scores + np.asarray(names @ self._name_weights), said)

    def _targets(self, labels: Sequence[Sequence[str]]) -> Float32:
        """(texts × labels and the labels above them) of 0 and 1."""
        pairs = [(row, self._rows[label]) for row, own in enumerate(labels) for label in own]
        own = np.zeros((len(labels), len(self.labels)), dtype=np.float32)
        own[tuple(zip(*pairs, strict=True))] = 1
        return np.hstack([own, np.minimum(own @ self._below, 1)])

    def _joined(self, values: Float32) -> Float32:
        """Columns of labels plus PARENT_WEIGHT times the columns of the labels above them."""
        own, above = values[:, : len(self.labels)], values[:, len(self.labels) :]
        return np.asarray(own + PARENT_WEIGHT * (above @ self._below.T), dtype=np.float32)


def _name(text: FirmText) -> tuple[tuple[str, float], ...]:
    return ((text.name, 1.0),) if text.name else ()


def _unit(cut: Cut, grams: Grams) -> sparse.csr_matrix:
    if not cut.phrases:
        nothing = np.zeros(0, dtype=np.float32), (np.zeros(0, np.int32), np.zeros(0, np.int32))
        return sparse.csr_matrix(nothing, shape=(cut.weights.shape[0], grams.size))
    vectors = cut.weights @ grams.of_phrases(cut.phrases)
    scale = sparse.diags(1 / lengths(vectors)).astype(np.float32)
    return sparse.csr_matrix(scale @ vectors)
