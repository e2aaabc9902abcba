"""Projects of texts with their investors resolved against the firms of a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.regions import Divisions
from graph.snapshot import Snapshot
from ingest.learned import known_firms_of, resolver_of
from ingest.news import Extraction, Project, extract_file, extract_text
from ingest.resolve import Resolution

Answer = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """What a text says, and which firms of the store its investors are.

    `investors`: name as written → resolution; empty without a store. `text` is what the spans of
    `extraction` point into, where it is known.
    """

    extraction: Extraction
    investors: dict[str, Resolution]

    def to_dict(self) -> Answer:
        """The contract's object for a file; each project says which firm its investor is."""
        answer = self.extraction.to_dict()
        projects = [project | self._resolved(project["firm"]) for project in answer["projects"]]
        return answer | {"projects": projects}

    def _resolved(self, name: str | None) -> Answer:
        resolution = self.investors.get(name or "")
        if resolution is None:
            return {"firm_id": None, "firm_name": None, "firm_candidates": []}
        firm = resolution.firm
        open_question = resolution.decision == "review"
        candidates = [c.to_dict() for c in resolution.candidates] if open_question else []
        return {
            "firm_id": firm.id if firm else None,
            "firm_name": firm.name if firm else None,
            "firm_candidates": candidates,
        }

    def table_rows(self) -> list[Answer]:
        """The projects as rows of the projects table, all of them uncertain until confirmed."""
        return [self._row(project) for project in self.extraction.projects]

    def _row(self, project: Project) -> Answer:
        known = self._resolved(project.firm)
        return {
            "project": project.name,
            "firm": known["firm_name"] or project.firm,
            "region": _region(project),
            "stage": project.stage or project.stage_word,
            "amount": project.amount_yi,
            "amount_currency": project.currency,
            "date": project.date,
            "status": "uncertain",
            "source": Path(self.extraction.file).name if self.extraction.file else None,
        }


def extract_found(
    source: Path | str, *, snapshot: Snapshot | None = None, region: str | None = None
) -> Found:
    """Projects, firms and totals of a file (a Path) or a text (a str).

    Args:
        source: what to read.
        snapshot: the store whose firms the investors may be; without one names stay as written.
        region: where the text speaks of, if it does not say so itself.

    Raises:
        UnreadableFile: a file that cannot be read.
    """
    known = known_firms_of(snapshot) if snapshot is not None else None
    if isinstance(source, Path):
        found = extract_file(source, known=known, region=region)
    else:
        found = extract_text(source, known=known, region=region)
    if snapshot is None or not len(snapshot.firms):
        return Found(found, {})
    return Found(found, _investors(snapshot, found.projects))


def _investors(snapshot: Snapshot, projects: Sequence[Project]) -> dict[str, Resolution]:
    names = list(dict.fromkeys(p.firm for p in projects if p.firm))
    answers = resolver_of(snapshot).resolve(names, together=False)
    return dict(zip(names, answers, strict=True))


def _region(project: Project) -> str | None:
    """The region with its province, which no other has; as written where it is none we know."""
    if project.region_code is None:
        return project.region
    divisions = Divisions.national()
    return divisions.full_name(project.region_code)


__all__ = ["Found", "extract_found"]
