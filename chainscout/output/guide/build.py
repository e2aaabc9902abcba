"""From the data to a guide: map, what there is and lacks, whom to go after, a page for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chainscout.output import words
from chainscout.output.document import Column, Section
from chainscout.output.gaps import leader
from chainscout.output.guide.blocks import Block, Drawing, Facts, Grid, Guide, Heading, Points, Text
from chainscout.output.guide.firm import brief_of
from chainscout.output.notes import facts, sources_of
from chainscout.output.targets import HELD_BACK, considered, place
from graph.draw import chain_map
from graph.gaps import GapReport, GapSettings, find_gaps
from graph.snapshot import Snapshot
from recommender import Model, Recommendation, recommend
from recommender.settings import RankSettings

Answer = dict[str, Any]
_NAMES_SHOWN = 5
_FEW = 5
_STATUS_ORDER = {"strong": 0, "present": 1, "weak": 2, "missing": 3}

LINKS = (
    Column("stage", "位置", width=9),
    Column("link", "环节", width=18),
    Column("status", "现状", width=9),
    Column("gap_type", "类型", width=9),
    Column("priority", "优先度", "score", 10),
    Column("firms", "本地企业", "long", 38),
    Column("national", "全国企业", "integer", 12),
)
GAPS = (
    Column("rank", "序号", "integer", 8),
    Column("link", "环节", width=18),
    Column("gap_type", "类型", width=9),
    Column("priority", "优先度", "score", 10),
    Column("reasons", "依据", "long", 66),
)
TARGETS = (
    Column("rank", "序号", "integer", 8),
    Column("firm", "企业", width=26),
    Column("region", "所在地", width=13),
    Column("link", "对应环节", width=16),
    Column("score", "得分", "score", 9),
    Column("why", "主要理由", "long", 56),
)


def make_guide(  # noqa: PLR0913 - one argument a part of the question
    snapshot: Snapshot,
    region: str,
    chain: str,
    top: int = 20,
    settings: RankSettings | None = None,
    *,
    gaps: int = 15,
    office: str = "",
    model: Model | str | None = None,
    thresholds: GapSettings | None = None,
) -> Guide:
    """The guide of a chain for a region, with the best `top` firms and the first `gaps` gaps.

    `settings` are those of the ranking, `thresholds` those of the gaps; None = the defaults.

    Raises:
        graph.lookup.LookupProblem: a name is unknown or ambiguous.
    """
    report = find_gaps(snapshot, region=region, chain=chain, settings=thresholds)
    found = recommend(snapshot, region, chain, top=top, settings=settings, model=model)
    answer = report.to_dict()
    own = answer["chains"][0]
    where, name = answer["region"]["name"], own["chain"]["name"]
    return Guide(
        title=f"{where}{name}产业链招商指南",
        subtitle="有什么 · 缺什么 · 找谁",
        facts=facts(where, name, snapshot.data_version, snapshot.version.created, office),
        blocks=[
            *_summary(where, name, own, found),
            *_few_data(where, name, report, own),
            Drawing("一、产业链图", chain_map(report), f"{where}{name}产业链现状与缺口"),
            *_have_and_lack(report, own, gaps),
            *_targets(found),
            *_briefs(snapshot, found),
            *_sources(own, found),
        ],
    )


def _summary(where: str, name: str, own: Answer, found: Recommendation) -> Iterator[Block]:
    links = own["links"]
    count = {status: sum(x["status"] == status for x in links) for status in words.STATUS}
    kinds = {kind: sum(x["gap_type"] == kind for x in links) for kind in words.GAP_TYPE}
    gaps = sorted((x for x in links if x["gap_type"]), key=lambda x: -(x["priority"] or 0.0))
    yield Heading("摘要", page=True)
    have = "、".join(f"{words.STATUS[s]} {count[s]} 个" for s in ("strong", "present", "weak"))
    state = "已成链" if own["established"] else "尚未成链"
    lines = [
        f"有什么：{name}共 {len(links)} 个环节，{where}{have}，{state}。",
        f"缺什么：缺口 {len(gaps)} 个，其中"
        + "、".join(f"{words.GAP_TYPE[k]} {n} 个" for k, n in kinds.items() if n)
        + "；优先度最高的是" + "、".join(f"「{x['link']['name']}」" for x in gaps[:5]) + "。",
        f"找谁：{considered(found.to_dict())}",
    ]  # fmt: skip
    if found.targets:
        first = "、".join(f"{t.firm.name}（{t.link_name}）" for t in found.targets[:5])
        lines.append(f"优先接触：{first}。")
    yield Points(lines)
    yield Text(
        "得分和优先度取值 0–1，由已知分项加权平均；不知道的分项不计入，也不当作零，"
        "因而同时给出区间。每项结论都注明依据，使用前请核实。",
        quiet=True,
    )


def _few_data(where: str, name: str, report: GapReport, own: Answer) -> Iterator[Block]:
    """Where the region has next to no firms in the data, what is lacking may only be unknown."""
    firms = {firm.name for link in own["links"] for firm in report.local_firms(link["link"]["id"])}
    if len(firms) < _FEW:
        have = f"只有 {len(firms)} 家" if firms else "还没有"
        yield Text(
            f"数据提示：库中{where}在{name}上{have}企业。「缺失」可能只是没有导入，"
            "请先补充和核对本地企业，再据此确定缺口。"
        )


def _have_and_lack(report: GapReport, own: Answer, gaps: int) -> Iterator[Block]:
    yield Heading("二、有什么、缺什么", page=True)
    order = {stage: i for i, stage in enumerate(words.STAGE)}
    rows = [
        [
            words.STAGE[x["link"]["stage"]], x["link"]["name"], words.STATUS[x["status"]],
            words.GAP_TYPE[x["gap_type"]] if x["gap_type"] else None, x["priority"],
            _local(report, x), x["national_firms"],
        ]
        for x in sorted(
            own["links"], key=lambda x: (order[x["link"]["stage"]], _STATUS_ORDER[x["status"]])
        )
    ]  # fmt: skip
    note = "现状：优势、具备、薄弱、缺失；类型：建链、补链、延链、强链。— 为无或未知。"
    yield Grid(Section("环节", "各环节现状", LINKS, rows, note))
    first = sorted((x for x in own["links"] if x["gap_type"]), key=lambda x: -(x["priority"] or 0))
    rows = [
        [
            i, x["link"]["name"], words.GAP_TYPE[x["gap_type"]], x["priority"],
            "".join(x["reasons"][:2]),
        ]
        for i, x in enumerate(first[:gaps], start=1)
    ]  # fmt: skip
    yield Heading("优先补的环节", level=2)
    yield Grid(Section("缺口", "优先补的环节", GAPS, rows, empty="没有缺口：各环节本地均已具备"))


def _local(report: GapReport, link: Answer) -> str | None:
    """Names of the local firms, the chain leader marked first."""
    lead = leader(link["leader"])
    names = [firm.name for firm in report.local_firms(link["link"]["id"])]
    if lead and link["leader"]["name"] in names:
        names.remove(link["leader"]["name"])
        names.insert(0, f"{lead}链主" if "（" not in lead else lead.replace("（", "（链主，"))
    more = f" 等 {len(names)} 家" if len(names) > _NAMES_SHOWN else ""
    return ("、".join(names[:_NAMES_SHOWN]) + more) or None


def _targets(found: Recommendation) -> Iterator[Block]:
    yield Heading("三、目标企业清单", page=True)
    yield Text(considered(found.to_dict()))
    rows = [
        [
            t.rank, t.firm.name, place(t.firm.region), t.link_name, t.score.value,
            "".join(t.reasons[:2]),
        ]
        for t in found.targets
    ]  # fmt: skip
    yield Grid(Section("目标企业", "目标企业清单", TARGETS, rows, empty="没有符合条件的企业"))
    if found.held_back:
        rows = [[h.rank, h.firm.name, h.link_name, h.score, h.reason] for h in found.held_back]
        yield Heading("让位企业", level=2)
        note = "因每个集团、每个环节的家数限制未列入，得分本可入围。"
        yield Grid(Section("让位企业", "让位企业", HELD_BACK, rows, note))


def _briefs(snapshot: Snapshot, found: Recommendation) -> Iterator[Block]:
    if found.targets:
        yield Heading("四、企业简报", page=True)
    for number, target in enumerate(found.targets):
        yield from brief_of(snapshot, target, first=number == 0)


def _sources(own: Answer, found: Recommendation) -> Iterator[Block]:
    answer = found.to_dict()
    version = answer["settings"]["version"]
    yield Heading("五、数据与方法", page=True)
    yield Facts(
        [
            ("排序模型", words.model(answer["model"])),
            ("得分权重", "、".join(_weights(answer))),
            ("数据版本", str(answer["data_version"])),
            ("权重与门槛", f"本单位的第 {version} 版" if version else "默认"),
        ]
    )
    yield Heading("计算依据", level=2)
    yield Points(sources_of(*own["links"], *answer["targets"]))
    yield Heading("用语", level=2)
    yield Points([f"{term}：{meaning}" for term, meaning in words.TERMS])


def _weights(answer: Answer) -> list[str]:
    parts = {
        name: part["weight"] for t in answer["targets"] for name, part in t["components"].items()
    }
    total = sum(parts.values()) or 1.0
    return [f"{words.component(name)} {weight / total:.0%}" for name, weight in parts.items()]


__all__ = ["make_guide"]
