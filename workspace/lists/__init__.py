"""Target lists as versioned objects: made, compared, noted on, tested against what came of them."""

from __future__ import annotations

from workspace.lists.book import Returned, export_book, import_book
from workspace.lists.diff import Cause, Change, Difference, compare, diff
from workspace.lists.hitrate import HitRate, hit_rate, training_rows, wilson
from workspace.lists.make import (
    add_firm,
    add_targets,
    all_lists,
    copy,
    create,
    create_empty,
    describe,
    get,
    merge,
    remove_firm,
    renew,
    set_archived,
    unknown_firm_id,
    version_of,
)
from workspace.lists.outcomes import (
    KINDS,
    WAITING,
    FirmState,
    add_note,
    add_outcome,
    notes_of,
    outcomes_of,
    states,
)
from workspace.lists.rerun import question, rerun

__all__ = [
    "KINDS",
    "WAITING",
    "Cause",
    "Change",
    "Difference",
    "FirmState",
    "HitRate",
    "Returned",
    "add_firm",
    "add_note",
    "add_outcome",
    "add_targets",
    "all_lists",
    "compare",
    "copy",
    "create",
    "create_empty",
    "describe",
    "diff",
    "export_book",
    "get",
    "hit_rate",
    "import_book",
    "merge",
    "notes_of",
    "outcomes_of",
    "question",
    "remove_firm",
    "renew",
    "rerun",
    "set_archived",
    "states",
    "training_rows",
    "unknown_firm_id",
    "version_of",
    "wilson",
]
