"""Target lists: versions with their entries, and what was noted and came of each firm."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workspace.models.base import Base, Json, Numbered, Stamped


class TargetList(Numbered, Stamped, Base):
    """A list of target firms for a purpose; what is on it is said by its versions."""

    __tablename__ = "target_lists"
    audited = "list"

    title: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="")
    event: Mapped[str] = mapped_column(default="")
    owner: Mapped[str] = mapped_column(default="")
    region_code: Mapped[str | None] = mapped_column(index=True)
    region: Mapped[str | None]
    chain_id: Mapped[str | None]
    chain: Mapped[str | None]
    link_id: Mapped[str | None]
    link: Mapped[str | None]
    archived: Mapped[bool] = mapped_column(default=False)

    versions: Mapped[list[ListVersion]] = relationship(
        back_populates="target", order_by="ListVersion.number", cascade="all, delete-orphan"
    )
    notes: Mapped[list[FirmNote]] = relationship(order_by="FirmNote.id")
    outcomes: Mapped[list[Outcome]] = relationship(order_by="Outcome.id")

    def to_dict(self) -> Json:
        """JSON of the list itself, without its versions."""
        return {
            "id": self.id, "title": self.title, "purpose": self.purpose, "event": self.event,
            "owner": self.owner, "region": _named(self.region_code, self.region, "code"),
            "chain": _named(self.chain_id, self.chain), "link": _named(self.link_id, self.link),
            "created": self.at.isoformat(), "by": self.by, "archived": self.archived,
        }  # fmt: skip


class ListVersion(Numbered, Stamped, Base):
    """The entries as they stood at one time, with what they were computed from.

    `origin`: recommend, copy, merge, edit. `arrived` and `departed` say of firms that came or went
    since the version before what the data told about them at that time (see lists.causes).
    """

    __tablename__ = "list_versions"
    __table_args__ = (UniqueConstraint("list_id", "number"),)
    audited = "list-version"

    list_id: Mapped[int] = mapped_column(ForeignKey("target_lists.id"))
    number: Mapped[int]
    origin: Mapped[str]
    comment: Mapped[str] = mapped_column(default="")
    data_version: Mapped[int | None]
    model: Mapped[dict[str, Any]] = mapped_column(default=dict)
    query: Mapped[dict[str, Any]] = mapped_column(default=dict)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    considered: Mapped[int | None]
    excluded: Mapped[dict[str, Any]] = mapped_column(default=dict)
    arrived: Mapped[dict[str, Any]] = mapped_column(default=dict)
    departed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    digest: Mapped[str]

    target: Mapped[TargetList] = relationship(back_populates="versions")
    entries: Mapped[list[Entry]] = relationship(
        order_by="Entry.rank", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def settings_version(self) -> int | None:
        """Which weights and thresholds of the office it was made with; None = the defaults."""
        found: int | None = self.settings.get("version")
        return found

    def to_dict(self, *, entries: bool = True) -> Json:
        """JSON; `entries` False leaves them out."""
        head: Json = {
            "list": self.list_id, "version": self.number, "at": self.at.isoformat(),
            "by": self.by, "origin": self.origin, "comment": self.comment,
            "data_version": self.data_version, "model": self.model, "query": self.query,
            "settings": self.settings, "settings_version": self.settings_version,
            "considered": self.considered,
            "excluded": self.excluded, "digest": self.digest,
        }  # fmt: skip
        return head | ({"entries": [e.to_dict() for e in self.entries]} if entries else {})


class Entry(Numbered, Base):
    """One firm on a version of a list, as it was told then: a copy, not a reference."""

    __tablename__ = "list_entries"
    __table_args__ = (UniqueConstraint("version_id", "firm_id"), Index(None, "firm_id"))

    version_id: Mapped[int] = mapped_column(ForeignKey("list_versions.id"))
    rank: Mapped[int]
    firm_id: Mapped[str]
    firm: Mapped[str]
    uscc: Mapped[str | None]
    region_code: Mapped[str | None]
    region: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(default=list)
    link_id: Mapped[str | None]
    link: Mapped[str | None]
    score: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    coverage: Mapped[float | None]
    components: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reasons: Mapped[list[str]] = mapped_column(default=list)
    paths: Mapped[list[dict[str, Any]]] = mapped_column(default=list)

    def to_dict(self) -> Json:
        """The contract's target object."""
        interval = None if self.low is None else [self.low, self.high]
        return {
            "rank": self.rank,
            "firm": {
                "id": self.firm_id, "name": self.firm, "uscc": self.uscc,
                "region": _named(self.region_code, self.region, "code"), "tags": list(self.tags),
            },
            "link": _named(self.link_id, self.link),
            "score": self.score, "interval": interval, "coverage": self.coverage,
            "components": self.components, "reasons": list(self.reasons),
            "paths": list(self.paths),
        }  # fmt: skip


class FirmNote(Numbered, Stamped, Base):
    """A remark about a firm of a list; remarks are added, never changed."""

    __tablename__ = "firm_notes"
    __table_args__ = (Index(None, "list_id", "firm_id"),)
    audited = "note"

    list_id: Mapped[int] = mapped_column(ForeignKey("target_lists.id"))
    firm_id: Mapped[str]
    text: Mapped[str]

    def to_dict(self) -> Json:
        """JSON."""
        return {
            "id": self.id, "list": self.list_id, "firm_id": self.firm_id, "text": self.text,
            "at": self.at.isoformat(), "by": self.by,
        }  # fmt: skip


class Outcome(Numbered, Stamped, Base):
    """What came of a firm of a list on a day (partial ISO); the last one is its status.

    `kind` is one of lists.outcomes.KINDS; `project_id` names the project that said it.
    """

    __tablename__ = "outcomes"
    __table_args__ = (Index(None, "list_id", "firm_id"),)
    audited = "outcome"

    list_id: Mapped[int] = mapped_column(ForeignKey("target_lists.id"))
    firm_id: Mapped[str]
    kind: Mapped[str]
    on: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))

    def to_dict(self) -> Json:
        """JSON."""
        return {
            "id": self.id, "list": self.list_id, "firm_id": self.firm_id, "kind": self.kind,
            "on": self.on, "why": self.why, "project": self.project_id,
            "at": self.at.isoformat(), "by": self.by,
        }  # fmt: skip


def _named(ident: str | None, name: str | None, key: str = "id") -> Json | None:
    return None if ident is None and name is None else {key: ident, "name": name}


__all__ = ["Entry", "FirmNote", "ListVersion", "Outcome", "TargetList"]
