"""The pipeline of projects."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api import workschemas as shapes
from api.access import needs
from api.deps import DeskDep, SnapshotDep
from api.listing import region_code
from api.paging import page_of
from api.routes.lists import BOOK, EDIT
from graph import Snapshot
from workspace import Role, WorkSession, projects
from workspace.directory import Directory

router = APIRouter(tags=["项目"], dependencies=[needs(Role.viewer)])
Ident = Annotated[int, Path(ge=1, lt=2**31, description="项目编号")]


@router.get("/projects", response_model=shapes.Projects, summary="招商项目")
def all_projects(
    here: DeskDep,
    snapshot: SnapshotDep,
    wanted: Annotated[shapes.ProjectFilter, Query()],
) -> Any:
    """Projects with their lights, the newest first."""
    asked = wanted.model_dump(exclude_none=True, exclude={"limit", "cursor"})
    code = region_code(snapshot, asked.pop("region", None))
    with here.read() as session:
        found = projects.find(session, region=code, text=asked.pop("q", None), **asked)
        found.reverse()
        page, following = page_of(found, lambda one: one.id, wanted.limit, wanted.cursor)
        lamps = projects.lights(session, page)
        rows = [{**one.to_dict(), "light": lamps[one.id].to_dict()} for one in page]
    return {"projects": rows, "total": len(found), "next": following}


@router.post(
    "/projects", response_model=shapes.NewProjectAnswer, status_code=201, summary="登记项目",
    dependencies=EDIT,
)  # fmt: skip
def new_project(here: DeskDep, snapshot: SnapshotDep, given: shapes.NewProject) -> Any:
    """A new project; names of firm, region, chain and link are looked up in the facts.

    One that may be in the pipeline already is entered all the same, with a warning.
    """
    with here.write() as session:
        fields = named(snapshot, given.model_dump(exclude_none=True, exclude={"name", "stage"}))
        twin = projects.twin(session, given.name, fields)
        made = projects.add(session, given.name, stage=given.stage, **fields)
        warnings = [] if twin is None else [
            {"code": "likely-duplicate", "project": twin.project.id, "message": twin.said}
        ]  # fmt: skip
        return {**told(session, made.id), "warnings": warnings}


def named(snapshot: Snapshot, given: dict[str, Any]) -> dict[str, Any]:
    """Names of firm, region, chain, link with their ids; what is not known stays as written.

    Raises:
        Invalid: no such region, chain or link.
    """
    directory, found = Directory(snapshot), {k: v for k, v in given.items() if v not in {"", None}}
    if "region" in found:
        found["region_code"], found["region"] = directory.region(found["region"])
    if "firm" in found:
        found["firm_id"], found["firm"] = directory.firm(found["firm"])
    if "chain" in found:
        found["chain_id"], found["chain"] = directory.chain(found["chain"])
    if "link" in found:
        found["link_id"], found["link"] = directory.link(found["link"], found.get("chain_id"))
    return found


@router.get("/projects/book", summary="项目工作簿", response_class=Response,
            responses={200: {"content": {BOOK: {}}}})  # fmt: skip
def book(here: DeskDep) -> Response:
    """All projects the caller may see as an Excel workbook."""
    with here.read() as session:
        content = projects.export_book(session)
    here.exported("project", "", content, "projects.xlsx")
    headers = {"Content-Disposition": 'attachment; filename="projects.xlsx"'}
    return Response(content, media_type=BOOK, headers=headers)


@router.get("/projects/{ident}", response_model=shapes.ProjectDetail, summary="一个项目")
def one_project(here: DeskDep, ident: Ident) -> Any:
    """A project with its log."""
    with here.read() as session:
        return told(session, ident)


def told(session: WorkSession, ident: int) -> dict[str, Any]:
    """A project as JSON, with its light and its log."""
    project = projects.get(session, ident)
    lamp = projects.lights(session, [project])[project.id]
    log = [event.to_dict() for event in project.events]
    return {**project.to_dict(), "light": lamp.to_dict(), "log": log}


@router.patch(
    "/projects/{ident}", response_model=shapes.ProjectDetail, summary="推进或修改项目",
    dependencies=EDIT,
)  # fmt: skip
def change(here: DeskDep, ident: Ident, given: shapes.ProjectChange) -> Any:
    """Another stage, other fields; `version` old = somebody else was faster (409)."""
    fields = given.model_dump(exclude_unset=True)
    seen, stage = fields.pop("version", None), fields.pop("stage", None)
    on, comment = fields.pop("on", None), fields.pop("comment", "")
    with here.write() as session:
        if stage and stage != projects.get(session, ident).stage:
            projects.move(session, ident, stage, on=on, comment=comment, version=seen)
            seen = None
        if fields:
            projects.edit(session, ident, on=on, comment=comment, version=seen, **fields)
        return told(session, ident)


__all__ = ["named", "router", "told"]
