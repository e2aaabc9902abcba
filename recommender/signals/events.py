"""What dated investment events say: momentum, expansion, affinity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy import sparse

from graph.columns import Float32, Int32
from graph.snapshot import Snapshot
from recommender.candidates import Candidates
from recommender.frame import Float64, Int64
from recommender.signals.links import firm_by_link

# How many (decayed) events make half of the full value.
EVENTS_FOR_HALF, PLACES_FOR_HALF, MATCHES_FOR_HALF = 1.0, 2.0, 1.0
OWN_SHARE = 0.6


@dataclass(frozen=True, eq=False)
class Seen:
    """Events up to the day of the ranking whose firm is known, by firm; prefectures as region rows.

    Attributes:
        firm, place, link: (e,) rows; place and link −1 = unknown.
        chain: (e,) row of the chain, −1 unknown.
        weight: (e,) 2^(−age / half-life), ages in years; 1 where the date is unknown but seen.
        age: (e,) years.
        away: (e,) whether the place is known and is not the firm's home prefecture.
    """

    firm: Int32
    place: Int32
    link: Int32
    chain: Int32
    weight: Float64
    age: Float64
    away: Float64

    def of(self, firm: int) -> slice:
        """The events of one firm row."""
        begin, end = np.searchsorted(self.firm, [firm, firm + 1])
        return slice(int(begin), int(end))


def prefecture(snapshot: Snapshot, regions: Int32) -> Int32:
    """Row of the prefecture of each region row (the region itself above prefectures); −1 stays."""
    table = snapshot.regions.at_level
    rows = np.where(regions >= 0, table[1, regions], -1) if table.size else regions
    found: Int32 = np.where((regions >= 0) & (rows < 0), regions, rows).astype(np.int32)
    return found


def timing(candidates: Candidates) -> tuple[float, float]:
    """The settings that what is seen of events depends on."""
    return candidates.as_of, candidates.settings.half_life_years


def seen(candidates: Candidates) -> Seen:
    """The events that the ranking may know."""
    key = ("events seen", *timing(candidates))
    as_of, half_life = candidates.as_of, candidates.settings.half_life_years

    def build(s: Snapshot) -> Seen:
        events = s.events
        keep = np.flatnonzero((events.firm >= 0) & ~(events.date > as_of + 1e-3))
        keep = keep[np.argsort(events.firm[keep], kind="stable")]
        firm, link = events.firm[keep], events.link[keep]
        place = prefecture(s, events.region[keep])
        home = prefecture(s, s.firms.region[firm])
        names = events.chain_ids.take(pa.array(keep)).to_pylist()
        chain = np.array([s.chain_rows.get(c, -1) for c in names], dtype=np.int32)
        age = np.nan_to_num(as_of - events.date[keep].astype(np.float64), nan=0.0)
        weight = np.exp2(-age / half_life)
        away = ((place >= 0) & (place != home)).astype(np.float64)
        return Seen(firm, place, link, chain, weight, age, away)

    return candidates.snapshot.once(key, build)


def _by_firm(candidates: Candidates, weight: Float64) -> tuple[Int64, Float64]:
    """(group, `weight` summed over its events) of every firm of the frame with a known weight."""
    group, hit = candidates.static("events of firms", _event_groups, *timing(candidates))
    values = weight[hit]
    known = ~np.isnan(values)
    firms, own = np.unique(group[known], return_inverse=True)
    total = np.bincount(own, weights=values[known], minlength=len(firms))
    return firms, total.astype(np.float64)


def _saturated(candidates: Candidates, weight: Float64, half: float) -> Float32:
    """(g,) :func:`_by_firm`, saturated; nan for a firm without an event."""
    firms, total = _by_firm(candidates, weight)
    found = np.full(len(candidates.frame.start), np.nan, dtype=np.float32)
    found[firms] = _saturate(total, half)
    return found


def _event_groups(candidates: Candidates) -> tuple[Int64, Int64]:
    """(group, event) of every event of a firm of the frame."""
    group = candidates.frame.groups_of(seen(candidates).firm)
    hit = np.flatnonzero(group >= 0)
    return group[hit], hit


def _saturate(values: Float64, half: float) -> Float64:
    """0 → 0, `half` → 0.5, ∞ → 1."""
    return values / (values + half)


def momentum(candidates: Candidates) -> Float32:
    """How much the firm has invested lately.

    n / (n + 1) with n = Σ 2^(−age / half-life) over its events; nan for a firm without one.
    """
    return candidates.spread(candidates.static("momentum", _momentum, *timing(candidates)))


def _momentum(candidates: Candidates) -> Float32:
    return _saturated(candidates, seen(candidates).weight, EVENTS_FOR_HALF)


def expansion(candidates: Candidates) -> Float32:
    """How widely the firm has gone beyond its home prefecture.

    d / (d + 2) with d = number of other prefectures it invested in; nan for a firm without a
    known event.
    """
    return candidates.spread(candidates.static("expansion", _expansion, *timing(candidates)))


def _expansion(candidates: Candidates) -> Float32:
    events = seen(candidates)
    pair = events.firm.astype(np.int64) * (2**31) + events.place
    first = np.zeros(len(pair), dtype=np.float64)
    first[np.unique(pair, return_index=True)[1]] = 1.0
    return _saturated(candidates, first * events.away, PLACES_FOR_HALF)


def likeness(snapshot: Snapshot, region: int) -> Float64:
    """(regions,) cosine of what each prefecture and that of `region` have at the links.

    0–1; 1 for the own prefecture; nan where nothing is known of one of the two.
    """
    place, cosines = snapshot.once("likeness of prefectures", _likeness)
    own = int(prefecture(snapshot, np.array([region], dtype=np.int32))[0])
    found = np.full(len(snapshot.regions), np.nan)
    at = int(np.searchsorted(place, own))
    if at < len(place) and place[at] == own:
        found[place] = cosines[at]
    found[own] = 1.0
    return found


def _likeness(snapshot: Snapshot) -> tuple[Int64, Float64]:
    """(p,) rows of the prefectures of which something is known, (p, p) their cosines."""
    place = prefecture(snapshot, snapshot.firms.region)
    known = np.flatnonzero(place >= 0)
    ones = np.ones(len(known), dtype=np.float32)
    shape = (len(snapshot.regions), len(snapshot.firms))
    sits = sparse.csr_matrix((ones, (place[known], known)), shape=shape)
    counts = (sits @ firm_by_link(snapshot)).tocsr()
    rows = np.flatnonzero(np.diff(counts.indptr))
    # There are a few hundred prefectures: few enough for all pairs at once.
    weight = np.log1p(counts[rows].toarray().astype(np.float64))
    weight /= np.sqrt((weight * weight).sum(axis=1, keepdims=True))
    return rows, np.clip(weight @ weight.T, 0.0, 1.0)


def affinity(candidates: Candidates) -> Float32:
    """Whether regions like this one attracted the firm, or its peers at the link.

    Weighted mean of what is known of: own = a / (a + 1), a = Σ decayed likeness of the regions the
    firm went to (0.6); peers = decayed mean likeness of the regions that events at the link went
    to (0.4). Home investments, and places of which nothing is known, are left out.
    """
    events = seen(candidates)
    if not len(events.firm) or candidates.query.region < 0:
        return np.full(len(candidates), np.nan, dtype=np.float32)
    like = likeness(candidates.snapshot, candidates.query.region)
    # Not attraction where the firm stayed at home; not known where the place is like nothing.
    value = np.where(events.away > 0, like[events.place], np.nan)
    found = candidates.at_links(_peers(candidates, value))
    firms, total = _by_firm(candidates, value * events.weight)
    places, which = candidates.places(firms)
    own = _saturate(total, MATCHES_FOR_HALF).astype(np.float32)[which]
    by_link = found[places]
    mixed = np.float32(OWN_SHARE) * own + np.float32(1 - OWN_SHARE) * by_link
    found[places] = np.where(np.isnan(by_link), own, mixed)
    return found


def _peers(candidates: Candidates, value: Float64) -> Float32:
    """(m,) decayed mean of the values of the events at each link; nan where none is known."""
    at, hit = candidates.static("events at links", _event_links, *timing(candidates))
    size = len(candidates.frame.links)
    known = ~np.isnan(value[hit])
    at, hit = at[known], hit[known]
    weight = seen(candidates).weight[hit]
    total = np.bincount(at, weights=value[hit] * weight, minlength=size)
    count = np.bincount(at, weights=weight, minlength=size)
    mean = np.divide(total, count, out=np.full(size, np.nan), where=count > 0)
    peers: Float32 = mean.astype(np.float32)
    return peers


def _event_links(candidates: Candidates) -> tuple[Int64, Int64]:
    """(link of the frame, event) of every event at a link of the frame whose place is known."""
    events, links = seen(candidates), candidates.frame.links
    at = np.searchsorted(links, events.link)
    at[at == len(links)] = 0
    known = links[at] == events.link if len(links) else np.zeros(len(at), dtype=np.bool_)
    hit = np.flatnonzero(known & (events.place >= 0))
    return at[hit], hit
