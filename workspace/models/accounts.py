"""Users, their keys and sessions, attempts to sign in, and the audit log."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workspace.actor import Actor, Role
from workspace.models.base import Base, Numbered, now


class User(Numbered, Base):
    """A person who may sign in; `regions` empty = everywhere."""

    __tablename__ = "users"
    audited = "user"
    secret = frozenset({"password_hash"})

    name: Mapped[str] = mapped_column(unique=True)
    display: Mapped[str] = mapped_column(default="")
    unit: Mapped[str] = mapped_column(default="")
    role: Mapped[str]
    regions: Mapped[list[str]] = mapped_column(default=list)
    password_hash: Mapped[str]
    disabled: Mapped[bool] = mapped_column(default=False)
    created: Mapped[dt.datetime] = mapped_column(default=now)

    keys: Mapped[list[ApiKey]] = relationship(back_populates="user", order_by="ApiKey.id")

    def actor(self, via: str) -> Actor:
        """This user at work."""
        return Actor(self.name, Role(self.role), tuple(self.regions), self.id, via, self.name)

    def to_dict(self) -> dict[str, Any]:
        """JSON without secrets."""
        return {
            "id": self.id, "name": self.name, "display": self.display, "unit": self.unit,
            "role": self.role, "regions": list(self.regions), "disabled": self.disabled,
            "created": self.created.isoformat(),
        }  # fmt: skip


class ApiKey(Numbered, Base):
    """A key of a program; `prefix` finds the row, `secret_hash` proves the rest.

    `role` caps what the key may do below its user's role; `expires` None = never.
    """

    __tablename__ = "api_keys"
    audited = "key"
    secret = frozenset({"secret_hash"})

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)
    secret_hash: Mapped[str]
    role: Mapped[str]
    disabled: Mapped[bool] = mapped_column(default=False)
    created: Mapped[dt.datetime] = mapped_column(default=now)
    expires: Mapped[dt.datetime | None]

    user: Mapped[User] = relationship(back_populates="keys")

    def to_dict(self) -> dict[str, Any]:
        """JSON without secrets."""
        return {
            "id": self.id, "user": self.user.name, "name": self.name, "prefix": self.prefix,
            "role": self.role, "disabled": self.disabled, "created": self.created.isoformat(),
            "expires": self.expires and self.expires.isoformat(),
        }  # fmt: skip


class WebSession(Numbered, Base):
    """A browser that is signed in: the digest of its secret, and until when."""

    __tablename__ = "web_sessions"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    created: Mapped[dt.datetime] = mapped_column(default=now)
    seen: Mapped[dt.datetime] = mapped_column(default=now)
    expires: Mapped[dt.datetime] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(default="")

    user: Mapped[User] = relationship()


class LoginAttempt(Numbered, Base):
    """One attempt to sign in; it counts as failed until it is known to have worked."""

    __tablename__ = "login_attempts"
    __table_args__ = (Index(None, "name", "at"), Index(None, "address", "at"))

    name: Mapped[str]
    address: Mapped[str]
    at: Mapped[dt.datetime] = mapped_column(default=now)
    succeeded: Mapped[bool] = mapped_column(default=False)


class AuditEntry(Numbered, Base):
    """Who did what to which object, with digests of it before and after."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "kind", "object_id"),)

    at: Mapped[dt.datetime] = mapped_column(default=now, index=True)
    by: Mapped[str] = mapped_column(index=True)
    via: Mapped[str]
    action: Mapped[str]
    kind: Mapped[str]
    object_id: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "id": self.id, "at": self.at.isoformat(), "by": self.by, "via": self.via,
            "action": self.action, "kind": self.kind, "object": self.object_id,
            "before": self.before, "after": self.after, "detail": self.detail,
        }  # fmt: skip


__all__ = ["ApiKey", "AuditEntry", "LoginAttempt", "User", "WebSession"]
