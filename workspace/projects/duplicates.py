"""Whether a project is in the pipeline already, by its name, firm and place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz

from ingest.names import name_key
from workspace.actor import within
from workspace.models import Project
from workspace.projects.pipeline import find
from workspace.session import WorkSession

# Words that one report writes and the next leaves out.
_FILLER = re.compile("(?:建设|投资|产业化|生产|总部|新建)?项目$|^(?:年产|总投资)")
_LONG_ENOUGH = 4
ALIKE = 88.0  # of 100: names this alike, of one firm, are one project


@dataclass(frozen=True)
class Known:
    """A project that may be the same, and why; `sure` = the same, else somebody has to look."""

    project: Project
    sure: bool
    why: str

    @property
    def said(self) -> str:
        """The project by number and name, and why it may be the same, for the user."""
        one = self.project
        about = "，".join(part for part in (one.firm, one.region, one.stage) if part)
        return f"已有项目 {one.id}「{one.name}」（{about}）：{self.why}"


@dataclass(frozen=True)
class Asked:
    """What is known of a project that may be new."""

    name: str
    firm_id: str | None = None
    firm: str | None = None
    region_code: str | None = None
    amount: float | None = None

    @classmethod
    def of(cls, name: str, fields: Mapping[str, Any]) -> Asked:
        """From a project's name and its fields."""
        wanted = ("firm_id", "firm", "region_code", "amount")
        return cls(name, *(fields.get(field) or None for field in wanted))


def twin(session: WorkSession, name: str, fields: Mapping[str, Any]) -> Known | None:
    """The project in the pipeline that one about to be entered may be; None = it is new.

    Only projects that the caller may see are looked at.
    """
    return same(Asked.of(name, fields), find(session))


def same(asked: Asked, projects: Iterable[Project]) -> Known | None:
    """The project that `asked` is, a sure one before a likely one; None = it is new.

    Equal names in places that lie in one another are the same, unless their firms are two. Of one
    firm and place, names that are alike are the same; an equal amount alone makes it likely.
    """
    likely: Known | None = None
    key = project_key(asked.name)
    for project in projects:
        if not _meet(asked.region_code, project.region_code):
            continue
        firms = _same_firm(asked, project)
        if firms is False:
            continue
        own = project_key(project.name)
        if key == own:
            return Known(project, True, "项目名称相同")
        if not firms:
            continue
        alike = fuzz.token_set_ratio(key, own) if min(len(key), len(own)) >= _LONG_ENOUGH else 0.0
        alike = max(alike, fuzz.partial_ratio(key, own) if len(key) != len(own) else 0.0)
        if alike >= ALIKE and min(len(key), len(own)) >= _LONG_ENOUGH:
            return Known(project, True, f"同一企业，项目名称相近（{alike:.0f}%）")
        if asked.amount is not None and asked.amount == project.amount:
            likely = likely or Known(project, False, "同一企业、同一金额，项目名称不同")
    return likely


@lru_cache(maxsize=1 << 16)  # a file of new rows is laid beside every project there is
def project_key(name: str) -> str:
    """A project's name as it is compared: without 项目, 建设 and the like at its end."""
    key = name_key(name)
    return _FILLER.sub("", key) or key


def _same_firm(asked: Asked, project: Project) -> bool | None:
    """Whether both are of one firm; None where one of them has none."""
    if asked.firm_id and project.firm_id:
        return asked.firm_id == project.firm_id
    if not asked.firm or not project.firm:
        return None
    return _firm_key(asked.firm) == _firm_key(project.firm)


@lru_cache(maxsize=1 << 16)
def _firm_key(name: str) -> str:
    return name_key(name)


def _meet(one: str | None, other: str | None) -> bool:
    return not one or not other or within(one, other) or within(other, one)


__all__ = ["ALIKE", "Asked", "Known", "project_key", "same", "twin"]
