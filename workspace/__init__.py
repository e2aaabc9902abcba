"""What an office decides and does: target lists, projects, users, watches, the audit log.

``open_workspace(path or address)`` gives a :class:`Workspace`; services are functions that take a
session of it: ``with workspace.write(actor) as session: lists.create(session, …)``.
"""

from __future__ import annotations

from workspace.actor import SYSTEM, Actor, Role, within
from workspace.database import Workspace, open_workspace
from workspace.errors import WorkspaceError
from workspace.session import WorkSession

__all__ = [
    "SYSTEM",
    "Actor",
    "Role",
    "WorkSession",
    "Workspace",
    "WorkspaceError",
    "open_workspace",
    "within",
]
