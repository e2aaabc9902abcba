"""What was found in a text. Spans are (start, end) offsets into it, in characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Project:
    """One project as a text names it; what the text does not say is None.

    `amount` is in 万 of `currency`, `amount_yi` the same in 亿; nothing is converted. `land_mu` is
    the land it takes, in 亩. `stage` is one of :data:`ingest.news.words.STAGES`, `stage_word` the
    text's own. `date` is partial ISO. `evidence` spans the sentence, `span` the name.
    """

    name: str
    span: Span
    evidence: Span
    firm: str | None = None
    amount: float | None = None
    currency: str | None = None
    amount_yi: float | None = None
    land_mu: float | None = None
    stage: str | None = None
    stage_word: str | None = None
    region: str | None = None
    region_code: str | None = None
    date: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The contract's object for a project; nothing found in a text is certain."""
        return {
            "name": self.name,
            "firm": self.firm,
            "amount": self.amount,
            "currency": self.currency,
            "amount_yi": self.amount_yi,
            "land_mu": self.land_mu,
            "stage": self.stage,
            "stage_word": self.stage_word,
            "region": self.region,
            "region_code": self.region_code,
            "date": self.date,
            "evidence": list(self.evidence),
            "span": list(self.span),
            "status": "uncertain",
        }


@dataclass(frozen=True, slots=True)
class Mention:
    """A firm named in the text; `firm_id` where the name is known."""

    name: str
    span: Span
    firm_id: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The contract's object for a firm."""
        return {"name": self.name, "firm_id": self.firm_id, "evidence": list(self.span)}


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over projects that are not named: 签约项目122个、574.91亿元."""

    span: Span
    count: int | None
    amount_yi: float | None
    currency: str | None
    stage: str | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "count": self.count,
            "amount_yi": self.amount_yi,
            "currency": self.currency,
            "stage": self.stage,
            "evidence": list(self.span),
        }


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was found, in the order of the text."""

    projects: tuple[Project, ...]
    firms: tuple[Mention, ...]
    totals: tuple[Total, ...]
    file: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The contract's object for a file."""
        return {
            "file": self.file,
            "projects": [project.to_dict() for project in self.projects],
            "firms": [firm.to_dict() for firm in self.firms],
            "totals": [total.to_dict() for total in self.totals],
        }
