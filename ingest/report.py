"""What a load did, counted row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class TableCount:
    """Rows of one table: read = created + updated + unchanged + rejected."""

    read: int = 0
    rejected: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def accepted(self) -> int:
        return self.read - self.rejected

    def to_dict(self) -> dict[str, int]:
        """The counts as the contract names them."""
        return {
            "read": self.read,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
        }


@dataclass
class LoadReport:
    """The outcome of a load; `notices` are messages for the person who loaded.

    `merged`: names taken for another spelling of a known firm; `tied`: firms tied to the parent
    that their name tells; `classified`: positions read from firms' texts; `asked`: new questions
    for a person by kind (see :mod:`ingest.review`).
    """

    data_version: int
    tables: dict[str, TableCount] = field(default_factory=dict)
    rejects_file: Path | None = None
    notices: list[str] = field(default_factory=list)
    merged: int = 0
    tied: int = 0
    classified: int = 0
    asked: dict[str, int] = field(default_factory=dict)

    @property
    def rejected(self) -> int:
        return sum(count.rejected for count in self.tables.values())

    def to_dict(self) -> dict[str, Any]:
        """The JSON summary of ``chainscout ingest``."""
        return {
            "tables": {name: count.to_dict() for name, count in self.tables.items()},
            "rejects_file": str(self.rejects_file) if self.rejects_file else None,
            "merged": self.merged,
            "tied": self.tied,
            "classified": self.classified,
            "review": self.asked,
            "data_version": self.data_version,
        }
