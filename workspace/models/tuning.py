"""Weights and thresholds that the office set."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from workspace.models.base import Base, Json, Numbered, Stamped


class TuningVersion(Numbered, Stamped, Base):
    """The weights and thresholds as one change left them; it is never changed itself.

    `values` holds all that differs from the product's defaults (key → value), so that those follow
    the product; `changes` what this change did: key → [before, after], None = the default.
    """

    __tablename__ = "tuning_versions"
    audited = "tuning"

    number: Mapped[int] = mapped_column(unique=True)
    values: Mapped[dict[str, Any]]
    changes: Mapped[dict[str, Any]]
    comment: Mapped[str] = mapped_column(default="")

    def to_dict(self) -> Json:
        """JSON."""
        return {
            "version": self.number, "at": self.at.isoformat(), "by": self.by,
            "changes": self.changes, "comment": self.comment, "values": self.values,
        }  # fmt: skip


__all__ = ["TuningVersion"]
