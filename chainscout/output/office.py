"""Lists, projects and users as documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chainscout.output import words
from chainscout.output.document import Column, Document
from chainscout.output.listing import listing
from workspace import lists
from workspace.lists import Difference, FirmState, HitRate
from workspace.models import ListVersion, Project, TargetList
from workspace.projects import Light
from workspace.projects.replay import KINDS, STATUSES
from workspace.projects.tables import BatchView, Row

Cells = dict[str, Any]

LISTS = (
    Column("id", "编号", "integer", 7), Column("title", "清单", width=30),
    Column("region", "地区", width=14), Column("chain", "产业链", width=18),
    Column("link", "环节", width=14), Column("event", "活动", width=18),
    Column("owner", "负责", width=12), Column("versions", "版本", "integer", 7),
    Column("firms", "企业", "integer", 7), Column("created", "建立", width=12),
    Column("purpose", "用途", "long", 30, brief=False),
)  # fmt: skip
ENTRIES = (
    Column("rank", "序号", "integer", 7), Column("firm", "企业名称", width=30),
    Column("region", "所在地", width=16), Column("link", "环节", width=16),
    Column("score", "得分", "score", 8), Column("status", "进展", width=9),
    Column("on", "日期", width=12), Column("note", "备注", "long", 28),
    Column("reasons", "推荐理由", "long", 50, brief=False),
    Column("firm_id", "企业编号", width=20, brief=False),
)  # fmt: skip
CHANGES = (
    Column("change", "变动", width=8), Column("firm", "企业名称", width=30),
    Column("was", "原序", "integer", 7), Column("now", "现序", "integer", 7),
    Column("score", "得分变化", "number", 10), Column("why", "原因", "long", 60),
)  # fmt: skip
PROJECTS = (
    Column("id", "编号", "integer", 7), Column("name", "项目", width=28),
    Column("firm", "企业", width=22), Column("region", "地区", width=12),
    Column("chain", "产业链", width=14), Column("stage", "阶段", width=8),
    Column("amount", "金额(亿元)", "number", 11), Column("owner", "责任单位", width=16),
    Column("due", "期限", width=12), Column("light", "灯", width=5),
    Column("why", "亮灯原因", "long", 30), Column("status", "状态", width=9),
    Column("paid_in", "到位(亿元)", "number", 11, brief=False),
    Column("next_step", "下一步", "long", 24, brief=False),
    Column("source", "来源", width=16, brief=False),
)  # fmt: skip
LOG = (
    Column("number", "序号", "integer", 7), Column("kind", "事项", width=10),
    Column("on", "日期", width=12), Column("changes", "变化", "long", 50),
    Column("comment", "说明", "long", 26), Column("by", "登记人", width=14),
    Column("at", "登记时间", width=18),
)  # fmt: skip
TABLE = (
    Column("period", "时间", width=14), Column("group", "分组", width=18),
    Column("signed", "签约数", "integer", 9), Column("amount", "签约金额(亿元)", "number", 14),
    Column("paid_in", "到位(亿元)", "number", 12), Column("landed", "落地", "integer", 7),
    Column("started", "开工", "integer", 7), Column("producing", "投产", "integer", 7),
    Column("change_signed", "签约数同比", "percent", 11),
    Column("change_amount", "金额同比", "percent", 10),
    Column("change_paid_in", "到位同比", "percent", 10),
    Column("inferred", "其中推定", "integer", 9, brief=False),
    Column("foreign", "外币", width=16),
)  # fmt: skip
BATCHES = (
    Column("name", "批次", width=12), Column("count", "项目数", "integer", 8),
    Column("amount", "金额(亿元)", "number", 12),
    Column("unknown", "金额未计入", "integer", 11), Column("projects", "项目", "long", 70),
)  # fmt: skip
LEAGUE = (
    Column("rank", "名次", "integer", 7), Column("unit", "单位", width=22),
    Column("signed", "签约数", "integer", 8), Column("amount", "签约金额(亿元)", "number", 14),
    Column("started", "开工", "integer", 7), Column("paid_in", "到位(亿元)", "number", 12),
    Column("contacts", "联系", "integer", 7), Column("projects", "在手项目", "integer", 9),
    Column("red", "红灯", "integer", 7),
)  # fmt: skip
CONTACTS = (
    Column("on", "日期", width=12), Column("kind", "方式", width=7),
    Column("firm", "企业", width=24), Column("project", "项目", "integer", 7),
    Column("unit", "单位", width=16), Column("who", "我方", width=12),
    Column("whom", "对方", width=12), Column("result", "结果", "long", 30),
    Column("next_step", "下一步", "long", 24), Column("next_on", "期限", width=12),
    Column("id", "编号", "integer", 7, brief=False),
)  # fmt: skip
UNITS = (
    Column("unit", "单位", width=20), Column("visit", "走访", "integer", 8),
    Column("reception", "接待", "integer", 8), Column("call", "电话", "integer", 8),
    Column("meeting", "会谈", "integer", 8), Column("other", "其他", "integer", 8),
    Column("total", "合计", "integer", 8), Column("firms", "企业数", "integer", 8),
)  # fmt: skip
USERS = (
    Column("name", "用户名", width=16), Column("role", "角色", width=8),
    Column("regions", "地区范围", width=20), Column("unit", "单位", width=18),
    Column("disabled", "停用", width=6), Column("created", "建立", width=12),
)  # fmt: skip
KEYS = (
    Column("prefix", "密钥前缀", width=16), Column("name", "用途", width=20),
    Column("user", "用户", width=16), Column("role", "角色", width=8),
    Column("disabled", "停用", width=6), Column("expires", "有效期至", width=12),
)  # fmt: skip
AUDIT = (
    Column("at", "时间", width=20), Column("by", "操作人", width=20),
    Column("action", "动作", width=12), Column("kind", "对象", width=14),
    Column("object", "编号", width=10), Column("detail", "详情", "long", 40),
    Column("before", "改前摘要", width=20, brief=False),
    Column("after", "改后摘要", width=20, brief=False),
)  # fmt: skip


# ── lists ───────────────────────────────────────────────────────────────────────────────────────


def lists_document(found: Sequence[TargetList]) -> Document:
    """Rows of ``lists list``."""
    rows = []
    for target in found:
        told = target.to_dict()
        last = target.versions[-1] if target.versions else None
        told["created"] = told["created"][:10]
        rows.append(told | {"versions": len(target.versions), "firms": _size(last)})
    return listing("目标企业清单", LISTS, rows, empty="还没有清单；用 lists new 建立")


def _size(version: ListVersion | None) -> int:
    return len(version.entries) if version else 0


def list_document(
    target: TargetList, version: ListVersion, states: Mapping[str, FirmState]
) -> Document:
    """One version of a list with what is known of its firms now."""
    answer = target.to_dict() | version.to_dict()
    for entry in answer["entries"]:
        known = states.get(entry["firm"]["id"])
        entry["progress"] = known.to_dict() if known else None
    rows = [_entry(entry) for entry in answer["entries"]]
    facts = [
        ("版本", f"第 {version.number} 版（{version.at:%Y-%m-%d}）"),
        ("用途", target.purpose),
        ("活动", target.event),
        ("负责", target.owner),
        ("数据版本", f"第 {version.data_version} 版" if version.data_version else ""),
        ("权重与门槛", f"第 {version.settings_version} 版" if version.settings_version else ""),
    ]
    shown = [(label, text) for label, text in facts if text]
    return listing(target.title, ENTRIES, rows, answer, shown, "清单上还没有企业", "目标企业清单")


def _entry(entry: Cells) -> Cells:
    known = entry["progress"] or {}
    outcome, note = known.get("outcome") or {}, known.get("note") or {}
    return {
        "rank": entry["rank"], "firm": entry["firm"]["name"], "region": entry["firm"]["region"],
        "link": entry["link"], "score": entry["score"], "status": known.get("label", lists.WAITING),
        "on": outcome.get("on"), "note": note.get("text"),
        "reasons": words.numbered(entry["reasons"]), "firm_id": entry["firm"]["id"],
    }  # fmt: skip


def diff_document(title: str, found: Difference) -> Document:
    """``+12 −5`` and why."""
    rows = []
    for word, changes in (("新进", found.added), ("退出", found.removed), ("变动", found.moved)):
        for change in changes:
            was, now = change.score
            moved = None if was is None or now is None else round(now - was, 4)
            why = "；".join(cause.text for cause in change.causes)
            rows.append({"change": word, "firm": change.firm, "was": change.rank[0],
                         "now": change.rank[1], "score": moved, "why": why})  # fmt: skip
    facts = [("比较", found.summary)]
    made = listing(f"{title} 变化", CHANGES, rows, found.to_dict(), facts, "两版没有差别")
    causes = "；".join(cause.text for cause in found.causes)
    note = f"总体原因：{causes}。" if causes else ""
    return replace(made, sections=[replace(section, note=note) for section in made.sections])


def rate_document(found: HitRate) -> Document:
    """How many of the listed came."""
    columns = (Column("listed", "入选", "integer"), Column("contacted", "已联系", "integer"),
               Column("talking", "在谈", "integer"), Column("signed", "签约", "integer"),
               Column("lost", "未成", "integer"), Column("text", "命中率", "long", 70))  # fmt: skip
    answer = found.to_dict()
    return listing("清单命中率", columns, [answer], answer)


# ── projects ────────────────────────────────────────────────────────────────────────────────────


def projects_document(found: Sequence[Project], shown: Mapping[int, Light]) -> Document:
    """Rows of ``projects list``."""
    answer = [p.to_dict() | {"light": shown[p.id].to_dict()} for p in found]
    return listing(
        "招商项目", PROJECTS, [_project(row) for row in answer], answer, empty="没有符合条件的项目"
    )


def _project(row: Cells) -> Cells:
    place = row["region"] or row["region_code"]
    foreign = "" if row["currency"] == "CNY" else f"{row['amount']:g} 亿 {row['currency']}"
    return row | {
        "region": place, "light": row["light"]["label"], "why": row["light"]["reasons"],
        "status": STATUSES[row["status"]], "amount": foreign or row["amount"],
    }  # fmt: skip


def project_document(project: Project, light: Light) -> Document:
    """One project with its log and contacts."""
    answer = project.to_dict() | {
        "light": light.to_dict(),
        "events": [event.to_dict() for event in project.events],
        "contacts": [contact.to_dict() for contact in project.contacts],
    }
    log = listing("项目日志", LOG, [_event(event) for event in answer["events"]]).sections[0]
    met = contacts_document(answer["contacts"]).sections[0]
    head = listing("招商项目", PROJECTS, [_project(answer)]).sections[0]
    return Document(project.name, [head, log, met], answer, [answer])


def _event(event: Cells) -> Cells:
    changes = [f"{name}：{a} → {b}" for name, (a, b) in event["changes"].items()]
    return event | {
        "kind": KINDS[event["kind"]], "changes": changes, "at": event["at"][:16].replace("T", " "),
    }  # fmt: skip


def table_document(title: str, found: Iterable[Row]) -> Document:
    """The monthly or quarterly table."""
    answer = [row.to_dict() for row in found]
    rows = [
        row
        | {f"change_{name}": value for name, value in row["change"].items()}
        | {"foreign": [f"{amount:g} 亿 {name}" for name, amount in row["foreign"].items()]}
        for row in answer
    ]
    return listing(title, TABLE, rows, answer)


def batches_document(title: str, found: Iterable[BatchView]) -> Document:
    """五个一批."""
    answer = [batch.to_dict() for batch in found]
    rows = [
        row
        | {
            "unknown": row["amount_unknown"],
            "projects": "、".join(project["name"] for project in row["projects"]),
        }
        for row in answer
    ]
    return listing(title, BATCHES, rows, answer)


def contacts_document(found: Sequence[Cells]) -> Document:
    """The contact log."""
    from workspace.projects.contacts import KINDS as WAYS

    rows = [row | {"kind": WAYS[row["kind"]]} for row in found]
    return listing("联系记录", CONTACTS, rows, list(found), empty="还没有联系记录")


__all__ = [
    "AUDIT",
    "KEYS",
    "LEAGUE",
    "UNITS",
    "USERS",
    "batches_document",
    "contacts_document",
    "diff_document",
    "list_document",
    "lists_document",
    "project_document",
    "projects_document",
    "rate_document",
    "table_document",
]
