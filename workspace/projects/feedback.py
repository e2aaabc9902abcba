"""What projects say about the firms of lists, and both about whom to recommend."""

from __future__ import annotations

from sqlalchemy import select

from workspace.actor import within
from workspace.lists.outcomes import latest
from workspace.models import Entry, ListVersion, Outcome, Project, TargetList
from workspace.projects.stages import LADDER
from workspace.session import WorkSession


def tell_lists(
    session: WorkSession, project: Project, milestone: str, on: str, why: str = ""
) -> list[Outcome]:
    """Record on every list of the region that holds the project's firm how far it has come.

    A list that knows as much already is left alone. An uncertain project tells nothing.
    """
    kind = _kind(milestone)
    if kind is None or project.firm_id is None or project.status == "uncertain":
        return []
    told = []
    for target in _lists_with(session, project):
        known = latest(o for o in target.outcomes if o.firm_id == project.firm_id)
        last = known.get(project.firm_id)
        if last is None or last.kind != kind:
            told.append(
                Outcome(
                    list_id=target.id, firm_id=project.firm_id, kind=kind, on=on, why=why,
                    project_id=project.id, by=session.actor.name,
                )
            )  # fmt: skip
    session.add_all(told)
    session.flush()
    return told


def _kind(milestone: str) -> str | None:
    if milestone == "lost":
        return "lost"
    level = LADDER.get(milestone)
    if level is None or level == LADDER["reserve"]:
        return None
    return "signed" if level >= LADDER["signed"] else "talking"


def _lists_with(session: WorkSession, project: Project) -> list[TargetList]:
    query = (
        select(TargetList)
        .join(ListVersion)
        .join(Entry)
        .where(Entry.firm_id == project.firm_id)
        .distinct()
    )
    return [
        found
        for found in session.scalars(query)
        if found.region_code is None
        or within(project.region_code, found.region_code)
        or within(found.region_code, project.region_code or "")
    ]


__all__ = ["tell_lists"]
