"""How well a firm fits the link."""

from __future__ import annotations

import numpy as np

from graph.columns import Float32
from recommender.candidates import Candidates
from recommender.frame import Float64
from recommender.signals.links import chain_around, cosine, firm_by_link

STRENGTH, NEIGHBOURS, TOGETHER = 0.7, 0.15, 0.15
CHUNK = 20_000


def fit(candidates: Candidates) -> Float32:
    """How well the firm fits the link.

    Weighted mean of what is known of: strength of the position (0.7), share of the firm's other
    links in the chain that feed or are fed by this one (0.15), how usual it is to hold this link
    together with them (0.15; mean cosine, relative to the most usual pair of the link).

    A predicted row counts half its likelihood: nobody has said that the firm is there.
    """
    return candidates.take(candidates.static("fit", _fit))


def _fit(candidates: Candidates) -> Float32:
    snapshot, frame = candidates.snapshot, candidates.frame
    strength, there = np.full(len(frame), np.nan), frame.position >= 0
    strength[there] = snapshot.positions.strength[frame.position[there]]
    neighbours, together = _others(candidates)
    parts = ((STRENGTH, strength), (NEIGHBOURS, neighbours), (TOGETHER, together))
    total, known = np.zeros(len(frame)), np.zeros(len(frame))
    for weight, values in parts:
        there = ~np.isnan(values)
        total[there] += weight * values[there]
        known[there] += weight
    found = np.divide(total, known, out=np.full(len(frame), np.nan), where=known > 0)
    guess = frame.position < 0
    found[guess] = 0.5 * frame.predicted[guess]
    result: Float32 = found.astype(np.float32)
    return result


def _others(candidates: Candidates) -> tuple[Float64, Float64]:
    """(n,) over the firm's other links in the chain: share that are neighbours, mean cosine.

    Neighbours along feeds; cosine relative to the highest of the link; nan where the firm holds no
    other link of the chain.
    """
    snapshot, frame = candidates.snapshot, candidates.frame
    chain = snapshot.chains[candidates.query.chain].links
    touching = chain_around(snapshot, candidates.query.chain).touching
    alike = np.asarray(cosine(snapshot)[chain][:, chain].todense())
    most = alike.max(axis=0, keepdims=True, initial=0.0)
    alike = np.divide(alike, most, out=np.zeros_like(alike), where=most > 0)
    column = np.searchsorted(chain, frame.links)[frame.link]
    held = firm_by_link(snapshot)[frame.firms][:, chain]
    neighbours = np.full(len(frame), np.nan)
    together = np.full(len(frame), np.nan)
    for begin in range(0, len(frame.start), CHUNK):
        block = held[begin : begin + CHUNK]
        count = np.asarray(block.sum(axis=1)).ravel()
        near, usual = np.asarray(block @ touching), np.asarray(block @ alike)
        rows = np.flatnonzero((frame.group >= begin) & (frame.group < begin + CHUNK))
        own = frame.group[rows] - begin
        others = count[own] - (frame.position[rows] >= 0)
        keep = others > 0
        rows, own, others = rows[keep], own[keep], others[keep]
        neighbours[rows] = near[own, column[rows]] / others
        together[rows] = usual[own, column[rows]] / others
    return neighbours, together
