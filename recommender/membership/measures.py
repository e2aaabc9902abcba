"""What speaks for a firm at a link: measures over all firms, each 0–1 beside the others.

A measure gives every firm a number ≥ 0 from its other links, its stock code, tags or products.
Numbers of different links are not comparable, so each is taken beside the firms that are not at the
link: as a share of the largest, or by its place among them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import sparse

from graph.columns import Bool, Int32
from graph.snapshot import Snapshot
from recommender.belonging import chains_of, layers_of
from recommender.frame import Float64, Int64
from recommender.membership.alike import alike
from recommender.membership.makes import like_those_there, own_words
from recommender.signals.links import cosine, firm_by_link, together

# Firms that a share of a link's firms is thought to have had besides.
PRIOR_FIRMS = 2.0
# Dimensions of the low-rank model, and the distance over which nearness of stock codes falls to
# 1/e: codes are given out by the year and, on some exchanges, by industry.
DIMENSIONS, NEAR_CODES = 8, 60.0
Values = Callable[[Snapshot, int], Float64]


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of :data:`MEASURES`.

    Attributes:
        name, label, source: as of a signal.
        values: snapshot, link row → (firms,) numbers ≥ 0.
        shape: ``share`` of the largest among the firms that are not at the link, or ``place``:
            1 − ln(1 + r) / ln(1 + n) for the r-th of n, 0 where the number is 0.
    """

    name: str
    label: str
    source: str
    values: Values
    shape: Literal["share", "place"] = "share"


def _summed(column: Values) -> Values:
    """Σ over the firm's other links j of w(j, link)."""

    def values(snapshot: Snapshot, link: int) -> Float64:
        weights = np.array(column(snapshot, link), dtype=np.float64)
        weights[link] = 0.0
        found: Float64 = firm_by_link(snapshot) @ weights
        return np.maximum(found, 0.0)

    return values


def _strongest(snapshot: Snapshot, link: int) -> Float64:
    """Largest over the firm's other links j of P(link | j) = |F_j ∩ F_link| / (|F_j| + prior)."""
    held, both = firm_by_link(snapshot), together(snapshot)
    shared = both[:, [link]].toarray().ravel() / (both.diagonal() + PRIOR_FIRMS)
    shared[link] = 0.0
    found = np.zeros(held.shape[0])
    holds = np.flatnonzero(np.diff(held.indptr))
    if len(holds):
        found[holds] = np.maximum.reduceat(shared[held.indices], held.indptr[:-1][holds])
    return found


def _walk(snapshot: Snapshot, link: int) -> Float64:
    """w(j) = chance that a walk j → firm → link ends there (Cooper et al. 2014, P³)."""
    held = firm_by_link(snapshot)
    count = np.maximum(np.diff(held.indptr), 1)
    here = np.zeros(held.shape[0])
    at = snapshot.positions.firm[snapshot.firms_at(link)]
    here[at] = 1.0 / count[at]
    found: Float64 = (held.T @ here) / np.maximum(together(snapshot).diagonal(), 1.0)
    return found


def _low_rank(snapshot: Snapshot, link: int) -> Float64:
    """w(j) from the leading eigenvectors of the cosines of links (Cremonesi et al. 2010)."""
    vectors = snapshot.once("low rank of links", _leading)
    size = np.sqrt(np.maximum(together(snapshot).diagonal(), 1.0))
    found: Float64 = (vectors @ vectors[link]) / size
    return found


def _leading(snapshot: Snapshot) -> Float64:
    from scipy.sparse.linalg import eigsh  # slow to load

    alike = cosine(snapshot)
    size = alike.shape[0]
    if size <= DIMENSIONS + 1:
        return np.zeros((size, 1))
    # The same start every time: the same data give the same answer.
    vectors: Float64 = eigsh(alike, k=DIMENSIONS, which="LA", v0=np.ones(size))[1]
    return vectors


def _same_chain(snapshot: Snapshot, link: int) -> Float64:
    chains = chains_of(snapshot)
    found: Float64 = np.equal(chains, chains[link]).astype(np.float64)
    return found


