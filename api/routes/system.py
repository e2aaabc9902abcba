"""The state of the service: versions, statistics, health."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api import listing, schemas
from api.access import ANYBODY, needs
from api.deps import HolderDep, SnapshotDep
from api.paging import AllOrLimit, Cursor, page_behind
from workspace import Role

router = APIRouter(tags=["系统"])
_VIEWER = [needs(Role.viewer)]


@router.get("/versions", dependencies=_VIEWER, response_model=schemas.Versions, summary="数据版本")
def versions(holder: HolderDep, limit: AllOrLimit = None, cursor: Cursor = None) -> dict[str, Any]:
    """Data versions that can still be read, newest first."""
    found = [listing.version(v) for v in holder.store.versions()]
    page, following = page_behind(found, lambda row: str(row["number"]), limit, cursor)
    current = holder.snapshot.data_version
    return {"current": current, "versions": page, "total": len(found), "next": following}


@router.get("/stats", dependencies=_VIEWER, response_model=schemas.Stats, summary="数据概况")
def stats(snapshot: SnapshotDep) -> dict[str, Any]:
    """Rows by table and how well firms are described; where the store lies is not told."""
    counts = listing.stats(snapshot)
    counts.pop("store")
    return counts


@router.get(
    "/healthz", dependencies=[needs(ANYBODY)], response_model=schemas.Health, summary="服务状态"
)
def healthz(holder: HolderDep) -> dict[str, Any]:
    """Whether the service can answer, and from which data version."""
    return {"status": "ok", "data_version": holder.snapshot.data_version}
