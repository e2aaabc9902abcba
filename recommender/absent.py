"""Link → firms not yet at it, without a region: positions are hidden, are they found again?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.snapshot import Snapshot
from recommender.baselines import MODELS
from recommender.frame import Float64, Int64
from recommender.measures import Measured, interval
from recommender.membership.learn import hidden_rows, without
from recommender.query import Query
from recommender.rank import rank
from recommender.settings import DEFAULTS

COMPARED = ("membership", "belonging", "cooccurrence", "ease", "degree", "text", "random")
CUTS = (10, 20, 50)
# Share of the positions of firms at several links that is hidden, and links asked about at most.
SHARE, LINKS = 0.2, 150


@dataclass(frozen=True)
class AbsentTest:
    """Micro recall over hidden firm–link pairs: model → metric → value and interval."""

    pairs: int
    links: int
    models: dict[str, dict[str, Measured]]

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {"pairs": self.pairs, "links": self.links, "models": self.models}


def absent_test(snapshot: Snapshot, seed: int = 0) -> AbsentTest | None:
    """Hide positions, then rank the firms that are absent; None where none can be hidden."""
    hidden = hidden_rows(snapshot, SHARE, seed)
    if not len(hidden):
        return None
    rest = without(snapshot, hidden, ("firm texts",))
    link, firm = snapshot.positions.link[hidden], snapshot.positions.firm[hidden]
    asked = np.unique(link)
    if len(asked) > LINKS:
        asked = np.sort(np.random.default_rng(seed).choice(asked, LINKS, replace=False))
    ranks: dict[str, list[float]] = {name: [] for name in COMPARED}
    for one in asked.tolist():
        chain = snapshot.chain_rows[snapshot.links.chain_ids[one]]
        query = Query(-1, chain, one, 1)
        for name in COMPARED:
            ranks[name] += _ranks(rest, query, name, firm[link == one].astype(np.int64))
    return AbsentTest(
        len(ranks[COMPARED[0]]),
        len(asked),
        {name: _recall(np.array(found)) for name, found in ranks.items()},
    )


def _ranks(snapshot: Snapshot, query: Query, model: str, firms: Int64) -> list[float]:
    ranked = rank(snapshot, query, DEFAULTS, MODELS[model])
    groups = ranked.candidates.frame.groups_of(firms.astype(np.int32))
    return [
        float(ranked.ranking.rank(int(group)))
        if group >= 0 and ranked.passed.gate[group] < 0
        else np.inf
        for group in groups
    ]


def _recall(ranks: Float64) -> dict[str, Measured]:
    return {f"recall_at_{cut}": interval((ranks <= cut).astype(np.float64)) for cut in CUTS}
