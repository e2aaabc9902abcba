"""Where the firm is, seen from the region: nearness, and what the region offers around the link."""

from __future__ import annotations

import numpy as np

from graph.columns import Float32
from recommender.candidates import Candidates
from recommender.frame import Float64
from recommender.signals.links import chain_around
from recommender.signals.reach import at_rows

NEAR, SAME_PROVINCE = 0.8, 0.2
DEMAND, SUPPLY = 0.6, 0.4
# Presence of this much at every neighbour is half of all the pull there can be.
PRESENCE_FOR_HALF = 2.0


def proximity(candidates: Candidates) -> Float32:
    """0.8 e^(−distance / scale) + 0.2 if in the same province; nan if the home is unknown.

    Without coordinates on both sides: 1 in the same province, else 0.
    """
    # A home that is not known is row −1: the last.
    by_region = np.append(nearness(candidates), np.nan).astype(np.float32)
    return by_region.take(candidates.spread(candidates.home))


def nearness(candidates: Candidates) -> Float64:
    """(regions,) :func:`proximity` of a firm in each region."""
    snapshot, region = candidates.snapshot, candidates.query.region
    km = candidates.kilometres
    province = snapshot.regions.at_level[0]
    same = (province == province[region]).astype(np.float64)
    near = np.exp(-km / candidates.settings.distance_scale_km)
    found: Float64 = np.where(np.isnan(km), same, NEAR * near + SAME_PROVINCE * same)
    return found


def pull(candidates: Candidates) -> Float32:
    """What the region has around the link, and the firm's ties to it.

    0.6 × demand (its firms at the links that buy from here) + 0.4 × supply (at the links that this
    one buys from), each p / (p + 2) per neighbour of presence p, weighted by the share of the feed;
    a side without feeds is left out, nan without any feed. A stated tie of the firm to a firm of
    the region closes that share of the rest to 1.
    """
    found = candidates.at_links(around_link(candidates).astype(np.float32))
    places, tie = at_rows(candidates, candidates.ways.direct)
    by_link = found[places]
    closed = np.float32(1) - (np.float32(1) - by_link) * (np.float32(1) - tie)
    found[places] = np.where(np.isnan(by_link), tie, closed)
    return found


def around_link(candidates: Candidates) -> Float64:
    """(m,) :func:`pull` of each link of the frame."""
    snapshot, query = candidates.snapshot, candidates.query
    chain = snapshot.chains[query.chain].links
    here = candidates.whole.presence
    filled = here / (here + PRESENCE_FOR_HALF)
    feeds = chain_around(snapshot, query.chain)
    total, known = np.zeros(len(chain)), np.zeros(len(chain))
    for weight, shares in ((DEMAND, feeds.outputs), (SUPPLY, feeds.inputs)):
        has = shares.any(axis=1)
        total += weight * has * (shares @ filled)
        known += weight * has
    value = np.divide(total, known, out=np.full(len(chain), np.nan), where=known > 0)
    found: Float64 = value[np.searchsorted(chain, candidates.frame.links)]
    return found
