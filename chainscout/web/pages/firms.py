"""企业: search, and all that is known of one firm, each item with its source."""

from __future__ import annotations

import json
import math
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api import listing, profile
from api.access import needs
from api.deps import DeskDep
from chainscout.web.asking import Asked, AskedDep, Long
from chainscout.web.frame import page
from graph import Snapshot
from graph.lookup import find_firm
from graph.paths import find_ways
from graph.schema import TABLES
from workspace import Role, projects
from workspace.projects.contacts import KINDS

router = APIRouter(include_in_schema=False, dependencies=[needs(Role.viewer)])
_PAGE = 50
_RING = 22
_SIZE = 420


@router.get("/firms", response_class=HTMLResponse)
def firms(
    request: Request,
    asked: AskedDep,
    q: Long = "",
    cursor: Annotated[str, Query(max_length=400)] = "",
) -> HTMLResponse:
    """Firms by name, pinyin initials, code or region."""
    text = q.strip()
    rows, following, total = listing.firms(
        asked.snapshot, text or None, asked.region_row, _PAGE, cursor or None
    )
    return page(
        request, "pages/firms.html", title="企业", asked=asked, q=text, rows=rows, total=total,
        following=following, names=asked.snapshot.links,
    )  # fmt: skip


@router.get("/firm", response_class=HTMLResponse)
def firm(
    request: Request, here: DeskDep, asked: AskedDep, ident: Annotated[Long, Query(alias="id")]
) -> HTMLResponse:
    """One firm: profile, positions, events, ties and neighbours, projects, ways in, sources."""
    snapshot = asked.snapshot
    row = find_firm(snapshot, ident)
    key = snapshot.firms.ids[row].as_py()
    with here.read() as session:
        deals = [p.to_dict() for p in projects.find(session, firm_id=key)]
        met = [c.to_dict() for c in projects.contacts(session, firm_id=key)]
    facts = profile.facts(snapshot, row)
    ties = profile.ties(snapshot, row)
    return page(
        request, "pages/firm.html", title=facts["name"], asked=asked,
        id=key, deals=deals, met=met, kinds=KINDS, facts=facts,
        profile=_profile(snapshot, row, facts),
        more=json.loads(facts["attributes"] or "{}"),
        positions=profile.positions(snapshot, row), events=profile.events(snapshot, row),
        ties=ties, people=profile.people(snapshot, row), net=_net(facts["name"], ties),
        ways=_ways(asked, row),
    )  # fmt: skip


def _profile(snapshot: Snapshot, row: int, facts: dict[str, Any]) -> list[tuple[str, str]]:
    """(label, text) of what is known."""
    home = int(snapshot.firms.region[row])
    table = TABLES["firms"]
    known = [("所在地", snapshot.regions.full_name(home) if home >= 0 else "")]
    for column in table.inputs:
        name = column.name
        if name in {"name", "region", "source", "registered_capital_currency"}:
            continue
        known.append((column.label, _said(facts.get(name), column.unit, name, facts)))
    return [(label, text) for label, text in known if text]


def _said(value: Any, unit: str | None, name: str, facts: dict[str, Any]) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, int | float):
        currency = facts["registered_capital_currency"] if name == "registered_capital" else None
        foreign = f"（{currency}）" if currency and currency != "CNY" else ""
        return f"{value:,.10g} {unit or '人'}{foreign}"
    return str(value)


def _net(name: str, ties: list[dict[str, Any]]) -> dict[str, Any]:
    """The firm in the middle, what it is tied to around it; the picture is as the table says."""
    ends: dict[tuple[str, str], dict[str, Any]] = {}
    for tie in ties:
        ends.setdefault((tie["kind"], tie["id"]), tie)
    shown = list(ends.values())[:_RING]
    middle, radius = _SIZE / 2, _SIZE * 0.36
    nodes = []
    for i, tie in enumerate(shown):
        turn = 2 * math.pi * i / len(shown) - math.pi / 2
        x, y = middle * 1.6 + radius * 1.35 * math.cos(turn), middle + radius * math.sin(turn)
        side = "start" if math.cos(turn) > 0.2 else "end" if math.cos(turn) < -0.2 else "middle"
        nodes.append(
            {**tie, "x": round(x, 1), "y": round(y, 1), "side": side, "up": math.sin(turn) < 0}
        )
    return {
        "name": name, "nodes": nodes, "left": len(ends) - len(shown),
        "x": middle * 1.6, "y": middle, "width": _SIZE * 1.6, "height": _SIZE,
    }  # fmt: skip


def _ways(asked: Asked, row: int) -> list[dict[str, Any]] | None:
    """Ways in from the region asked; None without one, or where the firm is at home there."""
    region = asked.region_row
    if region is None:
        return None
    home = int(asked.snapshot.firms.region[row])
    if region <= home < asked.snapshot.regions.end[region]:
        return None
    return find_ways(asked.snapshot, row, region, top=5).paths


__all__ = ["router"]
