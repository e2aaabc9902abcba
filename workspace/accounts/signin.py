"""Signing in with name and password; sessions that the server keeps.

A browser holds a random secret, the workspace its SHA-256. Failed attempts are counted by name and
by address over a window; an attempt counts as failed from its start, so that many at once do not
slip through.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from workspace import audit
from workspace.accounts.secrets import fingerprint, hash_password, new_secret, outdated
from workspace.accounts.secrets import password_fits as fits
from workspace.actor import SYSTEM, Actor
from workspace.database import Workspace
from workspace.errors import NotSignedIn, TooManyAttempts
from workspace.models import LoginAttempt, User, WebSession
from workspace.models.base import now
from workspace.session import WorkSession


@dataclass(frozen=True)
class SignInRules:
    """How long sessions live, and how many failures are borne.

    `per_user` and `per_address` failures within `window` stop further attempts until the oldest
    of them is out of it. A session ends `lifetime` after sign-in, or `idle` after its last use.
    """

    per_user: int = 5
    per_address: int = 30
    window: dt.timedelta = dt.timedelta(minutes=15)
    lifetime: dt.timedelta = dt.timedelta(hours=12)
    idle: dt.timedelta = dt.timedelta(hours=2)


RULES = SignInRules()
# How precisely the last use is known: a page with twenty pictures is one write, not twenty.
_TOUCH = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class SignedIn:
    """A session just opened: `token` goes into the cookie, and nowhere else."""

    token: str
    actor: Actor
    expires: dt.datetime


def sign_in(
    workspace: Workspace, name: str, password: str, address: str = "", rules: SignInRules = RULES
) -> SignedIn:
    """Open a session.

    Raises:
        TooManyAttempts: too many failures by this name or from this address.
        NotSignedIn: wrong name or password, or a disabled user; the message does not say which.
    """
    with workspace.write(SYSTEM) as session:
        attempt = _begun(session, name, address, rules)
    with workspace.read(SYSTEM) as session:
        user = session.scalar(select(User).where(User.name == name))
    right = fits(user.password_hash if user else None, password)
    if user is None or not right or user.disabled:
        with workspace.write(SYSTEM) as session:
            audit.record(session, "login-failed", "user", name, address=address)
        raise NotSignedIn("用户名或密码不正确，或该用户已停用")
    with workspace.write(user.actor("session")) as session:
        return _opened(session, user.id, password, attempt, address, rules)


def _begun(session: WorkSession, name: str, address: str, rules: SignInRules) -> int:
    session.one_at_a_time(f"sign-in {name}")
    session.execute(delete(LoginAttempt).where(LoginAttempt.at < now() - dt.timedelta(days=90)))
    limits = ((LoginAttempt.name, name, rules.per_user),)
    by_address = ((LoginAttempt.address, address, rules.per_address),) if address else ()
    for column, value, most in (*limits, *by_address):
        since = now() - rules.window
        failed = select(func.count(), func.min(LoginAttempt.at)).where(
            column == value, LoginAttempt.succeeded.is_(False), LoginAttempt.at > since
        )
        count, oldest = session.execute(failed).one()
        if count >= most:
            wait = max(1, math.ceil((oldest + rules.window - now()).total_seconds()))
            raise TooManyAttempts(f"登录失败次数过多，请在 {math.ceil(wait / 60)} 分钟后再试", wait)
    attempt = LoginAttempt(name=name[:200], address=address)
    session.add(attempt)
    session.flush()
    return attempt.id


def _opened(  # all of it is about one sign-in
    session: WorkSession,
    user_id: int,
    password: str,
    attempt: int,
    address: str,
    rules: SignInRules,
) -> SignedIn:
    user = session.get_one(User, user_id)
    session.get_one(LoginAttempt, attempt).succeeded = True
    if outdated(user.password_hash):
        user.password_hash = hash_password(password)
    session.execute(delete(WebSession).where(WebSession.expires <= now()))
    token, expires = new_secret(), now() + rules.lifetime
    session.add(
        WebSession(user_id=user.id, digest=fingerprint(token), expires=expires, address=address)
    )
    audit.record(session, "login", "user", user.id, address=address)
    return SignedIn(token, user.actor("session"), expires)


def actor_of_session(workspace: Workspace, token: str, rules: SignInRules = RULES) -> Actor:
    """Who a request with this session is; its last use is noted.

    Raises:
        NotSignedIn: no such session, ended, unused for too long, or its user was disabled.
    """
    with workspace.read(SYSTEM) as session:
        query = select(WebSession).where(WebSession.digest == fingerprint(token))
        found = session.scalar(query.options(joinedload(WebSession.user)))
    moment = now()
    if (
        found is None
        or found.user.disabled
        or moment >= min(found.expires, found.seen + rules.idle)
    ):
        raise NotSignedIn("登录已失效，请重新登录")
    if moment - found.seen > _TOUCH:
        with workspace.write(SYSTEM) as session:
            row = session.get(WebSession, found.id)
            if row is not None:  # else signed out a moment ago
                row.seen = moment
    return found.user.actor("session")


def sign_out(workspace: Workspace, token: str) -> None:
    """End a session; one that has ended already is no error."""
    with workspace.write(SYSTEM) as session:
        session.execute(delete(WebSession).where(WebSession.digest == fingerprint(token)))


__all__ = ["RULES", "SignInRules", "SignedIn", "actor_of_session", "sign_in", "sign_out"]
