"""API keys: shown once, found by their prefix, proved by a hash."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from workspace.accounts.secrets import KeyCheck, hash_key, new_secret
from workspace.accounts.users import find_user
from workspace.actor import Actor, Role
from workspace.errors import NotFound, NotSignedIn
from workspace.models import ApiKey
from workspace.models.base import now
from workspace.session import WorkSession

MARK = "cs"
_ORDER = list(Role)
_check = KeyCheck()


@dataclass(frozen=True)
class NewKey:
    """A key just made. `text` is all that is ever shown of its secret."""

    key: ApiKey
    text: str


def add_key(
    session: WorkSession,
    user: str,
    name: str,
    *,
    role: Role | None = None,
    days: int | None = None,
) -> NewKey:
    """A key for `user`; `role` caps what it may do, `days` how long.

    Raises:
        NotFound: no such user.
        NotAllowed: the actor is neither the user nor an admin.
    """
    owner = find_user(session, user)
    if session.actor.user_id != owner.id:
        session.actor.must(Role.admin)
    prefix, secret = secrets.token_hex(6), new_secret()
    key = ApiKey(
        user=owner, name=name, prefix=prefix, secret_hash=hash_key(secret),
        role=_lesser(Role(owner.role), role or Role(owner.role)).value,
        expires=None if days is None else now() + dt.timedelta(days=days),
    )  # fmt: skip
    session.add(key)
    session.flush()
    return NewKey(key, f"{MARK}_{prefix}_{secret}")


def rotate_key(session: WorkSession, prefix: str) -> NewKey:
    """A new secret and prefix for a key; the old ones stop at once."""
    key = find_key(session, prefix)
    secret = new_secret()
    key.prefix, key.secret_hash = secrets.token_hex(6), hash_key(secret)
    session.flush()
    return NewKey(key, f"{MARK}_{key.prefix}_{secret}")


def disable_key(session: WorkSession, prefix: str, disabled: bool = True) -> ApiKey:
    """Stop a key, or let it work again."""
    key = find_key(session, prefix)
    key.disabled = disabled
    session.flush()
    return key


def find_key(session: WorkSession, prefix: str) -> ApiKey:
    """A key that the actor may manage. Raises NotFound, NotAllowed."""
    key = _by_prefix(session, prefix)
    if key is None:
        raise NotFound.of("密钥", prefix)
    if session.actor.user_id != key.user_id:
        session.actor.must(Role.admin)
    return key


def keys_of(session: WorkSession, user: str) -> list[ApiKey]:
    """The keys of a user, oldest first."""
    owner = find_user(session, user)
    if session.actor.user_id != owner.id:
        session.actor.must(Role.admin)
    return list(session.scalars(select(ApiKey).filter_by(user_id=owner.id).order_by(ApiKey.id)))


def actor_of_key(session: WorkSession, text: str) -> Actor:
    """Who a request with this key is. Raises NotSignedIn, saying no more than that it is wrong."""
    mark, _, rest = text.strip().partition("_")
    prefix, _, secret = rest.partition("_")
    key = _by_prefix(session, prefix) if mark == MARK and secret else None
    if key is None or not _check.fits(key.secret_hash, secret):
        raise NotSignedIn("密钥无效；请核对，或请管理员重新签发")
    if key.disabled or key.user.disabled or (key.expires is not None and key.expires <= now()):
        raise NotSignedIn("密钥已停用或过期；请管理员重新签发")
    actor = key.user.actor("key")
    name = f"{actor.name}（密钥 {key.name}）"
    return replace(actor, name=name, role=_lesser(actor.role, Role(key.role)))


def _by_prefix(session: WorkSession, prefix: str) -> ApiKey | None:
    query = select(ApiKey).where(ApiKey.prefix == prefix).options(joinedload(ApiKey.user))
    return session.scalar(query)


def _lesser(one: Role, other: Role) -> Role:
    return min(one, other, key=_ORDER.index)


__all__ = [
    "NewKey",
    "actor_of_key",
    "add_key",
    "disable_key",
    "find_key",
    "keys_of",
    "rotate_key",
]
