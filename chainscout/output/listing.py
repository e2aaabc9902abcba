"""Plain lists as documents: rows of JSON under Chinese headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chainscout.output.document import Column, Document, Section
from chainscout.output.words import LEVEL, STAGE

Row = dict[str, Any]

CHAINS = (
    Column("id", "编号", width=24), Column("name", "产业链", width=24),
    Column("sector", "领域", width=18), Column("links", "环节", "integer", 8),
    Column("firms", "企业", "integer", 8), Column("positions", "卡位", "integer", 8),
)  # fmt: skip
LINKS = (
    Column("id", "编号", width=34), Column("name", "环节", width=22),
    Column("stage", "位置", width=8), Column("group", "分组", width=16, brief=False),
    Column("firms", "企业", "integer", 8), Column("keywords", "关键词", "long", 44),
    Column("industry_codes", "行业代码", width=16, brief=False),
    Column("upstream", "上游环节", "long", 36, brief=False),
    Column("downstream", "下游环节", "long", 36, brief=False),
)  # fmt: skip
REGIONS = (
    Column("code", "代码", width=10), Column("name", "名称", width=20),
    Column("full_name", "全称", width=36), Column("level", "级别", width=8),
    Column("firms", "企业", "integer", 8),
)  # fmt: skip
FIRMS = (
    Column("name", "企业名称", width=36), Column("region", "所在地", width=24),
    Column("stock_code", "股票代码", width=10), Column("uscc", "统一社会信用代码", width=21),
    Column("tags", "标签", width=20), Column("links", "环节", "long", 40, brief=False),
    Column("id", "编号", width=24, brief=False),
)  # fmt: skip
STATS = (
    Column("table", "表名", width=14), Column("label", "内容", width=14),
    Column("rows", "行数", "integer", 12),
)  # fmt: skip
SETTINGS = (
    Column("variable", "环境变量", width=26), Column("value", "当前值", width=22),
    Column("default", "默认值", width=20, brief=False), Column("origin", "来源", width=10),
    Column("help", "说明", "long", 56), Column("name", "名称", width=18, brief=False),
)  # fmt: skip
READER = (Column("label", "内容", width=12), Column("value", "", "long", 80))
TUNING = (
    Column("group", "类别", width=22, brief=False), Column("label", "名称", width=24),
    Column("value", "现值", width=16), Column("default", "默认", width=16),
    Column("range", "可设范围", width=26, brief=False), Column("help", "作用", "long", 60),
    Column("key", "英文键", width=26, brief=False),
)  # fmt: skip
TUNING_CHANGES = (
    Column("version", "版本", "integer", 6), Column("at", "时间", width=18),
    Column("by", "谁", width=14), Column("changes", "改了什么", "long", 50),
    Column("comment", "说明", "long", 24),
)  # fmt: skip
PATHS = (
    Column("strength", "强度", "score", 8), Column("length", "步数", "integer", 6),
    Column("path", "对接路径", "long", 80),
)  # fmt: skip


def listing(
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    answer: Any = None,
    facts: Sequence[tuple[str, str]] = (),
    empty: str = "没有符合条件的内容",
    stem: str = "",
) -> Document:
    """`rows` under `columns`; `answer` is the JSON where it says more than the rows."""
    section = Section(
        stem or title,
        title,
        columns,
        [[_cell(row.get(column.name)) for column in columns] for row in rows],
        empty=empty,
    )
    return Document(title, [section], rows if answer is None else answer, rows, facts=facts)


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return value.get("name")
    if isinstance(value, list | tuple):
        return ";".join(str(v) for v in value)
    if isinstance(value, str):
        return STAGE.get(value) or LEVEL.get(value) or value
    return value


__all__ = [
    "CHAINS",
    "FIRMS",
    "LINKS",
    "PATHS",
    "READER",
    "REGIONS",
    "SETTINGS",
    "STATS",
    "TUNING",
    "TUNING_CHANGES",
    "listing",
]
