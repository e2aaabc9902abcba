"""Labelled texts in one file: ``### name``, the text, ``---``, a line for each project.

A line is ``name|amount in 亿元|land in 亩|stage|investor``; all but the name may be empty, and an
amount may name another currency (``3美元``: 亿 of it).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

_HEAD = re.compile(r"^### ", re.MULTILINE)
_AMOUNT = re.compile(r"([0-9.]+)(\D*)")
FIELDS = 5


class Marked(NamedTuple):
    """A text with the projects that stand in it, as a truth file of the news evaluator has them."""

    name: str
    text: str
    projects: list[dict[str, Any]]


class NotMarked(ValueError):
    """A file is not of this form; the message names file, text and line."""


def marked(path: Path) -> Iterator[Marked]:
    """The labelled texts of a file in order. Raises NotMarked."""
    for part in _HEAD.split(path.read_text(encoding="utf-8"))[1:]:
        name, _, body = part.partition("\n")
        text, line, rows = f"\n{body}".partition("\n---")
        if not line:
            raise NotMarked(f"{path}: {name}: no line --- behind the text")
        text = text.strip()
        projects = [_project(row, text, f"{path}: {name}") for row in rows.strip().splitlines()]
        yield Marked(name.strip(), text, projects)


def _project(row: str, text: str, where: str) -> dict[str, Any]:
    cells = row.split("|")
    if len(cells) != FIELDS or cells[0] not in text:
        raise NotMarked(
            f"{where}: {row!r} should be name|amount|land|stage|investor, name as written"
        )
    name, amount, land, stage, firm = cells
    found: dict[str, Any] = {"name": name}
    if given := _AMOUNT.fullmatch(amount):
        found["amount_yi"] = float(given[1])
    if land:
        found["land_mu"] = float(land)
    return found | {key: said for key, said in (("stage", stage), ("firm", firm)) if said}
