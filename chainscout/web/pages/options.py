"""设置: what is in force, one's own password and keys, users and the log for admins."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.access import needs
from api.deps import DeskDep
from chainscout import settings
from chainscout.web.asking import Long
from chainscout.web.forms import FieldsDep, going
from chainscout.web.frame import page
from chainscout.web.pages import tuning
from workspace import Role, accounts, audit
from workspace.errors import Invalid
from workspace.tuning import TuningRefused

router = APIRouter(include_in_schema=False, prefix="/settings", dependencies=[needs(Role.viewer)])
ADMIN = [needs(Role.admin)]
# What the audit log calls things, as a person says it.
_SAID = {
    "session": "网页", "key": "接口密钥", "local": "本机", "system": "命令行",
    "create": "新建", "update": "修改", "delete": "删除", "export": "导出", "login": "登录",
    "login-failed": "登录失败", "ingest": "导入", "review": "审定", "review-undo": "撤销审定",
    "user": "用户", "job": "导入任务", "list": "清单", "list-version": "清单版本", "note": "备注",
    "outcome": "结果", "project": "项目", "contact": "联系记录", "region-settings": "地区设置",
    "subscription": "关注", "tuning": "权重与门槛", "answer": "分析结果", "rejects": "退回的行",
}  # fmt: skip
# Of an entry about a key or a review, `kind` is the same word as its way in or its action.
_OBJECTS = _SAID | {"key": "接口密钥", "review": "待审事项"}
_LONGEST_KEY = 3650  # days
_PRIVATE = ("store", "workspace", "cache")


@router.get("", response_class=HTMLResponse)
def options(request: Request, here: DeskDep) -> HTMLResponse:
    """Weights, thresholds and settings in force; one's own keys."""
    return _page(request, here, tuning.context(here))


def _page(
    request: Request, here: DeskDep, tuned: dict[str, Any], new_key: str = "", status: int = 200
) -> HTMLResponse:
    return page(
        request, "pages/settings.html", status, title="设置", actor=here.actor, **tuned,
        settings=[row for row in settings.table() if row["name"] not in _PRIVATE],
        keys=_keys(here), new_key=new_key, roles=list(Role),
    )  # fmt: skip


@router.post("/tuning", dependencies=ADMIN)
def tune(request: Request, here: DeskDep, given: FieldsDep) -> Response:
    """Weights and thresholds for everybody; what cannot be taken is shown beside its field."""
    try:
        done = tuning.tune(here, given)
    except TuningRefused as refused:
        return _page(request, here, tuning.context(here, given, refused), status=422)
    return going("/settings", done)


def _keys(here: DeskDep) -> list[dict[str, Any]]:
    name = here.actor.owner
    if here.actor.user_id is None:
        return []
    with here.read() as session:
        return [
            {"name": k.name, "prefix": k.prefix, "role": Role(k.role).label,
             "expires": k.expires.isoformat() if k.expires else None, "disabled": k.disabled}
            for k in accounts.keys_of(session, name)
        ]  # fmt: skip


@router.post("/password")
def password(request: Request, here: DeskDep, given: FieldsDep) -> Response:
    """A new password for oneself; all sessions end."""
    _must_be_a_user(here)
    first, again = ((given.given.get(n) or [""])[0] for n in ("password", "again"))
    if first != again:
        raise Invalid("两次输入的密码不一样，请重新输入")
    with here.write() as session:
        accounts.set_password(session, here.actor.owner, first)
    return going("/login", "密码已修改，请重新登录")


@router.post("/keys")
def new_key(request: Request, here: DeskDep, given: FieldsDep) -> Response:
    """A key for programs; its secret is shown on this one page and never again."""
    _must_be_a_user(here)
    days = given.number("days")
    if days is not None and not 1 <= days <= _LONGEST_KEY:
        raise Invalid(f"有效天数应在 1 与 {_LONGEST_KEY:,} 之间，或留空")
    with here.write() as session:
        made = accounts.add_key(
            session, here.actor.owner, given.text("name", "接口"),
            role=_role(given.text("role", "viewer")), days=int(days) if days else None,
        )  # fmt: skip
    return _page(request, here, tuning.context(here), made.text)


@router.post("/keys/disable")
def stop_key(request: Request, here: DeskDep, given: FieldsDep) -> Response:
    """Stop a key at once."""
    with here.write() as session:
        accounts.disable_key(session, given.text("prefix"))
    return going("/settings", "密钥已停用")


@router.get("/users", response_class=HTMLResponse, dependencies=ADMIN)
def users(request: Request, here: DeskDep) -> HTMLResponse:
    """Who may sign in."""
    with here.read() as session:
        found = [
            {"name": u.name, "display": u.display, "unit": u.unit, "role": u.role,
             "regions": list(u.regions), "disabled": u.disabled}
            for u in accounts.all_users(session)
        ]  # fmt: skip
    return page(request, "pages/users.html", title="用户", users=found, roles=list(Role))


@router.post("/users", dependencies=ADMIN)
def new_user(request: Request, here: DeskDep, given: FieldsDep) -> Response:
    """A new user."""
    with here.write() as session:
        accounts.add_user(
            session, given.text("name"), (given.given.get("password") or [""])[0],
            _role(given.text("role", "viewer")), regions=_regions(given.text("regions")),
            display=given.text("display"), unit=given.text("unit"),
        )  # fmt: skip
    return going("/settings/users", f"已建立用户「{given.text('name')}」")


@router.post("/users/change", dependencies=ADMIN)
def change_user(request: Request, here: DeskDep, given: FieldsDep) -> Response:
    """Another role or other regions; barred, or let in again."""
    name = given.text("name")
    with here.write() as session:
        match given.text("do"):
            case "disable" | "enable" as what:
                accounts.set_disabled(session, name, what == "disable")
            case "role":
                regions = _regions(given.text("regions"))
                accounts.set_role(session, name, _role(given.text("role")), regions)
            case other:
                raise Invalid(f"没有「{other}」这种操作")
    return going("/settings/users", f"已更新用户「{name}」")


@router.get("/audit", response_class=HTMLResponse, dependencies=ADMIN)
def log(
    request: Request,
    here: DeskDep,
    before: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    by: Long = "",
) -> HTMLResponse:
    """Who changed, exported and loaded what, the newest first."""
    with here.read() as session:
        rows = audit.entries(session, before_id=before or None, by=by or None, limit=100)
        found = [
            {"id": e.id, "at": e.at.isoformat(), "by": e.by, "via": _SAID.get(e.via, e.via),
             "action": _SAID.get(e.action, e.action),
             "kind": _OBJECTS.get(e.kind, e.kind), "object": e.object_id, "detail": e.detail}
            for e in rows
        ]  # fmt: skip
    return page(request, "pages/audit.html", title="审计记录", rows=found, by=by)


def _must_be_a_user(here: DeskDep) -> None:
    if here.actor.user_id is None:
        raise Invalid("本机演示没有用户；请先用命令建立管理员，再以登录方式启动服务")


def _role(text: str) -> Role:
    if text not in list(Role):
        raise Invalid(f"没有「{text}」这个角色")
    return Role(text)


def _regions(text: str) -> list[str]:
    return [code for code in text.replace("，", ",").replace("、", ",").split(",") if code.strip()]


__all__ = ["router"]
