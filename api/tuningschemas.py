"""The shapes of weights and thresholds, as OpenAPI shows them."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field, StrictFloat, StrictInt

from api.schemas import Answer, Page
from api.workschemas import Line, Request, Words

Setting = float | list[Line] | None


class SettingRow(Answer):
    """One weight or threshold: in force, the default, and what may be set."""

    key: str
    label: str
    group: str
    help: str
    range: str
    value: Setting
    default: Setting
    changed: bool


class Settings(Answer):
    """Weights and thresholds in force; version 0 = nothing was ever changed."""

    version: int
    settings: Sequence[SettingRow]


class SettingsChange(Request):
    """Some values to set; null brings the default back."""

    values: dict[Line, StrictFloat | StrictInt | Words | list[Line] | None] = Field(
        max_length=100, examples=[{"presence_threshold": 0.8, "ranking.fit": None}]
    )
    comment: Words = ""
    seen: int | None = Field(None, ge=0, description="所见的版本；其间有人改过则拒绝")


class SettingsChanged(Answer):
    """One change: key → [before, after], null = the default."""

    version: int
    at: str
    by: str
    comment: str
    changes: dict[str, tuple[Setting, Setting]]


class SettingsHistory(Page):
    """Changes of weights and thresholds, the newest first."""

    changes: Sequence[SettingsChanged]
