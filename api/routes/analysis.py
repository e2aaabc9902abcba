"""The answers: gaps, recommend, explain, destinations, paths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Response

from api import schemas, workschemas
from api.access import needs
from api.answering import answered
from api.deps import (
    ChainText,
    FirmText,
    LinkText,
    ModelsDep,
    RegionText,
    SnapshotDep,
    TunedDep,
)
from api.ranking import explained, ranked
from graph import Snapshot
from graph.gaps import find_gaps
from graph.lookup import find_firm, find_region
from graph.paths import find_ways
from recommender import destinations as ranked_regions
from recommender.destinations import Level
from recommender.learned.files import TrainedModels
from recommender.tuning import Tuned
from workspace import Role

Q = TypeVar("Q", bound=schemas.Question)

router = APIRouter(tags=["分析"], dependencies=[needs(Role.viewer)])


@router.get("/gaps", response_model=schemas.Gaps, summary="有什么、缺什么")
async def gaps(
    snapshot: SnapshotDep,
    tuned: TunedDep,
    response: Response,
    region: RegionText,
    chain: ChainText | None = None,
) -> Response:
    """Status, gap type, priority and reasons of every link, of one chain or of all."""
    return await answered(
        snapshot,
        response,
        ("gaps", region, chain, tuned.mark),
        lambda: find_gaps(snapshot, region=region, chain=chain, settings=tuned.gaps()).to_dict(),
    )


async def _kept(
    make: Callable[[Snapshot, Q, TrainedModels, Tuned], dict[str, Any]],
    snapshot: Snapshot,
    tuned: Tuned,
    response: Response,
    models: TrainedModels,
    query: Q,
) -> Response:
    """The answer to `query`, kept while data, settings and the model it asks for stand."""
    model = models.hangs_on(query.model, snapshot.data_version)
    key = (make.__name__, query.model_dump_json(), model, tuned.mark)
    return await answered(snapshot, response, key, lambda: make(snapshot, query, models, tuned))


@router.get("/recommend", response_model=schemas.Recommendation, summary="找谁")
async def recommend(
    snapshot: SnapshotDep,
    tuned: TunedDep,
    response: Response,
    models: ModelsDep,
    query: Annotated[schemas.Question, Query()],
) -> Response:
    """Firms to go after for the gaps of a chain in a region, or for one link."""
    return await _kept(ranked, snapshot, tuned, response, models, query)


@router.post("/recommend", response_model=schemas.Recommendation, summary="找谁（请求体）")
async def recommend_by_body(
    snapshot: SnapshotDep,
    tuned: TunedDep,
    response: Response,
    models: ModelsDep,
    query: schemas.RecommendQuery,
) -> Response:
    """The same, asked with a JSON body, which may carry weights and a check list."""
    return await _kept(ranked, snapshot, tuned, response, models, query)


@router.get("/explain", response_model=schemas.Explanation, summary="为什么在（不在）清单上")
async def explain(
    snapshot: SnapshotDep,
    tuned: TunedDep,
    response: Response,
    models: ModelsDep,
    query: Annotated[schemas.FirmQuestion, Query()],
) -> Response:
    """Rank and components of one firm, or the gates that keep it off the list."""
    return await _kept(explained, snapshot, tuned, response, models, query)


@router.post("/explain", response_model=schemas.Explanation, summary="为什么在（不在）（请求体）")
async def explain_by_body(
    snapshot: SnapshotDep,
    tuned: TunedDep,
    response: Response,
    models: ModelsDep,
    query: schemas.ExplainQuery,
) -> Response:
    """The same, asked with a JSON body, which may carry weights and a check list."""
    return await _kept(explained, snapshot, tuned, response, models, query)


@router.get("/destinations", response_model=schemas.Destinations, summary="下一步可能去哪")
async def destinations(
    snapshot: SnapshotDep,
    response: Response,
    firm: FirmText,
    chain: ChainText,
    link: LinkText | None = None,
    level: Annotated[Level, Query(description="比较哪一级地区")] = "prefecture",
    top: Annotated[int, Query(ge=1, le=1000, description="列出的地区数")] = 20,
) -> Response:
    """Regions ranked for a firm's next project: whom a region that wants it competes with."""
    return await answered(
        snapshot,
        response,
        ("destinations", firm, chain, link, level, top),
        lambda: ranked_regions(snapshot, firm, chain, link, level, top).to_dict(),
    )


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
