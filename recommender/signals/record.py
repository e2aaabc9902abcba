"""What is on record about a firm: where it stands, how broadly, and what it did in this chain."""

from __future__ import annotations

import numpy as np

from graph.columns import Float32, Int32
from recommender.candidates import Candidates
from recommender.frame import Float64, Int64
from recommender.signals.events import seen, timing
from recommender.signals.links import firm_by_link

# Decayed events that make half of the full value; links that make the full value.
IN_CHAIN_FOR_HALF, MANY_LINKS = 0.5, 20


def standing(candidates: Candidates) -> Float32:
    """Strength of the firm's position at the link.

    0 where it holds positions elsewhere only; nan where none at all is known, for then nothing is
    known of this one either. An unknown strength counts as the settings say.
    """
    return candidates.take(candidates.static("standing", _standing, *_unknown(candidates)))


def _unknown(candidates: Candidates) -> tuple[float, float]:
    return candidates.settings.unknown_strength, candidates.settings.uncertain_weight


def _standing(candidates: Candidates) -> Float32:
    frame = candidates.frame
    there = frame.position >= 0
    held = np.diff(firm_by_link(candidates.snapshot).indptr)[frame.firm]
    found = np.where(held > 0, 0.0, np.nan)
    found[there] = _strength(candidates, frame.position[there])
    known: Float32 = found.astype(np.float32)
    return known


def _strength(candidates: Candidates, at: Int32 | Int64) -> Float64:
    """Strengths of some positions, as the settings count those unknown or uncertain."""
    positions, settings = candidates.snapshot.positions, candidates.settings
    strength = positions.strength[at].astype(np.float64)
    strength[np.isnan(strength)] = settings.unknown_strength
    strength[~positions.certain[at]] *= settings.uncertain_weight
    return strength


def breadth(candidates: Candidates) -> Float32:
    """At how many links the firm stands: ln(1 + n) / ln(21), at most 1; nan if none is known."""
    return candidates.spread(candidates.static("breadth", _breadth))


def _breadth(candidates: Candidates) -> Float32:
    count = np.diff(firm_by_link(candidates.snapshot).indptr)[candidates.firms]
    found = np.minimum(np.log1p(count) / np.log1p(MANY_LINKS), 1.0)
    known: Float32 = np.where(count > 0, found, np.nan).astype(np.float32)
    return known


def chain_standing(candidates: Candidates) -> Float32:
    """Strength of the firm's strongest position in the chain.

    0 where it holds positions in other chains only; nan where none at all is known.
    """
    name = ("chain standing", candidates.query.chain, *_unknown(candidates))
    of_firms = candidates.snapshot.once(name, lambda _: _in_chain(candidates))
    return candidates.spread(of_firms[candidates.firms])


def _in_chain(candidates: Candidates) -> Float32:
    """Of every firm of the snapshot."""
    snapshot, chain = candidates.snapshot, candidates.snapshot.chains[candidates.query.chain]
    positions = snapshot.positions
    held = np.diff(firm_by_link(snapshot).indptr)
    found = np.where(held > 0, 0.0, np.nan)
    at = np.flatnonzero(np.isin(positions.link, chain.links))
    np.maximum.at(found, positions.firm[at], _strength(candidates, at))
    known: Float32 = found.astype(np.float32)
    return known


def loyalty(candidates: Candidates) -> Float32:
    """Earlier investments in this chain: n / (n + 0.5), n = Σ 2^(−age / half-life).

    0 for a firm without one: where investments are on record, one that is not is some news; nan
    when the data hold no event at all.
    """
    events = seen(candidates)
    if not len(events.firm):
        return np.full(len(candidates), np.nan, dtype=np.float32)
    group, hit = candidates.static("chain events of firms", _groups, *timing(candidates))
    weight = events.weight[hit] * (events.chain[hit] == candidates.query.chain)
    total = np.bincount(group, weights=weight, minlength=len(candidates.firms))
    return candidates.spread((total / (total + IN_CHAIN_FOR_HALF)).astype(np.float32))


def _groups(candidates: Candidates) -> tuple[Int64, Int64]:
    group = candidates.frame.groups_of(seen(candidates).firm)
    hit = np.flatnonzero(group >= 0)
    return group[hit], hit
