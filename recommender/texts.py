"""What firms say of themselves, as vectors: how near a wanted product comes to each firm.

Products and scopes are cut into phrases, phrases into character 2- and 3-grams, weighted by inverse
document frequency ln((1 + n) / (1 + df)) + 1 (Salton & Buckley 1988). Phrases recur from firm to
firm, so each different one is stored once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from scipy import sparse

from graph.columns import Float32, index_of
from graph.snapshot import Snapshot
from recommender.frame import Float64, Int64

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import CountVectorizer

_CUTS = re.compile(r"[;；,，。、:：|/!?()（）\n\r\t]+")
_LEGAL_FORM = re.compile("(?:股份|有限|责任|控股|集团|公司|[()（）])+")
COLUMNS = ("firm_id", "name", "products", "scope")
NGRAMS = (2, 3)
# Texts asked for of which the vectors are kept.
KEPT = 64


def folded(text: str) -> str:
    """One spelling: half width, lower case, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def bare_name(name: str) -> str:
    """A firm's name without its legal form."""
    return _LEGAL_FORM.sub("", folded(name))


def pieces(text: str) -> list[str]:
    """The phrases of a text, each once; those of one character say too little."""
    return list(dict.fromkeys(p for p in _CUTS.split(folded(text)) if len(p) > 1))


@dataclass(frozen=True, eq=False)
class Likeness:
    """How near each firm comes to a text, 0–1; nan for a firm of which no text is known.

    Attributes:
        whole: (firms,) cosine of all that the firm makes with the text.
        best: (firms,) cosine of its nearest phrase with the nearest phrase of the text.
    """

    whole: Float32
    best: Float32


