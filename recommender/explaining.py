"""The questions 为什么, 为什么不: one firm beside the list that :func:`recommend` gives."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.lookup import find_firm
from graph.snapshot import Snapshot
from recommender.answer import Explanation
from recommender.cards import FirmCard, cards_of
from recommender.changes import Change, changes, joint
from recommender.gates import stopped_by
from recommender.models import Model
from recommender.query import Known, resolve
from recommender.rank import Ranked, rank
from recommender.settings import DEFAULTS, RankSettings
from recommender.stability import Stability, contenders, stability

DEFAULT_DRAWS = 200
"""Weight draws of an explanation where the settings ask for none."""


def explain(  # noqa: PLR0913 - the arguments of recommend(), and which firm
    snapshot: Snapshot,
    firm: str,
    region: str | None = None,
    chain: str | None = None,
    link: str | None = None,
    settings: RankSettings | None = None,
    model: Model | str | None = None,
    *,
    top: int = 20,
    known: Known = "without",
    product: str | None = None,
) -> Explanation:
    """Why a firm is among the `top` of :func:`recommend` with the same arguments, or why not.

    Whoever is not listed is told every gate that holds it back, its place, the score that was
    needed and what would have to change; whoever is ranked, how it fares under other weights.

    Raises:
        QueryError: neither chain nor link is given, or `top` is below 1.
        graph.lookup.LookupProblem: a name is unknown or ambiguous, that of the firm included.
    """
    query = resolve(snapshot, region, chain, link, top, known, product)
    row = find_firm(snapshot, firm)
    ranked = rank(snapshot, query, settings or DEFAULTS, model)
    card = cards_of(snapshot, np.array([row]))[0]
    group = int(ranked.candidates.frame.groups_of(np.array([row], dtype=np.int32))[0])
    if group < 0:
        return Explanation(**ranked.head(), **_absent(ranked, card))
    if ranked.passed.gate[group] >= 0:
        return Explanation(**ranked.head(), **_stopped(ranked, group, card))
    return Explanation(**ranked.head(), **_placed(ranked, group))


def _absent(ranked: Ranked, card: FirmCard) -> dict[str, Any]:
    asked = ranked.candidates.query.to_dict(ranked.candidates.snapshot)
    where = (asked["link"] or asked["chain"])["name"]
    said = (
        f"{card.name}未列入：在「{where}」没有卡位记录，不是候选企业。",
        "要进入排名，先要有卡位：在「卡位」表中填写这家企业所在的环节和依据，再导入。",
    )
    return {"firm": card, "listed": False, "excluded_by": None, "target": None, "reasons": said}


def _stopped(ranked: Ranked, group: int, card: FirmCard) -> dict[str, Any]:
    """Every gate that holds the firm back, and where it would be without them."""
    target = ranked.target(group, None)
    # Where a firm stands at several links, gates may only together leave it none.
    numbers = stopped_by(ranked.candidates, group) or [int(ranked.passed.gate[group])]
    gates = [ranked.passed.gates[i] for i in numbers]
    labels = tuple(gate.label for gate in gates)
    said = [f"{card.name}未列入：{'；'.join(labels)}。"]
    said += [f"要解除「{gate.label}」：{gate.needs}。" for gate in gates if gate.needs]
    place = 1 + int(np.count_nonzero(ranked.ranking.best > target.score.value))
    said.append(f"若不计这些限制，得分 {target.score.value:.3f}，可排第 {place} 名。")
    return {
        "firm": card,
        "listed": False,
        "excluded_by": labels[0],
        "held_by": labels,
        "rank_if_allowed": place,
        "target": target,
        "reasons": (*said, *target.reasons),
    }


def _placed(ranked: Ranked, group: int) -> dict[str, Any]:
    top, place = ranked.candidates.query.top, ranked.ranking.rank(group)
    listed = ranked.candidates.group[ranked.selection.places].tolist()
    target = ranked.target(group, listed.index(group) + 1 if group in listed else place)
    score = target.score.value
    held = next((h for h in ranked.selection.held if h.firm.id == target.firm.id), None)
    sure = _stability(ranked, group)
    answer: dict[str, Any] = {
        "firm": target.firm,
        "listed": group in listed,
        "excluded_by": None,
        "target": target,
        "stability": sure,
    }
    first = f"第 {target.rank} 名，得分 {score:.3f}"
    if group in listed:
        said = [f"{target.firm.name}已列入：{first}。"]
    elif held is not None:
        said = [f"{target.firm.name}未列入：{first}，因多样性限制让位：{held.reason}。"]
        answer["held_by"] = (held.reason,)
    else:
        least = float(ranked.scored.scores[ranked.selection.places[-1]])
        said = [f"{target.firm.name}未进入前 {top} 名：{first}，入围线 {least:.3f}。"]
        answer |= {"entry": least, "changes": changes(target.score, least)}
        said.append(_needed(answer["changes"], joint(target.score, least), top))
    said.append(_sure(sure))
    return answer | {"reasons": (*said, *target.reasons)}


def _needed(found: tuple[Change, ...], together: tuple[str, ...], top: int) -> str:
    """What would have to change, in a sentence."""
    possible = [change for change in found if change.needed is not None]
    if not possible:
        parts = "、".join(together)
        return f"没有哪一项单独提高到最高就能进入前 {top} 名；{parts}同时提高到最高才够。"
    rest = [change.label for change in found if change.needed is None]
    said = f"其他项不变时，下列任一项改变即可进入前 {top} 名（改动最小的在前）："
    said += "；".join(change.said for change in possible[:4])
    return said + (f"。单凭{'、'.join(rest)}做不到。" if rest else "。")


def _sure(found: Stability) -> str:
    low, high = found.ranks
    return (
        f"权重各自随机浮动 {found.draws} 次，有 {found.share:.0%} 的情形在前 {found.top} 名内，"
        f"名次多在第 {low}–{high} 名之间。"
    )


def _stability(ranked: Ranked, group: int) -> Stability:
    """Of a firm at its best row, among the best firms."""
    candidates, settings = ranked.candidates, ranked.candidates.settings
    places, _ = candidates.places(np.array([group]))
    own = places[[int(np.argmax(ranked.scored.scores[places]))]]
    pool = ranked.ranking.top(contenders(candidates.query.top))
    draws = settings.draws or DEFAULT_DRAWS
    return stability(ranked.scored, pool, own, candidates.query.top, draws, settings.draw_spread)[0]


__all__ = ["DEFAULT_DRAWS", "explain"]
