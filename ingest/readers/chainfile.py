"""A chain written as YAML: the form in which reference chains are kept and can be exchanged.

``chain: {id, name, …}``, ``links: [{id, name, stage, group, keywords, codes}]`` and
``feeds: [[upstream, downstream, weight?]]``; ids of links are local to the chain.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from ingest.errors import UnreadableFile
from ingest.readers.sheet import Sheet
from ingest.workbench import Workbench


def read_chain(workbench: Workbench, path: Path) -> list[Sheet]:
    """Three sheets: the chain, its links, its feeds."""
    try:
        loaded = yaml.safe_load(path.read_text("utf8"))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableFile.because(path, f"不是合法的 YAML（{error}）") from error
    try:
        chain, links, feeds = _rows(loaded)
    except (KeyError, TypeError, ValueError) as error:
        reason = f"不是产业链文件：应有 chain、links、feeds 三部分（{error}）"
        raise UnreadableFile.because(path, reason) from error
    return [
        _sheet(workbench, path, "chains", [chain]),
        _sheet(workbench, path, "links", links),
        _sheet(workbench, path, "feeds", feeds),
    ]


_Rows = list[dict[str, Any]]


def _rows(loaded: Any) -> tuple[dict[str, Any], _Rows, _Rows]:
    chain = dict(loaded["chain"])
    ident = chain.pop("id")
    links = [
        {"chain": ident, "link_id": f"{ident}.{link['id']}"}
        | {("industry_codes" if k == "codes" else k): v for k, v in link.items() if k != "id"}
        for link in loaded["links"]
    ]
    feeds = []
    for upstream, downstream, *weight in loaded["feeds"]:
        feed = {"upstream": f"{ident}.{upstream}", "downstream": f"{ident}.{downstream}"}
        feeds.append(feed | {"chain": ident, "weight": weight[0] if weight else None})
    return {"chain_id": ident, **chain}, links, feeds


def _sheet(workbench: Workbench, path: Path, name: str, rows: _Rows) -> Sheet:
    headings = list(dict.fromkeys(key for row in rows for key in row))
    arrays = {"_row": pa.array(range(1, len(rows) + 1), pa.int64())}
    for i, heading in enumerate(headings):
        arrays[f"c{i}"] = pa.array([_text(row.get(heading)) for row in rows], pa.string())
    return Sheet(path, name, headings, workbench.add("raw", pa.table(arrays)))


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        return ";".join(str(v) for v in value)
    return None if value is None else str(value)
