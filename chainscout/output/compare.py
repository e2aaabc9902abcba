"""Two regions beside one another, as a document."""

from __future__ import annotations

from chainscout.output import words
from chainscout.output.document import Column, Document, Section
from chainscout.output.notes import facts
from graph.compare import RELATIONS, ChainComparison, RegionComparison

SUMMARY = (
    Column("chain", "产业链", width=18), Column("differentiation", "错位度", "score", 9),
    Column("complementarity", "互补度", "score", 9), Column("sentence", "说明", "long", 70),
)  # fmt: skip
SUPPLIES = (
    Column("chain", "产业链", width=18, brief=False), Column("from", "供方地区", width=14),
    Column("upstream", "供方环节", width=22), Column("to", "需方地区", width=14),
    Column("downstream", "需方环节", width=22),
)  # fmt: skip
NOTE = (
    "错位度＝两地各环节份额之差的绝对值之和的一半（0 完全同构，1 完全不同）；"
    "互补度＝两地合起来才接得上的供给关系所占比例。"
)


def comparison_document(found: RegionComparison, created: str) -> Document:
    """Measures, links and supplies of all chains compared."""
    first, second = found.first.name, found.second.name
    about = "、".join(chain.name for chain in found.chains[:3]) or "全部产业链"
    supplies = [
        [c.name, s.seller, s.upstream, s.buyer, s.downstream]
        for c in found.chains
        for s in c.supplies
    ]
    return Document(
        title=f"{first}与{second} 产业链对照",
        purpose=f"看{first}与{second}在产业链上哪里错位、哪里重合、哪里可以互相配套。",
        facts=facts(f"{first}、{second}", about, found.first.data_version, created, ""),
        sections=[
            Section(
                "总览", "总览", SUMMARY, [_summary(c) for c in found.chains], note=NOTE,
                empty="两地在数据中都没有企业；可先导入企业和卡位",
            ),
            Section("互补", "可以互相配套", SUPPLIES, supplies, empty="没有一地供、另一地需的环节"),
            Section("逐环节", "逐环节", _links_columns(first, second), _links(found)),
        ],
        answer=found.to_dict(),
        records=found.to_dict()["chains"],
    )  # fmt: skip


def _summary(chain: ChainComparison) -> list[object]:
    return [chain.name, chain.differentiation, chain.complementarity, chain.sentence]


def _links_columns(first: str, second: str) -> tuple[Column, ...]:
    return (
        Column("chain", "产业链", width=16, brief=False), Column("link", "环节", width=20),
        Column("stage", "位置", width=8), Column("relation", "关系", width=10),
        Column("first_status", f"{first}状态", width=12),
        Column("second_status", f"{second}状态", width=12),
        Column("first_firms", f"{first}企业", "integer", 10),
        Column("second_firms", f"{second}企业", "integer", 10),
    )  # fmt: skip


def _links(found: RegionComparison) -> list[list[object]]:
    names = {"first": f"{found.first.name}独有", "second": f"{found.second.name}独有"}
    return [
        [
            chain.name, pair.first.name, words.STAGE.get(pair.first.stage, pair.first.stage),
            names.get(pair.relation, RELATIONS[pair.relation]),
            words.STATUS[pair.first.status], words.STATUS[pair.second.status],
            pair.first.local_firms, pair.second.local_firms,
        ]
        for chain in found.chains
        for pair in chain.links
    ]  # fmt: skip
