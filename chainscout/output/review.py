"""The queue of reviews, one question and the log as documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chainscout.output.document import Column, Document, Section
from graph.schema import TABLES
from ingest.review.sheet import RELATIONS

Row = dict[str, Any]

_QUEUE = (
    Column("review_id", "事项编号", width=13), Column("kind", "种类", width=10),
    Column("subject", "待审内容", width=30), Column("candidate", "候选", width=30),
    Column("score", "把握", "score", 8), Column("relation", "推断关系", width=14, brief=False),
    Column("why", "理由", "long", 50), Column("state", "状态", width=8, brief=False),
    Column("decision", "决定", width=10, brief=False),
    Column("source", "来源", width=20, brief=False),
)  # fmt: skip
_LOG = (
    Column("decision_id", "记录", width=8), Column("review_id", "事项编号", width=13),
    Column("action", "动作", width=6), Column("decision", "决定", width=10),
    Column("subject", "待审内容", width=28), Column("candidate", "候选", width=28),
    Column("by", "决定人", width=12), Column("at", "时间", width=22),
    Column("note", "说明", "long", 30), Column("undoes", "撤销的记录", width=10, brief=False),
)  # fmt: skip
_SIDES = (
    Column("item", "项目", width=14), Column("subject", "待审企业", "long", 44),
    Column("candidate", "候选企业", "long", 44),
)  # fmt: skip
_LABELS = {column.stored: column.label for column in TABLES["firms"].columns}
_ENUMS = {
    name: {value: words[0] for value, words in column.values.items()}
    for table in ("reviews", "decisions")
    for name, column in ((c.name, c) for c in TABLES[table].columns)
    if column.values
} | {"relation": RELATIONS}


def queue_document(rows: Sequence[Row]) -> Document:
    """Rows of ``review list``."""
    section = _section("待审事项", _QUEUE, rows, "没有待审事项")
    return Document("待审事项", [section], list(rows), list(rows), facts=_counts(rows))


def log_document(rows: Sequence[Row]) -> Document:
    """Rows of ``review log``."""
    section = _section("决定记录", _LOG, rows, "还没有任何决定")
    return Document("决定记录", [section], list(rows), list(rows))


def question_document(row: Row) -> Document:
    """``review show``: the question, both firms side by side, its log."""
    sections = [_section("事项", _QUEUE, [row], "")]
    if row["kind"] == "identity":
        sections.append(Section("两方信息", "两方信息", _SIDES, _sides(row)))
    sections.append(_section("决定记录", _LOG, row["log"], "还没有任何决定"))
    return Document(f"{row['subject']} — {row['candidate'] or ''}", sections, row, [row])


def _sides(row: Row) -> list[list[Any]]:
    left, right = row["subject_firm"] or {}, row["candidate_firm"] or {}
    names = [name for name in (left or right) if name in _LABELS]
    return [[_LABELS[name], left.get(name), right.get(name)] for name in names]


def _section(title: str, columns: Sequence[Column], rows: Sequence[Row], empty: str) -> Section:
    cells = [[_cell(row, column.name) for column in columns] for row in rows]
    return Section(title, title, columns, cells, empty=empty)


def _cell(row: Row, name: str) -> Any:
    value = row.get(name)
    return _ENUMS.get(name, {}).get(value, value) if isinstance(value, str) else value


def _counts(rows: Sequence[Row]) -> list[tuple[str, str]]:
    kinds = _ENUMS["kind"]
    found = {kind: sum(row["kind"] == kind for row in rows) for kind in kinds}
    return [(kinds[kind], f"{n:,} 项") for kind, n in found.items() if n]


__all__ = ["log_document", "question_document", "queue_document"]
