"""The server without users: it serves the machine that it runs on, and nobody else."""

from __future__ import annotations

import secrets

from fastapi import Request

from api.access.forms import FormKeeper
from workspace.actor import Actor

# A page of another site can reach this machine under a name of its own (DNS rebinding).
_HERE = ("127.0.0.1", "localhost", "[::1]", "testserver")


class LocalAccess:
    """Everybody who reaches the server by a local name is the person at the machine."""

    waits = False

    def __init__(self, secret: str | None = None) -> None:
        self.forms = FormKeeper(secret or secrets.token_urlsafe(32))
        self._person = Actor.local()

    def identify(self, request: Request) -> Actor | None:
        """The person at the machine; None where the address is not a local one."""
        host = request.headers.get("host", "")
        return self._person if host.rpartition(":")[0] in _HERE or host in _HERE else None


__all__ = ["LocalAccess"]
