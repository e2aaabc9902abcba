"""The office's own weights and thresholds: what is in force, who changed what, changing them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api import tuningschemas as shapes
from api.access import needs
from api.deps import DeskDep
from api.paging import Cursor, Limit, page_of
from workspace import Role, tuning

router = APIRouter(tags=["系统"], dependencies=[needs(Role.viewer)])


@router.get("/settings", response_model=shapes.Settings, summary="权重与门槛")
def settings(here: DeskDep) -> Any:
    """Weights and thresholds in force for every answer that gives none of its own."""
    with here.read() as session:
        return tuning.current(session).to_dict()


@router.patch(
    "/settings", response_model=shapes.Settings, summary="改权重与门槛",
    dependencies=[needs(Role.admin)],
)  # fmt: skip
def change(here: DeskDep, given: shapes.SettingsChange) -> Any:
    """Set some of them for everybody; null brings the default back. All or nothing."""
    with here.write() as session:
        made = tuning.change(session, given.values, comment=given.comment, seen=given.seen)
        return made.to_dict()


@router.get("/settings/history", response_model=shapes.SettingsHistory, summary="权重与门槛的改动")
def history(here: DeskDep, limit: Limit = 100, cursor: Cursor = None) -> Any:
    """Who changed what when, the newest first."""
    with here.read() as session:
        found = tuning.history(session, limit=None)
        page, following = page_of(found, lambda one: one.number, limit, cursor)
        rows = [one.to_dict() for one in page]
        return {"changes": rows, "total": len(found), "next": following}


__all__ = ["router"]
