"""Firms that are alike, at links that are alike: one linear model over both.

A firm is described by the links it holds, its attributes, name and products; a link by its firms,
its layer and its chain. Both likenesses are sums of products of sparse descriptions, so neither is
ever written out: the links are taken along their leading directions, the firms by conjugate
gradients.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from graph.snapshot import Snapshot
from recommender.belonging import chains_of, layers_of
from recommender.frame import Float64, Int64
from recommender.membership.makes import texts
from recommender.signals.links import firm_by_link
from recommender.texts import bare_name

# What each description counts for in the likeness of firms, and of links.
ATTRIBUTES, NAMES, TEXTS = 0.2, 0.4, 2.0
FIRMS, LAYERS, CHAINS = 0.2, 0.3, 0.2
# Ridge penalty, leading directions of the links, steps towards the solution.
PENALTY, DIRECTIONS, STEPS = 1.0, 150, 15
Rows = sparse.csr_matrix


def alike(snapshot: Snapshot, link: int) -> Float64:
    """(firms,) what the Kronecker ridge gives each firm at the link.

    S = K_f A K_l with K_f A K_l + λ A = X; X is firms × links of positions, K_f and K_l are the
    likenesses (RLS-Kron, van Laarhoven et al. 2011, "Gaussian interaction profile kernels for
    predicting drug–target interaction"; linear kernels here, K_l along DIRECTIONS, STEPS steps).
    """
    holders, firms, links = snapshot.once("firms and links alike", _fitted)
    found = np.zeros(len(snapshot.firms))
    found[holders] = firms @ links[link]
    return found


def _fitted(snapshot: Snapshot) -> tuple[Int64, Float64, Float64]:
    """Firms that hold links; (those, directions) and (links, directions), S is their product."""
    held = firm_by_link(snapshot).astype(np.float64)
    holders = np.flatnonzero(np.diff(held.indptr))
    held = held[holders]
    if not len(holders):
        return holders, np.zeros((0, 1)), np.zeros((held.shape[1], 1))
    root = np.sqrt(np.maximum(np.asarray(held.sum(axis=0)).ravel(), 1.0))
    # Firms alike by a link that few hold are more alike.
    rarely = (held @ sparse.diags(1.0 / root)).tocsr()
    strength, directions = _leading(_links(snapshot, rarely))
    firms = _firms(snapshot, holders, rarely)
    solved = _solved(firms, held @ directions, strength)
    found: Float64 = firms @ (firms.T @ (solved * strength))
    return holders, found, directions


def _solved(firms: Rows, wanted: Float64, strength: Float64) -> Float64:
    """The a with (s K_f + λ) a = x, a column a direction of strength s; conjugate gradients."""
    turned = firms.T.tocsr()
    found = np.zeros_like(wanted)
    rest, step = wanted.copy(), wanted.copy()
    size = (rest * rest).sum(axis=0)
    for _ in range(STEPS):
        pulled = (firms @ (turned @ step)) * strength + PENALTY * step
        far = size / np.maximum((step * pulled).sum(axis=0), 1e-12)
        found += far * step
        rest -= far * pulled
        left = (rest * rest).sum(axis=0)
        step = rest + step * (left / np.maximum(size, 1e-12))
        size = left
    return found


def _leading(links: Rows) -> tuple[Float64, Float64]:
    """The leading eigenvalues of the likeness of links, and their vectors as columns."""
    from scipy.sparse.linalg import eigsh  # slow to load

    count = links.shape[0]
    whole = links @ links.T
    if count <= DIRECTIONS + 1:
        values, vectors = np.linalg.eigh(whole.toarray())
        return np.maximum(values, 0.0), vectors
    # The same start every time: the same data give the same answer.
    values, vectors = eigsh(whole, k=DIRECTIONS, which="LA", v0=np.ones(count))
    return np.maximum(values, 0.0), vectors


def _links(snapshot: Snapshot, rarely: Rows) -> Rows:
    described: list[tuple[float, Rows]] = [(FIRMS, rarely.T.tocsr())]
    for weight, groups in ((LAYERS, layers_of(snapshot)), (CHAINS, chains_of(snapshot))):
        cells = (np.ones(len(groups)), (np.arange(len(groups)), groups))
        described.append((weight, sparse.csr_matrix(cells)))
    found: Rows = sparse.hstack([np.sqrt(weight) * part for weight, part in described]).tocsr()
    return found


def _firms(snapshot: Snapshot, holders: Int64, rarely: Rows) -> Rows:
    own, named = attributes(snapshot, holders), names(snapshot, holders)
    made = texts(snapshot)[holders]
    parts = [rarely, np.sqrt(ATTRIBUTES) * own, np.sqrt(NAMES) * named, np.sqrt(TEXTS) * made]
    found: Rows = sparse.hstack(parts).tocsr()
    return found


def names(snapshot: Snapshot, firms: Int64) -> Rows:
    """Firms × character 1- and 2-grams that recur in names, tf-idf, rows of length 1 or 0."""
    from sklearn.feature_extraction.text import CountVectorizer  # slow to load

    bare = [bare_name(name) for name in snapshot.firms.names.take(firms).to_pylist()]
    if not any(bare):
        return sparse.csr_matrix((len(bare), 1))
    counter = CountVectorizer(analyzer="char", ngram_range=(1, 2), dtype=np.float64)
    counted = counter.fit_transform(bare)
    among = np.bincount(counted.indices, minlength=counted.shape[1])
    idf = np.where(among >= 2, np.log((1 + len(bare)) / (1 + among)) + 1, 0.0)
    weighed = counted @ sparse.diags(idf)
    size = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    found: Rows = (sparse.diags(1.0 / np.where(size > 0, size, 1.0)) @ weighed).tocsr()
    return found


def attributes(snapshot: Snapshot, firms: Int64) -> Rows:
    """Firms × attributes, 1 where the firm has it: its tags and the beginnings of its code."""
    number: dict[str, int] = {}
    rows: list[int] = []
    columns: list[int] = []
    codes, tags_of = (
        column.take(firms).to_pylist()
        for column in (snapshot.firms.stock_code, snapshot.firms.tags)
    )
    for firm, (code, tags) in enumerate(zip(codes, tags_of, strict=True)):
        begins = (f"{code[:2]}…", f"{code[:3]}…") if code else ()
        for attribute in dict.fromkeys((*begins, *(tags or ()))):
            rows.append(firm)
            columns.append(number.setdefault(attribute, len(number)))
    shape = (len(firms), max(len(number), 1))
    return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
