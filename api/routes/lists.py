"""Target lists: made from a question or by hand, changed, compared, taken along."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api import workschemas as shapes
from api.access import needs
from api.deps import Desk, DeskDep, SnapshotDep, TunedDep
from api.listing import region_named
from api.paging import Cursor, Limit, page_of
from graph import Snapshot
from graph.lookup import Unknown, find_firm
from recommender import recommend
from workspace import Role, WorkSession, lists

router = APIRouter(tags=["清单"], dependencies=[needs(Role.viewer)])
EDIT = [needs(Role.editor)]
Ident = Annotated[int, Path(ge=1, lt=2**31, description="清单编号")]
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/lists", response_model=shapes.Lists, summary="目标企业清单")
def all_lists(here: DeskDep, limit: Limit = 100, cursor: Cursor = None) -> Any:
    """The lists that the caller may see, the newest first."""
    with here.read() as session:
        found = lists.all_lists(session)
        page, following = page_of(found, lambda one: one.id, limit, cursor)
        rows = [one.to_dict() for one in page]
        return {"lists": rows, "total": len(found), "next": following}


@router.post(
    "/lists", response_model=shapes.ListVersion, status_code=201, summary="新清单",
    dependencies=EDIT,
)  # fmt: skip
def new_list(here: DeskDep, snapshot: SnapshotDep, tuned: TunedDep, given: shapes.NewList) -> Any:
    """A list of the firms that a question finds; without chain and link an empty one."""
    words = {"purpose": given.purpose, "event": given.event, "owner": given.owner}
    with here.write() as session:
        if given.chain or given.link:
            answer = recommend(
                snapshot, given.region or None, given.chain or None, given.link or None,
                given.top, tuned.ranking(),
            )  # fmt: skip
            made = lists.create(session, given.title, answer.to_dict(), **words)
        else:
            made = lists.create_empty(session, given.title, about(snapshot, given.region), **words)
        return told(session, made.id)


def about(snapshot: Snapshot, region: str | None) -> dict[str, Any]:
    """What an empty list is about. Raises LookupProblem."""
    found = region_named(snapshot, region)
    return {} if found is None else {"region": found}


@router.get("/lists/{ident}", response_model=shapes.ListVersion, summary="一份清单")
def one_list(
    here: DeskDep,
    ident: Ident,
    version: Annotated[int | None, Query(ge=1, lt=2**31, description="第几版，默认最新")] = None,
) -> Any:
    """A list with its firms and what came of them."""
    with here.read() as session:
        return told(session, ident, version)


def told(session: WorkSession, ident: int, number: int | None = None) -> dict[str, Any]:
    """A version of a list as JSON, each firm with its state."""
    target = lists.get(session, ident)
    version = lists.version_of(session, ident, number)
    states = lists.states(session, ident)
    found = version.to_dict()
    for entry in found["entries"]:
        state = states.get(entry["firm"]["id"])
        entry["state"] = state.label if state else None
    return {**target.to_dict(), **found}


@router.post(
    "/lists/{ident}/firms", response_model=shapes.ListVersion, status_code=201,
    summary="加入企业", dependencies=EDIT,
)  # fmt: skip
def add_firm(here: DeskDep, snapshot: SnapshotDep, ident: Ident, given: shapes.NewEntry) -> Any:
    """A firm of the store by id, code or name; another name stands on the list as it is written."""
    with here.write() as session:
        put_firm(session, snapshot, ident, given.firm, given.reason)
        return told(session, ident)


def put_firm(
    session: WorkSession,
    snapshot: Snapshot,
    ident: int,
    firm: str,
    reason: str = "",
    link: dict[str, Any] | None = None,
) -> None:
    """Put a firm on a list. Raises Conflict, NotFound, Ambiguous."""
    try:
        row = find_firm(snapshot, firm)
    except Unknown:
        lists.add_firm(session, ident, firm, reason=reason, link=link)
        return
    home = int(snapshot.firms.region[row])
    regions = snapshot.regions
    region = {"code": regions.codes[home], "name": regions.full_name(home)} if home >= 0 else None
    lists.add_firm(
        session, ident, snapshot.firms.names[row].as_py(),
        firm_id=snapshot.firms.ids[row].as_py(), reason=reason, region=region, link=link,
    )  # fmt: skip


@router.delete(
    "/lists/{ident}/firms/{firm_id}", response_model=shapes.ListVersion, summary="移出企业",
    dependencies=EDIT,
)  # fmt: skip
def remove_firm(
    here: DeskDep,
    ident: Ident,
    firm_id: Annotated[str, Path(max_length=300)],
    why: Annotated[str, Query(min_length=1, max_length=500, description="原因")],
) -> Any:
    """A version without the firm; the reason is kept."""
    with here.write() as session:
        lists.remove_firm(session, ident, firm_id, why)
        return told(session, ident)


@router.post(
    "/lists/{ident}/rerun", response_model=shapes.ListVersion, summary="按最新数据重算",
    dependencies=EDIT,
)  # fmt: skip
def rerun(here: DeskDep, snapshot: SnapshotDep, ident: Ident) -> Any:
    """The same question asked of the data of today; the same answer makes no new version."""
    with here.write() as session:
        lists.rerun(session, ident, snapshot)
        return told(session, ident)


@router.get("/lists/{ident}/diff", summary="两版之间的变化", response_model=dict[str, Any])
def difference(
    here: DeskDep,
    ident: Ident,
    old: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    new: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
) -> Any:
    """What changed from one version to another (default: the last two), and why."""
    with here.read() as session:
        last = lists.version_of(session, ident, new)
        before = old or max(1, last.number - 1)
        return lists.diff(session, ident, before, last.number).to_dict()


@router.post(
    "/lists/{ident}/outcomes", response_model=shapes.OutcomeRow, status_code=201,
    summary="记录结果", dependencies=EDIT,
)  # fmt: skip
def add_outcome(here: DeskDep, ident: Ident, given: shapes.NewOutcome) -> Any:
    """What came of a firm of the list: contacted, talking, signed, lost."""
    with here.write() as session:
        found = lists.add_outcome(
            session, ident, given.firm_id, given.kind, on=given.on, why=given.why
        )
        return found.to_dict()


@router.get(
    "/lists/{ident}/book", summary="清单工作簿", response_class=Response,
    responses={200: {"content": {BOOK: {}}}},
)  # fmt: skip
def book(here: DeskDep, ident: Ident) -> Response:
    """The list as an Excel workbook, in which outcomes and notes can be filled in."""
    content, title = list_book(here, ident)
    here.exported("list", ident, content, f"{title}.xlsx")
    headers = {"Content-Disposition": f'attachment; filename="list-{ident}.xlsx"'}
    return Response(content, media_type=BOOK, headers=headers)


def list_book(here: Desk, ident: int) -> tuple[bytes, str]:
    """The workbook of a list, and its title."""
    with here.read() as session:
        return lists.export_book(session, ident), lists.get(session, ident).title


__all__ = ["BOOK", "about", "list_book", "put_firm", "router", "told"]
