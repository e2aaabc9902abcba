"""Projects: what they are now, the log that made them so, contacts, settings of regions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workspace.models.base import Base, Json, Numbered, Stamped, now

# What an event of the log can change, in the order of the Excel columns.
FIELDS = (
    "name", "firm_id", "firm", "region_code", "region", "chain_id", "chain", "link_id", "link",
    "stage", "amount", "currency", "paid_in", "owner", "contact", "due", "next_step", "source",
    "status", "closed_why",
)  # fmt: skip


class Project(Numbered, Base):
    """A deal in the pipeline: the sum of its log, see projects.replay.

    `amount` and `paid_in` are 亿 of `currency`; `due` is the day the next step is due; `status` is
    one of projects.replay.STATUSES; `key` says where an imported one came from. `version` counts
    the changes: who changes an old copy is refused.
    """

    __tablename__ = "projects"
    audited = "project"

    key: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(index=True)
    firm_id: Mapped[str | None] = mapped_column(index=True)
    firm: Mapped[str | None]
    region_code: Mapped[str | None] = mapped_column(index=True)
    region: Mapped[str | None]
    chain_id: Mapped[str | None]
    chain: Mapped[str | None]
    link_id: Mapped[str | None]
    link: Mapped[str | None]
    stage: Mapped[str] = mapped_column(index=True)
    amount: Mapped[float | None]
    currency: Mapped[str] = mapped_column(default="CNY")
    paid_in: Mapped[float | None]
    owner: Mapped[str | None] = mapped_column(index=True)
    contact: Mapped[str | None]
    due: Mapped[dt.date | None]
    next_step: Mapped[str | None]
    source: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="open", index=True)
    closed_why: Mapped[str | None]
    created: Mapped[dt.datetime] = mapped_column(default=now)
    changed: Mapped[dt.datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # as SQLAlchemy wants it

    events: Mapped[list[ProjectEvent]] = relationship(
        back_populates="project", order_by="ProjectEvent.number", cascade="all, delete-orphan"
    )
    contacts: Mapped[list[Contact]] = relationship(order_by="Contact.on")

    def state(self) -> Json:
        """The fields that the log explains, as JSON values."""
        found = {name: getattr(self, name) for name in FIELDS}
        return found | {"due": self.due and self.due.isoformat()}

    def to_dict(self) -> Json:
        """JSON without the log."""
        return {"id": self.id, **self.state(), "key": self.key} | {
            "created": self.created.isoformat(), "changed": self.changed.isoformat(),
            "version": self.version,
        }  # fmt: skip


class ProjectEvent(Numbered, Stamped, Base):
    """One entry of a project's log; it is never changed.

    `kind`: created, stage, edit, funds, confirmed, closed, reopened, report. `on` is the day in
    the world (partial ISO), `at` when it was written down. `changes` maps a field to
    [before, after]; a report changes nothing: it keeps in `detail` what a source says.
    """

    __tablename__ = "project_events"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    number: Mapped[int]
    kind: Mapped[str]
    on: Mapped[str]
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    comment: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)

    project: Mapped[Project] = relationship(back_populates="events")

    def to_dict(self) -> Json:
        """JSON."""
        return {
            "number": self.number, "kind": self.kind, "on": self.on, "at": self.at.isoformat(),
            "by": self.by, "changes": self.changes, "comment": self.comment, "detail": self.detail,
        }  # fmt: skip


class Contact(Numbered, Stamped, Base):
    """One contact: who met whom, when, what came of it, what is next.

    `kind` is one of projects.contacts.KINDS; `unit` is the office's unit that did it, `who` its
    people, `whom` those of the other side.
    """

    __tablename__ = "contacts"
    __table_args__ = (Index(None, "region_code", "on"), Index(None, "unit", "on"))
    audited = "contact"

    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"), index=True)
    firm_id: Mapped[str | None] = mapped_column(index=True)
    firm: Mapped[str | None]
    region_code: Mapped[str | None]
    kind: Mapped[str]
    on: Mapped[dt.date]
    unit: Mapped[str] = mapped_column(default="")
    who: Mapped[str] = mapped_column(default="")
    whom: Mapped[str] = mapped_column(default="")
    result: Mapped[str] = mapped_column(default="")
    next_step: Mapped[str] = mapped_column(default="")
    next_on: Mapped[dt.date | None]

    def to_dict(self) -> Json:
        """JSON."""
        return {
            "id": self.id, "project": self.project_id, "firm_id": self.firm_id, "firm": self.firm,
            "region_code": self.region_code, "kind": self.kind, "on": self.on.isoformat(),
            "unit": self.unit, "who": self.who, "whom": self.whom, "result": self.result,
            "next_step": self.next_step, "next_on": self.next_on and self.next_on.isoformat(),
            "at": self.at.isoformat(), "by": self.by,
        }  # fmt: skip


class RegionSettings(Numbered, Base):
    """Stages, batches and light rules of a region and what lies in it; "" = of all regions."""

    __tablename__ = "region_settings"
    audited = "region-settings"

    region_code: Mapped[str] = mapped_column(unique=True)
    pipeline: Mapped[dict[str, Any]]


__all__ = ["FIELDS", "Contact", "Project", "ProjectEvent", "RegionSettings"]
