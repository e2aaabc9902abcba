"""What can go wrong in the workspace; every message is for the user and says what to do."""

from __future__ import annotations


class WorkspaceError(Exception):
    """Something that was asked of the workspace cannot be done."""


class NotFound(WorkspaceError):
    """There is no such list, project, user, key or subscription."""

    @classmethod
    def of(cls, what: str, ident: object) -> NotFound:
        return cls(f"没有找到{what}「{ident}」；请核对编号或名称")


class NotAllowed(WorkspaceError):
    """The user's role or region scope does not allow it."""


class Conflict(WorkspaceError):
    """Somebody else changed the thing in the meantime, or it exists already."""


class Invalid(WorkspaceError):
    """A value cannot be taken as it is."""


class NotSignedIn(WorkspaceError):
    """Name and password, key or session do not identify a user who may sign in."""


class TooManyAttempts(WorkspaceError):
    """Signing in failed too often; `retry_after` says for how many seconds to wait."""

    def __init__(self, message: str, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class WorkspaceUnavailable(WorkspaceError):
    """The database cannot be opened, is busy for too long, or is newer than this program."""
