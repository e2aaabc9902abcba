"""Two regions beside one another: where they differ (错位) and what one can supply (互补).

With s = the share of a region's presence that each link of a chain has:

- 错位度 ``½ Σ |s_a − s_b|`` in [0, 1], half of the Krugman specialisation index: 0 = the same mix
  of links, 1 = nothing in common.
- 互补度: of the feeds of the chain whose two ends are present in the two regions taken together,
  the share that neither region closes by itself, as each has only one of the ends.

References:
    Krugman, P. (1991), Geography and Trade, MIT Press, ch. 2.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from graph.gaps import STATUSES, ChainGaps, GapReport, GapSettings, LinkGap, find_gaps

if TYPE_CHECKING:
    import pandas as pd

    from graph.snapshot import Snapshot

Relation: TypeAlias = Literal["overlap", "first", "second", "neither"]
RELATIONS: dict[Relation, str] = {
    "overlap": "重合", "first": "前者独有", "second": "后者独有", "neither": "都没有",
}  # fmt: skip
SHOWN = 5
HEADINGS = ("产业链", "环节", "关系")


@dataclass(frozen=True, slots=True)
class LinkPair:
    """One link in both regions; `relation` says who has it (present or strong)."""

    first: LinkGap
    second: LinkGap
    relation: Relation


@dataclass(frozen=True, slots=True)
class Supply:
    """A feed that joins two regions (names): one has its upper end, one its lower, none both."""

    upstream: str
    downstream: str
    seller: str
    buyer: str


@dataclass(frozen=True, slots=True)
class ChainComparison:
    """One chain; measures are None where a region has nothing of it (or no feed is closed)."""

    id: str
    name: str
    links: tuple[LinkPair, ...]
    supplies: tuple[Supply, ...]
    differentiation: float | None
    complementarity: float | None
    sentence: str


@dataclass(frozen=True)
class RegionComparison:
    """Two regions in all chains asked for. Made by `compare_regions`."""

    first: GapReport
    second: GapReport
    chains: tuple[ChainComparison, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON: both regions, and for each chain the measures, links and supplies."""
        return {
            "regions": [{"code": r.code, "name": r.name} for r in (self.first, self.second)],
            "data_version": self.first.data_version,
            "chains": [_chain_json(chain) for chain in self.chains],
        }

    def to_frame(self) -> pd.DataFrame:
        """One row a link with Chinese headings."""
        import pandas as pd  # heavy, and only needed where a table is asked for

        names = [self.first.name, self.second.name]
        rows = [
            (
                chain.name, pair.first.name, RELATIONS[pair.relation],
                STATUSES[pair.first.status], STATUSES[pair.second.status],
                pair.first.local_firms, pair.second.local_firms,
            )
            for chain in self.chains
            for pair in chain.links
        ]  # fmt: skip
        states = [f"{name}·{what}" for what in ("状态", "企业数") for name in names]
        return pd.DataFrame(rows, columns=[*HEADINGS, *states])

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{html.escape(chain.sentence)}</p>" for chain in self.chains)
        return said + str(self.to_frame().to_html(index=False))


def compare_regions(
    snapshot: Snapshot,
    first: str | Sequence[str],
    second: str | Sequence[str],
    *,
    chain: str | Sequence[str] | None = None,
    settings: GapSettings | None = None,
) -> RegionComparison:
    """Two regions, or groups of regions, link by link.

    Args:
        snapshot: the data.
        first: code or name; several are taken together.
        second: the other, likewise.
        chain: ids or names; None = the chains of which either region has a firm.
        settings: thresholds and weights of the gap analysis.

    Raises:
        LookupProblem: a region or chain is unknown or ambiguous.
    """
    reports = [
        find_gaps(snapshot, region=region, chain=chain, settings=settings)
        for region in (first, second)
    ]
    pairs = zip(reports[0].chains, reports[1].chains, strict=True)
    return RegionComparison(
        reports[0],
        reports[1],
        tuple(
            _compare(snapshot, a, b, reports[0].name, reports[1].name)
            for a, b in pairs
            if chain is not None or any(link.local_firms for link in (*a.links, *b.links))
        ),
    )


def _compare(
    snapshot: Snapshot, a: ChainGaps, b: ChainGaps, name_a: str, name_b: str
) -> ChainComparison:
    pairs = tuple(
        LinkPair(x, y, _relation(_has(x), _has(y))) for x, y in zip(a.links, b.links, strict=True)
    )
    have = {pair.first.id: (_has(pair.first), _has(pair.second)) for pair in pairs}
    names = {pair.first.id: pair.first.name for pair in pairs}
    feeds = list(snapshot.chain_graph(snapshot.chain_rows[a.id]).edges)
    closed = [(u, d) for u, d in feeds if any(have[u]) and any(have[d])]
    joint = [
        Supply(names[u], names[d], *((name_a, name_b) if have[u][0] else (name_b, name_a)))
        for u, d in sorted(closed)
        if not any(up and down for up, down in zip(have[u], have[d], strict=True))
    ]
    differing = _differentiation(a, b)
    share = len(joint) / len(closed) if closed else None
    return ChainComparison(
        a.id, a.name, pairs, tuple(joint), differing, share,
        _sentence(a.name, name_a, name_b, pairs, joint, differing, share),
    )  # fmt: skip


def _has(link: LinkGap) -> bool:
    return link.status in ("present", "strong")


def _relation(first: bool, second: bool) -> Relation:
    if first and second:
        return "overlap"
    return "first" if first else "second" if second else "neither"


def _differentiation(a: ChainGaps, b: ChainGaps) -> float | None:
    amounts = np.array([[link.presence for link in chain.links] for chain in (a, b)])
    totals = amounts.sum(axis=1)
    if not (totals > 0).all():
        return None
    shares = amounts / totals[:, None]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def _sentence(
    chain: str,
    first: str,
    second: str,
    pairs: Sequence[LinkPair],
    joint: Sequence[Supply],
    differing: float | None,
    share: float | None,
) -> str:
    count = {relation: sum(p.relation == relation for p in pairs) for relation in RELATIONS}
    parts = [
        f"{chain}：{first}独有 {count['first']} 个环节，{second}独有 {count['second']} 个，"
        f"重合 {count['overlap']} 个，都没有 {count['neither']} 个"
    ]
    if differing is not None:
        parts.append(f"错位度 {differing:.2f}")
    if share is not None:
        parts.append(f"互补度 {share:.2f}")
    shown = [f"{s.seller}的{s.upstream}可供{s.buyer}的{s.downstream}" for s in joint[:SHOWN]]
    if shown:
        more = f" 等 {len(joint)} 处" if len(joint) > SHOWN else ""
        parts.append("、".join(shown) + more)
    return "；".join(parts) + "。"


def _chain_json(chain: ChainComparison) -> dict[str, Any]:
    return {
        "chain": {"id": chain.id, "name": chain.name},
        "differentiation": _rounded(chain.differentiation),
        "complementarity": _rounded(chain.complementarity),
        "sentence": chain.sentence,
        "links": list(_links_json(chain)),
        "supplies": [
            {"upstream": s.upstream, "downstream": s.downstream, "from": s.seller, "to": s.buyer}
            for s in chain.supplies
        ],
    }


def _links_json(chain: ChainComparison) -> Iterator[dict[str, Any]]:
    for pair in chain.links:
        yield {
            "link": {"id": pair.first.id, "name": pair.first.name, "stage": pair.first.stage},
            "relation": pair.relation,
            "status": [pair.first.status, pair.second.status],
            "local_firms": [pair.first.local_firms, pair.second.local_firms],
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
