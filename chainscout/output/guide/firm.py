"""One page about one firm: who it is, where it stands, where it went, why, how to reach it."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Any

import numpy as np
import pyarrow as pa

from chainscout.output.document import Column, Section
from chainscout.output.guide.blocks import Block, Facts, Grid, Heading, Points, Text
from graph.snapshot import Snapshot
from recommender.answer import Target
from recommender.cards import cells

_MOST = 8
_POSITIONS = (
    Column("chain", "产业链", width=14),
    Column("link", "环节", width=18),
    Column("strength", "强度", "score", 9),
    Column("role", "角色", width=9),
    Column("evidence", "证据", "long", 36),
    Column("source", "来源", "long", 26),
)
_EVENTS = (
    Column("date", "时间", width=10),
    Column("region", "地点", width=18),
    Column("link", "环节", width=18),
    Column("amount", "金额（亿元）", "number", 11),
    Column("stage", "阶段", width=9),
    Column("source", "来源", "long", 24),
)


def brief_of(snapshot: Snapshot, target: Target, *, first: bool) -> Iterator[Block]:
    """The brief of a target; all but the first begin a page."""
    row = snapshot.firms.row(target.firm.id)
    yield Heading(f"{target.rank}. {target.firm.name}", level=2, page=not first)
    yield Facts(list(_profile(snapshot, row, target)))
    yield Heading("推荐理由", level=3)
    yield Points([reason for reason in target.reasons if not _about_doubt(reason)])
    yield Heading("环节卡位", level=3)
    yield Grid(_positions(snapshot, row))
    events = _events(snapshot, row)
    if events.rows:
        yield Heading("投资动向", level=3)
        yield Grid(events)
    yield Heading("对接路径", level=3)
    if target.paths:
        yield Points([f"{p.text}（强度 {p.strength:.2f}）{_evidence(p)}" for p in target.paths])
    else:
        yield Text("数据中没有两步以内的对接路径。", quiet=True)
    yield Heading("风险与未知", level=3)
    yield Points(list(_doubts(target)))


def _profile(snapshot: Snapshot, row: int, target: Target) -> Iterator[tuple[str, str]]:
    firms, card = snapshot.firms, target.firm
    low, high = target.score.interval
    yield "对应环节", target.link_name
    yield "得分", f"{target.score.value:.2f}（区间 {low:.2f}–{high:.2f}）"
    yield "所在地", card.region["name"] if card.region else "未知"
    yield "统一社会信用代码", card.uscc or "未知"
    details = snapshot.details([row], ["founded", "products", "address", "legal_representative"])[0]
    numbers = (
        ("注册资本", firms.capital[row], "万元"), ("从业人数", firms.employees[row], "人"),
        ("营业收入", firms.revenue[row], "万元"),
    )  # fmt: skip
    yield "成立日期", details["founded"] or "未知"
    for label, value, unit in numbers:
        yield label, "未知" if isnan(value) else f"{value:,.0f} {unit}"
    if target.stability:
        yield "名次稳定性", f"{target.stability.share:.0%}"
    yield "标签", "、".join(card.tags) or "无"
    if details["products"]:
        yield "主营产品", "、".join(details["products"][:_MOST])


def _positions(snapshot: Snapshot, row: int) -> Section:
    at = snapshot.positions.of_firm(row)
    positions, links = snapshot.positions, snapshot.links
    owner = {chain.id: chain.name for chain in snapshot.chains}
    order = np.argsort(-np.nan_to_num(positions.strength[at]), kind="stable")[:_MOST]
    at = at[order]
    told = zip(
        positions.link[at].tolist(), positions.strength[at].tolist(), positions.leader[at].tolist(),
        cells(positions.evidence, at), cells(positions.source, at), strict=True,
    )  # fmt: skip
    rows = [
        [
            owner.get(links.chain_ids[link], links.chain_ids[link]), links.names[link],
            None if isnan(strength) else strength, "链主" if leads else None, evidence, source,
        ]
        for link, strength, leads, evidence, source in told
    ]  # fmt: skip
    return Section("卡位", "环节卡位", _POSITIONS, rows, empty="没有卡位记录，为推测")


def _events(snapshot: Snapshot, row: int) -> Section:
    events = snapshot.events
    own = np.flatnonzero(events.firm == row)
    own = own[np.argsort(-np.nan_to_num(events.date[own]), kind="stable")][:_MOST]
    rows = [
        [
            None if isnan(events.date[i]) else str(int(events.date[i] + 1e-3)),
            snapshot.regions.full_name(region) if region >= 0 else None,
            snapshot.links.names[link] if link >= 0 else None,
            None if isnan(amount) else amount, stage, source,
        ]
        for i, region, link, amount, stage, source in zip(
            own.tolist(), events.region[own].tolist(), events.link[own].tolist(),
            events.amount[own].tolist(), _texts(events.stage, own), _texts(events.source, own),
            strict=True,
        )
    ]  # fmt: skip
    return Section("投资事件", "投资动向", _EVENTS, rows)


def _texts(column: Any, rows: Any) -> list[str | None]:
    found: list[str | None] = column.take(pa.array(rows)).to_pylist()
    return found


def _evidence(path: Any) -> str:
    said = [
        "，".join(part for part in (step.source, step.date) if part)
        for step in path.steps
        if step.source or step.date
    ]
    return f"；来源：{'；'.join(dict.fromkeys(said))}" if said else ""


def _about_doubt(reason: str) -> bool:
    return reason.startswith(("未知项", "对接路径", "准入"))


def _doubts(target: Target) -> Iterator[str]:
    """What is not known or speaks against the firm."""
    unknown = [share.label for share in target.score.shares if share.value is None]
    if unknown:
        yield f"未知：{'、'.join(unknown)}（共占权重 {1 - target.score.coverage:.0%}）。"
    weak = [s for s in target.score.shares if s.value is not None and s.value < 0.2]
    if weak:
        yield "偏弱：" + "、".join(f"{s.label} {s.value:.2f}" for s in weak) + "。"
    yield from (reason for reason in target.reasons if reason.startswith("准入"))
    if not unknown and not weak:
        yield "各分项均有数据，且没有明显弱项；仍请核实来源。"


__all__ = ["brief_of"]
