"""What a user wants to be told about."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from workspace.models.base import Base, Json, Numbered, Stamped


class Subscription(Numbered, Stamped, Base):
    """One thing that `by` follows: a firm, a chain, a gap (region × link) or a list.

    `target` holds the ids, `title` what the thing was called; `seen_version` is the data version
    of the last visit, `seen_at` its time.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("by", "kind", "target_key"),)
    audited = "subscription"

    kind: Mapped[str]
    target: Mapped[dict[str, Any]]
    target_key: Mapped[str]
    title: Mapped[str]
    seen_version: Mapped[int | None]
    seen_at: Mapped[dt.datetime | None]

    def to_dict(self) -> Json:
        """JSON."""
        return {
            "id": self.id, "kind": self.kind, "target": self.target, "title": self.title,
            "by": self.by, "since": self.at.isoformat(), "seen_version": self.seen_version,
            "seen_at": self.seen_at and self.seen_at.isoformat(),
        }  # fmt: skip


__all__ = ["Subscription"]
