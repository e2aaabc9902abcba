"""What is known about the links of a frame: feeds between them, links often held together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from graph.snapshot import Snapshot
from recommender.frame import Float64


@dataclass(frozen=True, eq=False)
class Around:
    """Feeds of some links as (m, m) matrices; rows sum to 1, or to 0 without feeds.

    `inputs[i, j]` = share of the inputs of link i that j gives, `outputs[i, j]` = share of the
    buyers of link i that j is.
    """

    inputs: Float64
    outputs: Float64

    @property
    def touching(self) -> Float64:
        """(m, m) 1 where two links feed one another."""
        found: Float64 = ((self.inputs > 0) | (self.outputs > 0)).astype(np.float64)
        return found


def around(snapshot: Snapshot, chain: int) -> Around:
    """The feeds of a chain; an unknown weight counts as the mean of the known ones, else 1."""
    rows = snapshot.chains[chain].links
    place = {snapshot.links.ids[int(row)]: i for i, row in enumerate(rows)}
    matrix = np.zeros((len(rows), len(rows)))
    for up, down, data in snapshot.chain_graph(chain).edges(data=True):
        weight = data["weight"]
        matrix[place[down], place[up]] = np.nan if weight is None else max(float(weight), 1e-9)
    known = matrix[np.isfinite(matrix) & (matrix > 0)]
    matrix[np.isnan(matrix)] = float(known.mean()) if len(known) else 1.0
    return Around(_shares(matrix), _shares(matrix.T))


def _shares(matrix: Float64) -> Float64:
    total = matrix.sum(axis=1, keepdims=True)
    shares: Float64 = np.divide(matrix, total, out=np.zeros_like(matrix), where=total > 0)
    return shares


def chain_around(snapshot: Snapshot, chain: int) -> Around:
    """:func:`around`, kept with the snapshot."""
    return snapshot.once(("around", chain), lambda s: around(s, chain))


def firm_by_link(snapshot: Snapshot) -> sparse.csr_matrix:
    """Firms × links, 1 where there is a position that is not rejected; kept with the snapshot."""

    def build(s: Snapshot) -> sparse.csr_matrix:
        ones = np.ones(len(s.positions), dtype=np.float32)
        cells = (ones, (s.positions.firm, s.positions.link))
        return sparse.csr_matrix(cells, shape=(len(s.firms), len(s.links)))

    held: sparse.csr_matrix = snapshot.once("firm × link", build)
    return held


def together(snapshot: Snapshot) -> sparse.csr_matrix:
    """Links × links, how many firms hold both; kept with the snapshot."""

    def build(s: Snapshot) -> sparse.csr_matrix:
        held = firm_by_link(s)
        both: sparse.csr_matrix = (held.T @ held).tocsr().astype(np.float64)
        return both

    return snapshot.once("links together", build)


def cosine(snapshot: Snapshot) -> sparse.csr_matrix:
    """Links × links, cosine of the sets of firms, zero diagonal; kept with the snapshot.

    cos(i, j) = |F_i ∩ F_j| / √(|F_i| |F_j|): item-based collaborative filtering
    (Sarwar et al. 2001, "Item-based collaborative filtering recommendation algorithms").
    """

    def build(s: Snapshot) -> sparse.csr_matrix:
        both = together(s)
        scale = sparse.diags(1.0 / np.sqrt(np.maximum(both.diagonal(), 1.0)))
        found = (scale @ both @ scale).tolil()
        found.setdiag(0.0)
        done: sparse.csr_matrix = found.tocsr()
        done.eliminate_zeros()
        return done

    return snapshot.once("cosine of links", build)
