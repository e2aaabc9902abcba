"""The answers as files."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.access import needs
from api.deps import DeskDep, desk
from chainscout import settings
from chainscout.output import Document, csv_for_people, render
from chainscout.output.gaps import gaps_document, have_section, missing_section
from chainscout.output.listing import listing
from chainscout.output.notes import gap_notes
from chainscout.output.office import LEAGUE, batches_document, table_document
from chainscout.output.targets import targets_document
from chainscout.web.asking import AskedDep
from chainscout.web.frame import attachment
from chainscout.web.pages.targets import WantedDep, ranked
from recommender.query import QueryError
from workspace import Role, projects

router = APIRouter(include_in_schema=False, prefix="/export", dependencies=[needs(Role.viewer)])
_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
Format = Annotated[str, Query(alias="format", pattern="^(xlsx|docx|html|csv|json)$")]


@router.get("/gaps")
def gaps(request: Request, asked: AskedDep, form: Format) -> Response:
    """有什么, 缺什么 of a region as a file."""
    if not asked.region:
        raise QueryError("请给出地区")
    report = asked.gaps()
    created, office = asked.snapshot.version.created, settings.text("office")
    document = gaps_document(
        report.to_dict(), lambda link: [f.name for f in report.local_firms(link)], created, office
    )
    return download(request, document, form)


@router.get("/targets")
def targets(request: Request, asked: AskedDep, want: WantedDep, form: Format) -> Response:
    """找谁 as a file, with the weights and filters of the page; 缺什么 and 有什么 go with it."""
    answer = ranked(asked, want)
    about = (asked.region or None, asked.chain_name or answer["query"]["chain"]["name"])
    created, office = asked.snapshot.version.created, settings.text("office")
    title = f"{about[0] or '全国'}·{about[1]} 目标企业清单"
    if not (asked.region and asked.chain):
        return download(request, targets_document(answer, title, about, created, office), form)
    report = asked.gaps()
    found = report.to_dict()
    before = [
        missing_section(found),
        have_section(found, lambda link: [f.name for f in report.local_firms(link)]),
    ]
    document = targets_document(answer, title, about, created, office, before, gap_notes(found))
    return download(request, document, form)


@router.get("/projects")
def project_tables(
    request: Request,
    here: DeskDep,
    asked: AskedDep,
    form: Format,
    year: Annotated[int, Query(ge=1990, le=2100)],
    period: Literal["month", "quarter"] = "month",
) -> Response:
    """The tables of a year as a file: by month or quarter, 五个一批, the league of units."""
    code = asked.code or None
    with here.read() as session:
        rows = projects.report_table(session, year, period, region=code)
        table = table_document(f"{asked.region}{year} 年项目情况", rows)
        more = (
            batches_document("五个一批", projects.batches(session, code)),
            listing("单位排名", LEAGUE, projects.league(session, year, region=code)),
        )
    sections = [*table.sections, *(part for made in more for part in made.sections)]
    return download(request, replace(table, sections=sections, flat=table.main), form)


def download(request: Request, document: Document, form: str) -> Response:
    """`document` as a file; the audit log says who took it."""
    content = csv_for_people(document) if form == "csv" else render(document, f".{form}")
    name = f"{document.title.replace(' ', '_')}.{form}"
    desk(request).exported("answer", request.url.path, content, name)
    return Response(content, media_type=TYPES[form], headers=attachment(name))


__all__ = ["TYPES", "Format", "download", "router"]
