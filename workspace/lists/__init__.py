"""Target lists as versioned objects: made, compared, noted on, tested against what came of them."""

from __future__ import annotations

from workspace.lists.make import (
    add_firm,
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

__all__ = [
    "KINDS",
    "WAITING",
    "FirmState",
    "add_firm",
    "add_note",
    "add_outcome",
    "all_lists",
    "copy",
    "create",
    "create_empty",
    "describe",
    "get",
    "merge",
    "notes_of",
    "outcomes_of",
    "remove_firm",
    "renew",
    "set_archived",
    "states",
    "unknown_firm_id",
    "version_of",
]
