"""What is reported: signed, begun and paid in by month or quarter, batches, the league of units."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from workspace.errors import Invalid
from workspace.models import Project
from workspace.partial import month_of, quarter_of
from workspace.projects.contacts import contacts
from workspace.projects.lights import lights
from workspace.projects.pipeline import find
from workspace.projects.replay import reached, steps
from workspace.projects.stages import Pipelines
from workspace.session import WorkSession

By = Literal["region", "chain", "owner"]
Period = Literal["month", "quarter", "year"]
UNKNOWN = "未注明"
UNDATED_ROW = "日期不详"
FIGURES: Mapping[str, str] = {
    "signed": "签约", "amount": "签约金额", "paid_in": "到位", "landed": "落地", "started": "开工",
    "producing": "投产",
}  # fmt: skip
BY: Mapping[str, str] = {"region": "地区", "chain": "产业链", "owner": "责任单位"}


@dataclass
class Figures:
    """Counts and sums of 亿元 (CNY); other currencies stand apart, nothing is converted.

    `inferred`: of `signed`, those whose log begins behind 签约, so that the day is a later one.
    """

    signed: int = 0
    inferred: int = 0
    amount: float = 0.0
    landed: int = 0
    started: int = 0
    producing: int = 0
    paid_in: float = 0.0
    foreign: dict[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """JSON, sums rounded to 1e-6."""
        found = {name: getattr(self, name) for name in _COUNTS}
        sums = {"amount": round(self.amount, 6), "paid_in": round(self.paid_in, 6)}
        return found | sums | {"foreign": {k: round(v, 6) for k, v in self.foreign.items()}}


_COUNTS = ("signed", "inferred", "landed", "started", "producing")


@dataclass(frozen=True)
class Row:
    """One period (and group): its figures, and those a year before."""

    period: str
    group: str | None
    now: Figures
    before: Figures

    def change(self, name: str) -> float | None:
        """同比 of a figure, 0.25 = up by a quarter; None where the year before had none."""
        was = float(getattr(self.before, name))
        return (float(getattr(self.now, name)) - was) / was if was else None

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "period": self.period, "group": self.group, **self.now.to_dict(),
            "before": self.before.to_dict(),
            "change": {name: self.change(name) for name in ("signed", "amount", "paid_in")},
        }  # fmt: skip


def report_table(  # each narrows or shapes the table
    session: WorkSession,
    year: int,
    period: Period = "month",
    *,
    by: By | None = None,
    region: str | None = None,
    chain: str | None = None,
) -> list[Row]:
    """The months or quarters of `year`, and the year as a whole, each beside the year before.

    A project counts when it reached a milestone (see replay.reached), with the amount it has now;
    money counts on the day it came in. Uncertain projects do not count, closed ones do for what
    they reached. What is dated to the year only stands in a row of its own (``2026 月份不详``).
    With `by`, one row a group and period; a project without one is UNKNOWN.
    """
    found: dict[tuple[str, str | None], Figures] = defaultdict(Figures)
    pipelines = Pipelines(session)
    for project in find(session, region=region, chain=chain):
        if counts(project):
            group = _group(project, by)
            for fact in _facts(project, pipelines):
                for each in _periods(fact.on, period):
                    _add(found[each, group], fact)
    groups = sorted({group for _, group in found} or {None}, key=lambda g: (g is None, g or ""))
    names = [n for n in _names(year, period) if _wanted(n, found)]
    return [
        Row(name, group, found[name, group], found[year_before(name), group])
        for name in names
        for group in groups
    ]


def counts(project: Project) -> bool:
    """Whether a project counts: somebody registered or confirmed it."""
    if project.status != "closed":
        return project.status == "open"
    last = [event for event in project.events if event.kind == "closed"][-1]
    return bool(last.changes["status"][0] != "uncertain")


@dataclass(frozen=True)
class Fact:
    """One entry of a project's log that a table counts.

    `figure`: signed, landed, started, producing or paid_in; `on`: the day, as precise as known;
    `amount`: 亿 of the project's currency, None where it is not known or does not matter.
    """

    project: Project
    figure: str
    on: str
    amount: float | None = None
    inferred: bool = False


def behind(
    session: WorkSession, period: str, figure: str, *, region: str | None = None
) -> list[Fact]:
    """What a figure of :func:`report_table` is the sum of, the earliest day first.

    `period` as a row names it (``2026-03``, ``2026Q1``, ``2026``, ``日期不详``); ``amount`` is made
    of the same projects as ``signed``.

    Raises:
        Invalid: no such figure.
    """
    wanted = "signed" if figure == "amount" else figure
    if wanted not in FIGURES:
        raise Invalid(f"报表没有「{figure}」这一项；可用：{'、'.join(FIGURES)}")
    grain: Period = "quarter" if "Q" in period else "year" if period.isdigit() else "month"
    pipelines = Pipelines(session)
    facts = (
        fact
        for project in find(session, region=region)
        if counts(project)
        for fact in _facts(project, pipelines)
        if fact.figure == wanted and period in _periods(fact.on, grain)
    )
    return sorted(facts, key=lambda f: (f.on, f.project.id))


def _facts(project: Project, pipelines: Pipelines) -> Iterable[Fact]:
    """All that a project contributes."""
    pipeline, path = pipelines.of(project.region_code), steps(project.events)
    signed = reached(path, pipeline, "signed")
    if signed is not None:
        yield Fact(project, "signed", signed.on, project.amount, signed.inferred)
    for milestone in ("landed", "started", "producing"):
        at = reached(path, pipeline, milestone)
        if at is not None and not at.inferred:
            yield Fact(project, milestone, at.on)
    for event in project.events:
        if "paid_in" in event.changes:
            before, after = event.changes["paid_in"]
            yield Fact(project, "paid_in", event.on, (after or 0.0) - (before or 0.0))


def _add(figures: Figures, fact: Fact) -> None:
    match fact.figure:
        case "signed":
            _sign(figures, fact)
        case "paid_in":
            _pay(figures, fact.project, fact.amount or 0.0)
        case name:
            setattr(figures, name, getattr(figures, name) + 1)


def _sign(figures: Figures, fact: Fact) -> None:
    project = fact.project
    figures.signed += 1
    figures.inferred += fact.inferred
    if project.currency == "CNY":
        figures.amount += project.amount or 0.0
    elif project.amount is not None:
        known = figures.foreign.get(project.currency, 0.0)
        figures.foreign[project.currency] = known + project.amount


def _pay(figures: Figures, project: Project, amount: float) -> None:
    if project.currency == "CNY":
        figures.paid_in += amount
    else:
        key = f"{project.currency} 到位"
        figures.foreign[key] = figures.foreign.get(key, 0.0) + amount


def _periods(day: str, period: Period) -> Iterable[str]:
    if not day:
        yield UNDATED_ROW
        return
    yield day[:4]
    if period != "year":
        part = month_of(day) if period == "month" else quarter_of(day)
        yield part or f"{day[:4]} 月份不详"


def _names(year: int, period: Period) -> list[str]:
    if period == "year":
        return [str(year), UNDATED_ROW]
    parts = (
        [f"{year}-{month:02d}" for month in range(1, 13)]
        if period == "month"
        else [f"{year}Q{quarter}" for quarter in range(1, 5)]
    )
    return [*parts, f"{year} 月份不详", str(year), UNDATED_ROW]


def year_before(name: str) -> str:
    """The row that one is compared with; empty for what has no date."""
    if name == UNDATED_ROW:
        return ""
    return f"{int(name[:4]) - 1}{name[4:]}"


def _wanted(name: str, found: Mapping[tuple[str, str | None], Figures]) -> bool:
    return "不详" not in name or any(period == name for period, _ in found)


def _group(project: Project, by: By | None) -> str | None:
    match by:
        case None:
            return None
        case "region":
            return project.region or project.region_code or UNKNOWN
        case "chain":
            return project.chain or project.chain_id or UNKNOWN
        case "owner":
            return project.owner or UNKNOWN


# ── 五个一批 ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class BatchView:
    """One batch: its projects now, their number and the sum of their known amounts (亿元)."""

    name: str
    projects: tuple[Project, ...]

    @property
    def amount(self) -> float:
        known = (p.amount for p in self.projects if p.currency == "CNY" and p.amount is not None)
        return round(sum(known), 6)

    @property
    def unknown(self) -> int:
        """Projects without an amount in yuan."""
        return sum(1 for p in self.projects if p.currency != "CNY" or p.amount is None)

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "name": self.name, "count": len(self.projects), "amount": self.amount,
            "amount_unknown": self.unknown, "projects": [p.to_dict() for p in self.projects],
        }  # fmt: skip


def batches(session: WorkSession, region: str | None = None) -> list[BatchView]:
    """五个一批 of a region, as its pipeline names them: open projects by how far they are.

    Projects in stages that belong to no batch stand in a last one, 其他.
    """
    pipelines = Pipelines(session)
    names = [batch.name for batch in pipelines.of(region).batches]
    held: dict[str, list[Project]] = {name: [] for name in names}
    own = pipelines.of(region)
    for project in find(session, region=region, status="open"):
        milestone = pipelines.of(project.region_code).milestone(project.stage)
        name = next((b.name for b in own.batches if milestone in b.milestones), "其他")
        held.setdefault(name, []).append(project)
    return [BatchView(name, tuple(found)) for name, found in held.items()]


# ── league table ────────────────────────────────────────────────────────────────────────────────

MEASURES: Mapping[str, str] = {
    "signed": "签约数", "amount": "签约金额", "started": "开工数", "paid_in": "到位资金",
    "contacts": "联系次数", "projects": "项目数", "red": "红灯数",
}  # fmt: skip


def league(  # period, place and measure
    session: WorkSession,
    year: int,
    *,
    region: str | None = None,
    chain: str | None = None,
    measure: str = "signed",
    today: dt.date | None = None,
) -> list[dict[str, Any]]:
    """Owner units by a measure of MEASURES in `year`; equal units share a rank.

    Ties in the measure are ordered by amount, then by name. ``red`` counts from the fewest.
    """
    rows: dict[str, dict[str, Any]] = {}
    for row in report_table(session, year, "year", by="owner", region=region, chain=chain):
        if row.group is not None and row.period != UNDATED_ROW:
            rows[row.group] = _league_row(row.group) | row.now.to_dict()
    shown = lights(session, (found := find(session, region=region, chain=chain)), today)
    for project in found:
        if project.status == "open":
            row_ = rows.setdefault(project.owner or UNKNOWN, _league_row(project.owner or UNKNOWN))
            row_["projects"] += 1
            row_["red"] += shown[project.id].colour == "red"
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    for contact in contacts(session, region=region, since=first, until=last):
        unit = contact.unit or UNKNOWN
        rows.setdefault(unit, _league_row(unit))["contacts"] += 1
    return _ranked(list(rows.values()), measure)


def _league_row(unit: str) -> dict[str, Any]:
    return Figures().to_dict() | {"unit": unit, "projects": 0, "red": 0, "contacts": 0}


def _ranked(rows: Sequence[dict[str, Any]], measure: str) -> list[dict[str, Any]]:
    sign = 1 if measure == "red" else -1
    ordered = sorted(rows, key=lambda r: (sign * r[measure], -r["amount"], r["unit"]))
    for place, row in enumerate(ordered, start=1):
        same = place > 1 and ordered[place - 2][measure] == row[measure]
        row["rank"] = ordered[place - 2]["rank"] if same else place
    return ordered


__all__ = [
    "BY",
    "FIGURES",
    "MEASURES",
    "UNKNOWN",
    "BatchView",
    "Fact",
    "Figures",
    "Row",
    "batches",
    "behind",
    "counts",
    "league",
    "report_table",
    "year_before",
]
