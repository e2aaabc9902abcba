"""The server with users: sessions for browsers, keys for programs."""

from __future__ import annotations

from fastapi import Request

from api.access.forms import FormKeeper
from workspace import SYSTEM, Actor, Workspace, accounts
from workspace.errors import NotSignedIn

SESSION_COOKIE = "chainscout_session"
_BEARER = "bearer "


class AccountAccess:
    """Callers are who their key or session says; others are nobody."""

    waits = True

    def __init__(self, workspace: Workspace, secret: str) -> None:
        self.forms = FormKeeper(secret)
        self._workspace = workspace

    def identify(self, request: Request) -> Actor | None:
        """Who asks. Raises NotSignedIn for a key that is no good; an old session is nobody."""
        given = request.headers.get("authorization", "")
        if given.lower().startswith(_BEARER):
            with self._workspace.read(SYSTEM) as session:
                return accounts.actor_of_key(session, given[len(_BEARER) :].strip())
        token = request.cookies.get(SESSION_COOKIE)
        if not token:
            return None
        try:
            return accounts.actor_of_session(self._workspace, token)
        except NotSignedIn:
            return None


__all__ = ["SESSION_COOKIE", "AccountAccess"]
