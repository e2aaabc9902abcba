"""红黄绿: the colour of a project by the rules of its region, each with its reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from workspace.models import Project
from workspace.partial import last_day
from workspace.projects.contacts import last_contacts
from workspace.projects.replay import stage_since, steps
from workspace.projects.stages import LightRule, Pipeline, Pipelines
from workspace.session import WorkSession

Colour = Literal["red", "yellow", "green", "off"]
COLOURS = {"red": "红", "yellow": "黄", "green": "绿", "off": "—"}


@dataclass(frozen=True)
class Light:
    """A colour and why; ``off`` for projects that are closed or wait for confirmation."""

    colour: Colour
    reasons: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return COLOURS[self.colour]

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {"colour": self.colour, "label": self.label, "reasons": list(self.reasons)}


@dataclass(frozen=True)
class Facts:
    """What the rules look at. Days known only to the month or year count from their end."""

    milestone: str | None
    began: dt.date
    stage: str
    in_stage: dt.date
    due: dt.date | None
    contact: dt.date | None


def light(facts: Facts, rules: Iterable[LightRule], today: dt.date) -> Light:
    """The worst colour that a rule gives, with the reasons of that colour; green without one."""
    found: dict[str, dict[str, str]] = {"red": {}, "yellow": {}}
    for rule in rules:
        if rule.milestones and facts.milestone not in rule.milestones:
            continue
        days = _lasted(rule, facts, today)
        if days is not None and days >= rule.days:
            found[rule.light][rule.when] = _told(rule, facts, days)
    if found["red"]:
        return Light("red", tuple(found["red"].values()))
    if found["yellow"]:
        return Light("yellow", tuple(found["yellow"].values()))
    return Light("green")


def _lasted(rule: LightRule, facts: Facts, today: dt.date) -> int | None:
    match rule.when:
        case "overdue":
            return None if facts.due is None else (today - facts.due).days
        case "no_contact":
            return (today - (facts.contact or facts.began)).days
        case "in_stage":
            return (today - facts.in_stage).days
        case "no_due":
            return (today - facts.began).days if facts.due is None else None


def _told(rule: LightRule, facts: Facts, days: int) -> str:
    match rule.when:
        case "overdue":
            if days > 0:
                return f"超期 {days} 天（期限 {facts.due}）"
            return f"期限 {facts.due}，还剩 {-days} 天" if days else f"今天到期（{facts.due}）"
        case "no_contact":
            if facts.contact is None:
                return f"登记以来 {days} 天没有联系记录"
            return f"{days} 天没有联系（最近 {facts.contact}）"
        case "in_stage":
            return f"在「{facts.stage}」阶段已 {days} 天"
        case "no_due":
            return f"登记 {days} 天仍未定期限"


def facts_of(project: Project, pipeline: Pipeline, contact: dt.date | None) -> Facts:
    """What the log of a project says to the rules."""
    path = steps(project.events)
    first = project.events[0].on if project.events else ""
    began = last_day(first) if first else project.created.date()
    since = stage_since(path)
    return Facts(
        milestone=pipeline.milestone(project.stage),
        began=began,
        stage=project.stage,
        in_stage=last_day(since) if since else began,
        due=project.due,
        contact=contact,
    )


def lights(
    session: WorkSession, projects: Iterable[Project], today: dt.date | None = None
) -> dict[int, Light]:
    """Project id → light."""
    day, pipelines, met = today or dt.date.today(), Pipelines(session), last_contacts(session)
    found = {}
    for project in projects:
        if project.status != "open":
            found[project.id] = Light("off")
            continue
        pipeline = pipelines.of(project.region_code)
        facts = facts_of(project, pipeline, met.get(project.id))
        found[project.id] = light(facts, pipeline.lights, day)
    return found


__all__ = ["COLOURS", "Facts", "Light", "facts_of", "light", "lights"]