@dataclass(frozen=True, eq=False)
class FirmTexts:
    """The phrases of all firms.

    Attributes:
        phrases: the different phrases.
        vectors: (phrases × n-grams) in column order, rows of length 1.
        lengths: (phrases,) lengths before that.
        held: (firms × phrases) 1 where the firm has the phrase.
        size: (firms,) length of the sum of the firm's phrases, 0 without a text.
        counter, idf: make n-grams of a text, and weigh them.
    """

    phrases: tuple[str, ...]
    vectors: sparse.csc_matrix
    lengths: Float64
    held: sparse.csr_matrix
    size: Float64
    counter: CountVectorizer
    idf: Float64

    def near(self, text: str) -> Likeness:
        """How near each firm comes to `text`."""
        vectors, lengths = _scaled(_counted(self.counter, pieces(text)), self.idf)
        wanted = np.asarray(vectors.T @ lengths).ravel()
        alike = self._times(wanted) * self.lengths
        scale = self.size * (np.sqrt(wanted @ wanted) or 1.0)
        known = self.size > 0
        whole = np.divide(self.held @ alike, scale, out=np.full(len(scale), np.nan), where=known)
        each = np.zeros(len(self.phrases))
        for row in vectors.tocsr():
            np.maximum(each, self._times(row.toarray().ravel()), out=each)
        return Likeness(_clipped(whole), _clipped(self._best(each)))

    def whole(self) -> sparse.csr_matrix:
        """Firms × n-grams of all that a firm makes, rows of length 1, or 0 without a text."""
        scale = np.divide(1.0, self.size, out=np.zeros_like(self.size), where=self.size > 0)
        weighed = sparse.diags(scale) @ self.held @ sparse.diags(self.lengths)
        found: sparse.csr_matrix = (weighed @ self._rows).tocsr()
        return found

    def vectors_of(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Texts × n-grams, rows of length 1, or 0 where the firms' texts share nothing with one."""
        said = [pieces(text) for text in texts]
        counted = _counted(self.counter, [phrase for own in said for phrase in own])
        owner = np.repeat(np.arange(len(said)), [len(own) for own in said])
        cells = (np.ones(len(owner)), (owner, np.arange(len(owner))))
        summed = sparse.csr_matrix(cells, shape=(len(said), len(owner))) @ counted
        return _scaled(summed.tocsr(), self.idf)[0]

    def _times(self, vector: Float64) -> Float64:
        """(phrases,) products with a vector of few n-grams."""
        at = np.flatnonzero(vector)
        found: Float64 = np.asarray(self.vectors[:, at] @ vector[at]).ravel()
        return found

    def _best(self, each: Float64) -> Float64:
        """(firms,) largest of the values of a firm's phrases, nan without one."""
        found = np.full(self.held.shape[0], np.nan)
        start = self.held.indptr[:-1]
        rows = np.flatnonzero(np.diff(self.held.indptr))
        if len(rows):
            found[rows] = np.maximum.reduceat(each[self.held.indices], start[rows])
        return found

    @cached_property
    def _rows(self) -> sparse.csr_matrix:
        """The vectors once more in row order: turning them for every question would cost most."""
        return self.vectors.tocsr()

    @cached_property
    def _asked(self) -> dict[str, sparse.csr_matrix]:
        return {}

    def _phrases_of(self, text: str) -> sparse.csr_matrix:
        """The phrases of a text as vectors; those of the last texts are kept: a list asks one."""
        if (known := self._asked.get(text)) is not None:
            return known
        vectors, _ = _scaled(_counted(self.counter, pieces(text)), self.idf)
        if len(self._asked) >= KEPT:
            self._asked.clear()
        self._asked[text] = vectors
        return vectors

    def nearest(self, firm: int, text: str, least: float = 0.0) -> str | None:
        """The firm's phrase that comes nearest to `text`; None if none is nearer than `least`."""
        own = self.held.indices[self.held.indptr[firm] : self.held.indptr[firm + 1]]
        vectors = self._phrases_of(text)
        if not len(own) or not vectors.nnz:
            return None
        alike = (self._rows[own] @ vectors.T).max(axis=1).toarray().ravel()
        return self.phrases[own[int(np.argmax(alike))]] if alike.max() > least else None


def firm_texts(snapshot: Snapshot) -> FirmTexts:
    """The texts of a snapshot, read from its store once and kept with it."""
    return snapshot.once("firm texts", _build)


def _build(snapshot: Snapshot) -> FirmTexts:
    table = snapshot.store.read("firms", list(COLUMNS), snapshot.data_version or None)
    rows = index_of(table["firm_id"], snapshot.firms.ids)
    return index(_phrases(table), rows.astype(np.int64), len(snapshot.firms))


def _phrases(table: pa.Table) -> list[list[str]]:
    found = []
    for row in table.to_pylist():
        said = [*(row["products"] or ()), row["scope"] or ""]
        # A firm of which only the name is known is known by its name.
        own = pieces(";".join(said)) or pieces(bare_name(row["name"] or ""))
        found.append(own)
    return found


def index(texts: Sequence[Sequence[str]], rows: Int64, size: int) -> FirmTexts:
    """Texts as phrases, with the row of each among `size` rows → their index."""
    from sklearn.feature_extraction.text import CountVectorizer  # slow to load

    number: dict[str, int] = {}
    at = [number.setdefault(phrase, len(number)) for text in texts for phrase in text]
    owner = np.repeat(rows, [len(text) for text in texts])
    held = sparse.csr_matrix(
        (np.ones(len(at), dtype=np.float32), (owner, np.array(at, dtype=np.int64))),
        shape=(size, len(number)),
    )
    counter = CountVectorizer(
        analyzer="char", ngram_range=NGRAMS, binary=True, lowercase=False, dtype=np.float64
    )
    phrases = tuple(number)
    counted = counter.fit_transform(phrases) if phrases else _nothing(counter)
    of_firms = (held @ counted).tocsr()
    df = np.bincount(of_firms.indices, minlength=counted.shape[1])
    idf = np.log((1 + np.count_nonzero(np.diff(held.indptr))) / (1 + df)) + 1
    weighed = of_firms @ sparse.diags(idf)
    squares = np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel()
    vectors, lengths = _scaled(counted, idf)
    return FirmTexts(phrases, vectors.tocsc(), lengths, held, np.sqrt(squares), counter, idf)


def _nothing(counter: CountVectorizer) -> sparse.csr_matrix:
    counter.fit(["\0\0"])
    return sparse.csr_matrix((0, len(counter.vocabulary_)))


def _counted(counter: CountVectorizer, phrases: Sequence[str]) -> sparse.csr_matrix:
    found: Any = counter.transform(phrases) if phrases else None
    return sparse.csr_matrix((0, len(counter.vocabulary_))) if found is None else found.tocsr()


def _scaled(counted: sparse.csr_matrix, idf: Float64) -> tuple[sparse.csr_matrix, Float64]:
    """Rows times `idf`, of length 1, and their lengths before that."""
    weighed = (counted @ sparse.diags(idf)).tocsr()
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return (sparse.diags(scale) @ weighed).tocsr(), lengths


def _clipped(values: Float64) -> Float32:
    found: Float32 = np.clip(values, 0.0, 1.0).astype(np.float32)
    return found
