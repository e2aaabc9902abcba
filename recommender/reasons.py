"""Why this firm: Chinese sentences with numbers and the source they come from."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan

import numpy as np

from recommender.belonging import telling_links
from recommender.blend import Score
from recommender.candidates import Candidates
from recommender.paths import Path
from recommender.signals.events import seen
from recommender.signals.links import chain_around
from recommender.signals.size import size_rank

Say = Callable[[Candidates, int, float], str | None]


def reasons(
    candidates: Candidates, row: int, score: Score, paths: tuple[Path, ...]
) -> tuple[str, ...]:
    """Sentences about one candidate row, those of the largest contributions first."""
    ordered = sorted(score.shares, key=lambda share: -share.contribution)
    said = [
        sentence
        for share in ordered
        if share.value is not None and share.name in SENTENCES
        if (sentence := SENTENCES[share.name](candidates, row, share.value))
    ]
    if paths:
        said.append(f"对接路径：{paths[0].text}（强度 {paths[0].strength:.2f}）。")
    unknown = [share.label for share in score.shares if share.value is None]
    if unknown:
        low, high = score.interval
        said.append(f"未知项：{'、'.join(unknown)}；得分区间 {low:.2f}–{high:.2f}。")
    return tuple(said)


def _name(candidates: Candidates, row: int) -> str:
    frame = candidates.frame
    return candidates.snapshot.links.names[int(frame.links[frame.link[row]])]


def _fit(candidates: Candidates, row: int, value: float) -> str:
    snapshot, position = candidates.snapshot, int(candidates.frame.position[row])
    link = _name(candidates, row)
    if position < 0:
        guess = float(candidates.frame.predicted[row])
        said = f"尚无「{link}」卡位记录，按其他卡位推测可能性 {guess:.2f}。"
        return said + _belongs(candidates, row, value)
    strength = float(snapshot.positions.strength[position])
    said = f"卡位「{link}」" + ("" if isnan(strength) else f"，强度 {strength:.2f}")
    if not snapshot.positions.certain[position]:
        said += "，待核实"
    evidence = snapshot.positions.evidence[position].as_py()
    source = snapshot.positions.source[position].as_py()
    said += f"：{evidence}" if evidence else ""
    return said + (f"（来源：{source}）。" if source else "。")


def _belongs(candidates: Candidates, row: int, value: float) -> str:
    frame = candidates.frame
    link = int(frame.links[frame.link[row]])
    told = telling_links(candidates.snapshot, int(frame.firm[row]), link)
    both = "、".join(f"「{name}」（{n} 家兼营）" for name, n in told)
    return (
        f"已在{both}，这些环节的企业常同时处于「{_name(candidates, row)}」（来源：卡位）。"
        if told
        else ""
    )


def _same_chain(candidates: Candidates, row: int, value: float) -> str | None:
    snapshot, firm = candidates.snapshot, int(candidates.frame.firm[row])
    mine = snapshot.positions.link[snapshot.positions.of_firm(firm)]
    chain = snapshot.chains[candidates.query.chain]
    count = len(np.intersect1d(mine, chain.links))
    return f"在「{chain.name}」产业链已有 {count} 个环节的卡位（来源：卡位）。" if count else None


def _leadership(candidates: Candidates, row: int, value: float) -> str | None:
    snapshot, frame = candidates.snapshot, candidates.frame
    link, position = _name(candidates, row), int(frame.position[row])
    if position >= 0 and snapshot.positions.leader[position]:
        return f"「{link}」环节链主企业（来源：卡位表认定）。"
    rank = float(size_rank(candidates)[row])
    tags = snapshot.firms.tags[int(frame.firm[row])].as_py() or []
    known = "" if isnan(rank) else f"规模不小于同环节 {rank:.0%} 的企业"
    labels = "、".join(tags[:4])
    said = "；".join(part for part in (known, f"标签：{labels}" if labels else "") if part)
    return f"「{link}」环节{said}。" if said else None


def _pull(candidates: Candidates, row: int, value: float) -> str | None:
    link = int(candidates.frame.links[candidates.frame.link[row]])
    return candidates.memo(f"pull of {link}", lambda c: _around(c, link))


def _around(candidates: Candidates, link: int) -> str | None:
    """What the region has above and below a link; the same for every firm at it."""
    snapshot, query = candidates.snapshot, candidates.query
    here = candidates.whole.firms_here
    chain = snapshot.chains[query.chain].links
    own = int(np.searchsorted(chain, link))
    feeds = chain_around(snapshot, query.chain)
    parts = []
    for title, shares in (("下游", feeds.outputs[own]), ("上游", feeds.inputs[own])):
        there = [
            f"{snapshot.links.names[int(chain[i])]} {here[i]} 家"
            for i in np.flatnonzero((shares > 0) & (here > 0))[:3].tolist()
        ]
        parts += [f"{title}有{'、'.join(there)}"] if there else []
    region = snapshot.regions.names[query.region]
    return f"{region}本地{'，'.join(parts)}，可就近配套。" if parts else None


def _momentum(candidates: Candidates, row: int, value: float) -> str | None:
    events = seen(candidates)
    own = events.of(int(candidates.frame.firm[row]))
    span = candidates.settings.half_life_years
    total, recent = own.stop - own.start, int((events.age[own] <= span).sum())
    return f"有记录的投资事件 {total} 起，其中近 {span:g} 年 {recent} 起（来源：投资事件）。"


def _expansion(candidates: Candidates, row: int, value: float) -> str | None:
    events = seen(candidates)
    own = events.of(int(candidates.frame.firm[row]))
    places = np.unique(events.place[own][events.away[own] > 0])
    if not len(places):
        return None
    names = "、".join(candidates.snapshot.regions.names[int(p)] for p in places[:4])
    more = "等" if len(places) > 4 else ""
    return f"已在外地 {len(places)} 个地市投资：{names}{more}（来源：投资事件）。"


def _affinity(candidates: Candidates, row: int, value: float) -> str:
    region = candidates.snapshot.regions.names[candidates.query.region]
    alike = "相近" if value >= 0.5 else "有部分相似" if value >= 0.2 else "差异较大"
    whose = "该企业或同环节企业以往的异地投资地"
    return f"{whose}与{region}产业结构{alike}（{value:.2f}，来源：投资事件）。"


def _proximity(candidates: Candidates, row: int, value: float) -> str | None:
    snapshot, region = candidates.snapshot, candidates.query.region
    home = int(snapshot.firms.region[candidates.frame.firm[row]])
    km = float(candidates.kilometres[home])
    place, regions = snapshot.regions.names[home], snapshot.regions
    same = regions.at_level[0][home] == regions.at_level[0][region]
    far = f"，距{regions.names[region]}约 {km:.0f} 公里" if not isnan(km) else ""
    return f"位于{place}{far}{'，同省' if same else ''}。"


def _capacity(candidates: Candidates, row: int, value: float) -> str | None:
    firms, firm = candidates.snapshot.firms, int(candidates.frame.firm[row])
    for title, values, unit in (
        ("年营业收入", firms.revenue, "亿元"),
        ("从业人数", firms.employees, "人"),
        ("注册资本", firms.capital, "亿元"),
    ):
        known = float(values[firm])
        if not isnan(known):
            amount = f"{known:.0f}" if unit == "人" else f"{known / 1e4:.2f}"
            return f"{title} {amount} {unit}（来源：企业表）。"
    return None


SENTENCES: dict[str, Say] = {
    "fit": _fit,
    "cooccurrence": _belongs,
    "same_chain": _same_chain,
    "leadership": _leadership,
    "pull": _pull,
    "momentum": _momentum,
    "expansion": _expansion,
    "affinity": _affinity,
    "proximity": _proximity,
    "capacity": _capacity,
}
