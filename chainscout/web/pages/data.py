"""数据: what is loaded, uploads, rejected rows mended on the page, the review queue."""

from __future__ import annotations

import shutil
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api import listing
from api.access import needs
from api.deps import ActorDep, DeskDep, HolderDep, JobsDep
from api.rejected import mend, read_rejects, rejects_file
from api.routes.loads import take_files
from chainscout.web.forms import FieldsDep, going
from chainscout.web.frame import attachment, page
from graph.schema import TABLES
from ingest import review
from ingest.mapping import shipped
from ingest.review import DECISIONS
from ingest.review.sheet import RELATIONS
from ingest.template import reference_chain_names, write_template
from workspace import Role
from workspace.errors import Invalid, NotAllowed

router = APIRouter(include_in_schema=False, prefix="/data", dependencies=[needs(Role.viewer)])
EDIT = [needs(Role.editor)]
_SHOWN = 50
DECIDED = {
    "same": "同一企业", "different": "不同企业", "subsidiary": "下属企业", "accept": "通过",
    "reject": "不通过",
}  # fmt: skip
KINDS = {"identity": "企业归并", "link": "环节归类", "project": "项目", "event": "投资事件"}


@router.get("", response_class=HTMLResponse)
def data(request: Request, holder: HolderDep, jobs: JobsDep, actor: ActorDep) -> HTMLResponse:
    """What there is, the loads so far, and the form for files."""
    snapshot = holder.snapshot
    versions = [listing.version(v) for v in holder.store.versions()]
    waiting = len(review.queue(holder.store))
    return page(
        request, "pages/data.html", title="数据",
        stats=listing.stats(snapshot), versions=versions[:_SHOWN],
        jobs=jobs.all()[:_SHOWN] if actor.may(Role.editor) else [],
        may_load=actor.may(Role.editor) and not actor.regions, waiting=waiting,
        mappings=sorted(shipped()), labels={name: TABLES[name].label for name in TABLES},
    )  # fmt: skip


@router.get("/template.xlsx")
def template(holder: HolderDep) -> Response:
    """The empty workbook of all standard tables."""
    names = [chain.name for chain in holder.snapshot.chains] or reference_chain_names()
    return Response(write_template(sorted(names)), headers=attachment("填报模板.xlsx"))


@router.post("/upload", dependencies=EDIT)
async def upload(request: Request) -> Response:
    """Load files in a job of its own."""
    job = await take_files(request)
    return going(f"/data/jobs/{job.id}")


@router.get("/jobs/{ident}", response_class=HTMLResponse, dependencies=EDIT)
def one_job(request: Request, jobs: JobsDep, ident: str, first: int = 0) -> HTMLResponse:
    """Progress or outcome of a load, its rejected rows as fields."""
    job, kept = jobs.get(ident), jobs.rejects(ident)
    rows = read_rejects(kept) if kept else []
    begin = max(0, min(first, len(rows)))
    shown = [
        {"number": i, "row": row, "cells": _cells(row.table, row.cells)}
        for i, row in enumerate(rows[begin : begin + _SHOWN], start=begin)
    ]
    return page(
        request, "pages/job.html", title="导入任务", job=job, rejects=shown, total=len(rows),
        first=begin, step=_SHOWN, tables=TABLES,
    )  # fmt: skip


def _cells(table: str, cells: dict[str, str]) -> dict[str, str]:
    """The cells of a row with the required columns it lacks, in the order of the table."""
    labels = [c.label for c in TABLES[table].inputs if c.required or c.label in cells]
    ordered = [*labels, *(name for name in cells if name not in labels)]
    return {name: cells.get(name, "") for name in ordered}


@router.get("/jobs/{ident}/rejects.xlsx", dependencies=EDIT)
def rejects(here: DeskDep, jobs: JobsDep, ident: str) -> Response:
    """The rejected rows as a workbook."""
    kept = jobs.rejects(ident)
    if kept is None:
        raise Invalid("这次导入没有退回的行")
    content = rejects_file(kept, "xlsx")
    here.exported("rejects", ident, content, "退回的行.xlsx")
    return Response(content, headers=attachment("退回的行.xlsx"))


@router.post("/jobs/{ident}/mend", dependencies=EDIT)
def mend_rows(here: DeskDep, jobs: JobsDep, ident: str, given: FieldsDep) -> Response:
    """Load rejected rows again with the cells as they were mended on the page."""
    kept = jobs.rejects(ident)
    if kept is None:
        raise Invalid("这次导入没有退回的行")
    _must_load(here)
    folder = jobs.new_folder()
    count = mend(kept, _mended(given), folder / "files" / "修改后的行.jsonl")
    if not count:
        shutil.rmtree(folder, ignore_errors=True)
        raise Invalid("没有勾选要重新导入的行")
    region = jobs.get(ident).region
    job = jobs.start(folder, here.actor.name, region=region, mends=ident)
    here.did("ingest", "job", job.id, mends=ident, rows=count)
    return going(f"/data/jobs/{job.id}")


def _mended(given: Any) -> dict[int, dict[str, str]]:
    """Fields ``cell:NUMBER:HEADING`` of the rows that are ticked."""
    chosen = {int(text) for text in given.all("again") if text.isdigit()}
    found: dict[int, dict[str, str]] = {number: {} for number in chosen}
    for name in given.given:
        kind, _, rest = name.partition(":")
        number, _, heading = rest.partition(":")
        if kind == "cell" and number.isdigit() and int(number) in chosen:
            found[int(number)][heading] = given.text(name)
    return found


def _must_load(here: DeskDep) -> None:
    if here.actor.regions:
        raise NotAllowed("这会改动全部地区的数据，您的权限限于部分地区；请联系管理员")


@router.get("/review", response_class=HTMLResponse)
def queue(request: Request, holder: HolderDep, actor: ActorDep, kind: str = "") -> HTMLResponse:
    """What waits for a person: identities and links in doubt."""
    if kind and kind not in KINDS:
        raise Invalid(f"没有「{kind}」这种待审事项")
    rows = review.queue(holder.store, kind=kind or None)
    log = list(reversed(review.log(holder.store)))[:_SHOWN]
    return page(
        request, "pages/review.html", title="待审事项", rows=rows[:_SHOWN], total=len(rows),
        log=log, kind=kind, kinds=KINDS, decided=DECIDED, choices=DECISIONS, relations=RELATIONS,
        may=actor.may(Role.editor) and not actor.regions,
    )  # fmt: skip


@router.post("/review", dependencies=EDIT)
def decide(here: DeskDep, holder: HolderDep, given: FieldsDep) -> Response:
    """Carry out a decision; what follows from it is done at once."""
    _must_load(here)
    made = review.decide(
        holder.store, {given.text("review"): given.text("as")}, by=here.actor.name,
        note=given.text("note") or None,
    )  # fmt: skip
    here.did("review", "review", given.text("review"), decision=given.text("as"))
    return going("/data/review", f"已执行 {len(made)} 项决定")


@router.post("/review/undo", dependencies=EDIT)
def undo(here: DeskDep, holder: HolderDep, given: FieldsDep) -> Response:
    """Undo a decision; the question is open again."""
    _must_load(here)
    made = review.undo(holder.store, given.text("what"), by=here.actor.name)
    here.did("review-undo", "review", made["review_id"])
    return going("/data/review", f"已撤销决定 {made['undoes']}")


__all__ = ["router"]
