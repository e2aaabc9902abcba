"""Why this firm: Chinese sentences with numbers and the source they come from."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from operator import attrgetter

import numpy as np

from graph.paths import Path
from graph.snapshot import Snapshot
from recommender.belonging import telling_links
from recommender.blend import Score
from recommender.candidates import Candidates
from recommender.chosen import Chosen
from recommender.frame import Float64
from recommender.learned import sentences
from recommender.membership.sentences import like_whom, own_product
from recommender.signals.links import chain_around

# The chosen rows, the place among them, the value of the signal → what is said of it.
Say = Callable[[Chosen, int, float], str | None]


def reasons(chosen: Chosen, i: int, score: Score, paths: tuple[Path, ...]) -> tuple[str, ...]:
    """Sentences about one of the chosen rows, those of the largest contributions first."""
    ordered = sorted(score.shares, key=attrgetter("contribution"), reverse=True)
    each = (
        SENTENCES[share.name](chosen, i, share.value)
        for share in ordered
        if share.value is not None and share.name in SENTENCES
    )
    # Several measures may go by the same facts.
    said = list(dict.fromkeys(sentence for sentence in each if sentence))
    if paths:
        said.append(f"对接路径：{paths[0].text}（强度 {paths[0].strength:.2f}）。")
    unknown = [share.label for share in score.shares if share.value is None]
    if unknown:
        low, high = score.interval
        said.append(f"未知项：{'、'.join(unknown)}；得分区间 {low:.2f}–{high:.2f}。")
    return tuple(said)


def _fit(chosen: Chosen, i: int, value: float) -> str:
    link, guess = chosen.link_names[i], chosen.predicted[i]
    if guess is not None:
        said = f"尚无「{link}」卡位记录，按其他卡位推测可能性 {guess:.2f}。"
        return said + _belongs(chosen, i, value)
    strength, evidence, source = chosen.strength[i], chosen.evidence[i], chosen.source[i]
    said = f"卡位「{link}」" + ("" if isnan(strength) else f"，强度 {strength:.2f}")
    if not chosen.certain[i]:
        said += "，待核实"
    said += f"：{evidence}" if evidence else ""
    return said + (f"（来源：{source}）。" if source else "。")


def _standing(chosen: Chosen, i: int, value: float) -> str | None:
    return _fit(chosen, i, value) if chosen.predicted[i] is None else None


def _belongs(chosen: Chosen, i: int, value: float) -> str:
    told = telling_links(chosen.candidates.snapshot, int(chosen.firms[i]), chosen.link[i])
    both = "、".join(f"「{name}」（{n} 家兼营）" for name, n in told)
    return (
        f"已在{both}，这些环节的企业常同时处于「{chosen.link_names[i]}」（来源：卡位）。"
        if told
        else ""
    )


def _same_chain(chosen: Chosen, i: int, value: float) -> str | None:
    snapshot = chosen.candidates.snapshot
    mine = snapshot.positions.link[snapshot.positions.of_firm(int(chosen.firms[i]))]
    chain = snapshot.chains[chosen.candidates.query.chain]
    count = len(np.intersect1d(mine, chain.links))
    return f"在「{chain.name}」产业链已有 {count} 个环节的卡位（来源：卡位）。" if count else None


def _leadership(chosen: Chosen, i: int, value: float) -> str | None:
    link = chosen.link_names[i]
    if chosen.leader[i]:
        return f"「{link}」环节链主企业（来源：卡位表认定）。"
    (place, of), tags = chosen.size_places[i], chosen.cards[i].tags
    known = f"规模居同环节 {of:.0f} 家之第 {place:.0f}" if of > 1 else ""
    labels = "、".join(tags[:4])
    said = "；".join(part for part in (known, f"标签：{labels}" if labels else "") if part)
    return f"「{link}」环节{said}。" if said else None


def _pull(chosen: Chosen, i: int, value: float) -> str | None:
    link = chosen.link[i]
    if link not in chosen.pulls:
        chosen.pulls[link] = _around(chosen.candidates, link)
    return chosen.pulls[link]


def _around(candidates: Candidates, link: int) -> str | None:
    """What the region has above and below a link; the same for every firm at it."""
    snapshot, query = candidates.snapshot, candidates.query
    here = candidates.memo("firms here", lambda c: c.whole.firms_here.tolist())
    near = snapshot.once(("neighbours", query.chain), lambda s: _neighbours(s, query.chain))[link]
    parts = []
    for title, links in zip(("下游", "上游"), near, strict=True):
        there = [f"{name} {here[j]} 家" for j, name in links if here[j] > 0][:3]
        parts += [f"{title}有{'、'.join(there)}"] if there else []
    region = snapshot.regions.names[query.region]
    return f"{region}本地{'，'.join(parts)}，可就近配套。" if parts else None


Neighbours = list[tuple[int, str]]  # place in the chain, name


def _neighbours(snapshot: Snapshot, chain: int) -> dict[int, tuple[Neighbours, Neighbours]]:
    """Row of each link of a chain → the links below it, the links above it."""
    feeds, links = chain_around(snapshot, chain), snapshot.chains[chain].links.tolist()
    names = [snapshot.links.names[link] for link in links]

    def known(shares: Float64) -> Neighbours:
        return [(j, names[j]) for j in np.flatnonzero(shares > 0).tolist()]

    return {
        link: (known(feeds.outputs[own]), known(feeds.inputs[own]))
        for own, link in enumerate(links)
    }


def _momentum(chosen: Chosen, i: int, value: float) -> str | None:
    own, span = chosen.events[i], chosen.candidates.settings.half_life_years
    total, recent = own.stop - own.start, int(np.count_nonzero(chosen.seen.age[own] <= span))
    return f"有记录的投资事件 {total} 起，其中近 {span:g} 年 {recent} 起（来源：投资事件）。"


def _expansion(chosen: Chosen, i: int, value: float) -> str | None:
    own, seen = chosen.events[i], chosen.seen
    went = zip(seen.place[own].tolist(), seen.away[own].tolist(), strict=True)
    places = sorted({place for place, away in went if away > 0})
    if not places:
        return None
    names = "、".join(chosen.candidates.snapshot.regions.names[p] for p in places[:4])
    more = "等" if len(places) > 4 else ""
    return f"已在外地 {len(places)} 个地市投资：{names}{more}（来源：投资事件）。"


def _affinity(chosen: Chosen, i: int, value: float) -> str:
    region = chosen.region
    alike = "相近" if value >= 0.5 else "有部分相似" if value >= 0.2 else "差异较大"
    whose = "该企业或同环节企业以往的异地投资地"
    return f"{whose}与{region}产业结构{alike}（{value:.2f}，来源：投资事件）。"


def _proximity(chosen: Chosen, i: int, value: float) -> str | None:
    km = chosen.kilometres[i]
    far = "" if isnan(km) else f"，距{chosen.region}约 {km:.0f} 公里"
    return f"位于{chosen.home_names[i]}{far}{'，同省' if chosen.same_province[i] else ''}。"


def _capacity(chosen: Chosen, i: int, value: float) -> str | None:
    revenue, people, capital = (column[i] for column in chosen.sizes)
    for title, known, unit in (
        ("年营业收入", revenue, "亿元"),
        ("从业人数", people, "人"),
        ("注册资本", capital, "亿元"),
    ):
        if not isnan(known):
            amount = f"{known:.0f}" if unit == "人" else f"{known / 1e4:.2f}"
            return f"{title} {amount} {unit}（来源：企业表）。"
    return None


def _soundness(chosen: Chosen, i: int, value: float) -> str:
    founded = float(chosen.candidates.snapshot.firms.founded[chosen.firms[i]])
    as_of = chosen.candidates.as_of
    # Whole years, as people count; dates are kept in single precision.
    age = int(max(as_of - founded, 0.0) + 1e-3)
    return f"{int(founded)} 年成立，至 {int(as_of)} 年已经营 {age} 年（来源：企业表）。"


SENTENCES: dict[str, Say] = {
    "fit": _fit,
    "cooccurrence": _belongs,
    "strongest": _belongs,
    "walk": _belongs,
    "peers": _belongs,
    "alike": _belongs,
    "words": own_product,
    "makes": like_whom,
    "same_chain": _same_chain,
    "leadership": _leadership,
    "pull": _pull,
    "momentum": _momentum,
    "expansion": _expansion,
    "affinity": _affinity,
    "proximity": _proximity,
    "capacity": _capacity,
    "soundness": _soundness,
    "product": sentences.product,
    "standing": _standing,
    "chain": _same_chain,
    "loyalty": sentences.loyalty,
    "breadth": sentences.breadth,
}
