"""What the measures by products say in words."""

from __future__ import annotations

import numpy as np

from recommender.chosen import Chosen
from recommender.membership.makes import texts
from recommender.signals.wanted import wanted
from recommender.texts import firm_texts

# A smaller likeness of words would not convince anybody.
LEAST = 0.3


def own_product(chosen: Chosen, i: int, value: float) -> str | None:
    """The firm's product that comes nearest to the words of the link."""
    snapshot, link = chosen.candidates.snapshot, chosen.link[i]
    nearest = firm_texts(snapshot).nearest(int(chosen.firms[i]), wanted(snapshot, link), LEAST)
    if nearest is None:
        return None
    return f"主营「{nearest}」，与环节「{chosen.link_names[i]}」用词相近（来源：企业表）。"


def like_whom(chosen: Chosen, i: int, value: float) -> str | None:
    """The firm at the link that makes what is most like what this one makes."""
    snapshot, link = chosen.candidates.snapshot, chosen.link[i]
    firm, made = int(chosen.firms[i]), texts(snapshot)
    there = snapshot.positions.firm[snapshot.firms_at(link)]
    there = there[there != firm]
    alike = (made[there] @ made[firm].T).toarray().ravel()
    if not len(there) or alike.max() < LEAST:
        return None
    best = int(np.argmax(alike))
    name = snapshot.firms.names[int(there[best])].as_py()
    return (
        f"所营产品与「{chosen.link_names[i]}」在位企业「{name}」相近"
        f"（相似度 {alike[best]:.2f}，来源：企业表）。"
    )