def _near_groups(kind: str, groups_of: Callable[[Snapshot], Int32]) -> Values:
    """Σ over the other groups (chains, layers) of the firm of their cosine with the link's."""

    def build(snapshot: Snapshot) -> tuple[sparse.csr_matrix, Float64]:
        held, groups = firm_by_link(snapshot), groups_of(snapshot)
        ones = np.ones(len(groups), dtype=np.float32)
        of = sparse.csr_matrix((ones, (np.arange(len(groups)), groups)))
        holds = (held @ of).tocsr()
        holds.data[:] = 1.0
        both = (holds.T @ holds).toarray().astype(np.float64)
        size = np.sqrt(np.maximum(both.diagonal(), 1.0))
        alike: Float64 = both / size[:, None] / size[None, :]
        np.fill_diagonal(alike, 0.0)
        return holds, alike

    def values(snapshot: Snapshot, link: int) -> Float64:
        holds, alike = snapshot.once(("near", kind), build)
        found: Float64 = holds @ alike[:, groups_of(snapshot)[link]]
        return found

    return values


def _near_codes(snapshot: Snapshot, link: int) -> Float64:
    """Share of the firms with a stock code near the firm's own that are at the link."""
    code, order, whole = snapshot.once("stock codes", _codes)
    at = snapshot.positions.firm[snapshot.firms_at(link)]
    at = at[code[at] >= 0]
    found = np.zeros(len(code))
    if len(at):
        far = np.abs(code[order][:, None] - code[at][None, :])
        near = np.exp(-far / NEAR_CODES).sum(axis=1) - np.isin(order, at)
        found[order] = np.maximum(near, 0.0) / (whole + 1.0)
    return found


def _codes(snapshot: Snapshot) -> tuple[Float64, Int64, Float64]:
    """(firms,) code as a number, −1 without one; firms with one by code; Σ nearness of others."""
    digits = (re.search(r"\d+", text or "") for text in snapshot.firms.stock_code.to_pylist())
    code = np.array([float(found[0]) if found else -1.0 for found in digits])
    order = np.argsort(code, kind="stable")
    order = order[code[order] >= 0]
    decay = np.exp(-np.diff(code[order]) / NEAR_CODES)
    below, above = np.zeros(len(order)), np.zeros(len(order))
    for i in range(1, len(order)):
        below[i] = (below[i - 1] + 1.0) * decay[i - 1]
        above[-1 - i] = (above[-i] + 1.0) * decay[-i]
    return code, order, below + above


POSITIONS, FIRMS, BOTH = "卡位", "企业表", "卡位、企业表"
MEASURES: tuple[Measure, ...] = (
    Measure("same_chain", "同链卡位", POSITIONS, _summed(_same_chain), "place"),
    Measure("strongest", "最强共现环节", POSITIONS, _strongest),
    Measure("walk", "环节间游走", POSITIONS, _summed(_walk)),
    Measure("near_chains", "关联产业链", POSITIONS, _near_groups("chains", chains_of)),
    Measure("near_layers", "关联层级", POSITIONS, _near_groups("layers", layers_of), "place"),
    Measure("low_rank", "低秩模型", POSITIONS, _summed(_low_rank), "place"),
    Measure("near_codes", "代码相邻企业", FIRMS, _near_codes, "place"),
    Measure("words", "产品与环节用词", FIRMS, own_words),
    Measure("makes", "产品与在位企业相近", BOTH, like_those_there),
    Measure("alike", "相似企业在相似环节", BOTH, alike, "place"),
)


def measured(snapshot: Snapshot, link: int) -> Float64:
    """(firms, measures) in [0, 1], each beside the firms that hold links but not this one."""
    others = np.diff(snapshot.positions.firm_start) > 0
    others[snapshot.positions.firm[snapshot.firms_at(link)]] = False
    columns = [_shaped(m.values(snapshot, link), others, m.shape) for m in MEASURES]
    return np.stack(columns, axis=1)


def _shaped(values: Float64, others: Bool, shape: Literal["share", "place"]) -> Float64:
    beside = values[others]
    most = float(beside.max(initial=0.0)) or float(values.max(initial=0.0)) or 1.0
    if shape == "share":
        return np.minimum(values / most, 1.0)
    ordered = np.sort(beside)
    # Those of equal value share the middle of their places.
    first = len(ordered) - np.searchsorted(ordered, values, side="right")
    last = len(ordered) - np.searchsorted(ordered, values, side="left")
    place = np.maximum((first + last + 1) / 2, 1.0)
    found = 1.0 - np.log1p(place) / np.log1p(max(len(ordered), 1) + 1.0)
    return np.where(values > 1e-12, np.clip(found, 0.0, 1.0), 0.0)
