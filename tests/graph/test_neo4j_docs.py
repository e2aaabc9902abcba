"""Every query of docs/neo4j.md, run on a real server, its answer compared."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from graph.store.neo4j import Neo4jStore
from tests.graph.neo4j_worlds import bolt, neo4j_server, store_at
from tests.graph.test_neo4j_graph import filled, world

__all__ = ["bolt", "neo4j_server"]

ASKED = {"region": "330900", "chain": "wind", "link": "wind.blade", "firm": "深圳叶片",
         "words": "叶片"}  # fmt: skip
ANSWERS: list[list[tuple[Any, ...]]] = [
    [(1, "world", None)],
    [("blade", "中游", 0, 2), ("steel", "上游", 0, 2), ("tower", "中游", 0, 2),
     ("turbine", "下游", 1, 1)],
    [("深圳叶片", "深圳市", "链主", 0.8), ("停业叶片", "深圳市", None, 0.9)],
    [("blade", 2), ("steel", 2), ("tower", 2)],
    [("blade", 1, 2), ("steel", 1, 2), ("tower", 1, 2)],
    [(["舟山市", "李四", "深圳叶片"],), (["舟山整机", "宁波塔筒", "深圳叶片"],)],
    [("李四", "深圳叶片", ["blade"])],
    [("深圳叶片", "宁波塔筒", ["合作", "客户"])],
    [("2023", "深圳塔筒", "tower", 3.5)],
    [("停业叶片", "企业·从业人数"), ("深圳叶片", "企业·从业人数")],
]  # fmt: skip


def queries(root: Path) -> list[str]:
    text = (root / "docs" / "neo4j.md").read_text(encoding="utf-8")
    return re.findall(r"```cypher\n(.*?)```", text, re.DOTALL)


def test_there_are_ten_queries(root: Path) -> None:
    assert len(queries(root)) == len(ANSWERS) == 10
    text = (root / "docs" / "neo4j.md").read_text(encoding="utf-8")
    for name, value in ASKED.items():
        assert f"{name}: '{value}'" in text


def test_each_query_answers(root: Path, bolt: str) -> None:
    store = filled(store_at(bolt), world())
    assert isinstance(store, Neo4jStore)
    store.server.declare([])  # waits for the full-text index
    for number, (query, answer) in enumerate(zip(queries(root), ANSWERS, strict=True), 1):
        found = store.server.read(query, **ASKED)
        rows = [
            tuple(sorted(v) if k in ("ties", "links") else v for k, v in row.items())
            for row in found
        ]
        assert rows == answer, f"query {number}"
