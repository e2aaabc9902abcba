"""How near what a firm makes comes to what is wanted: the product asked for, or the link's own."""

from __future__ import annotations

import numpy as np

from graph.columns import Float32
from graph.snapshot import Snapshot
from recommender.candidates import Candidates
from recommender.texts import Likeness, firm_texts


def text_fit(candidates: Candidates) -> Float32:
    """Cosine of all that the firm makes with what is wanted; nan for a firm without a text."""
    return candidates.take(_nearness(candidates)[0])


def product_fit(candidates: Candidates) -> Float32:
    """Cosine of the firm's nearest product with what is wanted; nan for a firm without a text."""
    return candidates.take(_nearness(candidates)[1])


def wanted(snapshot: Snapshot, link: int) -> str:
    """What a link wants: its name and keywords."""
    return ";".join((snapshot.links.names[link], *snapshot.links.keywords[link]))


def likeness(candidates: Candidates, link: int) -> Likeness:
    """How near each firm of the snapshot comes to what is wanted at a link row."""
    snapshot, text = candidates.snapshot, candidates.query.product
    if text is not None:
        return candidates.memo(("near", text), lambda c: firm_texts(c.snapshot).near(text))
    return snapshot.once(("near", link), lambda s: firm_texts(s).near(wanted(s, link)))


def _nearness(candidates: Candidates) -> tuple[Float32, Float32]:
    """(rows of the frame,) of both measures."""
    return candidates.memo("nearness of texts", _both)


def _both(candidates: Candidates) -> tuple[Float32, Float32]:
    frame = candidates.frame
    whole, best = (np.full(len(frame), np.nan, dtype=np.float32) for _ in range(2))
    for place, link in enumerate(frame.links.tolist()):
        rows = slice(None) if len(frame.links) == 1 else np.flatnonzero(frame.link == place)
        found = likeness(candidates, link)
        whole[rows], best[rows] = found.whole[frame.firm[rows]], found.best[frame.firm[rows]]
    return whole, best
