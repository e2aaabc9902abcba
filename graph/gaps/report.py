"""The answer of the gap analysis: dataclasses, their JSON and table, their look in a notebook."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.gaps.rules import GAP_TYPES, STATUSES, GapType, Status
from graph.gaps.settings import COMPONENTS, GapSettings
from graph.leaders import Leader
from graph.lookup import find_link

if TYPE_CHECKING:
    import pandas as pd

    from graph.presence import Areas
    from graph.snapshot import Snapshot

STAGES = {"upstream": "上游", "midstream": "中游", "downstream": "下游"}
BASES = {"stated": "已认定", "inferred": "推断"}
HEADINGS = {
    "region_code": "地区代码", "region": "地区", "chain_id": "产业链编号", "chain": "产业链",
    "link_id": "环节编号", "link": "环节", "stage": "上中下游", "status": "状态",
    "gap_type": "缺口类型", "priority": "优先度", "lower": "优先度下限", "upper": "优先度上限",
    "coverage": "数据覆盖率", "local_firms": "本地企业数", "leader": "链主",
    "leader_basis": "链主依据", "national_firms": "全国企业数", "location_quotient": "区位商",
    "relatedness": "关联密度", **COMPONENTS, "reason": "理由",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ComponentValue:
    """One component of a priority: value 0–1 or None = unknown, its weight, where it is from."""

    value: float | None
    weight: float
    source: str

    def to_dict(self) -> dict[str, Any]:
        return {"value": _rounded(self.value), "weight": self.weight, "source": self.source}


@dataclass(frozen=True, slots=True)
class LinkGap:
    """One link in the region.

    Attributes:
        priority: 0–1; None where the link is no gap, or nothing is known.
        interval: worst and best case of the weighted mean, given for links that are no gap too.
        coverage: share of the components' weight that is known.
        presence: weighted presence of the region at the link.
        location_quotient: None where undefined.
        relatedness: relatedness density, None where undefined.
    """

    id: str
    name: str
    stage: str
    status: Status
    gap_type: GapType | None
    priority: float | None
    interval: tuple[float, float]
    coverage: float
    presence: float
    local_firms: int
    leader: Leader | None
    national_firms: int
    location_quotient: float | None
    relatedness: float | None
    components: dict[str, ComponentValue]
    reasons: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON of a link; floats to six decimals."""
        leader = self.leader
        return {
            "link": {"id": self.id, "name": self.name, "stage": self.stage},
            "status": self.status,
            "gap_type": self.gap_type,
            "priority": _rounded(self.priority),
            "interval": [_rounded(bound) for bound in self.interval],
            "coverage": _rounded(self.coverage),
            "local_firms": self.local_firms,
            "leader": leader and {"id": leader.id, "name": leader.name, "basis": leader.basis},
            "national_firms": self.national_firms,
            "location_quotient": _rounded(self.location_quotient),
            "relatedness": _rounded(self.relatedness),
            "components": {name: part.to_dict() for name, part in self.components.items()},
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True, slots=True)
class ChainGaps:
    """One chain in the region; links from upstream to downstream."""

    id: str
    name: str
    established: bool
    links: tuple[LinkGap, ...]

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON of a chain."""
        return {
            "chain": {"id": self.id, "name": self.name},
            "established": self.established,
            "links": [link.to_dict() for link in self.links],
        }


@dataclass(frozen=True, slots=True)
class LocalFirm:
    """A firm of the region at a link; strength None = unknown, certain = waits for no review."""

    id: str
    name: str
    strength: float | None
    certain: bool


@dataclass(frozen=True)
class GapReport:
    """有什么 and 缺什么 of one region. Made by `find_gaps`; draws itself in a notebook."""

    code: str
    name: str
    data_version: int
    settings: GapSettings
    chains: tuple[ChainGaps, ...]
    _snapshot: Snapshot = field(repr=False, compare=False)
    _areas: Areas = field(repr=False, compare=False)  # one: the region
    note: str = ""  # what is to be said about how the area was made, Chinese

    @property
    def snapshot(self) -> Snapshot:
        """The data that the report was made of."""
        return self._snapshot

    def chain(self, text: str | None = None) -> ChainGaps:
        """A chain of the report by id or name; None = the first.

        Raises:
            ValueError: the report has no such chain; the message names those it has.
        """
        for chain in self.chains:
            if text in (None, chain.id, chain.name):
                return chain
        names = "、".join(chain.name for chain in self.chains) or "无"
        raise ValueError(f"报告中没有产业链「{text}」；其中有：{names}")

    def gaps(self) -> list[tuple[ChainGaps, LinkGap]]:
        """All gaps, the most urgent first; unknown priorities last."""
        found = [(chain, link) for chain, link in self._cells() if link.gap_type is not None]
        return sorted(found, key=lambda gap: (-_or(gap[1].priority, -1.0), gap[1].id))

    def local_firms(self, link: str) -> list[LocalFirm]:
        """Active firms of the region at a link (id or name), the strongest first.

        Raises:
            LookupProblem: the link is unknown or its name stands in several chains.
        """
        snapshot = self._snapshot
        positions, firms = snapshot.positions, snapshot.firms
        at = snapshot.firms_at(find_link(snapshot, link))
        owners = positions.firm[at]
        inside = (self._areas.of_firms(snapshot, owners) == 0) & firms.active[owners]
        found = []
        for i in (at.start + np.flatnonzero(inside)).tolist():
            firm, strength = int(positions.firm[i]), float(positions.strength[i])
            known = None if np.isnan(strength) else round(strength, 6)
            name = firms.names[firm].as_py()
            found.append(
                LocalFirm(firms.ids[firm].as_py(), name, known, bool(positions.certain[i]))
            )
        return sorted(found, key=lambda f: (not f.certain, -_or(f.strength, -1.0), f.id))

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON."""
        return {
            "region": {"code": self.code, "name": self.name},
            "data_version": self.data_version,
            "settings": self.settings.model_dump(mode="json"),
            "chains": [chain.to_dict() for chain in self.chains],
        } | ({"note": self.note} if self.note else {})

    def to_frame(self, *, chinese: bool = False) -> pd.DataFrame:
        """One row a link; `chinese` gives headings and values for people."""
        import pandas as pd  # heavy, and only needed where a table is asked for

        names = {name for _, link in self._cells() for name in link.components}
        columns = [c for c in HEADINGS if c not in COMPONENTS or c in names]
        rows = [self._row(chain, link) for chain, link in self._cells()]
        frame = pd.DataFrame(rows, columns=columns)
        if not chinese:
            return frame
        words: dict[str, dict[Any, str]] = {
            "stage": STAGES,
            "status": STATUSES,
            "gap_type": GAP_TYPES,
            "leader_basis": BASES,
        }
        for column, values in words.items():
            frame[column] = frame[column].map(values)
        return frame.rename(columns=HEADINGS)

    def _row(self, chain: ChainGaps, link: LinkGap) -> dict[str, Any]:
        leader = link.leader
        return {
            "region_code": self.code, "region": self.name, "chain_id": chain.id,
            "chain": chain.name, "link_id": link.id, "link": link.name, "stage": link.stage,
            "status": link.status, "gap_type": link.gap_type, "priority": link.priority,
            "lower": link.interval[0], "upper": link.interval[1], "coverage": link.coverage,
            "local_firms": link.local_firms, "leader": leader and leader.name,
            "leader_basis": leader and leader.basis, "national_firms": link.national_firms,
            "location_quotient": link.location_quotient, "relatedness": link.relatedness,
            **{name: part.value for name, part in link.components.items()},
            "reason": "".join(link.reasons),
        }  # fmt: skip

    def _cells(self) -> Iterator[tuple[ChainGaps, LinkGap]]:
        return ((chain, link) for chain in self.chains for link in chain.links)

    def _repr_html_(self) -> str:
        shown = [
            "chain", "link", "stage", "status", "gap_type", "priority", "coverage",
            "local_firms", "leader", "national_firms", "reason",
        ]  # fmt: skip
        table = self.to_frame(chinese=True)[[HEADINGS[name] for name in shown]]
        body = table.to_html(index=False, na_rep="", float_format=lambda x: f"{x:.2f}")
        return f"<h4>{html.escape(self.name)}（数据版本 {self.data_version}）</h4>{body}"


def _or(value: float | None, default: float) -> float:
    return default if value is None else value


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
