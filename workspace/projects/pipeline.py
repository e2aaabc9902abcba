"""Projects: registering, moving, changing, closing; every change is an entry of the log."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from workspace.actor import Role, within
from workspace.errors import Conflict, Invalid, NotFound
from workspace.models import Project, ProjectEvent
from workspace.models.base import now
from workspace.models.projects import FIELDS
from workspace.partial import read_day, read_full_day
from workspace.projects.replay import blank
from workspace.projects.stages import pipeline_of
from workspace.session import WorkSession

Day = str | dt.date | None
MOST = 1e5  # 亿元; what the cells of a file may say too, see ingest.values.money
# What a person may change directly; stage, money received and status have steps of their own.
EDITABLE = tuple(f for f in FIELDS if f not in ("stage", "paid_in", "status", "closed_why"))


def add(  # what a project begins with
    session: WorkSession,
    name: str,
    *,
    stage: str = "在谈",
    on: Day = None,
    status: str = "open",
    key: str | None = None,
    comment: str = "",
    **fields: Any,
) -> Project:
    """A new project; `fields` are of EDITABLE, and ``paid_in`` (亿) where money has come already.

    Args:
        session: of an editor in the project's region.
        name: of the project.
        stage: where it stands, any word the region's pipeline understands.
        on: the day it came there (partial ISO, None = today).
        status: open, or uncertain until somebody confirms it.
        key: where an imported one came from; unique.
        comment: for the log.
        **fields: see above.

    Raises:
        Invalid: an unknown field, stage or day, or an amount below zero.
        NotAllowed: the region is out of scope.
    """
    paid = fields.pop("paid_in", None)
    given = _checked(session, fields | {"name": name})
    region = given.get("region_code")
    session.actor.must(Role.editor, region)
    if session.actor.regions and not region:
        raise Invalid("请给出项目所在地区")
    if status not in ("open", "uncertain"):
        raise Invalid(f"新项目的状态应为 open 或 uncertain，现为 {status}")
    found = pipeline_of(session, region).stage(stage)
    given |= {"stage": found.name, "status": status, "paid_in": _amount(paid, "到位资金")}
    project = Project(key=key, stage=found.name, name=name)
    for field, value in blank().items():
        setattr(project, field, value)
    project.events = []
    session.add(project)
    _enter(session, project, "created", read_day(on), given, comment)
    session.flush()
    return project


def move(
    session: WorkSession,
    project_id: int,
    stage: str,
    *,
    on: Day = None,
    comment: str = "",
    version: int | None = None,
) -> Project:
    """To another stage, forward or back, on a day. Lists that hold its firm are told.

    Raises:
        Conflict: `version` is given and somebody changed the project since.
        Invalid: an unknown stage, the same stage, or a closed project.
    """
    from workspace.projects.feedback import tell_lists

    project = _editable(session, project_id, version)
    found = pipeline_of(session, project.region_code).stage(stage)
    if project.status == "closed":
        raise Invalid(f"项目「{project.name}」已终止，请先恢复")
    if found.name == project.stage:
        raise Invalid(f"项目「{project.name}」已在「{found.name}」阶段")
    day = read_day(on)
    _enter(session, project, "stage", day, {"stage": found.name}, comment)
    session.flush()
    tell_lists(session, project, found.milestone, day)
    return project


def edit(
    session: WorkSession,
    project_id: int,
    *,
    on: Day = None,
    comment: str = "",
    version: int | None = None,
    **fields: Any,
) -> Project:
    """Change fields of EDITABLE; what is equal already leaves no trace.

    Raises:
        Conflict, Invalid, NotAllowed: see :func:`move`.
    """
    project = _editable(session, project_id, version)
    given = _checked(session, fields)
    if "region_code" in given:
        session.actor.must(Role.editor, given["region_code"])
    if _enter(session, project, "edit", read_day(on), given, comment):
        session.flush()
    return project


def add_funds(
    session: WorkSession, project_id: int, amount: float, *, on: Day = None, comment: str = ""
) -> Project:
    """到位资金: `amount` 亿 came in on a day; a negative one takes a mistake back."""
    project = _editable(session, project_id, None)
    if not math.isfinite(amount) or amount == 0:
        raise Invalid(f"到位资金应为不为零的数（亿元），现为 {amount}")
    total = round((project.paid_in or 0.0) + amount, 6)
    if total < 0:
        raise Invalid(f"到位资金合计不能为负：现有 {project.paid_in or 0:g} 亿元")
    detail = {"amount": amount}
    _enter(session, project, "funds", read_day(on), {"paid_in": total}, comment, detail)
    session.flush()
    return project


def confirm(session: WorkSession, project_id: int, *, comment: str = "") -> Project:
    """Somebody checked an uncertain project: it counts from now on."""
    project = _editable(session, project_id, None)
    if project.status != "uncertain":
        raise Invalid(f"项目「{project.name}」不在待核实状态")
    _enter(session, project, "confirmed", read_day(None), {"status": "open"}, comment)
    session.flush()
    return project


def close(session: WorkSession, project_id: int, why: str, *, on: Day = None) -> Project:
    """It came to nothing, or was no project; lists that hold its firm are told."""
    from workspace.projects.feedback import tell_lists

    project = _editable(session, project_id, None)
    if project.status == "closed":
        raise Invalid(f"项目「{project.name}」已终止")
    if not why.strip():
        raise Invalid("终止项目请写明原因")
    given = {"status": "closed", "closed_why": why.strip()}
    was_open, day = project.status == "open", read_day(on)
    _enter(session, project, "closed", day, given, "")
    session.flush()
    if was_open:  # what was never confirmed says nothing about the firm
        tell_lists(session, project, "lost", day, why.strip())
    return project


def reopen(session: WorkSession, project_id: int, *, comment: str = "") -> Project:
    """A closed project goes on."""
    project = _editable(session, project_id, None)
    if project.status != "closed":
        raise Invalid(f"项目「{project.name}」没有终止")
    given = {"status": "open", "closed_why": None}
    _enter(session, project, "reopened", read_day(None), given, comment)
    session.flush()
    return project


def report(session: WorkSession, project_id: int, source: str, said: Mapping[str, Any]) -> bool:
    """Keep in the log what a source says about a project, without believing it.

    Returns:
        False where the same was kept before.
    """
    project = _editable(session, project_id, None)
    detail = {"source": source, **said}
    if any(e.kind == "report" and e.detail == detail for e in project.events):
        return False
    _enter(session, project, "report", read_day(said.get("date")), {}, "", detail)
    session.flush()
    return True


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


def get(session: WorkSession, project_id: int) -> Project:
    """A project. Raises NotFound, also for one that the actor may not see."""
    found = session.get(Project, project_id)
    if found is None or not session.actor.sees(found.region_code):
        raise NotFound.of("项目", project_id)
    return found


def find(  # each narrows the list
    session: WorkSession,
    *,
    region: str | None = None,
    chain: str | None = None,
    stage: str | None = None,
    owner: str | None = None,
    status: str | None = None,
    firm_id: str | None = None,
    text: str | None = None,
) -> list[Project]:
    """Projects the actor may see, with their logs, by id.

    `region` (code) takes in what lies below it; `chain` is id or name; `text` a part of the
    project's or the firm's name.
    """
    query = select(Project).order_by(Project.id).options(selectinload(Project.events))
    equal = {Project.stage: stage, Project.owner: owner, Project.status: status,
             Project.firm_id: firm_id}  # fmt: skip
    for column, value in equal.items():
        if value is not None:
            query = query.where(column == value)
    if chain is not None:
        query = query.where(or_(Project.chain_id == chain, Project.chain == chain))
    if text:
        part = f"%{_escaped(text.lower())}%"
        query = query.where(
            or_(
                func.lower(Project.name).like(part, escape="\\"),
                func.lower(Project.firm).like(part, escape="\\"),
            )
        )
    actor = session.actor
    return [
        project
        for project in session.scalars(query)
        if actor.sees(project.region_code) and within(project.region_code, region or "")
    ]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


# ── steps shared by the above ───────────────────────────────────────────────────────────────────


def _editable(session: WorkSession, project_id: int, version: int | None) -> Project:
    """The project as it is now, locked until the transaction ends."""
    project = get(session, project_id)
    session.refresh(project, with_for_update=True)
    session.actor.must(Role.editor, project.region_code)
    if version is not None and version != project.version:
        raise Conflict(
            f"项目「{project.name}」已被他人改动"
            f"（现为第 {project.version} 版，您看到的是第 {version} 版），请刷新后重试"
        )
    return project


def _enter(  # the parts of an entry
    session: WorkSession,
    project: Project,
    kind: str,
    on: str,
    given: Mapping[str, Any],
    comment: str,
    detail: dict[str, Any] | None = None,
) -> bool:
    """Apply changes and enter them; False where nothing changes and nothing is to be told."""
    before = project.state()
    for field, value in given.items():
        setattr(project, field, value)
    after = project.state()
    changes = {f: [before[f], after[f]] for f in FIELDS if before[f] != after[f]}
    if not changes and kind == "edit":
        return False
    project.changed = now()
    project.events.append(
        ProjectEvent(
            number=len(project.events) + 1, kind=kind, on=on, changes=changes,
            comment=comment.strip(), detail=detail or {}, by=session.actor.name,
        )
    )  # fmt: skip
    return True


def _checked(session: WorkSession, fields: Mapping[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for field, value in fields.items():
        if field not in EDITABLE:
            raise Invalid(f"项目没有可直接修改的「{field}」")
        given[field] = value.strip() or None if isinstance(value, str) else value
    if "name" in given and not given["name"]:
        raise Invalid("请给出项目名称")
    if "amount" in given:
        given["amount"] = _amount(given["amount"], "金额")
    if "currency" in given:
        given["currency"] = given["currency"] or "CNY"
    if isinstance(given.get("due"), str):
        given["due"] = read_full_day(given["due"], "期限")
    return given


def _amount(value: Any, what: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST:
        raise Invalid(f"{what}应为不小于 0 的数（亿元），现为 {value}")
    return float(value)


__all__ = [
    "EDITABLE",
    "add",
    "add_funds",
    "close",
    "confirm",
    "edit",
    "find",
    "get",
    "move",
    "reopen",
    "report",
]
