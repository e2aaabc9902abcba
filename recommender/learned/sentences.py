"""What the features of the learned model say in words."""

from __future__ import annotations

import numpy as np

from recommender.chosen import Chosen
from recommender.signals.links import firm_by_link
from recommender.signals.wanted import wanted
from recommender.texts import firm_texts


def product(chosen: Chosen, i: int, value: float) -> str | None:
    """The firm's nearest product."""
    candidates, link = chosen.candidates, chosen.link[i]
    text = candidates.query.product or wanted(candidates.snapshot, link)
    nearest = firm_texts(candidates.snapshot).nearest(int(chosen.firms[i]), text)
    if nearest is None:
        return None
    sought = candidates.query.product or chosen.link_names[i]
    return f"主营「{nearest}」，与所求「{sought}」相近（{value:.2f}，来源：企业表）。"


def loyalty(chosen: Chosen, i: int, value: float) -> str | None:
    """Its earlier investments in the chain."""
    chain = chosen.candidates.query.chain
    count = int(np.count_nonzero(chosen.seen.chain[chosen.events[i]] == chain))
    name = chosen.candidates.snapshot.chains[chain].name
    return f"此前在「{name}」产业链有投资事件 {count} 起（来源：投资事件）。" if count else None


def breadth(chosen: Chosen, i: int, value: float) -> str:
    """At how many links it stands."""
    held = firm_by_link(chosen.candidates.snapshot)
    firm = int(chosen.firms[i])
    count = int(held.indptr[firm + 1] - held.indptr[firm])
    return f"在各产业链共有 {count} 个环节的卡位（来源：卡位）。"
