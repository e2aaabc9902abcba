"""Projects out of reports, and the log of contacts with firms."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api import workschemas as shapes
from api.access import needs
from api.deps import DeskDep, SnapshotDep
from api.listing import region_code, region_named
from api.paging import page_of
from api.routes.lists import EDIT
from api.routes.projects import named
from graph import Snapshot
from ingest.extraction import extract_found
from workspace import Role, WorkSession, projects

router = APIRouter(tags=["项目"], dependencies=[needs(Role.viewer)])


@router.post(
    "/projects/extracted", response_model=shapes.ArrivedProjects, status_code=201,
    summary="从报道登记项目", dependencies=EDIT,
)  # fmt: skip
def from_reports(here: DeskDep, snapshot: SnapshotDep, query: shapes.ExtractQuery) -> Any:
    """Projects that news and reports speak of: uncertain until somebody confirms them."""
    with here.write() as session:
        return taken(session, snapshot, query.texts, query.region or None).to_dict()


def taken(
    session: WorkSession, snapshot: Snapshot, sources: Iterable[str | Path], region: str | None
) -> projects.Arrived:
    """Enter the projects of texts and files; `region` is where they are if a text names no place.

    Raises:
        LookupProblem: no such region.
        UnreadableFile: a file that cannot be read.
        Forbidden: a project lies outside the caller's region.
    """
    at = region_named(snapshot, region)
    place = (at["code"], at["name"]) if at else None
    found = [extract_found(text, snapshot=snapshot, region=region).to_dict() for text in sources]
    # The resolver has already said which firm it is, or that it is not sure.
    sure = {p["firm"]: p["firm_id"] for answer in found for p in answer["projects"] if p["firm"]}
    return projects.from_extract(session, found, region=place, firm_id=sure.get)


@router.get("/contacts", response_model=shapes.Contacts, summary="联系记录")
def all_contacts(
    here: DeskDep, snapshot: SnapshotDep, wanted: Annotated[shapes.ContactFilter, Query()]
) -> Any:
    """Visits, receptions and calls, the newest first, with counts by unit."""
    narrowed: dict[str, Any] = {
        "project_id": wanted.project, "firm_id": wanted.firm_id, "since": wanted.since,
        "until": wanted.until, "region": region_code(snapshot, wanted.region),
    }  # fmt: skip
    with here.read() as session:
        found = projects.contacts(session, **narrowed)
        found.sort(key=lambda one: -one.id)
        page, following = page_of(found, lambda one: one.id, wanted.limit, wanted.cursor)
        return {
            "contacts": [one.to_dict() for one in page],
            "by_unit": projects.counts_by_unit(session, **narrowed),
            "total": len(found),
            "next": following,
        }


@router.post(
    "/contacts", response_model=shapes.ContactRow, status_code=201, summary="登记联系",
    dependencies=EDIT,
)  # fmt: skip
def new_contact(here: DeskDep, snapshot: SnapshotDep, given: shapes.NewContact) -> Any:
    """A visit, a reception or a call: with the firm of a project, or with any firm."""
    fields = given.model_dump(exclude_none=True)
    kind, project = fields.pop("kind"), fields.pop("project", None)
    known = named(snapshot, {k: fields.pop(k) for k in ("firm", "region") if k in fields})
    code = known.get("region_code")
    with here.write() as session:
        made = projects.add_contact(
            session, kind, project_id=project, firm=known.get("firm"),
            firm_id=known.get("firm_id"), region=code, **fields,
        )  # fmt: skip
        return made.to_dict()


__all__ = ["router", "taken"]
