"""How near what a firm makes comes to what is wanted: the product asked for, or the link's own."""

from __future__ import annotations

from collections.abc import Callable

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


def word_fit(candidates: Candidates) -> Float32:
    """Cosine of the firm's nearest product with what the link says of itself.

    Beside :func:`product_fit`, which goes by the asker's words where there are any.
    """
    return candidates.take(candidates.memo("nearness of words", _words))


def wanted(snapshot: Snapshot, link: int) -> str:
    """What a link wants: its name and keywords."""
    return ";".join((snapshot.links.names[link], *snapshot.links.keywords[link]))


def likeness(candidates: Candidates, link: int) -> Likeness:
    """How near each firm of the snapshot comes to what is wanted at a link row."""
    text = candidates.query.product
    if text is None:
        return _own_words(candidates.snapshot, link)
    return candidates.memo(("near", text), lambda c: firm_texts(c.snapshot).near(text))


def _own_words(snapshot: Snapshot, link: int) -> Likeness:
    return snapshot.once(("near", link), lambda s: firm_texts(s).near(wanted(s, link)))


def _nearness(candidates: Candidates) -> tuple[Float32, Float32]:
    """(rows of the frame,) of both measures."""

    def both(c: Candidates) -> tuple[Float32, Float32]:
        return (
            _by_link(c, lambda link: likeness(c, link).whole),
            _by_link(c, lambda link: likeness(c, link).best),
        )

    return candidates.memo("nearness of texts", both)


def _words(candidates: Candidates) -> Float32:
    return _by_link(candidates, lambda link: _own_words(candidates.snapshot, link).best)


def _by_link(candidates: Candidates, of_firms: Callable[[int], Float32]) -> Float32:
    """(rows of the frame,) values of their firms, which differ from link to link."""
    frame = candidates.frame
    found = np.full(len(frame), np.nan, dtype=np.float32)
    for place, link in enumerate(frame.links.tolist()):
        rows = slice(None) if len(frame.links) == 1 else np.flatnonzero(frame.link == place)
        found[rows] = of_firms(link)[frame.firm[rows]]
    return found
