"""The contact log: 走访, 接待, 电话 — who met whom, when, what came of it, what is next."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from workspace.actor import Role, within
from workspace.errors import Invalid, NotFound
from workspace.models import Contact
from workspace.partial import read_full_day, today
from workspace.projects.pipeline import get as get_project
from workspace.session import WorkSession

KINDS: Mapping[str, str] = {
    "visit": "走访", "reception": "接待", "call": "电话", "meeting": "会谈", "other": "其他",
}  # fmt: skip
_TEXTS = ("unit", "who", "whom", "result", "next_step")


def add_contact(  # who, whom, when, what
    session: WorkSession,
    kind: str,
    *,
    on: str | dt.date | None = None,
    project_id: int | None = None,
    firm_id: str | None = None,
    firm: str | None = None,
    region: str | None = None,
    next_on: str | dt.date | None = None,
    **texts: str,
) -> Contact:
    """One contact with the firm of a project, or with a firm that has none yet.

    Args:
        session: of an editor in the region.
        kind: one of KINDS, or its Chinese word.
        on: the day, None = today.
        project_id: the project; firm and region are then its own unless given.
        firm_id: id of the firm in the store.
        firm: its name.
        region: code of the region that the contact was made for.
        next_on: until when the next step is due.
        **texts: unit, who, whom, result, next_step.

    Raises:
        Invalid: no such kind, no firm, an imprecise day, or one in the future.
    """
    if project_id is not None:
        project = get_project(session, project_id)
        firm_id, firm = firm_id or project.firm_id, firm or project.firm or project.name
        region = region or project.region_code
    session.actor.must(Role.editor, region)
    if not (firm or "").strip() and firm_id is None:
        raise Invalid("请写明与哪家企业（或哪个项目）联系")
    if unknown := sorted(set(texts) - set(_TEXTS)):
        raise Invalid(f"联系记录没有「{'、'.join(unknown)}」")
    day = read_full_day(today() if on in (None, "") else on, "联系日期")
    if day > dt.date.today():
        raise Invalid(f"联系日期 {day} 在将来；计划中的联系请写入下一步和期限")
    found = Contact(
        project_id=project_id, firm_id=firm_id, firm=firm, region_code=region, kind=_kind(kind),
        on=day, next_on=read_full_day(next_on, "下一步期限") if next_on else None,
        by=session.actor.name,
        **{name: text.strip() for name, text in texts.items()},
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found


def contacts(
    session: WorkSession,
    *,
    project_id: int | None = None,
    firm_id: str | None = None,
    unit: str | None = None,
    region: str | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> list[Contact]:
    """Contacts that the actor may see, newest first."""
    query = select(Contact).order_by(Contact.on.desc(), Contact.id.desc())
    if project_id is not None:
        query = query.where(Contact.project_id == project_id)
    if firm_id is not None:
        query = query.where(Contact.firm_id == firm_id)
    if unit is not None:
        query = query.where(Contact.unit == unit)
    if since is not None:
        query = query.where(Contact.on >= since)
    if until is not None:
        query = query.where(Contact.on <= until)
    actor = session.actor
    return [
        found
        for found in session.scalars(query)
        if actor.sees(found.region_code) and within(found.region_code, region or "")
    ]


def counts_by_unit(
    session: WorkSession,
    *,
    project_id: int | None = None,
    firm_id: str | None = None,
    region: str | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> list[dict[str, Any]]:
    """Per unit: contacts by kind, their total, and how many firms they were with; busiest first."""
    found = contacts(
        session, project_id=project_id, firm_id=firm_id, region=region, since=since, until=until
    )
    units = {contact.unit for contact in found}
    rows = []
    for unit in units:
        own = [contact for contact in found if contact.unit == unit]
        kinds = Counter(contact.kind for contact in own)
        firms = {contact.firm_id or contact.firm for contact in own}
        counted = {kind: kinds.get(kind, 0) for kind in KINDS}
        rows.append({"unit": unit, **counted, "total": len(own), "firms": len(firms)})
    return sorted(rows, key=lambda row: (-row["total"], row["unit"]))


def last_contacts(session: WorkSession) -> dict[int, dt.date]:
    """Project id → day of its last contact."""
    query = select(Contact.project_id, func.max(Contact.on)).group_by(Contact.project_id)
    return {project: day for project, day in session.execute(query) if project is not None}


def remove_contact(session: WorkSession, contact_id: int) -> None:
    """Take back a contact entered by mistake; the audit log keeps that it was there."""
    found = session.get(Contact, contact_id)
    if found is None or not session.actor.sees(found.region_code):
        raise NotFound.of("联系记录", contact_id)
    session.actor.must(Role.editor, found.region_code)
    session.delete(found)
    session.flush()


def _kind(text: str) -> str:
    for kind, word in KINDS.items():
        if text.strip() in (kind, word):
            return kind
    raise Invalid(f"没有「{text}」这种联系方式；可用：{'、'.join(KINDS.values())}")


__all__ = ["KINDS", "add_contact", "contacts", "counts_by_unit", "last_contacts", "remove_contact"]
