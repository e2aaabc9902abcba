"""The pipeline as a workbook: projects, contacts and log go out, the first two come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.values import ValueProblem, parse_amount_yi
from workspace import audit
from workspace.directory import Directory
from workspace.errors import Conflict, Invalid, NotAllowed, NotFound
from workspace.models import Contact, Project
from workspace.partial import read_full_day
from workspace.projects.contacts import KINDS as CONTACT_KINDS
from workspace.projects.contacts import add_contact, contacts
from workspace.projects.duplicates import Asked, same
from workspace.projects.lights import Light, lights
from workspace.projects.pipeline import add, edit, find, get, move
from workspace.projects.replay import KINDS, STATUSES, stage_since, steps
from workspace.projects.stages import pipeline_of
from workspace.session import WorkSession
from workspace.sheets import Field, Filled, Page, Rejected, read_page, rejects_book, write_book

Cells = dict[str, str]
PROJECTS, CONTACTS, LOG = "项目", "联系记录", "项目日志"
FIELDS = (
    Field("id", "项目编号", ("编号",), 9, note="用于导回，新项目空着"),
    Field("name", "项目名称", ("招商项目", "项目"), 30, True),
    Field("firm", "企业", ("企业名称", "投资方", "投资企业"), 26, True),
    Field("region", "地区", ("落地地区", "所在地"), 14, True, note="名称或 6 位代码"),
    Field("chain", "产业链", ("所属产业链",), 16, True),
    Field("link", "环节", ("环节名称",), 14, True),
    Field("stage", "阶段", ("项目阶段", "进展"), 9, True),
    Field("on", "阶段日期", ("日期", "时间", "签约日期"), 12, True, note="到达这一阶段的日期"),
    Field("amount", "金额(亿元)", ("金额", "总投资", "投资额"), 11, True),
    Field("paid_in", "到位资金(亿元)", ("到位资金", "到位"), 11, note="在项目页面登记"),
    Field("owner", "责任单位", ("牵头单位", "招引单位"), 18, True),
    Field("contact", "联系人", width=12, fill=True),
    Field("due", "期限", ("完成时限", "办理期限"), 12, True, note="如 2026-09-01"),
    Field("next_step", "下一步", ("下一步工作", "工作安排"), 30, True),
    Field("source", "来源", ("出处",), 18, True),
    Field("light", "红黄绿", width=8),
    Field("why", "亮灯原因", width=30),
    Field("status", "状态", ("认定状态", "审核状态"), 9),
    Field("version", "版本", width=7, note="用于导回，请勿改动"),
)
CONTACT_FIELDS = (
    Field("id", "联系编号", width=9, note="已有记录的编号；新记录空着"),
    Field("project", "项目编号", ("项目",), 9, True),
    Field("firm", "企业", ("企业名称",), 26, True),
    Field("region", "地区", (), 14, True),
    Field("kind", "方式", ("联系方式", "类型"), 9, True, tuple(CONTACT_KINDS.values())),
    Field("on", "日期", ("时间",), 12, True),
    Field("unit", "单位", ("责任单位",), 18, True),
    Field("who", "我方人员", (), 16, True),
    Field("whom", "对方人员", (), 16, True),
    Field("result", "结果", ("会谈结果",), 36, True),
    Field("next_step", "下一步", (), 28, True),
    Field("next_on", "下一步期限", (), 12, True),
)
LOG_FIELDS = (
    Field("project", "项目编号", width=9), Field("name", "项目名称", width=30),
    Field("number", "序号", width=7), Field("kind", "事项", width=10),
    Field("on", "日期", width=12), Field("changes", "变化", width=60),
    Field("comment", "说明", width=30), Field("by", "登记人", width=16),
    Field("at", "登记时间", width=20),
)  # fmt: skip
_LABELS = {column.name: column.label for column in FIELDS}


@dataclass
class Imported:
    """What a workbook brought: ids created and changed, rows known or unchanged, rows not taken.

    `known` rows (row, why) are in the pipeline already and made no second project; `likely` ones
    (id, why) were created although they may be there.
    """

    created: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    unchanged: int = 0
    contacts: int = 0
    known: list[tuple[int, str]] = field(default_factory=list)
    likely: list[tuple[int, str]] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    rejected_contacts: list[Rejected] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "created": self.created, "changed": self.changed, "unchanged": self.unchanged,
            "contacts": self.contacts,
            "known": [{"row": row, "why": why} for row, why in self.known],
            "likely": [{"project": ident, "why": why} for ident, why in self.likely],
            "rejected": [row.to_dict() for row in self.rejected],
            "rejected_contacts": [row.to_dict() for row in self.rejected_contacts],
        }  # fmt: skip

    def rejects(self) -> bytes:
        """The rows not taken, as a workbook that can be mended and brought in again."""
        if self.rejected_contacts and not self.rejected:
            return rejects_book(CONTACTS, CONTACT_FIELDS, self.rejected_contacts)
        return rejects_book(PROJECTS, FIELDS, self.rejected)


# ── out ─────────────────────────────────────────────────────────────────────────────────────────


def export_book(session: WorkSession, **narrowed: str | None) -> bytes:
    """Projects with their contacts and logs; arguments as of `find`. The audit log is told."""
    chosen = find(session, **narrowed)
    shown = lights(session, chosen)
    ids = {project.id for project in chosen}
    # Contacts with firms that have no project yet go along where nothing was narrowed.
    ids_or_none = ids if any(narrowed.values()) else {*ids, None}
    met = [contact for contact in contacts(session) if contact.project_id in ids_or_none]
    content = write_book(
        [
            Page(PROJECTS, FIELDS, [_row(p, shown[p.id]) for p in chosen]),
            Page(CONTACTS, CONTACT_FIELDS, [_contact_row(c) for c in met]),
            Page(LOG, LOG_FIELDS, [row for p in chosen for row in _log_rows(p)]),
        ]
    )
    audit.exported(session, "project", "all", content, "招商项目.xlsx")
    return content


def _row(project: Project, shown: Light) -> dict[str, Any]:
    state = project.state()
    on = stage_since(steps(project.events))
    place = project.region if project.region_code is None else project.region_code
    more = {
        "id": project.id, "version": project.version, "on": on, "light": shown.label,
        "why": shown.reasons, "status": STATUSES[project.status], "region": place,
        "amount": _money(project),
    }  # fmt: skip
    return state | more


def _money(project: Project) -> float | str | None:
    """In 亿元 a number; in another currency with its name, so that it comes back as it was."""
    if project.amount is None or project.currency == "CNY":
        return project.amount
    return f"{project.amount:.15g}亿{_CURRENCIES.get(project.currency, project.currency)}"


_CURRENCIES = {"USD": "美元", "HKD": "港元", "EUR": "欧元", "JPY": "日元"}


def _contact_row(contact: Contact) -> dict[str, Any]:
    return contact.to_dict() | {
        "region": contact.region_code,
        "kind": CONTACT_KINDS[contact.kind],
    }


def _log_rows(project: Project) -> list[dict[str, Any]]:
    return [
        {
            **event.to_dict(), "project": project.id, "name": project.name,
            "kind": KINDS[event.kind], "at": event.at.strftime("%Y-%m-%d %H:%M"),
            "changes": "；".join(
                f"{_LABELS.get(name, name)}：{_or_dash(a)} → {_or_dash(b)}"
                for name, (a, b) in event.changes.items()
            ),
        }
        for event in project.events
    ]  # fmt: skip


def _or_dash(value: object) -> object:
    return "—" if value is None else value


# ── in ──────────────────────────────────────────────────────────────────────────────────────────


def import_book(session: WorkSession, path: Path, directory: Directory | None = None) -> Imported:
    """Projects and contacts of a workbook or CSV; good rows are kept, bad ones handed back.

    A row with 项目编号 changes that project, one without is a new project unless it is known by
    name, firm and place. Empty cells change nothing. Contacts that have a number are there already.

    Raises:
        Invalid: neither a sheet of projects nor one of contacts.
        ingest.errors.UnreadableFile: the file cannot be read.
    """
    found = directory or Directory()
    done = Imported()
    projects = read_page(path, PROJECTS, FIELDS, ("name",))
    met = read_page(path, CONTACTS, CONTACT_FIELDS, ("kind", "on"))
    if projects is None and met is None:
        raise Invalid(f"{path.name} 里没有项目（需要「项目名称」列）或联系记录（「方式」「日期」）")
    known = find(session)
    if projects is not None:
        done.rejected = _each(
            session,
            projects,
            lambda row, cells: _project(session, row, cells, found, known, done),
        )
    if met is not None:
        done.rejected_contacts = _each(
            session, met, lambda _, cells: _contact(session, cells, found, done)
        )
    return done


def _each(session: WorkSession, page: Filled, take: Callable[[int, Cells], None]) -> list[Rejected]:
    """`take` every row, each for itself; those that fail, with the reason."""
    rejected = []
    for number, cells in page.rows:
        try:
            if number in page.faults:
                raise Invalid(page.faults[number])
            with session.begin_nested():
                take(number, cells)
        except (Invalid, NotFound, NotAllowed, Conflict) as problem:
            rejected.append(Rejected(number, cells, str(problem)))
    return rejected


def _project(  # a row, and where it goes
    session: WorkSession,
    number: int,
    cells: Cells,
    directory: Directory,
    known: list[Project],
    done: Imported,
) -> None:
    fields = _fields(cells, directory)
    if cells.get("id"):
        project = get(session, _number(cells["id"], "项目编号"))
        changed = _change(session, project, cells, fields)
        if changed:
            done.changed.append(project.id)
        else:
            done.unchanged += 1
        return
    if not cells.get("name"):
        raise Invalid("缺少项目名称")
    if cells.get("status") in _REFUSED:
        raise Invalid(f"状态为「{cells['status']}」的项目不再登记")
    twin = same(Asked.of(cells["name"], fields), known)
    if twin is not None and twin.sure:
        done.known.append((number, twin.said))
        return
    stage, on = cells.get("stage") or "在谈", cells.get("on") or None
    status = "uncertain" if cells.get("status") in _UNSURE else "open"
    project = add(
        session, fields.pop("name"), stage=stage, on=on, status=status, comment="表格导入", **fields
    )
    known.append(project)
    done.created.append(project.id)
    if twin is not None:
        done.likely.append((project.id, twin.said))


# What an extraction calls a project that nobody has confirmed, and one that somebody refused.
_UNSURE = (STATUSES["uncertain"], "存疑", "待确认", "uncertain")
_REFUSED = (STATUSES["closed"], "已否定", "否定", "rejected")


def _change(session: WorkSession, project: Project, cells: Cells, fields: dict[str, Any]) -> bool:
    """Apply a row to its project; whether anything changed. Raises Conflict for an old copy."""
    state = project.state()
    told = {n: v.isoformat() if hasattr(v, "isoformat") else v for n, v in fields.items()}
    # A firm that is written as before has the id it had, whatever the directory says today.
    for name, ident in (("firm", "firm_id"), ("chain", "chain_id"), ("link", "link_id")):
        if fields.get(name) == state[name]:
            fields.pop(ident, None)
            told.pop(ident, None)
    if told.get("region_code") == state["region_code"]:
        told.pop("region", None)
        fields.pop("region", None)
    different = {name: fields[name] for name, value in told.items() if state[name] != value}
    stage = cells.get("stage", "")
    meant = pipeline_of(session, project.region_code).stage(stage).name if stage else project.stage
    moves = meant != project.stage
    if not different and not moves:
        return False
    version = _number(cells["version"], "版本") if cells.get("version") else None
    if version is not None and version != project.version:
        raise Conflict("导出之后这个项目已被他人改动，请重新导出后再改")
    if different:
        edit(session, project.id, comment="表格导入", **different)
    if moves:
        move(session, project.id, stage, on=cells.get("on") or None, comment="表格导入")
    return True


def _fields(cells: Cells, directory: Directory) -> dict[str, Any]:
    """The cells of a row as fields of a project; empty cells are left out."""
    found: dict[str, Any] = {
        name: cells[name]
        for name in ("name", "owner", "contact", "due", "next_step", "source")
        if cells.get(name)
    }
    if cells.get("region"):
        found["region_code"], found["region"] = directory.region(cells["region"])
    if cells.get("firm"):
        found["firm_id"], found["firm"] = directory.firm(cells["firm"])
    if cells.get("chain"):
        found["chain_id"], found["chain"] = directory.chain(cells["chain"])
    if cells.get("link"):
        found["link_id"], found["link"] = directory.link(cells["link"], found.get("chain_id"))
    if cells.get("amount"):
        found["amount"], found["currency"] = _parsed(cells["amount"])
    if "due" in found:
        found["due"] = read_full_day(found["due"], "期限")
    return found


def _parsed(text: str) -> tuple[float, str]:
    try:
        amount = parse_amount_yi(text)
    except ValueProblem as problem:
        raise Invalid(f"金额{problem}") from problem
    if amount is None:
        raise Invalid(f"金额「{text}」读不出来")
    return amount.amount_yi, amount.currency


def _contact(session: WorkSession, cells: Cells, directory: Directory, done: Imported) -> None:
    if cells.get("id"):
        done.unchanged += 1
        return
    project = _number(cells["project"], "项目编号") if cells.get("project") else None
    firm = directory.firm(cells["firm"]) if cells.get("firm") else None
    region = directory.region(cells["region"]).id if cells.get("region") else None
    texts = {name: cells.get(name, "") for name in _CONTACT_TEXTS}
    add_contact(
        session, cells.get("kind", ""), on=cells.get("on") or None, project_id=project,
        firm_id=firm.id if firm else None, firm=firm.name if firm else None, region=region,
        next_on=cells.get("next_on") or None, **texts,
    )  # fmt: skip
    done.contacts += 1


_CONTACT_TEXTS = ("unit", "who", "whom", "result", "next_step")


def _number(text: str, what: str) -> int:
    try:
        return int(float(text))
    except ValueError as error:
        raise Invalid(f"{what}应为整数，现为「{text}」") from error


__all__ = [
    "CONTACTS",
    "CONTACT_FIELDS",
    "FIELDS",
    "LOG",
    "PROJECTS",
    "Imported",
    "export_book",
    "import_book",
]
