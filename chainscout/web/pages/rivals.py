"""Where a firm may go next, for its page: the regions that one's own competes with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chainscout.output.destinations import UNTRAINED, why
from chainscout.output.words import LEVEL
from chainscout.web.asking import Asked
from recommender import destinations
from recommender.destinations import Level

_SHOWN = 8
_ALL = 5000  # more regions than a country has at one level


@dataclass(frozen=True)
class Rivals:
    """The first regions, `own` besides where the asked one is further down, of how many."""

    level: str
    basis: str
    rows: list[dict[str, Any]]
    own: str
    count: int


def rivals(asked: Asked, query: dict[str, Any], firm: str) -> Rivals | None:
    """For the firm, chain and link of an answer's `query`; None where no event says anything."""
    if query["chain"] is None:
        return None
    own, level = _own(asked)
    link = query["link"]["id"] if query["link"] else None
    found = destinations(asked.snapshot, firm, query["chain"]["id"], link, level, _ALL).to_dict()
    regions = [region for region in found["regions"] if region["score"] > 0]
    if not regions:
        return None
    rows = [
        {"rank": r["rank"], "name": r["region"]["name"], "code": r["region"]["code"],
         "score": r["score"], "why": why(r)}
        for r in regions
        if r["rank"] <= _SHOWN or r["region"]["code"] == own
    ]  # fmt: skip
    basis = found["model"]["trained_on"] or UNTRAINED
    return Rivals(LEVEL[level], basis, rows, own, len(regions))


def _own(asked: Asked) -> tuple[str, Level]:
    """Code of the asked region's prefecture, else of its province, and which level that is."""
    row, regions = asked.region_row, asked.snapshot.regions
    if row is None:
        return "", "prefecture"
    prefecture = int(regions.at_level[1, row])
    return (regions.codes[prefecture], "prefecture") if prefecture >= 0 else (
        regions.codes[row], "province"
    )  # fmt: skip


__all__ = ["Rivals", "rivals"]
