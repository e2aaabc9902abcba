"""What came of the firms of a list: contacted, talking, signed, lost; remarks beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from workspace.actor import Role
from workspace.errors import Invalid, NotFound
from workspace.lists.make import get
from workspace.models import Entry, FirmNote, ListVersion, Outcome
from workspace.partial import last_day, read_day
from workspace.session import WorkSession

# In the order in which things go; `lost` may follow any of them.
KINDS: Mapping[str, str] = {
    "contacted": "已联系", "talking": "在谈", "signed": "签约", "lost": "未成",
}  # fmt: skip
WAITING = "待联系"


@dataclass(frozen=True)
class FirmState:
    """Where a firm of a list stands: its last outcome and its last remark."""

    firm_id: str
    outcome: Outcome | None
    note: FirmNote | None

    @property
    def kind(self) -> str | None:
        return self.outcome.kind if self.outcome else None

    @property
    def label(self) -> str:
        return KINDS[self.outcome.kind] if self.outcome else WAITING

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "firm_id": self.firm_id,
            "status": self.kind,
            "label": self.label,
            "outcome": self.outcome and self.outcome.to_dict(),
            "note": self.note and self.note.to_dict(),
        }


def add_note(session: WorkSession, list_id: int, firm_id: str, text: str) -> FirmNote:
    """A remark about a firm of the list. Raises NotFound, NotAllowed, Invalid."""
    _must_hold(session, list_id, firm_id)
    if not text.strip():
        raise Invalid("备注是空的")
    note = FirmNote(list_id=list_id, firm_id=firm_id, text=text.strip(), by=session.actor.name)
    session.add(note)
    session.flush()
    return note


def add_outcome(  # who, what, when, why
    session: WorkSession,
    list_id: int,
    firm_id: str,
    kind: str,
    *,
    on: str | dt.date | None = None,
    why: str = "",
    project_id: int | None = None,
) -> Outcome:
    """What came of a firm, on a day (partial ISO, None = today); `kind` is one of KINDS.

    Raises:
        Invalid: no such kind, an unreadable day, or `lost` without a `why`.
        NotFound: the firm was never on the list.
        NotAllowed: the actor is no editor in the region of the list.
    """
    _must_hold(session, list_id, firm_id)
    if kind not in KINDS:
        raise Invalid(f"没有「{kind}」这种进展；可用：{'、'.join(KINDS)}")
    if kind == "lost" and not why.strip():
        raise Invalid("未成请写明原因")
    found = Outcome(
        list_id=list_id, firm_id=firm_id, kind=kind, on=read_day(on), why=why.strip(),
        project_id=project_id, by=session.actor.name,
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found


def states(session: WorkSession, list_id: int) -> dict[str, FirmState]:
    """Firm id → where it stands, for every firm of which something was noted."""
    get(session, list_id)
    outcomes = latest(session.scalars(select(Outcome).where(Outcome.list_id == list_id)))
    notes: dict[str, FirmNote] = {}
    for note in session.scalars(
        select(FirmNote).where(FirmNote.list_id == list_id).order_by(FirmNote.id)
    ):
        notes[note.firm_id] = note
    return {
        firm: FirmState(firm, outcomes.get(firm), notes.get(firm))
        for firm in dict.fromkeys([*outcomes, *notes])
    }


def notes_of(session: WorkSession, list_id: int, firm_id: str) -> list[FirmNote]:
    """All remarks about a firm, oldest first."""
    get(session, list_id)
    query = select(FirmNote).filter_by(list_id=list_id, firm_id=firm_id).order_by(FirmNote.id)
    return list(session.scalars(query))


def outcomes_of(session: WorkSession, list_id: int, firm_id: str | None = None) -> list[Outcome]:
    """All outcomes of a list, or of one firm on it, in the order of the days."""
    get(session, list_id)
    query = select(Outcome).where(Outcome.list_id == list_id)
    if firm_id is not None:
        query = query.where(Outcome.firm_id == firm_id)
    return sorted(session.scalars(query), key=order)


def order(outcome: Outcome) -> tuple[dt.date, int]:
    """Outcomes in time; what is known of the same day, as it was written down."""
    return last_day(outcome.on), outcome.id


def latest(outcomes: Iterable[Outcome]) -> dict[str, Outcome]:
    """Firm id → its last outcome."""
    return {outcome.firm_id: outcome for outcome in sorted(outcomes, key=order)}


def _must_hold(session: WorkSession, list_id: int, firm_id: str) -> None:
    """Raises unless the firm is or was on the list, and the actor may write there."""
    session.actor.must(Role.editor, get(session, list_id).region_code)
    held = select(Entry.id).join(ListVersion).where(ListVersion.list_id == list_id)
    if session.scalar(held.where(Entry.firm_id == firm_id).limit(1)) is None:
        raise NotFound.of("清单中的企业", firm_id)


__all__ = [
    "KINDS",
    "WAITING",
    "FirmState",
    "add_note",
    "add_outcome",
    "latest",
    "notes_of",
    "order",
    "outcomes_of",
    "states",
]
