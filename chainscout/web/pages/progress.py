"""Around the projects: what stands behind a reported number, the log of contacts, stages."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, cast

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.access import needs
from api.deps import DeskDep
from api.listing import region_code
from api.routes.projects import named
from chainscout.web.asking import AskedDep, Long, Text
from chainscout.web.forms import Fields, FieldsDep, back, going
from chainscout.web.frame import page, query
from graph.lookup import find_firm
from workspace import Role, projects
from workspace.errors import Invalid
from workspace.projects.contacts import KINDS

router = APIRouter(include_in_schema=False, prefix="/projects", dependencies=[needs(Role.viewer)])
_WHEN = {
    "overdue": "逾期满（天，负数为到期前）", "no_contact": "没有联系满（天）",
    "in_stage": "停在一个阶段满（天）", "no_due": "没有期限满（天）",
}  # fmt: skip
_COLOURS = {"red": "红灯", "yellow": "黄灯"}
_BLANK_ROWS = 3
_MOST_STAGES = 20


@router.get("/behind", response_class=HTMLResponse)
def behind(
    request: Request, here: DeskDep, asked: AskedDep, period: Text, figure: Text = "signed"
) -> HTMLResponse:
    """The projects and log entries that one number of the tables is the sum of."""
    with here.read() as session:
        found = [
            {"id": f.project.id, "name": f.project.name, "owner": f.project.owner,
             "stage": f.project.stage, "source": f.project.source, "on": f.on,
             "amount": f.amount, "currency": f.project.currency, "inferred": f.inferred}
            for f in projects.behind(session, period, figure, region=asked.code or None)
        ]  # fmt: skip
    return page(
        request, "pages/behind.html", title="报表数字的来源", asked=asked, rows=found,
        period=period, figure=projects.FIGURES[figure],
    )  # fmt: skip


@router.get("/contacts", response_class=HTMLResponse)
def contacts(
    request: Request,
    here: DeskDep,
    asked: AskedDep,
    firm: Long = "",
    unit: Annotated[str | None, Query(max_length=200)] = None,
    year: Annotated[int, Query(ge=0, le=2100)] = 0,
) -> HTMLResponse:
    """Visits, receptions and calls, the newest first: of a firm, of a unit, of a year."""
    ident, name = "", ""
    if firm:
        row = find_firm(asked.snapshot, firm)
        ident, name = asked.snapshot.firms.ids[row].as_py(), asked.snapshot.firms.names[row].as_py()
    with here.read() as session:
        found = projects.contacts(
            session, firm_id=ident or None, unit=unit, region=asked.code or None,
            since=dt.date(year, 1, 1) if year else None,
            until=dt.date(year, 12, 31) if year else None,
        )  # fmt: skip
        rows = [c.to_dict() for c in found]
    return page(
        request, "pages/contacts.html", title="联系记录", asked=asked, rows=rows, firm=name,
        unit=unit, year=year, kinds=KINDS,
    )  # fmt: skip


@router.post("/contacts", dependencies=[needs(Role.editor)])
def new_contact(request: Request, here: DeskDep, asked: AskedDep, given: FieldsDep) -> Response:
    """A visit, a reception or a call with a firm that need not have a project."""
    if not given.text("firm"):
        raise Invalid("请写明与哪家企业联系")
    known = named(asked.snapshot, given.filled("firm", "region"))
    words = given.filled("unit", "who", "whom", "result", "next_step")
    with here.write() as session:
        projects.add_contact(
            session, given.text("kind"), on=given.text("on") or None, firm=known["firm"],
            firm_id=known.get("firm_id"), region=known.get("region_code"),
            next_on=given.text("next_on") or None, **cast("dict[str, Any]", words),
        )  # fmt: skip
    return back(request, "/projects/contacts", "已记录联系")


@router.post("/contacts/remove", dependencies=[needs(Role.editor)])
def remove_contact(request: Request, here: DeskDep, given: FieldsDep) -> Response:
    """Take back what was entered by mistake."""
    number = given.text("contact")
    if not number.isdigit() or len(number) > 9:
        raise Invalid(f"「{number[:40]}」不是编号")
    with here.write() as session:
        projects.remove_contact(session, int(number))
    return back(request, "/projects/contacts", "已删除联系记录；审计记录中仍可查到")


@router.get("/stages", response_class=HTMLResponse)
def stages(request: Request, here: DeskDep, asked: AskedDep) -> HTMLResponse:
    """Stages, batches and light rules in force for a region."""
    with here.read() as session:
        found = projects.pipeline_of(session, asked.code or None)
    return page(
        request, "pages/stages.html", title="项目阶段", asked=asked, pipeline=found,
        blank=range(min(_BLANK_ROWS, _MOST_STAGES - len(found.stages))), actor=here.actor,
        milestones=projects.MILESTONES, when=_WHEN, colours=_COLOURS,
        sets={key: "／".join(s.name for s in kept) for key, kept in projects.SETS.items()},
    )  # fmt: skip


@router.post("/stages", dependencies=[needs(Role.admin)])
def set_stages(here: DeskDep, asked: AskedDep, given: FieldsDep) -> Response:
    """Give a region its own stages, names of batches and days of light rules."""
    place = given.text("region")
    code = region_code(asked.snapshot, place) or ""
    with here.write() as session:
        old = projects.pipeline_of(session, code or None).model_dump(mode="json")
        projects.set_pipeline(session, code, projects.read_pipeline(old | _stages_of(given, old)))
    said = f"已更改「{place or '全部地区'}」的项目阶段"
    return going("/projects/stages" + (f"?{query(region=code)}" if code else ""), said)


def _stages_of(given: Fields, old: dict[str, Any]) -> dict[str, Any]:
    """What of a pipeline the form changes; a ready set takes the place of the rows."""
    ready = given.text("set")
    if ready:
        if ready not in projects.SETS:
            raise Invalid(f"没有「{ready[:40]}」这套阶段")
        return {"stages": [s.model_dump(mode="json") for s in projects.SETS[ready]]}
    names, means = given.all("name"), given.all("milestone")
    order, words = given.all("order"), given.all("words")
    if not len(names) == len(means) == len(order) == len(words) <= _MOST_STAGES:
        raise Invalid(f"阶段表不完整，或多于 {_MOST_STAGES} 个；请从页面重新提交")
    rows = [row for row in zip(map(_place, order), names, means, words, strict=True) if row[1]]
    listed = [
        {"name": name, "milestone": meant, "words": said.replace("、", " ").split()}
        for _, name, meant, said in sorted(rows, key=lambda row: row[0])
    ]
    days, batches = given.all("days"), given.all("batch")
    if len(days) != len(old["lights"]) or len(batches) != len(old["batches"]):
        raise Invalid("设置已被别人改过；请重新打开本页再改")
    lights = [
        {**rule, "days": _place(text)}
        for rule, text in zip(old["lights"], days, strict=True)
        if text
    ]
    named_batches = [
        {**batch, "name": text or batch["name"]}
        for batch, text in zip(old["batches"], batches, strict=True)
    ]
    return {"stages": listed, "lights": lights, "batches": named_batches}


def _place(text: str) -> int:
    try:
        number = int(text)
    except ValueError as error:
        raise Invalid(f"「{text[:40]}」不是整数") from error
    if abs(number) > 10_000:
        raise Invalid(f"「{number}」太大")
    return number


__all__ = ["router"]
