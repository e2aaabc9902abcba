"""The log of a project read from its beginning: its state, and when it reached what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from workspace.models.projects import FIELDS
from workspace.projects.stages import LADDER, Pipeline

State = dict[str, Any]
STATUSES: Mapping[str, str] = {"open": "推进中", "uncertain": "待核实", "closed": "已终止"}
KINDS: Mapping[str, str] = {
    "created": "登记", "stage": "阶段变化", "edit": "修改", "funds": "资金到位",
    "confirmed": "核实", "closed": "终止", "reopened": "恢复", "report": "外部消息",
}  # fmt: skip


class LogBroken(ValueError):
    """An entry does not follow from those before it: the log was tampered with."""


class Logged(Protocol):
    """An entry of a log, stored or not."""

    number: int
    kind: str
    on: str
    changes: dict[str, Any]


def blank() -> State:
    """The state before the first entry."""
    return dict.fromkeys(FIELDS) | {"currency": "CNY", "status": "open"}


def replay(events: Iterable[Logged]) -> State:
    """The state after all entries. Raises LogBroken."""
    state = blank()
    for event in events:
        for field, (before, after) in event.changes.items():
            if state[field] != before:
                raise LogBroken(
                    f"entry {event.number}: {field} was {state[field]!r}, not {before!r}"
                )
            state[field] = after
    return state


@dataclass(frozen=True)
class Step:
    """A stage that a project came to, and the day (partial ISO)."""

    stage: str
    on: str
    first: bool  # whether it is the stage that the project was registered with


def steps(events: Iterable[Logged]) -> list[Step]:
    """The stages a project went through, in order."""
    return [
        Step(event.changes["stage"][1], event.on, event.kind == "created")
        for event in events
        if "stage" in event.changes
    ]


@dataclass(frozen=True)
class Reached:
    """When a milestone was reached; `inferred` where only a later one is in the log."""

    on: str
    inferred: bool


def reached(path: Sequence[Step], pipeline: Pipeline, milestone: str) -> Reached | None:
    """When the project reached `milestone` or more, and has not fallen below it since.

    A project that was set back has not reached it any more: the step was undone. A step over a
    milestone counts for it on the day of the later one, and so does a first entry beyond it; both
    are `inferred`.
    """
    found: Reached | None = None
    for step in path:
        level = pipeline.level(step.stage)
        if level is None:
            continue
        if level < LADDER[milestone]:
            found = None
        elif found is None:
            found = Reached(step.on, pipeline.milestone(step.stage) != milestone)
    return found


def stage_since(path: Sequence[Step]) -> str | None:
    """The day on which the project came to the stage it is in."""
    return path[-1].on if path else None


__all__ = [
    "KINDS",
    "STATUSES",
    "LogBroken",
    "Reached",
    "State",
    "Step",
    "blank",
    "reached",
    "replay",
    "stage_since",
    "steps",
]
