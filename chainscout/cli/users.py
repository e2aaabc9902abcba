"""Users and keys: the first admin is made here."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from chainscout.cli.common import Context, Delivery, FormatOption, OutputOption
from chainscout.cli.console import say, stderr
from chainscout.cli.desk import reading, region_code, writing
from chainscout.cli.errors import CommandProblem
from chainscout.output.listing import listing
from chainscout.output.office import AUDIT, KEYS, USERS
from workspace import Role, accounts, audit

Name = Annotated[str, typer.Argument(metavar="用户", help="用户名")]
RoleOption = Annotated[
    Role, typer.Option("--role", help="角色：viewer 查看、editor 编辑、admin 管理")
]
Regions = Annotated[
    list[str] | None,
    typer.Option("--region", help="地区范围：代码或名称，可多次给出；不给则不限"),
]
Prefix = Annotated[str, typer.Argument(metavar="前缀", help="密钥前缀（cs_ 之后的 12 位）")]


def add(
    context: Context,
    name: Name,
    role: RoleOption = Role.viewer,
    region: Regions = None,
    unit: Annotated[str, typer.Option("--unit", help="所在单位")] = "",
) -> None:
    """A new user; the password is asked for, or read from standard input: never an argument."""
    password = _password()
    with writing(context) as session:
        accounts.add_user(session, name, password, role, regions=_codes(region), unit=unit)
    say(f"已建立用户 {name}（{role.label}）", "done")


def list_users(context: Context, form: FormatOption = None, output: OutputOption = None) -> None:
    """All users, without anything secret."""
    delivery = Delivery.of(form, output)
    with reading(context) as session:
        answer = [user.to_dict() for user in accounts.all_users(session)]
    rows = [
        user
        | {"role": Role(user["role"]).label, "created": user["created"][:10]}
        | {"regions": user["regions"] or "不限"}
        for user in answer
    ]
    delivery.send(
        listing("用户", USERS, rows, answer, empty="还没有用户；用 users add … --role admin 建立")
    )


def set_role(
    context: Context,
    name: Name,
    role: Annotated[Role, typer.Argument(metavar="角色", help="viewer、editor 或 admin")],
    region: Regions = None,
) -> None:
    """Another role; with --region other regions too."""
    with writing(context) as session:
        accounts.set_role(session, name, role, None if region is None else _codes(region))
    say(f"{name} 的角色为「{role.label}」", "done")


def disable(
    context: Context,
    name: Name,
    undo: Annotated[bool, typer.Option("--undo", help="重新启用")] = False,
) -> None:
    """Bar a user from signing in; sessions end, keys stop."""
    with writing(context) as session:
        accounts.set_disabled(session, name, not undo)
    say(f"已{'启用' if undo else '停用'} {name}", "done")


def password(context: Context, name: Name) -> None:
    """A new password; all sessions of the user end."""
    text = _password()
    with writing(context) as session:
        accounts.set_password(session, name, text)
    say(f"已更换 {name} 的密码，其全部登录已失效", "done")


def key(
    context: Context,
    name: Name,
    label: Annotated[str, typer.Option("--label", help="密钥用途，例如「数据看板」")],
    role: Annotated[
        Role | None, typer.Option("--role", help="密钥的权限上限", show_default="用户的角色")
    ] = None,
    days: Annotated[int | None, typer.Option("--days", min=1, help="有效天数")] = None,
) -> None:
    """A new key of a user, printed once on standard output."""
    with writing(context) as session:
        made = accounts.add_key(session, name, label, role=role, days=days)
    typer.echo(made.text)
    say("密钥只显示这一次，请立即保存", "warning")


def keys(
    context: Context, name: Name, form: FormatOption = None, output: OutputOption = None
) -> None:
    """The keys of a user, by prefix."""
    delivery = Delivery.of(form, output)
    with reading(context) as session:
        answer = [found.to_dict() for found in accounts.keys_of(session, name)]
    rows = [
        found | {"role": Role(found["role"]).label, "expires": (found["expires"] or "不限")[:10]}
        for found in answer
    ]
    delivery.send(listing("密钥", KEYS, rows, answer, empty="没有密钥"))


def rotate(context: Context, prefix: Prefix) -> None:
    """A new secret for a key; the old one stops at once."""
    with writing(context) as session:
        made = accounts.rotate_key(session, prefix)
    typer.echo(made.text)
    say("原密钥已失效；新密钥只显示这一次，请立即保存", "warning")


def revoke(
    context: Context,
    prefix: Prefix,
    undo: Annotated[bool, typer.Option("--undo", help="重新启用")] = False,
) -> None:
    """Stop a key, or let it work again."""
    with writing(context) as session:
        accounts.disable_key(session, prefix, not undo)
    say(f"密钥 {prefix} 已{'启用' if undo else '停用'}", "done")


def show_log(
    context: Context,
    by: Annotated[str | None, typer.Option("--by", help="操作人")] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="对象：list、project、user、contact …")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="最多列出的条数")] = 50,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Who did what, newest first."""
    delivery = Delivery.of(form, output)
    with reading(context) as session:
        found = audit.entries(session, by=by, kind=kind, limit=limit)
        answer = [entry.to_dict() for entry in found]
    rows = [
        row | {"at": row["at"][:19].replace("T", " "), "detail": _told(row["detail"])}
        for row in answer
    ]
    delivery.send(listing("操作记录", AUDIT, rows, answer, empty="还没有操作记录"))


def _told(detail: dict[str, object]) -> str:
    return "；".join(f"{name}：{value}" for name, value in detail.items())


def _codes(regions: list[str] | None) -> list[str]:
    return [code for text in regions or [] if (code := region_code(text))]


def _password() -> str:
    """From a terminal twice without being shown, else the first line of standard input."""
    if not sys.stdin.isatty():
        text = sys.stdin.readline().rstrip("\r\n")
        if not text:
            raise CommandProblem("请在提示后输入密码，或从标准输入给出（一行）")
        return text
    first = stderr().input("密码：", password=True)
    if first != stderr().input("再输一次：", password=True):
        raise CommandProblem("两次输入的密码不一样")
    return first


COMMANDS: tuple[tuple[str, Callable[..., None], str], ...] = (
    ("add", add, "建立用户；密码在提示后输入，或从标准输入给出"),
    ("list", list_users, "列出用户"),
    ("role", set_role, "更改角色和地区范围"),
    ("disable", disable, "停用或重新启用用户"),
    ("password", password, "更换密码"),
    ("key", key, "签发接口密钥，只显示一次"),
    ("keys", keys, "列出一个用户的密钥"),
    ("rotate", rotate, "更换密钥，原密钥立即失效"),
    ("revoke", revoke, "停用或重新启用密钥"),
    ("log", show_log, "操作记录：谁在何时对什么做了什么"),
)
