"""The answers: labels with confidence and the words that decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Decision: TypeAlias = Literal["assign", "review", "none"]


@dataclass(frozen=True, slots=True)
class Guess:
    """A label, the calibrated probability that it is right, and the phrases that spoke for it."""

    label: str
    confidence: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkGuess:
    """One link; `keywords` of the link that stand in the text, `words` of the text that decided."""

    link_id: str
    chain_id: str
    chain: str
    name: str
    confidence: float
    decision: Decision
    keywords: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The contract's object for a link, with the reasons beside it."""
        return {
            "id": self.link_id,
            "chain": self.chain,
            "name": self.name,
            "confidence": round(self.confidence, 4),
            "decision": self.decision,
            "keywords": list(self.keywords),
            "words": list(self.words),
        }


@dataclass(frozen=True, slots=True)
class Classification:
    """What one text was taken for; the decision is that of its best link."""

    row: int
    links: tuple[LinkGuess, ...]
    decision: Decision

    def to_dict(self) -> dict[str, Any]:
        """The contract's object for a row."""
        links = [link.to_dict() for link in self.links]
        return {"row": self.row, "links": links, "decision": self.decision}
