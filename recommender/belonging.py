"""How likely a firm belongs at a link, from the links it is known to hold.

All measures have the form Σ over the firm's other links j of w(j, link), so a link is one column of
weights and all firms are scored by one sparse product.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from graph.columns import Int32
from graph.snapshot import Snapshot
from recommender.blend import Part
from recommender.candidates import Candidates
from recommender.frame import Float64
from recommender.models import Scored, mean_of
from recommender.signals.links import cosine, firm_by_link, together

# Ridge penalty of EASE, and the number of links above which its dense inverse is not worth it.
PENALTY, MOST_LINKS = 50.0, 5000
Column = Callable[[Snapshot, int], Float64]


def cooccurrence(snapshot: Snapshot, link: int) -> Float64:
    """w(j) = cosine of the sets of firms at j and at the link."""
    key = ("cosine column", link)
    return snapshot.once(key, lambda s: cosine(s)[:, [link]].toarray().ravel())


def ease(snapshot: Snapshot, link: int) -> Float64:
    """w(j) = B[j, link] of the linear model X ≈ X B with zero diagonal and ridge penalty λ.

    With P = (XᵀX + λI)⁻¹: B = −P / diag(P) off the diagonal (H. Steck 2019, "Embarrassingly shallow
    autoencoders for sparse data", eq. 8). Negative weights are kept; zero above MOST_LINKS links.
    """
    if len(snapshot.links) > MOST_LINKS:
        return np.zeros(len(snapshot.links))
    found: Float64 = snapshot.once("ease", _ease)[:, link]
    return found


def _ease(snapshot: Snapshot) -> Float64:
    gram = together(snapshot).toarray()
    gram[np.diag_indices_from(gram)] += PENALTY
    inverse = np.linalg.inv(gram)
    weights: Float64 = -inverse / np.diag(inverse)[None, :]
    np.fill_diagonal(weights, 0.0)
    return weights


def peers(snapshot: Snapshot, link: int) -> Float64:
    """w(j) = Σ over the firms f at the link that hold j of 1 / √|links of f|.

    Summed over a firm's links and divided by √|its links| this is the sum of its cosines with the
    firms at the link: user-based collaborative filtering.
    """
    held = firm_by_link(snapshot)
    scale = 1.0 / np.sqrt(np.maximum(np.diff(held.indptr), 1))
    here = np.zeros(len(snapshot.firms))
    at = snapshot.positions.firm[snapshot.firms_at(link)]
    here[at] = scale[at]
    found: Float64 = held.T @ here
    return found


def same_chain(snapshot: Snapshot, link: int) -> Float64:
    """w(j) = 1 for links of the same chain."""
    chains = chains_of(snapshot)
    found: Float64 = np.equal(chains, chains[link]).astype(np.float64)
    return found


def same_layer(snapshot: Snapshot, link: int) -> Float64:
    """w(j) = 1 for links of the same chain, stage and group."""
    layers = layers_of(snapshot)
    found: Float64 = np.equal(layers, layers[link]).astype(np.float64)
    return found


def any_link(snapshot: Snapshot, link: int) -> Float64:
    """w(j) = 1: the number of links a firm holds."""
    return np.ones(len(snapshot.links))


def chains_of(snapshot: Snapshot) -> Int32:
    """(links,) the chain of each link, numbered."""
    return snapshot.once("chain of links", lambda s: _numbered(s.links.chain_ids))


def layers_of(snapshot: Snapshot) -> Int32:
    """(links,) the chain, stage and group of each link, numbered."""
    return snapshot.once("layer of links", _layers)


def _layers(snapshot: Snapshot) -> Int32:
    links = snapshot.links
    keys = zip(links.chain_ids, links.stages, links.groups, strict=True)
    return _numbered([repr(key) for key in keys])


def _numbered(names: tuple[str, ...] | list[str]) -> Int32:
    return np.unique(np.array(names, dtype=object).astype(str), return_inverse=True)[1].astype(
        np.int32
    )


@dataclass(frozen=True, slots=True)
class Measure:
    """One column of weights: name, Chinese label, weight in the blend, whether by √|links|."""

    name: str
    label: str
    weight: float
    column: Column
    per_root: bool = False


SOURCE = "卡位"
MEASURES: tuple[Measure, ...] = (
    Measure("cooccurrence", "环节共现", 1.0, cooccurrence),
    Measure("ease", "环节关联模型", 2.0, ease),
    Measure("peers", "相似企业", 0.5, peers, per_root=True),
    Measure("same_chain", "同链卡位", 0.3, same_chain),
    Measure("same_layer", "同层卡位", 0.3, same_layer),
)
DEGREE = Measure("degree", "卡位数", 1.0, any_link)


@dataclass(frozen=True)
class Belonging:
    """score = Σ w_m v_m / Σ w_m over the measures, v_m relative to the largest of firms not there.

    The weights are round numbers found with edges hidden at several seeds inside open data.
    :class:`recommender.membership.Membership` learns them, from more measures.
    """

    kind: str = "belonging"
    version: str = "1"
    trained_on: str | None = None
    measures: tuple[Measure, ...] = MEASURES

    def score(self, candidates: Candidates) -> Scored:
        columns = candidates.memo(
            ("likelihood", self.measures), lambda c: likelihood(c, self.measures)
        )
        parts = tuple(
            Part(m.name, m.label, m.weight, SOURCE, candidates.take(columns[:, i]))
            for i, m in enumerate(self.measures)
        )
        return mean_of(parts, candidates)


def likelihood(candidates: Candidates, measures: tuple[Measure, ...]) -> Float64:
    """(rows of the frame, measures), 0–1 within each link; only the firm's other links count."""
    frame = candidates.frame
    held = candidates.static("held", lambda c: firm_by_link(c.snapshot)[c.frame.firms])
    if len(frame.links) == 1:
        return _at_link(candidates, measures, held, frame.group, int(frame.links[0]))
    found = np.zeros((len(frame), len(measures)))
    for place, link in enumerate(frame.links.tolist()):
        rows = np.flatnonzero(frame.link == place)
        found[rows] = _at_link(candidates, measures, held, frame.group[rows], link)
    return found


def _at_link(
    candidates: Candidates,
    measures: tuple[Measure, ...],
    held: sparse.csr_matrix,
    group: Int32,
    link: int,
) -> Float64:
    """(rows, measures) of the firms of the groups `group`, relative to the largest not there."""
    weights = np.stack([m.column(candidates.snapshot, link) for m in measures], axis=1)
    weights[link] = 0.0
    whole = len(group) == held.shape[0]
    rows = held if whole else held[group]
    values: Float64 = rows @ weights
    np.maximum(values, 0.0, out=values)
    root = np.sqrt(np.maximum(np.diff(rows.indptr), 1))
    for column, measure in enumerate(measures):
        if measure.per_root:
            values[:, column] /= root
    there = np.zeros(held.shape[0], dtype=np.bool_)
    firms = candidates.snapshot.positions.firm[candidates.snapshot.firms_at(link)]
    groups = candidates.frame.groups_of(firms)
    there[groups[groups >= 0]] = True
    inside = np.flatnonzero(there[group])
    kept = values[inside]
    values[inside] = 0.0
    most = values.max(axis=0, initial=0.0)
    most = np.where(most > 0, most, kept.max(axis=0, initial=0.0))
    values[inside] = kept
    values /= np.where(most > 0, most, 1.0)
    return np.minimum(values, 1.0, out=values)


def telling_links(snapshot: Snapshot, firm: int, link: int) -> list[tuple[str, int]]:
    """The firm's other links that speak most for the link: (name, firms at both), at most three."""
    mine = snapshot.positions.link[snapshot.positions.of_firm(firm)]
    weights = cooccurrence(snapshot, link)
    best = sorted((j for j in mine.tolist() if weights[j] > 0), key=lambda j: (-weights[j], j))
    both = together(snapshot)
    return [(snapshot.links.names[j], int(both[j, link])) for j in best[:3]]
