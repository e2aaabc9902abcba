"""Candidates for a name among a million others, without comparing it with each.

A name is the set of its characters and of its ordered pairs of characters at most REACH apart, so
that 杭齿前进 meets 杭州前进齿轮箱 (pairs 前进, 杭…前) and one misprint spoils only a few pairs. An
inverted index of the pairs is a sparse matrix (pair × name); a query takes its rarest pairs first,
until their lists hold BUDGET names, and the names that share most (weighted by rarity, −log of the
share of names) are its candidates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

REACH = 4
BUDGET = 20_000
BATCH = 512
SHORTER = 0.05
_BUCKETS = 1 << 21
_SINGLES = 1 << 16
_FACTOR = np.uint64(0x9E3779B97F4A7C15)

Ints = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int32]


def codes_of(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint32], Ints]:
    """(code points of all texts in a row, offsets): text i lies from offset i to the next."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    points = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), dtype=np.uint32)
    return points, np.concatenate(([0], np.cumsum(lengths)))


def _marks(
    points: npt.NDArray[np.uint32], row: Rows
) -> Iterator[tuple[npt.NDArray[np.int32], Rows]]:
    """(bucket, row) of the single characters, then of the pairs at each distance."""
    yield (points % _SINGLES).astype(np.int32), row
    for gap in range(1, REACH + 1):
        if len(points) <= gap:
            return
        same = row[gap:] == row[:-gap]
        pairs = (points[:-gap].astype(np.uint64) << np.uint64(21)) | points[gap:]
        yield _bucket(pairs[same]), row[gap:][same]
        if gap == 1:  # side by side counts once more
            yield _bucket(~pairs[same]), row[gap:][same]


def _bucket(pairs: npt.NDArray[np.uint64]) -> npt.NDArray[np.int32]:
    return ((pairs * _FACTOR) >> np.uint64(64 - 21)).astype(np.int32) + _SINGLES


def _matrix(texts: Sequence[str], *, by_name: bool) -> sparse.csr_matrix:
    """Names × marks (`by_name`) or marks × names, ones where a name has the mark."""
    points, offsets = codes_of(texts)
    row = np.repeat(np.arange(len(texts), dtype=np.int32), np.diff(offsets))
    marks = list(_marks(points, row))
    bucket = np.concatenate([b for b, _ in marks])
    rows = np.concatenate([r for _, r in marks])
    del marks, points, row
    ones = np.ones(len(rows), dtype=np.float32)
    shape = (len(texts), _SINGLES + _BUCKETS)
    if by_name:
        return sparse.csr_matrix((ones, (rows, bucket)), shape=shape)
    return sparse.csr_matrix((ones, (bucket, rows)), shape=shape[::-1])


class Blocks:
    """The inverted index of a list of texts; build it once, ask it in batches.

    `prior` is added to the rank of each text where a question is about well-known firms.
    """

    def __init__(self, texts: Sequence[str], prior: npt.NDArray[np.float32]) -> None:
        self._prior = prior
        self._lists = _matrix(texts, by_name=False)
        self._lists.data.fill(1.0)  # a pair twice in a name counts once
        self._sizes = np.diff(self._lists.indptr)
        self._lengths = np.fromiter(map(len, texts), dtype=np.float32, count=len(texts))
        self._worth = np.log((len(texts) + 1) / (self._sizes + 1.0)).astype(np.float32) + 0.1

    def candidates(self, texts: Sequence[str], known: Sequence[bool], top: int) -> list[Rows]:
        """For each text the rows of the at most `top` names nearest to it, best first.

        `known`: whether the text is rather the name of a well-known firm, so that `prior` counts.
        """
        found: list[Rows] = []
        for start in range(0, len(texts), BATCH):
            asked = self._affordable(_matrix(texts[start : start + BATCH], by_name=True))
            shared = (asked @ self._lists).tocsr()
            found.extend(
                self._best(shared, i, known[start + i], top) for i in range(shared.shape[0])
            )
        return found

    def _affordable(self, asked: sparse.csr_matrix) -> sparse.csr_matrix:
        """The rarest marks of each query within the budget, weighted by how rare they are."""
        for i in range(asked.shape[0]):
            at = slice(asked.indptr[i], asked.indptr[i + 1])
            sizes = self._sizes[asked.indices[at]]
            order = np.argsort(sizes, kind="stable")
            spent = np.cumsum(sizes[order])
            keep = np.zeros(len(order), dtype=bool)
            keep[order[spent <= max(BUDGET, spent[0] if len(spent) else 0)]] = True
            asked.data[at] = np.where(keep & (sizes > 0), self._worth[asked.indices[at]], 0.0)
        asked.eliminate_zeros()
        return asked

    def _best(self, shared: sparse.csr_matrix, i: int, known: bool, top: int) -> Rows:
        at = slice(shared.indptr[i], shared.indptr[i + 1])
        rows = shared.indices[at]
        # Of names that share as much, the shorter says less that was not asked.
        rank = shared.data[at] - SHORTER * self._lengths[rows]
        if known:
            rank = rank + self._prior[rows]
        if len(rows) > top:
            chosen = np.argpartition(-rank, top)[:top]
            rows, rank = rows[chosen], rank[chosen]
        return np.asarray(rows[np.lexsort((rows, -rank))])
