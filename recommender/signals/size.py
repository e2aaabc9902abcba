"""Size of a firm: its rank in the link, and what it can pay for."""

from __future__ import annotations

import numpy as np

from graph.columns import Float32, Int32
from recommender.candidates import Candidates
from recommender.frame import Float64

# Smallest and largest size of each scale: 万元 of revenue, people, 万元 of registered capital.
SCALES = {"revenue": (1e2, 1e7), "employees": (1e1, 1e5), "capital": (1e2, 1e6)}
# What a tag says about standing; the rest of the way to 1 is left to size.
TAGS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.6, ("链主", "500强", "中国500强", "世界500强", "单项冠军", "制造业单项冠军")),
    (0.4, ("央企", "上市", "独角兽")),
    (0.3, ("专精特新", "专精特新小巨人", "小巨人", "上柜", "高新技术企业")),
)


def capacity(candidates: Candidates) -> Float32:
    """What the firm can invest, 0–1 on a logarithmic scale.

    Yearly revenue (100万元–1000亿元), else people employed (10–100,000), else registered capital
    (100万元–100亿元); nan if none is known.
    """
    return candidates.spread(size(candidates))


def size(candidates: Candidates) -> Float32:
    """(g,) :func:`capacity` of each firm."""
    return candidates.static("size", _size)


def _size(candidates: Candidates) -> Float32:
    firms, rows = candidates.snapshot.firms, candidates.frame.firms
    found = np.full(len(rows), np.nan)
    for name, (low, high) in SCALES.items():
        values = getattr(firms, name)[rows].astype(np.float64)
        scaled = np.log(np.maximum(values, low) / low) / np.log(high / low)
        empty = np.isnan(found)
        found[empty] = np.clip(scaled[empty], 0.0, 1.0)
    sizes: Float32 = found.astype(np.float32)
    return sizes


def leadership(candidates: Candidates) -> Float32:
    """Standing in the link, 0–1: 1 for a stated leader; else 1 − (1 − rank)(1 − tag).

    `rank` = firms of the link that are not larger, itself included (by revenue, else people, else
    capital), over one more than are known: the mean of what that place may be among all firms, so
    that the only one known is no giant (W. Weibull 1939; 1/2 for one, 0.99 for the largest of 99).
    `tag` = what its tags say (链主, 上市, 专精特新 …); nan if neither size nor tag is known.
    """
    return candidates.take(candidates.static("leadership", _leadership))


def _leadership(candidates: Candidates) -> Float32:
    snapshot, frame = candidates.snapshot, candidates.frame
    rank = size_rank(candidates)
    tag = np.full(len(frame), np.nan)
    for worth, names in reversed(TAGS):
        tag[snapshot.firms.tagged(*names)[frame.firm]] = worth
    unknown = np.isnan(rank) & np.isnan(tag)
    found = 1.0 - (1.0 - np.nan_to_num(rank)) * (1.0 - np.nan_to_num(tag))
    found[unknown] = np.nan
    there = np.flatnonzero(frame.position >= 0)
    found[there[snapshot.positions.leader[frame.position[there]]]] = 1.0
    standing: Float32 = found.astype(np.float32)
    return standing


def size_rank(candidates: Candidates) -> Float64:
    """(rows of the frame,) firms of the link not larger by the same measure, over known + 1."""
    not_larger, known = size_places(candidates)
    rank: Float64 = not_larger / (known + 1.0)
    return rank


def size_places(candidates: Candidates) -> tuple[Float64, Float64]:
    """(rows of the frame,) firms of the link not larger, itself included, and all that are known.

    Both by the same measure; nan if the firm's own size is not known.
    """
    return candidates.static("size places", _size_places)


def _size_places(candidates: Candidates) -> tuple[Float64, Float64]:
    firms, frame = candidates.snapshot.firms, candidates.frame
    places, known = np.full(len(frame), np.nan), np.full(len(frame), np.nan)
    for name in SCALES:
        values = np.where(frame.position >= 0, getattr(firms, name)[frame.firm], np.nan)
        not_larger, of = _not_larger(values, frame.link, len(frame.links))
        empty = np.isnan(places)
        places[empty], known[empty] = not_larger[empty], of[empty]
    return places, known


def _not_larger(values: Float32, link: Int32, links: int) -> tuple[Float64, Float64]:
    """Within each link: the number of values ≤ this one, and of all that are known."""
    rows = np.flatnonzero(~np.isnan(values))
    found, known = np.full(len(values), np.nan), np.full(len(values), np.nan)
    if not len(rows):
        return found, known
    order = rows[np.lexsort((values[rows], link[rows]))]
    ends = np.searchsorted(link[order], np.arange(links + 1))
    own, ordered = link[order], values[order]
    last = np.ones(len(order), dtype=np.bool_)
    last[:-1] = (own[1:] != own[:-1]) | (ordered[1:] != ordered[:-1])
    # Equal sizes share the rank of the last of them.
    stop = np.flatnonzero(last)
    upto = stop[np.searchsorted(stop, np.arange(len(order)))] + 1
    begin = ends[own]
    found[order] = upto - begin
    known[order] = ends[own + 1] - begin
    return found, known
