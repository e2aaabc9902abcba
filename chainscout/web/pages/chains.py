"""产业链图谱: the layered map of a chain, and the firms at one of its links."""

from __future__ import annotations

from typing import Any

import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from api import listing
from api.access import needs
from chainscout.web.asking import Asked, AskedDep
from chainscout.web.frame import page, query
from graph import Snapshot
from graph.draw import chain_map
from graph.gaps import find_gaps
from workspace.actor import Role

router = APIRouter(include_in_schema=False, dependencies=[needs(Role.viewer)])
_SHOWN = 200


@router.get("/chain", response_class=HTMLResponse)
def chain(request: Request, asked: AskedDep) -> HTMLResponse:
    """The map of a chain as it is in a region; without a region or chain, the list of chains."""
    picture, table = Markup(), None
    if asked.chain and asked.region:
        report = asked.gaps()
        code = asked.code
        drawn = chain_map(
            report, asked.chain, href=lambda link: f"/link?{query(link=link.id, region=code)}"
        )
        picture = Markup(drawn.svg)  # made by graph.draw, which escapes what it is given
        table = report.chain(asked.chain).to_dict()["links"]
    links = listing.links(asked.snapshot, asked.chain_row) if asked.chain_row is not None else []
    return page(
        request,
        "pages/chain.html",
        title=f"{asked.chain_name or '产业链'}图谱",
        asked=asked,
        chains=asked.chains(),
        picture=picture,
        table=table,
        links=links,
    )


@router.get("/link", response_class=HTMLResponse)
def link(request: Request, asked: AskedDep) -> HTMLResponse:
    """The firms at a link: those of the region, then those of the country."""
    snapshot, row = asked.snapshot, asked.link_row
    if row is None:
        return page(request, "pages/link.html", title="环节", asked=asked, link=None)
    everywhere = _firms_at(snapshot, row)
    inside = _inside(asked)
    here = [firm for firm in everywhere if inside is not None and firm["home"] in inside]
    ident = snapshot.links.ids[row]
    chain_row = snapshot.chain_rows[snapshot.links.chain_ids[row]]
    gap = None
    if asked.region:
        report = find_gaps(
            snapshot, region=asked.code, chain=snapshot.chains[chain_row].id,
            settings=asked.tuned.gaps(),
        )  # fmt: skip
        gap = next(found for found in report.chains[0].links if found.id == ident).to_dict()
    return page(
        request,
        "pages/link.html",
        title=f"{snapshot.links.names[row]}（{snapshot.chains[chain_row].name}）",
        asked=asked,
        link=next(f for f in listing.links(snapshot, chain_row) if f["id"] == ident),
        chain=snapshot.chains[chain_row],
        names=snapshot.links,
        here=here,
        everywhere=everywhere[:_SHOWN],
        total=len(everywhere),
        cell=gap,
    )


def _inside(asked: Asked) -> range | None:
    row = asked.region_row
    return None if row is None else range(row, int(asked.snapshot.regions.end[row]))


def _firms_at(snapshot: Snapshot, link: int) -> list[dict[str, Any]]:
    """Active firms at a link with their evidence, stated leaders first, then the strongest."""
    positions, firms = snapshot.positions, snapshot.firms
    span = snapshot.firms_at(link)
    rows = np.arange(span.start, span.stop)
    rows = rows[firms.active[positions.firm[rows]]]
    strength = np.nan_to_num(positions.strength[rows], nan=-1.0)
    order = np.lexsort((-strength, ~positions.certain[rows], ~positions.leader[rows]))
    return [_position(snapshot, int(i)) for i in rows[order].tolist()]


def _position(snapshot: Snapshot, at: int) -> dict[str, Any]:
    positions, firms = snapshot.positions, snapshot.firms
    row = int(positions.firm[at])
    home = int(firms.region[row])
    strength, year = float(positions.strength[at]), float(positions.date[at])
    return {
        "id": firms.ids[row].as_py(),
        "name": firms.names[row].as_py(),
        "home": home,
        "region": snapshot.regions.full_name(home) if home >= 0 else "",
        "strength": None if np.isnan(strength) else strength,
        "leader": bool(positions.leader[at]),
        "certain": bool(positions.certain[at]),
        "evidence": positions.evidence[at].as_py(),
        "source": positions.source[at].as_py(),
        "year": None if np.isnan(year) else int(year),
        "link": snapshot.links.ids[int(positions.link[at])],
    }


__all__ = ["router"]
