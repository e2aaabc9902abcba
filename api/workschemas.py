"""The shapes of texts, loads, lists and projects, as OpenAPI shows them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from api.schemas import Answer, Named, Page, RegionRef, Target

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_DAY = r"^\d{4}(-\d{2}(-\d{2})?)?$"


def _day(text: str) -> str:
    if not re.fullmatch(_DAY, text, re.ASCII):
        raise ValueError(f"日期应写作 2026、2026-03 或 2026-03-05，收到「{text[:40]}」")
    return text


Day = Annotated[str, AfterValidator(_day), WithJsonSchema({"type": "string", "pattern": _DAY})]
Amount = Annotated[float, Field(ge=0, lt=1e7, allow_inf_nan=False)]


class Request(BaseModel):
    """Base of what is sent: a field that is not declared is a mistake."""

    model_config = ConfigDict(extra="forbid", str_max_length=1_000_000)


# ── texts ───────────────────────────────────────────────────────────────────────────────────────


class NameQuestion(Request):
    """A firm's name with what stands beside it."""

    name: Line
    uscc: Line | None = None
    region: Line | None = None
    products: Words | None = None


class ResolveQuery(Request):
    """What POST /resolve takes."""

    names: list[NameQuestion] = Field(
        min_length=1, max_length=10_000, examples=[[{"name": "明阳智能", "region": "广东"}]]
    )


class Candidate(Named):
    """A firm that a name may mean."""

    score: float
    why: str


class Resolution(Answer):
    """What a name means."""

    row: int
    query: str
    decision: Literal["match", "review", "none"]
    firm: Named | None
    score: float
    candidates: list[Candidate]


class Resolutions(Answer):
    """One answer a name."""

    answers: list[Resolution]
    data_version: int


class FirmTexts(Request):
    """What is written about a firm."""

    name: Line | None = None
    scope: Words | None = None
    products: list[Line] | None = Field(None, max_length=200)
    industry: Line | None = None


class ClassifyQuery(Request):
    """What POST /classify takes."""

    texts: list[FirmTexts] = Field(
        min_length=1, max_length=5_000, examples=[[{"products": ["风电叶片", "复合材料"]}]]
    )
    top: int = Field(3, ge=1, le=50, description="每条文本列出的环节数")


class LinkGuess(Answer):
    """A link that a text speaks of."""

    id: str
    chain: str
    name: str
    confidence: float


class Classification(Answer):
    """The links of one text."""

    row: int
    links: list[LinkGuess]
    decision: Literal["assign", "review", "none"]


class Classifications(Answer):
    """One answer a text."""

    answers: list[Classification]
    data_version: int


class ExtractQuery(Request):
    """What POST /extract takes."""

    texts: list[Annotated[str, Field(max_length=200_000)]] = Field(
        min_length=1,
        max_length=100,
        examples=[["3月5日，甲公司与东营市签约，投资20亿元建设叶片项目。"]],
    )
    region: Line | None = Field(None, description="文中未写明时项目所在的地区")


class Extracted(Answer):
    """Projects and firms of one text; evidence is an offset into it."""

    file: str | None
    projects: list[dict[str, Any]]
    firms: list[dict[str, Any]]


class Extractions(Answer):
    """One answer a text."""

    answers: list[Extracted]
    data_version: int


# ── loads ───────────────────────────────────────────────────────────────────────────────────────


class JobProgress(Answer):
    """How far a load is."""

    what: str
    done: int
    of: int


class JobRow(Answer):
    """One load: files in, summary and rejected rows out."""

    id: str
    status: Literal["waiting", "running", "done", "failed"]
    by: str
    files: list[str]
    created: str
    finished: str | None
    progress: JobProgress | None
    summary: dict[str, Any] | None
    notices: list[str]
    problem: str | None


class JobList(Page):
    """Loads, the newest first."""

    jobs: list[JobRow]


# ── lists ───────────────────────────────────────────────────────────────────────────────────────


class ListRow(Answer):
    """A target list without its firms."""

    id: int
    title: str
    purpose: str
    event: str
    owner: str
    region: RegionRef | None
    chain: Named | None
    link: Named | None
    created: str
    by: str
    archived: bool


class Lists(Page):
    """Target lists, the newest first."""

    lists: list[ListRow]


class ListEntry(Target):
    """A firm on a list, with what came of it."""

    score: float | None  # type: ignore[assignment]  # made by hand: no score
    link: Named | None  # type: ignore[assignment]
    state: str | None = None


class ListVersion(Answer):
    """A list as one version of it stands."""

    list: int
    version: int
    origin: str
    comment: str
    data_version: int | None
    settings_version: int | None
    entries: Sequence[ListEntry]


class NewList(Request):
    """A list made by a question (region, chain, link), or an empty one."""

    title: Title = Field(examples=["风洽会拟邀企业"])
    purpose: Words = ""
    event: Line = ""
    owner: Line = ""
    region: Line | None = Field(None, examples=["东营市"])
    chain: Line | None = Field(None, examples=["海上风电装备"])
    link: Line | None = None
    top: int = Field(20, ge=1, le=1000)


