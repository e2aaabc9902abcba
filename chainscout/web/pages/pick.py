"""Choices for the fields of forms, while somebody types."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api import listing
from api.access import needs
from api.deps import HolderDep
from chainscout.web.asking import Long, Text
from graph import Snapshot
from graph.lookup import LookupProblem, find_chain
from workspace.actor import Role

router = APIRouter(include_in_schema=False, prefix="/pick", dependencies=[needs(Role.viewer)])
_MOST = 20


@router.get("/regions")
def regions(holder: HolderDep, q: Text = "") -> JSONResponse:
    """Divisions whose name, code or pinyin initials hold `q`; the larger ones first."""
    snapshot = holder.snapshot
    text = q.strip().lower()
    initials = snapshot.once("web.region_initials", _region_initials)
    table = snapshot.regions
    order = snapshot.once(
        "web.region_order", lambda s: s.regions.level.argsort(kind="stable").tolist()
    )
    found = []
    for row in order:
        if text in table.names[row] or text in table.codes[row] or initials[row].startswith(text):
            found.append({"value": table.full_name(row), "label": table.codes[row]})
        if len(found) == _MOST:
            break
    return JSONResponse(found)


def _region_initials(snapshot: Snapshot) -> list[str]:
    return [listing.initials(name) for name in snapshot.regions.names]


@router.get("/links")
def links(holder: HolderDep, q: Text = "", chain: Long = "") -> JSONResponse:
    """Links of a chain whose name or keyword holds `q`."""
    snapshot = holder.snapshot
    text = q.strip()
    try:
        row = find_chain(snapshot, chain) if chain else None
    except LookupProblem:
        return JSONResponse([])
    rows = range(len(snapshot.links)) if row is None else snapshot.chains[row].links.tolist()
    table = snapshot.links
    found = [
        {
            "value": table.names[i] if row is not None else table.ids[i],
            "label": "、".join(table.keywords[i][:3]),
        }
        for i in rows
        if text in table.names[i] or any(text in word for word in table.keywords[i])
    ]
    return JSONResponse(found[: _MOST * 3])


@router.get("/firms")
def firms(holder: HolderDep, q: Text = "") -> JSONResponse:
    """Firms whose name, code or pinyin initials hold `q`."""
    if not q.strip():
        return JSONResponse([])
    rows, _, _ = listing.firms(holder.snapshot, q.strip(), None, _MOST)
    return JSONResponse([_choice(row) for row in rows])


def _choice(row: dict[str, Any]) -> dict[str, str]:
    return {"value": row["name"], "label": row["region"]["name"] if row["region"] else ""}


__all__ = ["router"]
