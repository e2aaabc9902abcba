"""The shapes of answers, as OpenAPI shows them; the contract names every field.

Answers may carry more fields than stand here (the contract allows adding), so models let them pass.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from recommender.checks.model import CheckList

Score = float | None
Interval = tuple[float | None, float | None] | None


class Answer(BaseModel):
    """Base of all shapes: fields that are not declared pass through."""

    model_config = ConfigDict(extra="allow")


class Named(Answer):
    """A thing by id and name."""

    id: str
    name: str


class RegionRef(Answer):
    """A region by its GB/T 2260 code."""

    code: str
    name: str


class Component(Answer):
    """A part of a score: null value means unknown, not zero."""

    value: Score
    weight: float
    source: str | None = None


class ChainRow(Named):
    """One chain with its size."""

    sector: str | None
    links: int
    firms: int
    positions: int


class LinkRow(Named):
    """One link of a chain; upstream and downstream are link ids."""

    stage: Literal["upstream", "midstream", "downstream"]
    group: str | None
    keywords: list[str]
    industry_codes: list[str]
    upstream: list[str]
    downstream: list[str]
    firms: int


class RegionRow(RegionRef):
    """One division; firms counts those of the divisions below as well."""

    full_name: str
    level: Literal["province", "prefecture", "county"]
    firms: int


class FirmRow(Named):
    """One firm as lists show it; links are link ids."""

    uscc: str | None
    stock_code: str | None
    region: RegionRef | None
    tags: list[str]
    links: list[str]


class Page(Answer):
    """A page of a list: how many there are in all, and the cursor of the following page."""

    total: int
    next: str | None


class FirmPage(Page):
    """Firms."""

    firms: list[FirmRow]
    data_version: int


class Chains(Page):
    """All chains."""

    chains: list[ChainRow]
    data_version: int


class Links(Page):
    """The links of one chain."""

    chain: Named
    links: list[LinkRow]
    data_version: int


class Regions(Page):
    """Divisions."""

    regions: list[RegionRow]
    data_version: int


class LinkName(Named):
    """A link with its stage."""

    stage: str


class GapLink(Answer):
    """What a region has at one link, and what kind of gap it is, if any."""

    link: LinkName
    status: Literal["missing", "weak", "present", "strong"]
    gap_type: Literal["build", "fill", "extend", "strengthen"] | None
    priority: Score
    interval: Interval
    coverage: float | None
    local_firms: int
    leader: dict[str, Any] | None
    national_firms: int
    location_quotient: Score
    relatedness: Score
    components: dict[str, Component]
    reasons: list[str]


class GapChain(Answer):
    """One chain in a region."""

    chain: Named
    established: bool
    links: list[GapLink]


class Gaps(Answer):
    """有什么, 缺什么."""

    region: RegionRef
    data_version: int
    settings: dict[str, Any]
    chains: list[GapChain]


class Contribution(Component):
    """A component of a target's score with what it adds to it."""

    contribution: float | None = None


class TargetFirm(Named):
    """A firm on the list; the region as the answer gives it."""

    uscc: str | None
    region: RegionRef | None
    tags: list[str]


class Target(Answer):
    """One firm to go after, with reasons, evidence and ways in."""

    rank: int
    firm: TargetFirm
    link: Named
    score: float
    interval: Interval
    coverage: float | None
    components: dict[str, Contribution]
    reasons: list[str]
    paths: list[dict[str, Any]]


class Model(Answer):
    """The model that ranked."""

    kind: str
    version: Any
    trained_on: Any


class Recommendation(Answer):
    """找谁."""

    query: dict[str, Any]
    data_version: int
    model: Model
    considered: int
    excluded: dict[str, int]
    targets: list[Target]


class Explanation(Answer):
    """Why a firm is on the list, or why not."""

    listed: bool


class DestinationPart(Answer):
    """What one feature says of a region, 0 to 1, and what it adds to the score."""

    label: str
    value: float
    weight: float
    contribution: float


class Destination(Answer):
    """A region that a firm may go to next; contributions add up to the score.

    `group` are the firms of its group that sit there.
    """

    rank: int
    region: RegionRef
    score: float
    group: list[Named]
    components: dict[str, DestinationPart]


class Destinations(Answer):
    """Where a firm may go next: whom a region competes with."""

    query: dict[str, Any]
    data_version: int
    model: Model
    regions: list[Destination]


class Question(BaseModel):
    """What 找谁 is asked in the address."""

    model_config = ConfigDict(extra="forbid")

    region: str | None = Field(
        None, description="地区：代码、全称或简称", max_length=100, examples=["东营市"]
    )
    chain: str | None = Field(
        None, description="产业链：编号或名称", max_length=200, examples=["海上风电装备"]
    )
    link: str | None = Field(
        None, description="环节：编号或名称", max_length=200, examples=["叶片"]
    )
    top: int = Field(20, ge=1, le=1000, description="列出的家数")
    known: Literal["without", "only"] = Field(
        "without", description="不填地区时：without 为尚不在该环节的企业，only 为已在该环节的企业"
    )
    product: str | None = Field(None, description="要找的产品，用自己的话说", max_length=200)
    model: str | None = Field(
        None,
        description="评分模型：weights、learned（训练好的）、membership、基线名，或 auto"
        "（问地区时用训练好的模型，没有则用 weights）；不填为 weights，只问环节时为 membership",
        max_length=40,
    )
    park: str | None = Field(
        None,
        description="园区：编号或名称；其准入条件作为清单，未填地区时用其所在地",
        max_length=200,
    )
    max_per_group: int | None = Field(None, ge=1, description="同一集团至多列出的家数")
    max_per_link: int | None = Field(None, ge=1, description="同一环节至多列出的家数")
    stability: bool = Field(False, description="是否给出权重变动时名次的稳定程度")


class RecommendQuery(Question):
    """What POST /recommend takes."""

    weights: dict[str, float] | None = Field(
        None, description="各信号的权重，未写的用本单位的设置", examples=[{"fit": 0.5}]
    )
    checks: CheckList | None = Field(None, description="准入清单（如七评一看）")


class FirmQuestion(Question):
    """Which firm, and the question whose list it is held against."""

    firm: str = Field(
        description="企业：编号、名称、简称、统一社会信用代码或股票代码",
        max_length=200,
        examples=["明阳智能"],
    )
    chain: str = Field(description="产业链：编号或名称", max_length=200, examples=["海上风电装备"])


class ExplainQuery(FirmQuestion, RecommendQuery):
    """What POST /explain takes."""


class VersionRow(Answer):
    """One data version."""

    number: int
    created: str | None
    note: str


class Versions(Page):
    """Data versions that can still be read, newest first."""

    current: int
    versions: list[VersionRow]


class TableRows(Answer):
    """Rows of one table."""

    table: str
    label: str
    rows: int


class Stats(Answer):
    """What the store holds."""

    data_version: int
    created: str | None
    tables: list[TableRows]
    firms_with: dict[str, int]


class Health(Answer):
    """The server is up and answers from this version."""

    status: Literal["ok"]
    data_version: int


class Problem(Answer):
    """An error (RFC 9457): `code` is for programs, `title` and `detail` are for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
