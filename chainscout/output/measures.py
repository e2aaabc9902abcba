"""Relatedness measures as a document: one table of regions, activities, cells or pairs."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from chainscout.output.document import Column, Document, Section
from chainscout.output.notes import facts
from chainscout.output.words import LEVEL

if TYPE_CHECKING:
    from graph.measures import Measures

Table = Literal["regions", "activities", "cells", "pairs"]
GRAIN = {"chain": "产业链", "link": "环节", "industry": "行业"}
TITLE = {"regions": "地区", "activities": "活动", "cells": "地区 × 活动", "pairs": "活动之间"}
COLUMNS: dict[str, tuple[Column, ...]] = {
    "regions": (
        Column("region", "代码", width=10), Column("region_name", "地区", width=20),
        Column("amount", "数量", "number", 10), Column("diversity", "多样性", "integer", 8),
        Column("eci", "经济复杂度 ECI", "number", 14),
        Column("coi", "复杂度前景 COI", "number", 14),
    ),
    "activities": (
        Column("activity", "编号", width=30), Column("activity_name", "名称", width=22),
        Column("amount", "数量", "number", 10), Column("ubiquity", "遍在性", "integer", 8),
        Column("pci", "活动复杂度 PCI", "number", 14),
    ),
    "cells": (
        Column("region", "代码", width=10, brief=False), Column("region_name", "地区", width=16),
        Column("activity", "编号", width=26, brief=False),
        Column("activity_name", "名称", width=20), Column("amount", "数量", "number", 8),
        Column("quotient", "区位商 RCA", "number", 10), Column("presence", "是否具备", width=8),
        Column("density", "关联密度", "score", 9), Column("cog", "前景增益 COG", "number", 12),
    ),
    "pairs": (
        Column("activity", "编号", width=26, brief=False),
        Column("activity_name", "名称", width=22),
        Column("other", "另一编号", width=26, brief=False),
        Column("other_name", "另一名称", width=22), Column("proximity", "邻近度", "score", 8),
        Column("co_agglomeration", "协同集聚", "number", 10),
    ),
}  # fmt: skip
NOTE = (
    "区位商达到 {threshold:g} 记为具备；数量：{amount}。空格表示无定义，不是零。"
    "ECI、PCI 只在同一张表内可比；各项公式与出处见说明文档（docs/gaps.md）。"
)
ORDER = {"regions": ["eci"], "activities": ["pci"], "cells": ["density", "quotient"]}
"""Columns by which a table is ordered; pairs come in order."""


def measures_document(
    found: Measures,
    table: Table,
    regions: list[str],
    threshold: float,
    version: int,
    created: str,
    limit: int | None = None,
) -> Document:
    """One table of `found`: of some regions (codes) where any are given, its first rows."""
    frames = {
        "regions": found.region_frame, "activities": found.activity_frame,
        "cells": found.cell_frame, "pairs": found.pair_frame,
    }  # fmt: skip
    frame = frames[table]()
    if regions and "region" in frame:
        frame = frame[frame["region"].isin(regions)]
    if table in ORDER:
        frame = frame.sort_values(ORDER[table], ascending=False, kind="stable")
    whole = len(frame)
    frame = frame.head(limit if limit is not None else whole)
    names = [column.name for column in COLUMNS[table]]
    records = [
        {name: _known(value) for name, value in zip(names, row, strict=True)}
        for row in frame[names].itertuples(index=False, name=None)
    ]
    about = f"{LEVEL[found.level]} × {GRAIN[found.grain]}"
    section = Section(
        TITLE[table], TITLE[table], COLUMNS[table],
        [[_shown(record[name]) for name in names] for record in records],
        note=NOTE.format(
            threshold=threshold,
            amount="在营企业数" if found.grain == "industry" else "集聚度（企业卡位强度之和）",
        ),
        empty=_empty(found),
    )  # fmt: skip
    if len(frame) < whole:
        rest = f"以下为前 {limit} 项，另有 {whole - len(frame):,} 项：用 -o 文件.csv 看全部。"
        note = section.note + rest
        section = replace(section, note=note)
    return Document(
        title=f"关联度与复杂度：{about}",
        purpose="看各地区专于什么、什么与什么相伴、离什么最近。",
        facts=facts(None, None, version, created),
        sections=[section],
        answer={
            "level": found.level, "grain": found.grain, "threshold": threshold,
            "data_version": version, table: records,
        },
        records=records,
    )  # fmt: skip


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def _shown(value: Any) -> Any:
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else value


def _empty(found: Measures) -> str:
    if found.grain == "industry" and not found.ids:
        return "没有一家有所在地的企业写明所属行业；可在企业表填写“所属行业”后导入"
    return "数据中没有符合条件的内容"


__all__ = ["Table", "measures_document"]
