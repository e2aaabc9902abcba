"""项目: the pipeline, its lights and tables, one project with its log and contacts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool

from api.access import needs
from api.deps import Desk, DeskDep
from api.routes.contacts import taken
from api.routes.lists import BOOK
from api.routes.projects import named, told
from api.uploads import single_upload
from chainscout.web.asking import AskedDep, Text
from chainscout.web.files import kept_file
from chainscout.web.forms import Fields, FieldsDep, back, going
from chainscout.web.frame import attachment, page
from graph import Snapshot
from workspace import Role, projects
from workspace.directory import Directory
from workspace.errors import Invalid
from workspace.projects.contacts import KINDS as MEETINGS

router = APIRouter(include_in_schema=False, prefix="/projects", dependencies=[needs(Role.viewer)])
EDIT = [needs(Role.editor)]
Ident = Annotated[int, Path(ge=1, lt=2**31)]
_TEXTS = (
    "firm", "region", "chain", "link", "owner", "contact", "due", "next_step", "source", "comment",
)  # fmt: skip
_NAMED = 3
_IF_ANOTHER = "。若确是另一个项目，请用「登记项目」单独登记"
STATUS = {"open": "进行中", "uncertain": "待核实", "closed": "已终止"}


@router.get("", response_class=HTMLResponse)
def all_projects(
    request: Request,
    here: DeskDep,
    asked: AskedDep,
    stage: Text = "",
    owner: Text = "",
    status: Text = "",
    batch: Text = "",
    q: Text = "",
) -> HTMLResponse:
    """The pipeline, red lights first."""
    code = asked.code or None
    with here.read() as session:
        found = projects.find(
            session, region=code, stage=stage or None, owner=owner or None,
            status=status or None, text=q or None,
        )  # fmt: skip
        groups = projects.batches(session, code)
        if batch:
            held = {p.id for group in groups if group.name == batch for p in group.projects}
            found = [p for p in found if p.id in held]
        lamps = projects.lights(session, found)
        order = ("red", "yellow", "green", "off")
        found.sort(key=lambda p: (order.index(lamps[p.id].colour), -p.id))
        rows = [{**p.to_dict(), "light": lamps[p.id]} for p in found]
        stages = [s.name for s in projects.pipeline_of(session, code).stages]
    return page(
        request, "pages/projects.html", title="项目", asked=asked, rows=rows, stages=stages,
        batches=groups, statuses=STATUS,
        chosen={"stage": stage, "owner": owner, "status": status, "q": q, "batch": batch},
    )  # fmt: skip


@router.get("/tables", response_class=HTMLResponse)
def report(
    request: Request,
    here: DeskDep,
    asked: AskedDep,
    year: Annotated[int, Query(ge=1990, le=2100)] = 0,
    period: Literal["month", "quarter"] = "month",
    measure: Text = "signed",
) -> HTMLResponse:
    """Months or quarters beside those of the year before; the league of units; contacts."""
    when, code = year or dt.date.today().year, asked.code or None
    if measure not in projects.MEASURES:
        raise Invalid(f"没有「{measure}」这个指标")
    with here.read() as session:
        rows = [r.to_dict() for r in projects.report_table(session, when, period, region=code)]
        league = projects.league(session, when, region=code, measure=measure)
        met = projects.counts_by_unit(
            session, region=code, since=dt.date(when, 1, 1), until=dt.date(when, 12, 31)
        )
    return page(
        request, "pages/tables.html", title="项目报表", asked=asked, rows=rows, league=league,
        met=met, kinds=MEETINGS, year=when, period=period, measure=measure,
        measures=projects.MEASURES, before=projects.year_before, unknown=projects.UNKNOWN,
    )  # fmt: skip


@router.post("/new", dependencies=EDIT)
def new(request: Request, here: DeskDep, asked: AskedDep, given: FieldsDep) -> Response:
    """A new project; one that may be there already is asked about first."""
    words = named(asked.snapshot, given.filled(*_TEXTS))
    given_sums = {name: given.number(name) for name in ("amount", "paid_in")}
    sums: dict[str, Any] = {k: v for k, v in given_sums.items() if v is not None}
    with here.write() as session:
        twin = None if given.text("anyway") else projects.twin(session, given.text("name"), words)
        if twin is not None:
            kept = given.filled("name", "stage", "on", "amount", "paid_in", *_TEXTS)
            return page(
                request, "pages/twin.html", 409, title="已有同名或相近的项目", said=twin.said,
                other=twin.project.to_dict(), kept=kept, statuses=STATUS,
            )  # fmt: skip
        made = projects.add(
            session, given.text("name"), stage=given.text("stage", "在谈"),
            on=given.text("on") or None, **words, **sums,
        )  # fmt: skip
    return going(f"/projects/{made.id}", f"已登记项目「{made.name}」")


@router.get("/book")
def book(here: DeskDep, asked: AskedDep) -> Response:
    """The projects as a workbook that can be filled in and brought back."""
    with here.read() as session:
        content = projects.export_book(session, region=asked.code or None)
    here.exported("project", asked.code, content, "招商项目.xlsx")
    return Response(content, media_type=BOOK, headers=attachment("招商项目.xlsx"))


@router.post("/book", dependencies=EDIT)
async def book_back(request: Request, here: DeskDep, asked: AskedDep) -> Response:
    """Projects and contacts out of a workbook."""
    name, content = await single_upload(request, "file")
    said = await run_in_threadpool(_take_book, here, asked.snapshot, name, content)
    return going("/projects", said)


def _take_book(here: Desk, snapshot: Snapshot, name: str, content: bytes) -> str:
    with kept_file(name, content) as path, here.write() as session:
        done = projects.import_book(session, path, Directory(snapshot))
    refused = [*done.rejected, *done.rejected_contacts]
    known = "".join(f"；第 {row} 行{why}，未重复登记" for row, why in done.known[:_NAMED])
    like = "".join(f"；项目 {ident} 可能重复：{why}" for ident, why in done.likely[:_NAMED])
    first = f"；第一处：第 {refused[0].row} 行，{refused[0].reason}" if refused else ""
    return (
        f"已读入「{name}」：新增 {len(done.created)} 个，更新 {len(done.changed)} 个，"
        f"未变 {done.unchanged} 个，已有 {len(done.known)} 个，联系记录 {done.contacts} 条，"
        f"未接受 {len(refused)} 行{first}{known}{like}{_IF_ANOTHER if done.known else ''}"
    )


@router.post("/report", dependencies=EDIT)
def from_report(here: DeskDep, asked: AskedDep, given: FieldsDep) -> Response:
    """Projects out of a pasted report; they wait to be confirmed."""
    said = _take_report(here, asked.snapshot, given.passage("report"), given.text("region"))
    return going("/projects?status=uncertain", said)


@router.post("/report-file", dependencies=EDIT)
async def from_report_file(request: Request, here: DeskDep, asked: AskedDep) -> Response:
    """Projects out of a report as a file: text, Word, PDF, HTML."""
    name, content = await single_upload(request, "file")
    with kept_file(name, content) as path:
        said = await run_in_threadpool(_take_report, here, asked.snapshot, path, "")
    return going("/projects?status=uncertain", said)


def _take_report(here: Desk, snapshot: Snapshot, source: str | FilePath, region: str) -> str:
    with here.write() as session:
        done = taken(session, snapshot, [source], region or None)
    if not (done.created or done.likely or done.known or done.rejected):
        return "这篇报道里没有找到项目"
    refused = f"；未接受 {len(done.rejected)} 个：{done.rejected[0][1]}" if done.rejected else ""
    like = f"（其中 {len(done.likely)} 个可能与已有项目重复）" if done.likely else ""
    known = "".join(f"；{why}，未重复登记" for _, why in done.known[:_NAMED])
    return (
        f"新增 {len(done.created) + len(done.likely)} 个待核实项目{like}，"
        f"已有 {len(done.known)} 个{refused}{known}{_IF_ANOTHER if done.known else ''}"
    )


@router.get("/{ident}", response_class=HTMLResponse)
def one(request: Request, here: DeskDep, ident: Ident) -> HTMLResponse:
    """One project: facts, log, contacts, and the forms that change it."""
    with here.read() as session:
        found = told(session, ident)
        met = [c.to_dict() for c in projects.contacts(session, project_id=ident)]
        stages = [s.name for s in projects.pipeline_of(session, found["region_code"]).stages]
    return page(
        request, "pages/project.html", title=found["name"], project=found, contacts=met,
        stages=stages, kinds=MEETINGS, statuses=STATUS, names=_NAMES,
    )  # fmt: skip


_NAMES = {
    "name": "名称", "firm": "企业", "region": "地区", "chain": "产业链", "link": "环节",
    "stage": "阶段", "amount": "金额（亿元）", "currency": "币种", "paid_in": "到位（亿元）",
    "owner": "责任单位", "contact": "联系人", "due": "期限", "next_step": "下一步",
    "source": "来源", "status": "状态", "closed_why": "终止原因", "firm_id": "企业编号",
    "region_code": "地区代码", "chain_id": "产业链编号", "link_id": "环节编号",
}  # fmt: skip


@router.post("/{ident}/move", dependencies=EDIT)
def move(request: Request, here: DeskDep, ident: Ident, given: FieldsDep) -> Response:
    """To another stage."""
    with here.write() as session:
        projects.move(
            session, ident, given.text("stage"), on=given.text("on") or None,
            comment=given.text("comment"), version=_seen(given),
        )  # fmt: skip
    return going(f"/projects/{ident}", f"已进入「{given.text('stage')}」")


@router.post("/{ident}/edit", dependencies=EDIT)
def edit(
    request: Request, here: DeskDep, asked: AskedDep, ident: Ident, given: FieldsDep
) -> Response:
    """Other facts about it; an empty field is emptied."""
    plain = ("owner", "contact", "due", "next_step")
    changed: dict[str, Any] = {
        name: given.text(name) or None for name in plain if name in given.given
    }
    if "amount" in given.given:
        changed["amount"] = given.number("amount")
    changed |= named(asked.snapshot, given.filled("firm", "link"))
    with here.write() as session:
        projects.edit(
            session, ident, comment=given.text("comment"), version=_seen(given), **changed
        )
    return going(f"/projects/{ident}", "已修改")


@router.post("/{ident}/funds", dependencies=EDIT)
def funds(request: Request, here: DeskDep, ident: Ident, given: FieldsDep) -> Response:
    """Money that came in."""
    with here.write() as session:
        amount = given.number("amount") or 0.0
        projects.add_funds(session, ident, amount, on=given.text("on") or None)
    return going(f"/projects/{ident}", "已记录到位资金")


@router.post("/{ident}/status", dependencies=EDIT)
def status(request: Request, here: DeskDep, ident: Ident, given: FieldsDep) -> Response:
    """Confirm what is uncertain, close, or reopen."""
    with here.write() as session:
        match given.text("do"):
            case "confirm":
                projects.confirm(session, ident)
            case "close":
                projects.close(session, ident, given.text("why"))
            case "reopen":
                projects.reopen(session, ident)
            case other:
                raise Invalid(f"没有「{other}」这种操作")
    return going(f"/projects/{ident}", "已更新状态")


@router.post("/{ident}/contact", dependencies=EDIT)
def contact(request: Request, here: DeskDep, ident: Ident, given: FieldsDep) -> Response:
    """A visit, a reception, a call."""
    words = given.filled("unit", "who", "whom", "result", "next_step")
    with here.write() as session:
        projects.add_contact(
            session, given.text("kind"), project_id=ident, on=given.text("on") or None,
            next_on=given.text("next_on") or None, **cast("dict[str, Any]", words),
        )  # fmt: skip
    return back(request, f"/projects/{ident}", "已记录联系")


def _seen(given: Fields) -> int | None:
    text = given.text("version")
    return int(text) if text.isdigit() else None


__all__ = ["router"]
