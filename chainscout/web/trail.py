"""The audit log as pages write it."""

from __future__ import annotations

from fastapi import Request

from api.access import actor_of


def leave_trail(request: Request, action: str, what: str) -> None:
    """Note that the caller did `action` with `what`, where a workspace keeps a log."""
    log = getattr(request.app.state, "audit", None)
    if log is not None:
        log(actor_of(request), action, what)


__all__ = ["leave_trail"]
