"""What docs/ingest.md shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

from graph.store import DuckStore
from ingest import load
from ingest.cells import BLANKS
from ingest.headings import META
from ingest.mapping import shipped
from ingest.readers import SUFFIXES


def page(root: Path) -> str:
    return (root / "docs" / "ingest.md").read_text("utf8")


def test_the_worked_example_of_a_mapping_loads(root: Path, tmp_path: Path) -> None:
    part = page(root).split("\n## 映射文件\n")[1]
    blocks = re.findall(r"```(?:yaml)?\n(.*?)```", part, re.DOTALL)
    (tmp_path / "台账.csv").write_text(blocks[0], "utf8")
    (tmp_path / "台账.yaml").write_text(blocks[1], "utf8")
    store = DuckStore(tmp_path / "s" / "d.duckdb")
    report = load(store, [tmp_path / "台账.csv"], mapping=tmp_path / "台账.yaml", strict=True)
    assert {n: t.created for n, t in report.tables.items()} == {
        "chains": 1,
        "links": 2,
        "firms": 2,
        "positions": 2,
    }
    roles = sorted(row["role"] for row in store.read("positions").to_pylist())
    assert roles == ["leader", "member"]


def test_every_kind_of_file_and_every_column_of_rejects_is_described(root: Path) -> None:
    text = page(root)
    assert [name for name in (*SUFFIXES, *META) if f"`{name}`" not in text] == []
    assert [b for b in ("-", "--", "/", "暂无", "未公开", "#N/A") if b not in BLANKS] == []
    assert "tw_chains" in shipped()