class NewEntry(Request):
    """A firm to put on a list: one of the store, or a name that it does not know."""

    firm: Title
    reason: Words = ""


class NewOutcome(Request):
    """What came of a firm of a list."""

    firm_id: Title
    kind: Literal["contacted", "talking", "signed", "lost"]
    on: Day | None = None
    why: Words = ""


class OutcomeRow(Answer):
    """What came of a firm on a day."""

    id: int
    firm_id: str
    kind: str
    on: str
    why: str


# ── projects ────────────────────────────────────────────────────────────────────────────────────


class NewProject(Request):
    """A project; amounts in 亿."""

    name: Title
    stage: Line = "在谈"
    on: Day | None = None
    firm: Line | None = None
    region: Line | None = None
    chain: Line | None = None
    link: Line | None = None
    amount: Amount | None = None
    paid_in: Amount | None = None
    owner: Line | None = None
    contact: Line | None = None
    due: Day | None = None
    next_step: Words | None = None
    source: Line | None = None
    comment: Words = ""


class ProjectFilter(Request):
    """What narrows the list of projects; a region takes in what lies below it."""

    region: Line | None = None
    stage: Line | None = None
    owner: Line | None = None
    status: Literal["open", "uncertain", "closed"] | None = None
    q: Line | None = Field(None, description="项目或企业名称中的文字")
    limit: int = Field(100, ge=1, le=500, description="每页条数")
    cursor: str | None = Field(None, max_length=100, description="上一页给出的 next")


class ProjectChange(Request):
    """Fields to change; `version` is the one that the caller has seen."""

    version: int | None = Field(None, ge=1, le=2**31)
    stage: Line | None = None
    on: Day | None = None
    comment: Words = ""
    name: Title | None = None
    amount: Amount | None = None
    owner: Line | None = None
    contact: Line | None = None
    due: Day | None = None
    next_step: Words | None = None


class ProjectRow(Answer):
    """One project."""

    id: int
    name: str
    firm: str | None
    region: str | None
    chain: str | None
    link: str | None
    stage: str
    amount: float | None
    paid_in: float | None
    owner: str | None
    due: str | None
    status: str
    version: int
    light: dict[str, Any] | None = None


class ProjectDetail(ProjectRow):
    """One project with its log."""

    log: list[dict[str, Any]]


class Doubt(Answer):
    """What was done, and yet somebody should look at it; `project` is the other one."""

    code: Literal["likely-duplicate"]
    project: int
    message: str


class NewProjectAnswer(ProjectDetail):
    """A project just entered; `warnings` say which it may be the same as."""

    warnings: list[Doubt]


class Projects(Page):
    """Projects, a page at a time."""

    projects: list[ProjectRow]


class Likely(Answer):
    """A new project that may be one already entered."""

    project: int
    like: int
    why: str


class Recognised(Answer):
    """A project that was entered before."""

    project: int
    why: str


class NotTaken(Answer):
    """A project that could not be entered, and why."""

    row: dict[str, Any]
    reason: str


class ArrivedProjects(Answer):
    """What became of projects out of reports: numbers of projects, all uncertain."""

    created: list[int]
    known: list[Recognised]
    likely: list[Likely]
    rejected: list[NotTaken]


class NewContact(Request):
    """Who met whom, when, what came of it, what is next; a project's firm is its own."""

    kind: Literal["visit", "reception", "call", "meeting", "other"]
    project: int | None = Field(None, ge=1, lt=2**31)
    firm: Line | None = None
    region: Line | None = None
    on: dt.date | None = None
    unit: Line | None = None
    who: Line | None = None
    whom: Line | None = None
    result: Words | None = None
    next_step: Words | None = None
    next_on: dt.date | None = None


class ContactFilter(Request):
    """What narrows the log; a region takes in what lies below it."""

    region: Line | None = None
    project: int | None = Field(None, ge=1, lt=2**31)
    firm_id: Line | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    limit: int = Field(100, ge=1, le=500, description="每页条数")
    cursor: str | None = Field(None, max_length=100, description="上一页给出的 next")


class ContactRow(Answer):
    """One contact."""

    id: int
    project: int | None
    firm_id: str | None
    firm: str | None
    region_code: str | None
    kind: str
    on: str
    unit: str | None
    who: str | None
    whom: str | None
    result: str | None
    next_step: str | None
    next_on: str | None
    at: str
    by: str


class UnitCount(Answer):
    """Contacts of a unit by kind, and how many firms they were with."""

    unit: str | None
    visit: int
    reception: int
    call: int
    meeting: int
    other: int
    total: int
    firms: int


class Contacts(Page):
    """Contacts, a page at a time, with counts by unit."""

    contacts: list[ContactRow]
    by_unit: list[UnitCount]


class Ways(Answer):
    """Ways in."""

    firm: Named
    region: RegionRef
    data_version: int
    paths: list[dict[str, Any]]
