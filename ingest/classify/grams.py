"""Character n-grams of weighted phrases as tf-idf vectors of length 1.

A phrase counts each of its n-grams once; a text is the weighted sum of its phrases, times the
inverse document frequency ln((1 + n) / (1 + df)) + 1, scaled to unit length (Salton & Buckley
1988). Phrases recur from firm to firm, so each different one is cut into n-grams only once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import CountVectorizer

Float32 = npt.NDArray[np.float32]
Weighted = Sequence[tuple[str, float]]


@dataclass(frozen=True)
class Cut:
    """Texts as phrases: `weights` (texts × phrases) of the different `phrases`."""

    phrases: list[str]
    weights: sparse.csr_matrix

    @classmethod
    def of(cls, texts: Sequence[Weighted]) -> Cut:
        """Number the different phrases of `texts` in the order in which they appear."""
        rows: dict[str, int] = {}
        indices = [rows.setdefault(phrase, len(rows)) for text in texts for phrase, _ in text]
        data = np.array([weight for text in texts for _, weight in text], dtype=np.float32)
        start = np.concatenate([[0], np.cumsum([len(text) for text in texts])])
        shape = (len(texts), len(rows))
        return cls(list(rows), sparse.csr_matrix((data, indices, start), shape=shape))

    def of_row(self, row: int) -> list[str]:
        """The phrases of one text."""
        at = slice(self.weights.indptr[row], self.weights.indptr[row + 1])
        return [self.phrases[i] for i in self.weights.indices[at]]


@dataclass
class Grams:
    """Fitted on texts, then a map from phrases to n-gram vectors.

    `longest` is the largest n; n-grams of fewer than `rarest` texts are left out.
    """

    longest: int = 4
    rarest: int = 2
    _counter: CountVectorizer = field(init=False, repr=False)
    _idf: Float32 = field(init=False, repr=False)

    def fit(self, cut: Cut) -> None:
        """Learn which n-grams there are and how rare each is."""
        counter = self._new()
        if not cut.phrases:
            self._counter, self._idf = self._new({"\0": 0}), np.ones(1, dtype=np.float32)
            return
        counted = cut.weights @ counter.fit_transform(cut.phrases)
        df = np.bincount(counted.indices, minlength=counted.shape[1])
        # one text of its own (a single firm) still has to be recognised: keep all then
        keep = np.flatnonzero(df >= self.rarest)
        keep = keep if len(keep) else np.arange(len(df))
        names = counter.get_feature_names_out()
        self._counter = self._new({names[i]: at for at, i in enumerate(keep)})
        self._idf = (np.log((1 + cut.weights.shape[0]) / (1 + df[keep])) + 1).astype(np.float32)

    @property
    def size(self) -> int:
        """Number of n-grams known."""
        return len(self._idf)

    def of_phrases(self, phrases: Sequence[str]) -> sparse.csr_matrix:
        """(phrases × n-grams) of each phrase alone, idf applied, not scaled."""
        counted: sparse.csr_matrix = self._counter.transform(phrases).astype(np.float32)
        counted.data *= self._idf[counted.indices]
        return counted

    def _new(self, vocabulary: dict[str, int] | None = None) -> CountVectorizer:
        from sklearn.feature_extraction.text import CountVectorizer  # heavy

        return CountVectorizer(
            analyzer="char",
            ngram_range=(1, self.longest),
            binary=True,
            lowercase=False,
            vocabulary=vocabulary,
            dtype=np.float32,
        )


def lengths(rows: sparse.csr_matrix) -> Float32:
    """Euclidean length of each row; 1 for an empty one, so that it can be divided by."""
    squared = np.asarray(rows.multiply(rows).sum(axis=1)).ravel()
    found: Float32 = np.where(squared > 0, np.sqrt(squared), 1.0).astype(np.float32)
    return found
