"""Texts whose links are known: what a classifier learns from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from graph.snapshot import Snapshot
from ingest.classify.texts import FirmText

# The learner's time grows with the cube of this (some 10 s on two cores), its memory with the
# square (0.2 GB).
MOST = 5_000
_COLUMNS = ("name", "products", "scope", "industry")


@dataclass(frozen=True, slots=True)
class Example:
    """A text and the ids of its links."""

    text: FirmText
    links: tuple[str, ...]


def of_snapshot(snapshot: Snapshot, most: int = MOST) -> list[Example]:
    """Firms with certain positions and a text, at most `most`, spread evenly over the links."""
    positions = snapshot.positions
    links: dict[int, list[str]] = {}
    for firm, link in zip(
        positions.firm[positions.certain].tolist(),
        positions.link[positions.certain].tolist(),
        strict=True,
    ):
        links.setdefault(firm, []).append(snapshot.links.ids[link])
    chosen = _spread(links, most)
    texts = (FirmText.of_row(row) for row in snapshot.details(chosen, _COLUMNS))
    pairs = zip(texts, chosen, strict=True)
    return [Example(text, tuple(links[firm])) for text, firm in pairs if not text.empty]


def _spread(links: dict[int, list[str]], most: int) -> list[int]:
    """All firms, or `most` of them: those first whose links have the fewest chosen so far."""
    if len(links) <= most:
        return sorted(links)
    firms = sorted(links)
    shuffled = [firms[i] for i in np.random.default_rng(0).permutation(len(firms))]
    chosen: dict[int, None] = {}
    taken: Counter[str] = Counter()
    quota = 1
    while len(chosen) < most:
        for firm in shuffled:
            rare = min(taken[link] for link in links[firm]) < quota
            if rare and firm not in chosen and len(chosen) < most:
                chosen[firm] = None
                taken.update(links[firm])
        quota *= 2
    return sorted(chosen)
