"""The pipeline of projects: stages, log, lights, contacts, tables."""

from __future__ import annotations

from workspace.projects.arrivals import Arrived, from_extract, from_store
from workspace.projects.book import Imported, export_book, import_book
from workspace.projects.contacts import (
    add_contact,
    contacts,
    counts_by_unit,
    remove_contact,
)
from workspace.projects.duplicates import twin
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
from workspace.projects.tables import (
    FIGURES,
    MEASURES,
    UNKNOWN,
    BatchView,
    Row,
    batches,
    behind,
    league,
    report_table,
    year_before,
)

__all__ = [
    "DEFAULT",
    "EDITABLE",
    "FIGURES",
    "MEASURES",
    "MILESTONES",
    "SETS",
    "STATUSES",
    "UNKNOWN",
    "Arrived",
    "BatchView",
    "Imported",
    "Light",
    "Pipeline",
    "Row",
    "add",
    "add_contact",
    "add_funds",
    "batches",
    "behind",
    "close",
    "confirm",
    "contacts",
    "counts_by_unit",
    "edit",
    "export_book",
    "find",
    "from_extract",
    "from_store",
    "get",
    "import_book",
    "league",
    "lights",
    "move",
    "pipeline_of",
    "read_pipeline",
    "remove_contact",
    "reopen",
    "replay",
    "report",
    "report_table",
    "set_pipeline",
    "steps",
    "twin",
    "year_before",
]
