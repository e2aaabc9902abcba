"""Users: who they are, what they may do and where."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import delete, func, select

from workspace.accounts.secrets import hash_password
from workspace.actor import Actor, Role
from workspace.errors import Conflict, Invalid, NotAllowed, NotFound
from workspace.models import User, WebSession
from workspace.session import WorkSession

_NAME = re.compile(r"[\w.@\-\u4e00-\u9fff]{2,40}")
_REGION = re.compile(r"\d{6}")


def add_user(
    session: WorkSession,
    name: str,
    password: str,
    role: Role = Role.viewer,
    *,
    regions: Sequence[str] = (),
    display: str = "",
    unit: str = "",
) -> User:
    """A new user. `regions` are codes (GB/T 2260), none = everywhere.

    Raises:
        NotAllowed: the actor is no admin.
        Conflict: the name is taken.
        Invalid: name, password or a region code cannot be used.
    """
    session.actor.must(Role.admin)
    if not _NAME.fullmatch(name):
        raise Invalid(f"用户名「{name}」不可用：2–40 个字母、数字、汉字或 . _ - @")
    session.one_at_a_time("users")
    if session.scalar(select(User.id).where(User.name == name)) is not None:
        raise Conflict(f"用户名「{name}」已被使用")
    user = User(
        name=name, display=display, unit=unit, role=Role(role).value,
        regions=_checked_regions(regions), password_hash=hash_password(password),
    )  # fmt: skip
    session.add(user)
    session.flush()
    return user


def has_admin(session: WorkSession) -> bool:
    """Whether anybody could administer the workspace; until then only the command line can."""
    return _admins(session) > 0


def find_user(session: WorkSession, name: str) -> User:
    """The user called so. Raises NotFound."""
    user = session.scalar(select(User).where(User.name == name))
    if user is None:
        raise NotFound.of("用户", name)
    return user


def all_users(session: WorkSession) -> list[User]:
    """Every user, by name. Raises NotAllowed for who is no admin."""
    session.actor.must(Role.admin)
    return list(session.scalars(select(User).order_by(User.name)))


def set_role(
    session: WorkSession, name: str, role: Role, regions: Sequence[str] | None = None
) -> User:
    """Another role, and other regions unless None.

    Raises:
        NotAllowed: the actor is no admin, or the last admin would be gone.
    """
    user = _administered(session, name)
    if user.role == Role.admin.value and role is not Role.admin:
        _keep_one_admin(session, user)
    user.role = Role(role).value
    if regions is not None:
        user.regions = _checked_regions(regions)
    session.flush()
    return user


def set_disabled(session: WorkSession, name: str, disabled: bool = True) -> User:
    """Bar a user from signing in, sessions and keys included, or let them in again."""
    user = _administered(session, name)
    if disabled:
        _keep_one_admin(session, user)
        _sign_out(session, user)
    user.disabled = disabled
    session.flush()
    return user


def set_password(session: WorkSession, name: str, password: str) -> User:
    """A new password, by the user or an admin; every session of the user ends.

    Raises:
        NotAllowed: the actor is neither.
        Invalid: the password is too weak.
    """
    user = find_user(session, name)
    if session.actor.user_id != user.id:
        session.actor.must(Role.admin)
    user.password_hash = hash_password(password)
    _sign_out(session, user)
    session.flush()
    return user


def actor_of(session: WorkSession, name: str, via: str = "local") -> Actor:
    """The actor that a user is, for work done in their name. Raises NotFound, NotAllowed."""
    user = find_user(session, name)
    if user.disabled:
        raise NotAllowed(f"用户「{name}」已停用")
    return user.actor(via)


def _administered(session: WorkSession, name: str) -> User:
    session.actor.must(Role.admin)
    session.one_at_a_time("users")
    return find_user(session, name)


def _sign_out(session: WorkSession, user: User) -> None:
    session.execute(delete(WebSession).where(WebSession.user_id == user.id))


def _admins(session: WorkSession) -> int:
    active = select(func.count()).where(User.role == Role.admin.value, User.disabled.is_(False))
    return session.scalar(active.select_from(User)) or 0


def _keep_one_admin(session: WorkSession, user: User) -> None:
    if user.role == Role.admin.value and not user.disabled and _admins(session) <= 1:
        raise NotAllowed(f"「{user.name}」是最后一个管理员，请先指定另一位管理员")


def _checked_regions(regions: Sequence[str]) -> list[str]:
    for code in regions:
        if not _REGION.fullmatch(code):
            raise Invalid(f"地区代码「{code}」不可用：应为 6 位数字（GB/T 2260）")
    return sorted(set(regions))


__all__ = [
    "actor_of",
    "add_user",
    "all_users",
    "find_user",
    "has_admin",
    "set_disabled",
    "set_password",
    "set_role",
]
