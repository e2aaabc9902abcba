"""Questions for a person: how they are named, so that none is asked twice, and put in the queue."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from graph.schema import TABLES
from graph.store import Writer

Kind = Literal["identity", "link", "project", "event"]
Decision = Literal["same", "different", "subsidiary", "accept", "reject"]
Row = dict[str, Any]
# The source of positions that a classifier made; they never teach one.
INFERRED = "文本推断"

DECISIONS: dict[str, tuple[Decision, ...]] = {
    "identity": ("same", "different", "subsidiary"),
    "link": ("accept", "reject"),
    "project": ("accept", "reject"),
    "event": ("accept", "reject"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    `key` tells the subject of one load from that of the next: the name's key for a firm (ids may
    differ from file to file), else the id.
    """

    kind: Kind
    key: str
    subject: str
    subject_id: str | None
    candidate: str | None = None
    candidate_id: str | None = None
    score: float | None = None
    relation: str | None = None
    why: str | None = None
    source: str | None = None

    @property
    def review_id(self) -> str:
        """The same for the same question in every load."""
        said = f"{self.kind}|{self.key}|{self.candidate_id or ''}"
        return "q" + hashlib.sha256(said.encode()).hexdigest()[:10]

    def row(self, version: int) -> Row:
        """The stored row of an open question."""
        return {
            "review_id": self.review_id,
            "kind": self.kind,
            "subject": self.subject,
            "subject_id": self.subject_id,
            "candidate": self.candidate,
            "candidate_id": self.candidate_id,
            "score": None if self.score is None else round(self.score, 4),
            "relation": self.relation,
            "why": self.why,
            "state": "open",
            "source": self.source,
            "loaded": version,
        }


def ask(writer: Writer, questions: Iterable[Question]) -> int:
    """Put questions in the queue that were never asked before; their number."""
    asked = set(writer.read("reviews", ["review_id"])["review_id"].to_pylist())
    new = {q.review_id: q.row(writer.next_version) for q in questions if q.review_id not in asked}
    if new:
        rows = pa.Table.from_pylist(list(new.values()), schema=TABLES["reviews"].arrow_schema)
        writer.put("reviews", rows)
    return len(new)
