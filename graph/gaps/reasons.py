"""Why a link has the status and type it has: one Chinese sentence with the numbers behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.gaps.rules import GAP_TYPES, STATUSES, GapType, Status
from graph.gaps.settings import GapSettings
from graph.leaders import Leader

SHOWN = 3
BASES = {"stated": "已认定", "inferred": "推断"}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A present link next to another, and the number of its local firms."""

    name: str
    firms: int

    def __str__(self) -> str:
        return f"{self.name}（{self.firms} 家）"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sentence about one link is made of.

    `places`: where most firms outside the region are; `concentrated`: at least half of them.
    """

    region: str
    chain: str
    link: str
    status: Status
    gap_type: GapType | None
    presence: float
    firms: int
    quotient: float | None
    leader: Leader | None
    above: Sequence[Neighbour]
    below: Sequence[Neighbour]
    elsewhere: int
    places: Sequence[str]
    concentrated: bool
    links_present: int
    links_total: int
    established: bool


def sentence(facts: Facts, settings: GapSettings) -> str:
    """The reason for status and type."""
    body = ""
    match facts.gap_type:
        case "fill":
            body = (
                f"{facts.region}已有上游的{_listed(facts.above)}与下游的{_listed(facts.below)}，"
                f"中间的{facts.link}缺失；{_supply(facts)}"
            )
        case "extend":
            side, near = ("上游", facts.above) if facts.above else ("下游", facts.below)
            body = f"{facts.region}已有{side}的{_listed(near)}，相邻的{facts.link}缺失；"
            body += _supply(facts)
        case "build":
            body = f"{_build(facts, settings)}；{_supply(facts)}"
        case "strengthen":
            body = (
                f"{facts.region}的{facts.link}有 {facts.firms} 家企业，"
                f"集聚度 {facts.presence:.2f}，低于 {settings.presence_threshold:g} 的门槛；"
                f"{_supply(facts)}"
            )
        case None:
            return f"{STATUSES[facts.status]}：{_held(facts, settings)}。"
    return f"{GAP_TYPES[facts.gap_type]}：{body}。"


def _build(facts: Facts, settings: GapSettings) -> str:
    count = f"{facts.chain}的 {facts.links_total} 个环节中已具备 {facts.links_present} 个"
    if facts.established:
        return f"{facts.region}{count}，但{facts.link}缺失，直接的上下游环节也都不具备"
    share = facts.links_present / facts.links_total
    wanted = f"{settings.established_share:.0%}"
    return f"{facts.region}{count}（{share:.0%}，不足 {wanted}，尚未成链），其中{facts.link}缺失"


def _held(facts: Facts, settings: GapSettings) -> str:
    parts = [f"{facts.region}的{facts.link}有 {facts.firms} 家企业，集聚度 {facts.presence:.2f}"]
    if facts.quotient is not None:
        enough = facts.quotient >= settings.lq_strong
        than = "达到" if enough else "低于"
        parts.append(f"区位商 {facts.quotient:.1f}（{than} {settings.lq_strong:g}）")
    if facts.leader is not None:
        parts.append(f"链主企业为{facts.leader.name}（{BASES[facts.leader.basis]}）")
    return "，".join(parts)


def _supply(facts: Facts) -> str:
    if not facts.elsewhere:
        return "现有数据中其他地区没有该环节的企业"
    there = f"其他地区有 {facts.elsewhere} 家可招"
    if not facts.places:
        return there
    how = "集中在" if facts.concentrated else "分布较散，较多的是"
    return f"{there}，{how}{'、'.join(facts.places)}"


def _listed(links: Sequence[Neighbour]) -> str:
    more = f"等 {len(links)} 个环节" if len(links) > SHOWN else ""
    return "、".join(str(link) for link in links[:SHOWN]) + more


def relatedness_sentence(relatedness: float | None, capability: float | None) -> str | None:
    """How near the link is to what the region has; None where that is not known."""
    if relatedness is None or capability is None:
        return None
    if capability >= 1.0:
        return None
    times = capability / (1.0 - capability)
    return f"与本地现有环节的关联密度 {relatedness:.2f}，为按规模预期的 {times:.1f} 倍。"


def likelihood_sentence(times: float | None) -> str | None:
    """How likely a first firm is by what came before; None where that is not known."""
    if times is None:
        return None
    return f"按历年首家企业的落地规律，可能性为全国空白环节平均的 {times:.1f} 倍。"
