"""Many questions in one process: a CSV of queries in, one JSON answer per row out."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chainscout.cli.common import State
from chainscout.cli.errors import CommandProblem
from chainscout.cli.models import chosen_model
from chainscout.output.delimited import json_line
from chainscout.output.write import write_bytes
from graph.lookup import LookupProblem
from recommender.query import QueryError
from recommender.settings import RankSettings

_TEXTS = ("region", "chain", "link", "product")
_COLUMNS = (*_TEXTS, "top")
_CHINESE = {"地区": "region", "产业链": "chain", "环节": "link", "产品": "product", "家数": "top"}


class _BadRow(ValueError):
    """A cell of a query cannot be read."""


def answer_file(
    state: State,
    queries: Path,
    top: int,
    output: Path | None,
    chosen: RankSettings | None = None,
    model: str | None = None,
) -> tuple[int, int]:
    """Answer every row of `queries`, as JSON lines on standard output or in `output`.

    A row that cannot be answered gives ``{"row": n, "error": …}``; rows count from 1.

    Args:
        state: names the store.
        queries: a CSV with the columns region, chain, link, product, top, or their Chinese names.
        top: targets of a row that says nothing of it.
        output: where the answers go; None = standard output.
        chosen: weights and thresholds.
        model: what scores, as `--model` names it.

    Returns:
        Rows answered, rows not.

    Raises:
        CommandProblem: the file cannot be read, has no question, or `output` is no ``.jsonl``.
    """
    if output is not None and output.suffix.lower() not in (".jsonl", ".ndjson"):
        raise CommandProblem(f"{output}：批量答案是 JSON 行，文件名请以 .jsonl 结尾")
    rows = _rows(queries)
    lines, count = [], [0, 0]
    for line, failed in _answers(state, rows, top, chosen, model):
        count[failed] += 1
        if output is None:
            sys.stdout.write(line)
        else:
            lines.append(line)
    if output is not None:
        write_bytes(output, "".join(lines).encode())
    return count[0], count[1]


def _answers(
    state: State,
    rows: list[dict[str, str]],
    top: int,
    chosen: RankSettings | None,
    model: str | None,
) -> Iterator[tuple[str, bool]]:
    from recommender import recommend

    snapshot = state.snapshot()
    scored_by = {asked: chosen_model(state, snapshot, model, asked) for asked in (False, True)}
    for number, row in enumerate(rows, start=1):
        try:
            query = _query(row, top)
            scorer = scored_by[query["region"] is not None]
            found = recommend(snapshot, **query, settings=chosen, model=scorer).to_dict()
        except (LookupProblem, QueryError, _BadRow) as error:
            yield json_line({"row": number, "error": str(error)}), True
        else:
            yield json_line({"row": number, **found}), False


def _query(row: dict[str, str], top: int) -> dict[str, Any]:
    text = row.get("top", "")
    if text and not (text.isdecimal() and int(text) > 0):
        raise _BadRow(f"top 应为正整数，现为「{text}」")
    names = {name: row.get(name) or None for name in _TEXTS}
    return {**names, "top": int(text) if text else top}


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV in UTF-8 or GB18030; headings English or Chinese."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CommandProblem(f"{path}：读不了（{error.strerror or error}）") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _decoded(path, content)
    reader = csv.DictReader(text.splitlines())
    headings = [_CHINESE.get(h.strip(), h.strip().lower()) for h in reader.fieldnames or ()]
    if not {"chain", "link"} & set(headings):
        seen = "、".join(headings)[:200] or "（空）"
        raise CommandProblem(f"{path}：表头应有 {'、'.join(_COLUMNS)}，现为：{seen}")
    reader.fieldnames = headings
    rows = [
        {k: (v or "").strip() for k, v in row.items() if k in _COLUMNS and isinstance(v, str)}
        for row in reader
    ]
    if not rows:
        raise CommandProblem(f"{path}：没有任何问题，表头之下请每行写一个")
    return rows


def _decoded(path: Path, content: bytes) -> str:
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        raise CommandProblem(f"{path}：编码既不是 UTF-8 也不是 GB18030") from error


__all__ = ["answer_file"]
