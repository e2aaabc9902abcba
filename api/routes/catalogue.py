"""What is there: chains, links, regions, firms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse

from api import listing, profile, schemas
from api.access import needs
from api.answering import answered
from api.deps import ChainText, DeskDep, RegionText, SnapshotDep
from api.paging import AllOrLimit, Cursor, Limit, page_behind
from api.rows import FirmDetail, opened
from graph import Snapshot
from graph.lookup import find_chain, find_firm
from workspace import Role

router = APIRouter(tags=["现状"], dependencies=[needs(Role.viewer)])


@router.get("/chains", response_model=schemas.Chains, summary="产业链")
def chains(
    snapshot: SnapshotDep, limit: AllOrLimit = None, cursor: Cursor = None
) -> dict[str, Any]:
    """All chains with the number of links, firms and positions."""
    return _page(snapshot, "chains", listing.chains(snapshot), "id", limit, cursor)


def _page(
    snapshot: Snapshot,
    name: str,
    rows: list[dict[str, Any]],
    key: str,
    limit: int | None,
    cursor: str | None,
) -> dict[str, Any]:
    page, following = page_behind(rows, lambda row: str(row[key]), limit, cursor)
    version = snapshot.data_version
    return {name: page, "total": len(rows), "next": following, "data_version": version}


@router.get("/links", response_model=schemas.Links, summary="一条产业链的环节")
def links(
    snapshot: SnapshotDep, chain: ChainText, limit: AllOrLimit = None, cursor: Cursor = None
) -> dict[str, Any]:
    """The links of one chain, upstream first."""
    row = find_chain(snapshot, chain)
    found = snapshot.chains[row]
    page = _page(snapshot, "links", listing.links(snapshot, row), "id", limit, cursor)
    return {"chain": {"id": found.id, "name": found.name}, **page}


@router.get("/regions", response_model=schemas.Regions, summary="地区")
def regions(
    snapshot: SnapshotDep,
    q: Annotated[str | None, Query(max_length=100, description="名称或代码中含有的文字")] = None,
    level: Annotated[
        Literal["province", "prefecture", "county"] | None, Query(description="级别")
    ] = None,
    limit: AllOrLimit = None,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Divisions with the number of firms in each."""
    rows = listing.regions(snapshot, q, level)
    return _page(snapshot, "regions", rows, "code", limit, cursor)


@router.get(
    "/firms/export",
    summary="企业导出（JSON lines）",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {}}}},
)
def export(
    snapshot: SnapshotDep,
    here: DeskDep,
    q: Annotated[str | None, Query(max_length=100, description="同企业检索")] = None,
    region: RegionText | None = None,
) -> StreamingResponse:
    """All firms of a search, one a line, sent as they are read."""
    area = listing.region_row(snapshot, region)
    here.did("export", "firms", region or "", q=q or "", data_version=snapshot.data_version)

    def lines() -> Iterator[str]:
        for row in listing.every_firm(snapshot, q, area):
            yield json.dumps(row, ensure_ascii=False) + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")


@router.get("/firms", response_model=schemas.FirmPage, summary="企业检索")
async def firms(
    snapshot: SnapshotDep,
    response: Response,
    q: Annotated[
        str | None, Query(max_length=100, description="名称、简称、信用代码、股票代码中含有的文字")
    ] = None,
    region: RegionText | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Firms, a page at a time, ordered by id."""

    def page() -> dict[str, Any]:
        area = listing.region_row(snapshot, region)
        rows, following, total = listing.firms(snapshot, q, area, limit, cursor)
        version = snapshot.data_version
        return {"firms": rows, "total": total, "next": following, "data_version": version}

    return await answered(snapshot, response, ("firms", q, region, limit, cursor), page)


@router.get(
    "/firms/{firm:path}",
    response_model=FirmDetail,
    summary="一家企业",
)
def one_firm(
    snapshot: SnapshotDep,
    firm: Annotated[str, Path(max_length=200, description="企业编号、信用代码、名称或股票代码")],
) -> dict[str, Any]:
    """All that is known of one firm: its row, positions, events, ties, people, with sources."""
    row = find_firm(snapshot, firm)
    home = int(snapshot.firms.region[row])
    return {
        "firm": opened(profile.facts(snapshot, row)),
        "region": listing.region_ref(snapshot, home),
        "positions": profile.positions(snapshot, row),
        "events": [opened(event) for event in profile.events(snapshot, row)],
        "ties": profile.ties(snapshot, row),
        "people": [opened(person) for person in profile.people(snapshot, row)],
        "data_version": snapshot.data_version,
    }
