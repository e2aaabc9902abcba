"""Names to firms, texts to links, reports to projects."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from api import workschemas as shapes
from api.access import needs
from api.deps import SnapshotDep
from api.listing import region_row
from ingest.classify import FirmText
from ingest.extraction import extract_found
from ingest.learned import classifier_of, resolver_of
from workspace import Role

router = APIRouter(tags=["文本"], dependencies=[needs(Role.viewer)])


@router.post("/resolve", response_model=shapes.Resolutions, summary="名称核对")
def resolve(snapshot: SnapshotDep, query: shapes.ResolveQuery) -> Any:
    """Which firms of the store some names mean: match, review or none, and why."""
    answers = resolver_of(snapshot).resolve(
        [q.name for q in query.names],
        uscc=[q.uscc for q in query.names],
        regions=[q.region for q in query.names],
        products=[q.products for q in query.names],
    )
    return {"answers": [a.to_dict() for a in answers], "data_version": snapshot.data_version}


@router.post("/classify", response_model=shapes.Classifications, summary="文本归类")
def classify(request: Request, snapshot: SnapshotDep, query: shapes.ClassifyQuery) -> Any:
    """At which links the firms stand that some texts speak of. The first call trains the model."""
    classifier = classifier_of(snapshot, request.app.state.folder / "models")
    texts = [FirmText.of_row(q.model_dump(exclude_none=True)) for q in query.texts]
    answers = classifier.classify(texts, query.top)
    return {"answers": [a.to_dict() for a in answers], "data_version": snapshot.data_version}


@router.post("/extract", response_model=shapes.Extractions, summary="从报道中取出项目")
def extract(snapshot: SnapshotDep, query: shapes.ExtractQuery) -> Any:
    """Projects, firms and amounts in news and reports; nothing is put into the store."""
    region = query.region or None
    region_row(snapshot, region)  # a region that nobody knows is said, not passed over
    answers = [
        extract_found(text, snapshot=snapshot, region=region).to_dict() for text in query.texts
    ]
    return {"answers": answers, "data_version": snapshot.data_version}


__all__ = ["router"]
