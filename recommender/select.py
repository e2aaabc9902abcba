"""From a ranking to a list: the best, or the best that keep to limits per group and per link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from recommender.candidates import Candidates
from recommender.cards import FirmCard, cards_of
from recommender.frame import Int64
from recommender.groups import control_groups, rare_core
from recommender.topk import Ranking

Key = tuple[str, int | str]


class HeldBack(NamedTuple):
    """A firm that a limit kept off the list; `rank` is what it would have without limits."""

    firm: FirmCard
    link_name: str
    rank: int
    score: float
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """The firm as JSON."""
        return {
            "firm": self.firm.to_dict(),
            "link": self.link_name,
            "rank": self.rank,
            "score": self.score,
            "reason": self.reason,
        }


@dataclass(frozen=True, eq=False)
class Selection:
    """What a list is made of.

    Attributes:
        places: places of the chosen rows among the scored ones, best first.
        held: those who would have come before the last chosen one, but for a limit.
    """

    places: Int64
    held: tuple[HeldBack, ...]


def select(candidates: Candidates, ranking: Ranking, k: int) -> Selection:
    """The best `k` firms, each at its best row, within the limits of the settings."""
    settings = candidates.settings
    if settings.max_per_group is None and settings.max_per_link is None:
        return Selection(ranking.top(k), ())
    wanted = 4 * k
    while True:
        order = ranking.top(wanted)
        chosen = _within_limits(candidates, ranking, order, k)
        if len(chosen.places) == k or len(order) < wanted:
            return chosen
        wanted *= 4


def _within_limits(candidates: Candidates, ranking: Ranking, order: Int64, k: int) -> Selection:
    links = candidates.snapshot.links.names
    names = [links[row] for row in candidates.frame.links[candidates.link[order]].tolist()]
    cards = cards_of(candidates.snapshot, candidates.firms[candidates.group[order]])
    limits, count = _Limits(candidates), Counter[Key]()
    first: dict[Key, list[str]] = {}
    chosen: list[int] = []
    held: list[HeldBack] = []
    for place, card, link, keys in zip(
        order.tolist(), cards, names, limits.keys(order, cards), strict=True
    ):
        full = next((key for key in keys if count[key] >= limits.most(key)), None)
        if full is None:
            chosen.append(place)
            count.update(keys)
            for key in keys:
                first.setdefault(key, []).append(card.name)
        else:
            said = _reason(full, link, first[full])
            rank = len(chosen) + len(held) + 1
            held.append(HeldBack(card, link, rank, float(ranking.scores[place]), said))
        if len(chosen) == k:
            break
    return Selection(np.array(chosen, dtype=np.int64), tuple(held))


@dataclass(frozen=True, eq=False)
class _Limits:
    candidates: Candidates

    def keys(self, order: Int64, cards: list[FirmCard]) -> Iterator[list[Key]]:
        """What each of the rows is counted under."""
        candidates, settings = self.candidates, self.candidates.settings
        links = candidates.link[order].tolist()
        firms = candidates.firms[candidates.group[order]]
        per_group = settings.max_per_group is not None
        groups = control_groups(candidates.snapshot, firms) if per_group else []
        for i, card in enumerate(cards):
            keys: list[Key] = []
            if settings.max_per_link is not None:
                keys.append(("link", links[i]))
            if per_group and groups[i] >= 0:
                keys.append(("control", groups[i]))
            if per_group and (core := rare_core(candidates.snapshot, card.name)):
                keys.append(("core", core))
            yield keys

    def most(self, key: Key) -> int:
        settings = self.candidates.settings
        limit = settings.max_per_link if key[0] == "link" else settings.max_per_group
        assert limit is not None  # only what is limited is counted
        return limit


def _reason(key: Key, link: str, listed: list[str]) -> str:
    names = "、".join(listed[:3]) + ("等" if len(listed) > 3 else "")
    if key[0] == "link":
        return f"环节「{link}」已列入 {len(listed)} 家：{names}"
    basis = "股权、隶属关系" if key[0] == "control" else f"字号「{key[1]}」"
    return f"同一集团（{basis}）已列入 {len(listed)} 家：{names}"
