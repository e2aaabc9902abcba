"""Settings of the gap analysis: thresholds of the rules, shapes and weights of the priority."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from graph.presence import PresenceSettings

COMPONENTS = {
    "bottleneck": "瓶颈度",
    "local_demand": "本地需求",
    "local_supply": "本地配套",
    "capability": "承接能力",
    "supply": "可招企业",
    "competition": "竞争余地",
    "likelihood": "落地可能",
    "policy": "政策标记",
}
"""Components of the priority and their Chinese names. All in [0, 1], more = more urgent."""


class GapWeights(BaseModel):
    """Weights of the components; only their proportions matter. 0 leaves one out of the mean."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bottleneck: float = Field(
        default=0.15, ge=0, title="瓶颈度权重",
        description="Share of the chain's final value that passes the link.",
    )  # fmt: skip
    local_demand: float = Field(
        default=0.25, ge=0, title="本地需求权重", description="Presence at the links it feeds."
    )
    local_supply: float = Field(
        default=0.10, ge=0, title="本地配套权重", description="Presence at the links that feed it."
    )
    capability: float = Field(
        default=0.15, ge=0, title="承接能力权重",
        description="Relatedness to what the region has, beyond the size of region and link.",
    )  # fmt: skip
    supply: float = Field(
        default=0.10,
        ge=0,
        title="可招企业权重",
        description="Firms elsewhere that could be recruited.",
    )
    competition: float = Field(
        default=0.10, ge=0, title="竞争余地权重",
        description="How little the link is concentrated in few prefectures elsewhere.",
    )  # fmt: skip
    likelihood: float = Field(
        default=0.15, ge=0, title="落地可能权重",
        description="How likely a first firm is, learned from dated arrivals; 0 = do not learn.",
    )  # fmt: skip
    policy: float = Field(
        default=0.30, ge=0, title="政策标记权重",
        description="The user's own marks; counts only where `marks` are given.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _something_counts(self) -> GapWeights:
        if not any(value for name, value in self.model_dump().items() if name != "policy"):
            raise ValueError("除政策标记外的权重全为 0，无法计算优先度；请至少给一项正的权重")
        return self


class GapSettings(PresenceSettings):
    """Thresholds of the status and type rules and what the priority is made of."""

    presence_threshold: float = Field(
        default=0.5, gt=0, title="具备门槛",
        description="Presence from which a link counts as present (one firm of strength 0.5).",
    )  # fmt: skip
    established_share: float = Field(
        default=0.1, gt=0, le=1, title="成链比例",
        description="Share of a chain's links that must be present for it to be established.",
    )  # fmt: skip
    lq_strong: float = Field(
        default=1.5, gt=0, title="优势区位商",
        description="Location quotient from which a present link is strong without a leader.",
    )  # fmt: skip
    demand_half: float = Field(
        default=2.0, gt=0, title="需求半饱和值",
        description="Presence downstream (or upstream) at which the component is 0.5.",
    )  # fmt: skip
    supply_half: float = Field(
        default=5.0, gt=0, title="可招企业半饱和值",
        description="Number of firms elsewhere at which the supply component is 0.5.",
    )  # fmt: skip
    competition_min_firms: int = Field(
        default=3, ge=1, title="竞争判断最少企业数",
        description="With fewer located firms elsewhere concentration says nothing: unknown.",
    )  # fmt: skip
    weights: GapWeights = Field(
        default=GapWeights(), title="优先度权重", description="Weights of the components."
    )
    marks: tuple[tuple[str, float], ...] = Field(
        default=(), title="政策标记",
        description="The user's own priority of links, link id → 0–1; links without one: unknown.",
    )  # fmt: skip
    version: int | None = Field(
        default=None, ge=1, title="设置版本",
        description="Number of the office's stored settings that these began as; none = defaults.",
    )  # fmt: skip

    @field_validator("marks", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        return tuple(sorted(value.items())) if isinstance(value, Mapping) else value

    @field_validator("marks")
    @classmethod
    def _within_bounds(cls, value: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
        for link, mark in value:
            if not 0 <= mark <= 1:
                raise ValueError(f"环节 {link} 的政策标记为 {mark}，应在 0 与 1 之间")
        return value

    def component_weights(self) -> dict[str, float]:
        """Weights of the components that take part: policy only where there are marks."""
        weights: dict[str, float] = self.weights.model_dump()
        if not self.marks:
            del weights["policy"]
        return weights
