"""A world in which every text tries to run: as markup, as a script, as a formula."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa

from graph.schema import TABLES
from graph.store import Store, connect
from ingest import review
from ingest.review import Question
from tests.factory import Row, chain, event, feed, firm, link, position, region, rows, tie

EVIL = """=1+"><img src=x onerror=alert(1)>'><script>alert(2)</script>{{7*7}}"""
LINK = "javascript:alert(3)"
# What makes a spreadsheet take a cell for a formula; the tab is stripped by some of them.
FORMULAS = ("=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1,1)", "\t=1+1", "＝1+1")
REGION = "330100"
# Columns with a form of their own, and what other rows refer to.
_PLAIN = {"currency", "level", "date", "founded", "at", "kind", "state", "stage", "status"}


def evil_world(path: Path) -> Store:
    """A chain whose firms, links, people, parks, events, projects and reviews are all hostile."""
    made = connect(path / "world.duckdb")
    with made.write(EVIL) as writer:
        for table, given in _tables().items():
            writer.put(table, rows(table, *(stuffed(table, row) for row in given)))
        assert review.ask(writer, _questions()) == 3
    return made


def stuffed(table: str, row: Row) -> Row:
    """`row` with hostile text in every column for text that it leaves empty."""
    full = dict(row)
    for field in TABLES[table].arrow_schema:
        if field.name in row or field.name == "attributes" or _reserved(field.name):
            continue
        if pa.types.is_string(field.type):
            full[field.name] = LINK if field.name == "locator" else EVIL
        elif pa.types.is_list(field.type):
            full[field.name] = [EVIL, LINK]
    return full | {"attributes": json.dumps({EVIL: EVIL}), "source": EVIL}


def _reserved(name: str) -> bool:
    return name in _PLAIN or name.endswith(("_id", "_code", "_kind", "currency"))


def _tables() -> dict[str, list[Row]]:
    names = [*FORMULAS, EVIL, LINK]
    return {
        "regions": [
            region("330000", "浙江省"),
            region(REGION, EVIL, "330000", lon=120.0, lat=30.0),
            region("330200", "乙市", "330000", lon=121.0, lat=30.0),
        ],
        "chains": [chain("wind", EVIL), chain(EVIL, "@链")],
        "links": [
            {**link("wind.steel", "upstream"), "name": EVIL},
            {**link("wind.blade", "downstream"), "name": "=叶片"},
            {**link("wind.turbine", "downstream"), "name": LINK},
        ],
        "feeds": [feed("wind.steel", "wind.blade"), feed("wind.blade", "wind.turbine")],
        "firms": [
            *(firm(name, "330200", registered_capital_currency="USD", uscc=None) for name in names),
            firm("@本地", REGION, uscc=None),
        ],
        "positions": [
            *(position(name, "wind.blade", 0.9) for name in names),
            position("@本地", "wind.turbine", role="leader"),
        ],
        "ties": [tie("@本地", "customer_of", EVIL), tie(EVIL, "partner_of", "=1+1")],
        "people": [{"person_id": EVIL, "firm_id": EVIL, "native_code": REGION}],
        "parks": [{"park_id": EVIL, "region_code": REGION}],
        "events": [event(EVIL, REGION, "wind.blade", "2021-03", amount=3.0)],
        "projects": [{"project_id": EVIL, "firm_id": EVIL, "region_code": REGION}],
    }


def _questions() -> list[Question]:
    more: dict[str, Any] = {"why": EVIL, "source": EVIL}
    return [
        Question("identity", EVIL, EVIL, EVIL, LINK, LINK, 0.5, EVIL, **more),
        Question("link", LINK, LINK, LINK, EVIL, "wind.steel", 0.5, None, **more),
        Question("project", EVIL, EVIL, EVIL, None, None, None, None, **more),
    ]


class _Elements(HTMLParser):
    """What a browser would make of a page, as far as it matters here."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        source = given.get("src", "")
        if tag in {"img", "iframe", "object", "embed", "base", "style"}:
            self.wrong.append(f"<{tag}>")
        if tag == "script" and not source.startswith(("/static/", "/docs/")):
            self.wrong.append(f"<script src={source!r}>")
        self.wrong += [f"{tag} {name}" for name in given if name.startswith("on") or '"' in name]
        for name in ("href", "action", "formaction", "xlink:href"):
            if name in given and not _inside(given[name]):
                self.wrong.append(f"{tag} {name}={given[name][:60]!r}")


def _inside(address: str) -> bool:
    return address == "" or address.startswith(("?", "#")) or (address[:1] == "/" != address[1:2])


def hostile_elements(page: str) -> list[str]:
    """Elements and attributes of a page that run or lead elsewhere."""
    parser = _Elements()
    parser.feed(page)
    parser.close()
    return parser.wrong


def formulas(cells: Iterator[object]) -> list[str]:
    """The texts among `cells` that a spreadsheet would run."""
    marks = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
    return [c for c in cells if isinstance(c, str) and c.lstrip(" ").startswith(marks)]


__all__ = ["EVIL", "FORMULAS", "LINK", "REGION", "evil_world", "formulas", "hostile_elements"]
