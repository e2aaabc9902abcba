"""Settings of a region's pipeline, as data: stages and what each means, batches, light rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from sqlalchemy import select

from graph.complaints import complaint, place
from ingest.news.words import STAGE_OF
from workspace.actor import Role, within
from workspace.errors import Invalid
from workspace.models import RegionSettings
from workspace.session import WorkSession

Milestone = Literal["reserve", "talking", "signed", "landed", "started", "producing", "financing"]
# How far a project is. Financing goes on beside the others: it moves nobody up or down.
LADDER: Mapping[str, int] = {
    "reserve": 0, "talking": 1, "signed": 2, "landed": 3, "started": 4, "producing": 5,
}  # fmt: skip
MILESTONES: Mapping[str, str] = {
    "reserve": "储备", "talking": "在谈", "signed": "签约", "landed": "落地", "started": "开工",
    "producing": "投产", "financing": "融资",
}  # fmt: skip
# What reports call a stage → milestone; 在建 has begun, 到位 is money.
_REPORTED = {
    "投产": "producing", "在建": "started", "开工": "started", "落地": "landed", "签约": "signed",
    "在谈": "talking", "到位": "financing",
}  # fmt: skip


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Stage(_Setting):
    """One stage as the office calls it."""

    name: str = Field(min_length=1, max_length=20)
    milestone: Milestone
    """What it means, so that regions with other words can be counted together."""
    words: tuple[str, ...] = ()
    """Other words for it, in files and news."""


class Batch(_Setting):
    """One of the 五个一批: a name, and the milestones of the projects in it."""

    name: str
    milestones: tuple[Milestone, ...]


class LightRule(_Setting):
    """Gives a project a colour when something has lasted for at least `days`.

    `when`: ``overdue`` days since the due date (negative: before it); ``no_contact`` since the last
    contact, or since the project began where there was none; ``in_stage`` since it came to its
    stage; ``no_due`` open that long without a due date.
    """

    light: Literal["red", "yellow"]
    when: Literal["overdue", "no_contact", "in_stage", "no_due"]
    days: int
    milestones: tuple[Milestone, ...] = ()
    """Only for projects this far; empty = all."""


class Pipeline(_Setting):
    """Ordered stages, batches and light rules of a region."""

    stages: tuple[Stage, ...]
    batches: tuple[Batch, ...]
    lights: tuple[LightRule, ...]

    @field_validator("stages")
    @classmethod
    def _told_apart(cls, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
        names = [stage.name for stage in stages]
        if not names or len(set(names)) < len(names):
            raise ValueError("阶段至少一个，名称不能重复")
        return stages

    def stage(self, text: str) -> Stage:
        """The stage that a word means: its name, one of its words, or what reports call so.

        A report's 落地 where there is no such stage is the one below it, never one above: no more
        is claimed than was said.

        Raises:
            Invalid: none, the message names the stages there are.
        """
        wanted = text.strip()
        for stage in self.stages:
            if wanted == stage.name or wanted in stage.words:
                return stage
        meant = _REPORTED.get(STAGE_OF.get(wanted, wanted))
        found = None if meant is None else self._nearest(meant)
        if found is None:
            known = "、".join(stage.name for stage in self.stages)
            raise Invalid(f"没有「{text}」这个阶段；可用：{known}")
        return found

    def _nearest(self, meant: str) -> Stage | None:
        exact = [stage for stage in self.stages if stage.milestone == meant]
        reach = LADDER.get(meant, LADDER["signed"])  # who raises money has signed
        below = [s for s in self.stages if LADDER.get(s.milestone, reach + 1) <= reach]
        return next(iter(exact or sorted(below, key=lambda s: -LADDER[s.milestone])), None)

    def milestone(self, stage: str) -> str | None:
        """What a stage means here; None for a stage of another pipeline with an unknown word."""
        try:
            return self.stage(stage).milestone
        except Invalid:
            return None

    def level(self, stage: str) -> int | None:
        """How far a stage is on the ladder, 0–5; None for financing and unknown words."""
        return LADDER.get(self.milestone(stage) or "")


def _stages(*named: tuple[str, Milestone]) -> tuple[Stage, ...]:
    return tuple(Stage(name=name, milestone=milestone) for name, milestone in named)


SETS: Mapping[str, tuple[Stage, ...]] = {
    "four": _stages(
        ("在谈", "talking"), ("签约", "signed"), ("动建", "started"), ("投产", "producing")
    ),
    "five": _stages(
        ("在谈", "talking"), ("签约", "signed"), ("落地", "landed"), ("开工", "started"),
        ("投产", "producing"),
    ),
    "six": _stages(
        ("在谈", "talking"), ("签约", "signed"), ("落地", "landed"), ("开工", "started"),
        ("融资", "financing"), ("储备", "reserve"),
    ),
}  # fmt: skip
BATCHES = (
    Batch(name="在谈一批", milestones=("talking", "reserve")),
    Batch(name="签约一批", milestones=("signed",)),
    Batch(name="落地一批", milestones=("landed", "financing")),
    Batch(name="开工一批", milestones=("started",)),
    Batch(name="投产一批", milestones=("producing",)),
)
_EARLY: tuple[Milestone, ...] = ("talking", "signed", "landed")
LIGHTS = (
    LightRule(light="red", when="overdue", days=1),
    LightRule(light="yellow", when="overdue", days=-7),
    LightRule(light="red", when="no_contact", days=60, milestones=_EARLY),
    LightRule(light="yellow", when="no_contact", days=30, milestones=_EARLY),
    LightRule(light="red", when="in_stage", days=365, milestones=_EARLY),
    LightRule(light="yellow", when="in_stage", days=180, milestones=_EARLY),
)
DEFAULT = Pipeline(stages=SETS["four"], batches=BATCHES, lights=LIGHTS)


def pipeline_of(session: WorkSession, region: str | None) -> Pipeline:
    """The pipeline of a region: its own, else that of the smallest region around it, else ours."""
    return Pipelines(session).of(region)


class Pipelines:
    """The pipelines of all regions, read once."""

    def __init__(self, session: WorkSession) -> None:
        self._own = {
            row.region_code: Pipeline.model_validate(row.pipeline)
            for row in session.scalars(select(RegionSettings))
        }

    def of(self, region: str | None) -> Pipeline:
        """The pipeline of `region` (code), see :func:`pipeline_of`."""
        around = [code for code in self._own if within(region, code)]
        return self._own[max(around, key=_depth)] if around else DEFAULT

    def own(self) -> dict[str, Pipeline]:
        """Region code → pipeline, of the regions that have one."""
        return dict(self._own)


def set_pipeline(session: WorkSession, region: str, pipeline: Pipeline) -> RegionSettings:
    """Give a region ("" = all) a pipeline. Raises NotAllowed for who is no admin there."""
    session.actor.must(Role.admin, region)
    row = session.scalar(select(RegionSettings).where(RegionSettings.region_code == region))
    value = pipeline.model_dump(mode="json")
    if row is None:
        row = RegionSettings(region_code=region, pipeline=value)
        session.add(row)
    row.pipeline = value
    session.flush()
    return row


def read_pipeline(value: object) -> Pipeline:
    """A pipeline from JSON or YAML; what is left out is ours. Raises Invalid."""
    if isinstance(value, dict):
        value = DEFAULT.model_dump(mode="json") | value
    try:
        return Pipeline.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = place(first["loc"])
        raise Invalid(f"项目阶段设置有误：{where}：{complaint(first)}") from error


def _depth(code: str) -> int:
    return len(code) - len(code) % 2 if not code.endswith("00") else _depth(code[:-2])


__all__ = [
    "BATCHES",
    "DEFAULT",
    "LADDER",
    "LIGHTS",
    "MILESTONES",
    "SETS",
    "Batch",
    "LightRule",
    "Milestone",
    "Pipeline",
    "Pipelines",
    "Stage",
    "pipeline_of",
    "read_pipeline",
    "set_pipeline",
]
