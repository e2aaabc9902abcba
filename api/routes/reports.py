"""What is reported about the projects, and the stages they go through."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query
from pydantic import Field

from api.access import needs
from api.deps import DeskDep, SnapshotDep
from api.listing import region_code
from api.schemas import Answer
from api.workschemas import Line, Request
from workspace import Role, projects

router = APIRouter(tags=["项目"], dependencies=[needs(Role.viewer)])


class ReportQuery(Request):
    """Year and grain of a report; a region takes in what lies below it."""

    region: Line | None = None
    year: int | None = Field(None, ge=1990, le=2100, description="不填为今年")
    period: Literal["month", "quarter", "year"] = "month"
    by: Literal["region", "chain", "owner"] | None = None
    measure: Literal["signed", "amount", "started", "paid_in", "contacts", "projects", "red"] = (
        "signed"
    )


class Sums(Answer):
    """Counts, and sums in 亿元 (CNY); other currencies stand apart in `foreign`."""

    signed: int
    inferred: int = Field(description="其中签约日期由后续阶段推断的")
    amount: float
    landed: int
    started: int
    producing: int
    paid_in: float
    foreign: dict[str, float]


class ReportRow(Sums):
    """One period (and group) beside the year before."""

    period: str
    group: str | None
    before: Sums
    change: dict[str, float | None] = Field(description="同比，0.25 为增长四分之一")


class BatchRow(Answer):
    """One of the 五个一批."""

    name: str
    count: int
    amount: float
    amount_unknown: int
    projects: list[int] = Field(description="项目编号")


class UnitRow(Sums):
    """One owner unit in the league."""

    rank: int
    unit: str
    projects: int
    red: int
    contacts: int


class Report(Answer):
    """The table of periods, the batches as they are now, the league of units."""

    year: int
    table: list[ReportRow]
    batches: list[BatchRow]
    league: list[UnitRow]


@router.get("/reports", response_model=Report, summary="项目报表")
def report(here: DeskDep, snapshot: SnapshotDep, asked: Annotated[ReportQuery, Query()]) -> Any:
    """Signed, landed, begun and paid in by period with 同比; 五个一批; units ranked."""
    code, year = region_code(snapshot, asked.region), asked.year or dt.date.today().year
    with here.read() as session:
        table = projects.report_table(session, year, asked.period, by=asked.by, region=code)
        return {
            "year": year,
            "table": [row.to_dict() for row in table],
            "batches": [
                {**one.to_dict(), "projects": [p.id for p in one.projects]}
                for one in projects.batches(session, code)
            ],
            "league": projects.league(session, year, region=code, measure=asked.measure),
        }


@router.get("/pipeline", response_model=projects.Pipeline, summary="项目阶段")
def pipeline(here: DeskDep, snapshot: SnapshotDep, region: Line = "") -> Any:
    """Ordered stages, batches and light rules in force for a region."""
    with here.read() as session:
        return projects.pipeline_of(session, region_code(snapshot, region))


@router.put(
    "/pipeline", response_model=projects.Pipeline, summary="设置项目阶段",
    dependencies=[needs(Role.admin)],
)  # fmt: skip
def set_pipeline(
    here: DeskDep,
    snapshot: SnapshotDep,
    given: Annotated[projects.Pipeline, Body()],
    region: Line = "",
) -> Any:
    """Give a region (none = all) its own."""
    code = region_code(snapshot, region) or ""
    with here.write() as session:
        projects.set_pipeline(session, code, given)
        return projects.pipeline_of(session, code or None)


__all__ = ["router"]
