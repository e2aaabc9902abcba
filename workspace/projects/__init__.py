"""The pipeline of projects: stages, log, lights, contacts, tables."""

from __future__ import annotations

from workspace.projects.contacts import (
    add_contact,
    contacts,
    counts_by_unit,
    remove_contact,
)
from workspace.projects.lights import Light, lights
from workspace.projects.pipeline import (
    EDITABLE,
    add,
    add_funds,
    close,
    confirm,
    edit,
    find,
    get,
    move,
    reopen,
    report,
)
from workspace.projects.replay import STATUSES, replay, steps
from workspace.projects.stages import (
    DEFAULT,
    MILESTONES,
    SETS,
    Pipeline,
    pipeline_of,
    read_pipeline,
    set_pipeline,
)

__all__ = [
    "DEFAULT",
    "EDITABLE",
    "MILESTONES",
    "SETS",
    "STATUSES",
    "Light",
    "Pipeline",
    "add",
    "add_contact",
    "add_funds",
    "close",
    "confirm",
    "contacts",
    "counts_by_unit",
    "edit",
    "find",
    "get",
    "lights",
    "move",
    "pipeline_of",
    "read_pipeline",
    "remove_contact",
    "reopen",
    "replay",
    "report",
    "set_pipeline",
    "steps",
]
