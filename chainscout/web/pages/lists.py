"""清单: target lists, their versions, what came of each firm."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool

from api.access import needs
from api.deps import Desk, DeskDep
from api.routes.lists import BOOK, about, list_book, put_firm, told
from api.uploads import single_upload
from chainscout.web.asking import AskedDep
from chainscout.web.files import kept_file
from chainscout.web.forms import Fields, FieldsDep, back, going
from chainscout.web.frame import attachment, page
from chainscout.web.pages.targets import WantedDep, ranked
from graph import Snapshot
from workspace import Role, WorkSession, lists
from workspace.errors import Conflict, Invalid

router = APIRouter(include_in_schema=False, dependencies=[needs(Role.viewer)])
EDIT = [needs(Role.editor)]
Ident = Annotated[int, Path(ge=1, lt=2**31)]


@router.get("/lists", response_class=HTMLResponse)
def all_lists(request: Request, here: DeskDep, archived: bool = False) -> HTMLResponse:
    """All lists the caller may see."""
    with here.read() as session:
        found = lists.all_lists(session, archived=archived)
        rows = []
        for one in found:
            version = lists.version_of(session, one.id)
            rows.append({**one.to_dict(), "firms": len(version.entries), "version": version.number})
    return page(request, "pages/lists.html", title="清单", rows=rows, archived=archived)


@router.post("/lists/new", dependencies=EDIT)
def new_list(request: Request, here: DeskDep, asked: AskedDep, given: FieldsDep) -> Response:
    """An empty list."""
    with here.write() as session:
        made = lists.create_empty(
            session, given.text("title"), about(asked.snapshot, given.text("region")),
            purpose=given.text("purpose"), event=given.text("event"), owner=given.text("owner"),
        )  # fmt: skip
    return going(f"/lists/{made.id}", f"已建清单「{made.title}」")


@router.post("/lists/add", dependencies=EDIT)
def add(
    request: Request, here: DeskDep, asked: AskedDep, want: WantedDep, given: FieldsDep
) -> Response:
    """Firms ticked on a page onto the list that was named; it is made if there is none.

    Where the address says what was asked, they come with score, reasons and ways in.
    """
    firms, links = given.all("firm"), given.all("at")
    picks = [int(text) for text in given.all("pick") if text.isdigit() and int(text) < len(firms)]
    if not picks:
        raise Invalid("没有选中企业：请先在表中勾选，再加入清单")
    ticked = {firms[pick]: links[pick] if pick < len(links) else "" for pick in picks}
    answer = ranked(asked, want) if asked.chain or asked.link_text else {"targets": []}
    found = [t for t in answer["targets"] if ticked.get(t["firm"]["id"]) == t["link"]["id"]]
    title, added, there = given.text("list"), 0, 0
    with here.write() as session:
        ident = _named(session, title, asked.snapshot, given)
        if found:
            added, there = lists.add_targets(session, ident, answer, found)
        known = {t["firm"]["id"] for t in found}
        for firm in [each for each in ticked if each not in known]:
            try:
                with session.begin_nested():
                    link = _link(asked.snapshot, ticked[firm])
                    put_firm(session, asked.snapshot, ident, firm, link=link)
                added += 1
            except Conflict:
                there += 1
    said = f"已把 {added} 家企业加入清单「{title}」" + (f"，{there} 家原已在内" if there else "")
    return going(f"/lists/{ident}", said)


def _named(session: WorkSession, title: str, snapshot: Snapshot, given: Fields) -> int:
    for found in lists.all_lists(session):
        if found.title == title and session.actor.may(Role.editor, found.region_code):
            return found.id
    return lists.create_empty(session, title, about(snapshot, given.text("region"))).id


def _link(snapshot: Snapshot, ident: str) -> dict[str, Any] | None:
    row = snapshot.links.row.get(ident)
    return None if row is None else {"id": ident, "name": snapshot.links.names[row]}


@router.get("/lists/{ident}", response_class=HTMLResponse)
def one_list(
    request: Request,
    here: DeskDep,
    ident: Ident,
    version: Annotated[int, Query(ge=0, lt=2**31)] = 0,
) -> HTMLResponse:
    """A list as one version of it stands, and what changed since the version before."""
    with here.read() as session:
        found = told(session, ident, version or None)
        number, target = found["version"], lists.get(session, ident)
        changes = lists.diff(session, ident, number - 1, number).to_dict() if number > 1 else None
        history = [v.to_dict(entries=False) for v in reversed(target.versions)]
        notes = {e["firm"]["id"]: _notes(session, ident, e["firm"]["id"]) for e in found["entries"]}
    return page(
        request, "pages/list.html", title=found["title"], list=found, changes=changes,
        history=history, notes=notes, kinds=lists.KINDS, newest=number == history[0]["version"],
    )  # fmt: skip


def _notes(session: WorkSession, ident: int, firm: str) -> list[dict[str, Any]]:
    said = [n.to_dict() for n in lists.notes_of(session, ident, firm)]
    came = [o.to_dict() for o in lists.outcomes_of(session, ident, firm)]
    return sorted([*said, *came], key=lambda row: str(row["at"]))


@router.post("/lists/{ident}/firms", dependencies=EDIT)
def add_one(
    request: Request, here: DeskDep, asked: AskedDep, ident: Ident, given: FieldsDep
) -> Response:
    """One firm by name, known to the facts or not."""
    with here.write() as session:
        put_firm(session, asked.snapshot, ident, given.text("firm"), given.text("reason"))
    return back(request, f"/lists/{ident}", f"已加入「{given.text('firm')}」")


@router.post("/lists/{ident}/remove", dependencies=EDIT)
def remove(request: Request, here: DeskDep, ident: Ident, given: FieldsDep) -> Response:
    """A firm off the list, with the reason."""
    with here.write() as session:
        lists.remove_firm(session, ident, given.text("firm_id"), given.text("why"))
    return back(request, f"/lists/{ident}", "已移出")


@router.post("/lists/{ident}/tell", dependencies=EDIT)
def tell(request: Request, here: DeskDep, ident: Ident, given: FieldsDep) -> Response:
    """A note, an outcome, or both, about a firm."""
    firm, kind, note = given.text("firm_id"), given.text("kind"), given.text("note")
    with here.write() as session:
        if kind:
            lists.add_outcome(
                session, ident, firm, kind, on=given.text("on") or None, why=given.text("why")
            )
        if note:
            lists.add_note(session, ident, firm, note)
        if not kind and not note:
            raise Invalid("请选一个结果，或写一条备注")
    return back(request, f"/lists/{ident}", "已记录")


@router.post("/lists/{ident}/rerun", dependencies=EDIT)
def rerun(request: Request, here: DeskDep, asked: AskedDep, ident: Ident) -> Response:
    """The same question asked of the data of today."""
    with here.write() as session:
        made = lists.rerun(session, ident, asked.snapshot)
    return going(
        f"/lists/{ident}", f"已按数据第 {made.data_version} 版重算，现为第 {made.number} 版"
    )


@router.post("/lists/{ident}/archive", dependencies=EDIT)
def archive(request: Request, here: DeskDep, ident: Ident, given: FieldsDep) -> Response:
    """Put a list away, or bring it back."""
    with here.write() as session:
        lists.set_archived(session, ident, given.text("archived") == "1")
    return going("/lists", "已归档" if given.text("archived") == "1" else "已恢复")


@router.get("/lists/{ident}/book")
def book(here: DeskDep, ident: Ident) -> Response:
    """The workbook of a list."""
    content, title = list_book(here, ident)
    here.exported("list", ident, content, f"{title}.xlsx")
    return Response(content, media_type=BOOK, headers=attachment(f"{title}.xlsx"))


@router.post("/lists/{ident}/book", dependencies=EDIT)
async def book_back(request: Request, here: DeskDep, ident: Ident) -> Response:
    """Outcomes and notes out of a workbook that was filled in."""
    name, content = await single_upload(request, "file")
    done = await run_in_threadpool(_take_book, here, ident, name, content)
    return going(f"/lists/{ident}", done)


def _take_book(here: Desk, ident: int, name: str, content: bytes) -> str:
    with kept_file(name, content) as path, here.write() as session:
        done = lists.import_book(session, ident, path)
    refused = done.rejected
    first = f"；第一处：第 {refused[0].row} 行，{refused[0].reason}" if refused else ""
    return (
        f"已读入「{name}」：进展 {done.outcomes} 条，备注 {done.notes} 条，"
        f"未变 {done.unchanged} 行，未接受 {len(refused)} 行{first}"
    )


__all__ = ["router"]
