"""`find_gaps`: one region, one chain or all of them, with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from graph.columns import LEVELS
from graph.gaps.cells import AreaMeasures, ChainCells, chain_cells, measure
from graph.gaps.compare import Cuts, country
from graph.gaps.reasons import (
    SHOWN,
    Facts,
    Neighbour,
    likelihood_sentence,
    relatedness_sentence,
    sentence,
)
from graph.gaps.report import ChainGaps, ComponentValue, GapReport, LinkGap
from graph.gaps.rules import GAP_TYPES, NO_GAP, STATUSES
from graph.gaps.settings import GapSettings
from graph.leaders import Leader, leaders_among
from graph.lookup import find_chain, find_region
from graph.parks import find_park
from graph.presence import Areas, presence_settings
from graph.regions.names import core

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

Floats = npt.NDArray[np.float64]
SOURCES = {
    "bottleneck": "供给关系：终端价值经过该环节的份额",
    "local_demand": "本地卡位：该环节直接供给的下游环节的集聚度",
    "local_supply": "本地卡位：直接供给该环节的上游环节的集聚度",
    "capability": "全国地级市卡位：与本地现有环节的关联密度，扣除地区与环节规模的影响",
    "supply": "全国卡位：其他地区该环节的企业数",
    "competition": "全国卡位：其他地级市在该环节的分散程度（1 − 赫芬达尔指数）",
    "likelihood": "历年首家企业落地规律：以往各期空白单元的首家企业，不含本地区",
    "policy": "用户的政策标记",
}


def find_gaps(
    snapshot: Snapshot,
    *,
    region: str | Sequence[str] | None = None,
    park: str | None = None,
    chain: str | Sequence[str] | None = None,
    settings: GapSettings | None = None,
) -> GapReport:
    """What a region, a group of regions or a park has and lacks of one, some or all chains.

    Args:
        snapshot: the data.
        region: code, full or short name; several are taken together as one area (都市圈).
        park: id or name, instead of a region. Its firms are those with a tie to it; where there is
            none, those of its region, and the report's note says so.
        chain: id, name or alias; None = all, of a park those it is meant for.
        settings: thresholds and weights; None = the defaults. They are printed with the result.

    Raises:
        Unknown, Ambiguous: a region, park or chain cannot be told; the message has the choices.
        ValueError: neither region nor park, or both.
    """
    chosen = settings or GapSettings()
    areas, own, note = _asked(snapshot, region, park)
    texts = [chain] if isinstance(chain, str) else chain or own or None
    rows = (
        range(len(snapshot.chains)) if texts is None else [find_chain(snapshot, t) for t in texts]
    )
    links = [int(link) for row in dict.fromkeys(rows) for link in snapshot.chains[row].links]
    leaders = leaders_among(
        snapshot, chosen, links, lambda firms: areas.of_firms(snapshot, firms) == 0
    )
    measured = measure(snapshot, areas, chosen)
    view = _View(
        snapshot, chosen, areas, measured, dict(leaders),
        _Places.outside(snapshot, chosen, measured.cuts),
    )  # fmt: skip
    found = tuple(view.chain(row) for row in dict.fromkeys(rows))
    return GapReport(
        areas.codes[0], areas.names[0], snapshot.data_version, chosen, found, snapshot, areas, note
    )


def _asked(
    snapshot: Snapshot, region: str | Sequence[str] | None, park: str | None
) -> tuple[Areas, tuple[str, ...], str]:
    """The area, the chains it is meant for, and what is to be said about it."""
    wanted = [region] if isinstance(region, str) else list(region or ())
    if bool(wanted) == (park is not None):
        raise ValueError("没有给出地区，或同时给出了地区与园区；请给出至少一个地区，或者一个园区")
    if park is None:
        return Areas.one(snapshot, [find_region(snapshot, text) for text in wanted]), (), ""
    found = find_park(snapshot, park)
    whole = f"数据中没有企业与园区的关联，按所在地区{found.region_name}的企业计"
    note = "" if found.tied else whole
    return found.area, found.chains, note


@dataclass(frozen=True)
class _Places:
    """Firms of each link by prefecture, as they are outside of an area."""

    by_link: Any  # CSC, prefectures × links
    inside: Floats  # of the area, some prefectures × links
    rows: npt.NDArray[np.int64]  # those prefectures
    names: tuple[str, ...]

    @classmethod
    def outside(cls, snapshot: Snapshot, settings: GapSettings, inside: Cuts) -> _Places:
        by_link, names = snapshot.once(
            ("firms of links by prefecture", presence_settings(settings)),
            lambda s: _firms_of_links(s, settings),
        )
        return cls(by_link, inside.presence.firms[:-1].toarray(), inside.part_of, names)

    def most(self, link: int) -> tuple[tuple[str, ...], bool]:
        """The prefectures with most firms, and whether they hold at least half of them."""
        start, stop = self.by_link.indptr[link : link + 2]
        rows, taken = self.by_link.indices[start:stop], np.zeros(len(self.names))
        taken[self.rows] = self.inside[:, link]
        counts = self.by_link.data[start:stop] - taken[rows]
        first = np.argsort(-counts, kind="stable")[:SHOWN]
        first = first[counts[first] > 0]
        names = tuple(self.names[rows[i]] for i in first)
        return names, bool(2 * counts[first].sum() >= counts.sum())


def _firms_of_links(snapshot: Snapshot, settings: GapSettings) -> tuple[Any, tuple[str, ...]]:
    """Firms, prefectures × links by link, and what the prefectures are called in a sentence."""
    found = country(snapshot, settings).presence
    levels = [LEVELS[snapshot.regions.level[snapshot.regions.row[c]]] for c in found.areas.codes]
    names = [core(name, level) for name, level in zip(found.areas.names, levels, strict=True)]
    by_link = found.firms[:-1].tocsc()
    by_link.sort_indices()
    return by_link, tuple(names)


@dataclass(frozen=True)
class _View:
    """One area, turned into answers chain by chain."""

    snapshot: Snapshot
    settings: GapSettings
    areas: Areas
    measured: AreaMeasures
    leaders: dict[int, Leader]
    places: _Places

    def chain(self, row: int) -> ChainGaps:
        """All links of one chain."""
        cells = chain_cells(self.snapshot, row, self.measured, self.settings)
        chain = self.snapshot.chains[row]
        links = tuple(self.link(chain.name, cells, i) for i in range(len(cells.shape.links)))
        return ChainGaps(chain.id, chain.name, bool(cells.established[0]), links)

    def link(self, chain: str, cells: ChainCells, i: int) -> LinkGap:
        """Link `i` of a chain."""
        row, links, priority = int(cells.shape.links[i]), self.snapshot.links, cells.priority
        facts = self.facts(chain, cells, i)
        quotient, near = facts.quotient, _known(self.measured.relatedness[0, row])
        reasons = [sentence(facts, self.settings)]
        if facts.gap_type is not None:
            capability = _known(self.measured.capability[0, row])
            reasons += filter(
                None,
                [
                    relatedness_sentence(near, capability),
                    likelihood_sentence(_known(self.measured.times_usual[0, row])),
                ],
            )
        return LinkGap(
            id=links.ids[row],
            name=links.names[row],
            stage=links.stages[row],
            status=facts.status,
            gap_type=facts.gap_type,
            priority=_known(priority.value[0, i]) if facts.gap_type is not None else None,
            interval=(float(priority.lower[0, i]), float(priority.upper[0, i])),
            coverage=float(priority.coverage[0, i]),
            presence=facts.presence,
            local_firms=facts.firms,
            leader=facts.leader,
            national_firms=facts.elsewhere + facts.firms,
            location_quotient=quotient,
            relatedness=near,
            components=self.components(cells, i),
            reasons=tuple(reasons),
        )

    def facts(self, chain: str, cells: ChainCells, i: int) -> Facts:
        """What the sentence about link `i` is made of."""
        row, kind = int(cells.shape.links[i]), int(cells.kind[0, i])
        firms, present = int(cells.firms[0, i]), cells.present[0]
        feeds = cells.shape.feeds > 0
        places, most = self.places.most(row)
        return Facts(
            region=self.areas.names[0],
            chain=chain,
            link=self.snapshot.links.names[row],
            status=tuple(STATUSES)[cells.status[0, i]],
            gap_type=None if kind == NO_GAP else tuple(GAP_TYPES)[kind],
            presence=float(cells.amount[0, i]),
            firms=firms,
            quotient=_known(self.measured.quotient[0, row]),
            leader=self.leaders.get(row),
            above=self.near(cells, feeds[:, i] & present),
            below=self.near(cells, feeds[i] & present),
            elsewhere=int(self.measured.national_firms[row]) - firms,
            places=places,
            concentrated=most,
            links_present=int(present.sum()),
            links_total=len(present),
            established=bool(cells.established[0]),
        )

    def near(self, cells: ChainCells, chosen: npt.NDArray[np.bool_]) -> list[Neighbour]:
        """Some links of the chain, those with most firms first."""
        names, firms = self.snapshot.links.names, cells.firms[0]
        rows = sorted(np.flatnonzero(chosen).tolist(), key=lambda j: (-int(firms[j]), j))
        return [Neighbour(names[cells.shape.links[j]], int(firms[j])) for j in rows]

    def components(self, cells: ChainCells, i: int) -> dict[str, ComponentValue]:
        """Components of link `i` with their weights and sources."""
        weights = self.settings.component_weights()
        sources = SOURCES | ({"bottleneck": cells.shape.note} if cells.shape.note else {})
        return {
            name: ComponentValue(_known(part.value[0, i]), weights[name], sources[name])
            for name, part in cells.components.items()
        }


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
