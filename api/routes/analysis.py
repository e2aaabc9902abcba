"""The three answers: gaps, recommend, explain."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api import schemas, workschemas
from api.access import needs
from api.deps import ChainText, FirmText, Known, LinkText, RegionText, SnapshotDep, Top
from graph.gaps import find_gaps
from graph.lookup import find_firm, find_region
from graph.paths import find_ways
from recommender import explain as explain_firm
from recommender import recommend as rank_firms
from workspace import Role

router = APIRouter(tags=["分析"], dependencies=[needs(Role.viewer)])


@router.get("/gaps", response_model=schemas.Gaps, summary="有什么、缺什么")
def gaps(snapshot: SnapshotDep, region: RegionText, chain: ChainText | None = None) -> Any:
    """Status, gap type, priority and reasons of every link, of one chain or of all."""
    return find_gaps(snapshot, region=region, chain=chain).to_dict()


@router.get("/recommend", response_model=schemas.Recommendation, summary="找谁")
def recommend(
    snapshot: SnapshotDep,
    region: RegionText | None = None,
    chain: ChainText | None = None,
    link: LinkText | None = None,
    top: Top = 20,
    known: Known = "without",
) -> Any:
    """Firms to go after for the gaps of a chain in a region, or for one link."""
    return rank_firms(
        snapshot, region=region, chain=chain, link=link, top=top, known=known
    ).to_dict()


@router.post("/recommend", response_model=schemas.Recommendation, summary="找谁（请求体）")
def recommend_by_body(snapshot: SnapshotDep, query: schemas.RecommendQuery) -> Any:
    """The same, asked with a JSON body."""
    return rank_firms(snapshot, **query.model_dump()).to_dict()


@router.get("/explain", response_model=schemas.Explanation, summary="为什么在（不在）清单上")
def explain(
    snapshot: SnapshotDep,
    firm: FirmText,
    region: RegionText,
    chain: ChainText,
    link: LinkText | None = None,
) -> Any:
    """Rank and components of one firm, or the gate that keeps it off the list."""
    return explain_firm(snapshot, firm, region, chain, link=link).to_dict()


@router.get("/paths", response_model=workschemas.Ways, summary="对接路径")
def paths(
    snapshot: SnapshotDep,
    firm: FirmText,
    region: RegionText,
    top: Annotated[int, Query(ge=1, le=100, description="列出的条数")] = 10,
) -> Any:
    """Ways in: from the firms and people of a region to a firm, the strongest first."""
    row, place = find_firm(snapshot, firm), find_region(snapshot, region)
    return find_ways(snapshot, row, place, top=top).to_dict()
