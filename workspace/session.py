"""A session knows who works in it, and whether it may write."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from workspace.actor import Actor


class ReadOnly(RuntimeError):
    """Something tried to write in a session that was opened for reading: a fault of the program."""


class WorkSession(Session):
    """A SQLAlchemy session of one actor; services take it as their first argument."""

    def __init__(self, engine: Engine, actor: Actor, *, writing: bool) -> None:
        # Objects stay readable after the end of the session: what was loaded is kept.
        super().__init__(engine, expire_on_commit=False)
        self.actor = actor
        self.writing = writing

    def flush(self, objects: Any = None) -> None:
        """Send what is pending. Raises ReadOnly."""
        if not self.writing and (self.new or self.dirty or self.deleted):
            raise ReadOnly(f"session of {self.actor.name} was opened for reading")
        super().flush(objects)

    def one_at_a_time(self, key: str) -> None:
        """Until the end of this transaction no other one passes here with the same `key`.

        SQLite has one writer at a time anyway.
        """
        if self.get_bind().dialect.name == "postgresql":
            self.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:k, 0))"), {"k": key})


__all__ = ["ReadOnly", "WorkSession"]
