"""Answers of the resolver, and what they look like as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ingest.resolve.relation import Relation

Decision = Literal["match", "review", "none"]


@dataclass(frozen=True, slots=True)
class Found:
    """A firm that a name may mean; `score` is its probability, `why` a Chinese sentence.

    `relation`: what the firm asked for is to this one, as far as the names say.
    """

    id: str
    name: str
    score: float
    why: str
    relation: Relation = "unknown"

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "score": round(self.score, 4),
            "why": self.why,
            "relation": self.relation,
        }


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name means: one firm, some firms for a person to choose from, or none of them.

    `score` is the probability of the first candidate, 0 without one; candidates come best first.
    `why` says in Chinese how it was decided.
    """

    row: int
    query: str
    decision: Decision
    candidates: tuple[Found, ...]
    why: str

    @property
    def score(self) -> float:
        return self.candidates[0].score if self.candidates else 0.0

    @property
    def firm(self) -> Found | None:
        """The firm of a match; None for a review and for none."""
        return self.candidates[0] if self.decision == "match" else None

    def to_dict(self) -> dict[str, Any]:
        """As the contract of `resolve` has it, with `why` besides."""
        firm = self.firm
        return {
            "row": self.row,
            "query": self.query,
            "decision": self.decision,
            "firm": None if firm is None else {"id": firm.id, "name": firm.name},
            "score": round(self.score, 4),
            "candidates": [candidate.to_dict() for candidate in self.candidates],
            "why": self.why,
        }
