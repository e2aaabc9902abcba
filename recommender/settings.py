"""Everything that can be set about a ranking, each with its meaning; printed with the answer."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from recommender.checks.model import CheckList

PARTIAL_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


def years(text: str) -> float:
    """A partial ISO date as a fractional year: '2021-07' → 2021.5."""
    year, month, day = [*(int(part) for part in text.split("-")), 1, 1][:3]
    return year + (month - 1) / 12 + (day - 1) / 365.25


def _date(text: str | None) -> str | None:
    if text is not None and not PARTIAL_DATE.fullmatch(text):
        raise ValueError(f"日期应写作 2021、2021-09 或 2021-09-01，现为 {text!r}")
    return text


DEFAULT_WEIGHTS: dict[str, float] = {
    "fit": 0.22,
    "leadership": 0.16,
    "pull": 0.16,
    "momentum": 0.10,
    "affinity": 0.10,
    "expansion": 0.08,
    "proximity": 0.06,
    "reach": 0.06,
    "capacity": 0.06,
    "soundness": 0.04,
}


class RankSettings(BaseModel):
    """Settings of a ranking; defaults are judgements, and a back-test says how good they are."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    as_of: Annotated[str | None, AfterValidator(_date)] = None
    """The day the ranking speaks of, as partial ISO text; later events are not seen.

    Empty = the latest date in the data, never the clock: the same data give the same answer.
    """
    weights: dict[str, float] = Field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    """Weight of each signal, ≥ 0; a signal not named keeps its default, 0 switches it off."""
    blacklist: tuple[str, ...] = ()
    """Firms (id, full name, USCC) that must not be listed."""
    checks: CheckList | None = None
    """Constraints of a region or park (七评一看); who fails is left out or warned of."""
    max_per_group: int | None = Field(default=None, ge=1)
    """Firms of one group (control, or a rare name core in common) listed at most; empty = any."""
    max_per_link: int | None = Field(default=None, ge=1)
    """Firms of one link listed at most; empty = any."""
    draws: int = Field(default=0, ge=0, le=10_000)
    """Draws of weights by which the stability of each target is judged; 0 = not judged."""
    draw_spread: float = Field(default=0.3, gt=0, le=3)
    """Spread of the draws: standard deviation of the logarithm of each weight's factor."""
    candidates: Literal["model", "all"] = "model"
    """Which firms may be listed at a link: ``model`` = those that the model can say something of,
    ``all`` = every firm of the data, so that models can be compared on the same firms."""
    presence_threshold: float = Field(default=0.5, gt=0)
    """Weighted presence of a region at a link from which the link counts as present, not a gap."""
    unknown_strength: float = Field(default=0.5, ge=0, le=1)
    """What a position of unknown strength counts in a region's presence."""
    uncertain_weight: float = Field(default=0.5, ge=0, le=1)
    """What a position that waits for review counts, as a factor."""
    half_life_years: float = Field(default=3.0, gt=0)
    """After so many years an event counts half."""
    distance_scale_km: float = Field(default=600.0, gt=0)
    """Distance at which nearness falls to 1/e."""
    tie_strength: float = Field(default=0.5, gt=0, le=1)
    """What a tie without a stated weight counts."""
    paths_per_target: int = Field(default=3, ge=0, le=20)
    """Ways in shown for each target."""
    hub_limit: int = Field(default=2000, ge=1)
    """Ends with more ties than this (a nationwide association) are no way in and are not walked."""
    version: int | None = Field(default=None, ge=1)
    """Number of the office's stored settings that these began as; empty = the defaults."""

    @field_validator("weights")
    @classmethod
    def _known_weights(cls, given: dict[str, float]) -> dict[str, float]:
        unknown = sorted(set(given) - set(DEFAULT_WEIGHTS))
        if unknown:
            known = "、".join(DEFAULT_WEIGHTS)
            raise ValueError(f"没有名为 {'、'.join(unknown)} 的信号；可设：{known}")
        merged = DEFAULT_WEIGHTS | given
        if min(merged.values()) < 0 or not 0 < sum(merged.values()) < float("inf"):
            raise ValueError("权重不得为负，且至少一个大于 0")
        return merged


DEFAULTS = RankSettings()
