"""How often a listed firm came (184 listed → 9 signed), and labels for a model to learn from."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from workspace.lists.make import all_lists, get
from workspace.lists.outcomes import KINDS, order
from workspace.models import Entry, ListVersion, Outcome, Project, TargetList
from workspace.projects.replay import reached, steps
from workspace.projects.stages import LADDER, Pipelines
from workspace.session import WorkSession

Z95 = 1.959964


@dataclass(frozen=True)
class HitRate:
    """Firms listed, and how many got how far (each counted up to its furthest); `lost` at last.

    `rate` = signed / listed with a Wilson interval at 95 %; None for an empty list.
    """

    listed: int
    contacted: int
    talking: int
    signed: int
    lost: int

    @property
    def rate(self) -> float | None:
        return self.signed / self.listed if self.listed else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.signed, self.listed) if self.listed else None

    @property
    def text(self) -> str:
        """``184 家入选，已联系 60 家，在谈 21 家，签约 9 家：命中率 4.9%（2.6%–9.0%）``."""
        told = (
            f"{self.listed} 家入选，已联系 {self.contacted} 家，在谈 {self.talking} 家，"
            f"签约 {self.signed} 家，未成 {self.lost} 家"
        )
        if self.rate is None or self.interval is None:
            return told
        low, high = self.interval
        return f"{told}：命中率 {self.rate:.1%}（95% 区间 {low:.1%}–{high:.1%}）"

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "listed": self.listed, "contacted": self.contacted, "talking": self.talking,
            "signed": self.signed, "lost": self.lost, "rate": self.rate,
            "interval": self.interval and list(self.interval), "text": self.text,
        }  # fmt: skip


def wilson(hits: int, of: int, z: float = Z95) -> tuple[float, float]:
    """The score interval of a share (E. B. Wilson 1927): in [0, 1] and sound for small counts."""
    share, spread = hits / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    # At the ends rounding would leave the share outside.
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def hit_rate(
    session: WorkSession,
    list_ids: Sequence[int] | None = None,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> HitRate:
    """Over some lists, None = all the actor may see; a firm on several lists of a region is one.

    A firm counts from the first version that lists it. `since` and `until` narrow to lists made
    then.
    """
    if list_ids is None:
        targets = all_lists(session, archived=True)
    else:
        targets = [get(session, ident) for ident in dict.fromkeys(list_ids)]
    chosen = [
        t
        for t in targets
        if (since is None or t.at.date() >= since) and (until is None or t.at.date() <= until)
    ]
    return _counted(session, chosen)


def _counted(session: WorkSession, targets: Sequence[TargetList]) -> HitRate:
    region = {target.id: target.region_code for target in targets}
    listed = {(region[ident], firm) for ident, firm in _ever_listed(session, list(region))}
    outcomes: dict[tuple[str | None, str], list[Outcome]] = {}
    for outcome in session.scalars(select(Outcome).where(Outcome.list_id.in_(region))):
        outcomes.setdefault((region[outcome.list_id], outcome.firm_id), []).append(outcome)
    got = [furthest(found) for firm, found in outcomes.items() if firm in listed]
    lost = [
        found
        for firm, found in outcomes.items()
        if firm in listed and max(found, key=order).kind == "lost"
    ]
    kinds = list(KINDS)
    contacted, talking, signed = (
        sum(1 for kind in got if kinds.index(kind) >= least) for least in range(3)
    )
    return HitRate(len(listed), contacted, talking, signed, len(lost))


def _ever_listed(session: WorkSession, list_ids: list[int]) -> Iterable[tuple[int, str]]:
    query = select(ListVersion.list_id, Entry.firm_id).join(ListVersion.entries).distinct()
    return [(i, f) for i, f in session.execute(query.where(ListVersion.list_id.in_(list_ids)))]


def furthest(outcomes: Iterable[Outcome]) -> str:
    """The furthest of some outcomes; who was lost at once was contacted at least.

    A firm that signed and was lost afterwards did sign.
    """
    kinds = list(KINDS)
    reached = [o.kind for o in outcomes if o.kind != "lost"]
    return max(reached, key=kinds.index) if reached else "contacted"


def training_rows(session: WorkSession) -> list[dict[str, Any]]:
    """Labels for a model, from lists and from projects, without those that say nothing.

    Rows ``{"firm_id", "firm", "region", "chain", "link", "date", "outcome", "why", "origin"}``:
    ids of the store, `date` partial ISO or None, `outcome` signed (a positive), lost (a negative)
    or talking (undecided), one a firm × region × link: the furthest, or lost where that came last
    and nothing was signed. Firms that the store does not know are left out.
    """
    rows = [*_rows_of_lists(session), *_rows_of_projects(session)]
    best: dict[tuple[Any, ...], dict[str, Any]] = {}
    rank = {"talking": 0, "lost": 1, "signed": 2}
    for row in rows:
        place = (row["firm_id"], row["region"], row["link"] or row["chain"])
        known = best.get(place)
        if known is None or rank[row["outcome"]] > rank[known["outcome"]]:
            best[place] = row
    return sorted(best.values(), key=lambda r: (r["date"] or "", r["firm_id"], r["region"] or ""))


def _rows_of_lists(session: WorkSession) -> Iterable[dict[str, Any]]:
    for target in all_lists(session, archived=True):
        entries = {e.firm_id: e for v in target.versions for e in v.entries}
        by_firm: dict[str, list[Outcome]] = {}
        for outcome in sorted(target.outcomes, key=order):
            by_firm.setdefault(outcome.firm_id, []).append(outcome)
        for firm_id, found in by_firm.items():
            entry, signed = entries[firm_id], [o for o in found if o.kind == "signed"]
            told = signed[0] if signed else found[-1]
            if firm_id.startswith("name:") or told.kind == "contacted":
                continue
            yield {
                "firm_id": firm_id, "firm": entry.firm, "region": target.region_code,
                "chain": target.chain_id, "link": entry.link_id or target.link_id,
                "date": told.on or None, "outcome": told.kind, "why": told.why,
                "origin": f"list:{target.id}",
            }  # fmt: skip


def _rows_of_projects(session: WorkSession) -> Iterable[dict[str, Any]]:
    pipelines = Pipelines(session)
    query = select(Project).where(Project.firm_id.is_not(None), Project.status != "uncertain")
    for project in session.scalars(query):
        if not session.actor.sees(project.region_code):
            continue
        told = _of_project(project, pipelines)
        if told is not None:
            outcome, day = told
            yield {
                "firm_id": project.firm_id, "firm": project.firm, "region": project.region_code,
                "chain": project.chain_id, "link": project.link_id, "date": day or None,
                "outcome": outcome, "why": project.closed_why or "",
                "origin": f"project:{project.id}",
            }  # fmt: skip


def _of_project(project: Project, pipelines: Pipelines) -> tuple[str, str] | None:
    pipeline, path = pipelines.of(project.region_code), steps(project.events)
    signed = reached(path, pipeline, "signed")
    if signed is not None:
        return "signed", signed.on
    if project.status == "closed":
        closed = [event for event in project.events if event.kind == "closed"][-1]
        # What nobody had confirmed was closed for being no project; that says nothing of the firm.
        return None if closed.changes["status"][0] == "uncertain" else ("lost", closed.on)
    level = pipeline.level(project.stage)
    return ("talking", path[-1].on) if level and level >= LADDER["talking"] else None


__all__ = ["HitRate", "furthest", "hit_rate", "training_rows", "wilson"]
