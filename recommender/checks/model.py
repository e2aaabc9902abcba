"""What a check list is: lines with a subject, a limit, what happens to who fails, and points."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

BUSINESS, CODES = "business", "industry_codes"
"""Subjects that are no attribute of the firm alone: what it makes, and the codes of the link."""


class CheckListInvalid(ValueError):
    """A check list cannot be used; the message says where and why."""


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str | int | float) else value


def _texts(value: Any) -> Any:
    found = _several(value)
    return tuple(map(str, found)) if isinstance(found, list | tuple) else found


Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]


class Check(BaseModel):
    """One line: a limit on one thing that is known, or not known, of a firm."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    item: str
    """What is checked, as shown: 亩均投资强度."""
    of: Texts
    """Where it is read: a column of the firms table or an attribute, the first that is known;
    ``business``: products, industry and the link's name; ``industry_codes``: those of the link."""
    group: str = ""
    """The heading it stands under: 一评土地."""
    unit: str = ""
    """Unit of the limit; a value in another unit is not compared but unknown."""
    at_least: float | None = None
    """Smallest value that passes."""
    at_most: float | None = None
    """Largest value that passes."""
    one_of: Texts = ()
    """Passes with one of these words in it; codes: with one of these beginnings."""
    none_of: Texts = ()
    """Passes without any of these words; codes: unless all of them begin so."""
    fails: Literal["exclude", "warn"] = "exclude"
    """What happens to a firm that does not pass. Unknown never excludes."""
    chains: Texts = ()
    """Chains (ids or names) it is limited to; empty = all."""
    links: Texts = ()
    """Links (ids or names) it is limited to; empty = all."""
    points: float = Field(default=1.0, gt=0)
    """Points on the score sheet."""
    basis: str = ""
    """Where the limit comes from; shown with it."""

    @model_validator(mode="after")
    def _limits(self) -> Check:
        numeric = self.at_least is not None or self.at_most is not None
        worded = bool(self.one_of or self.none_of)
        if numeric and worded:
            raise ValueError(f"「{self.item}」不能同时限数值和限用词，请分成两项")
        if not self.of:
            raise ValueError(f"「{self.item}」没有写明看哪一项（of）")
        if numeric and set(self.of) & {BUSINESS, CODES}:
            raise ValueError(f"「{self.item}」：{'、'.join(self.of)} 不是数值")
        return self

    @property
    def manual(self) -> bool:
        """Whether it has no limit that can be compared: a person has to look."""
        return self.at_least is None and self.at_most is None and not self.one_of + self.none_of

    @property
    def limit(self) -> str:
        """The limit in words."""
        if self.manual:
            return "人工核对"
        parts = []
        if self.at_least is not None:
            parts.append(f"不低于 {self.at_least:g} {self.unit}".rstrip())
        if self.at_most is not None:
            parts.append(f"不高于 {self.at_most:g} {self.unit}".rstrip())
        if self.one_of:
            parts.append(f"属于{'、'.join(self.one_of)}")
        if self.none_of:
            parts.append(f"不属于{'、'.join(self.none_of)}")
        return "，".join(parts)


class CheckList(BaseModel):
    """A named list of checks."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str
    """As shown with results."""
    note: str = ""
    """What a reader should know: whose rule it is, since when."""
    checks: tuple[Check, ...] = ()
    """The lines, in order."""

    @model_validator(mode="after")
    def _each_once(self) -> CheckList:
        seen: set[str] = set()
        for check in self.checks:
            if check.item in seen:
                raise ValueError(f"「{check.item}」出现了两次")
            seen.add(check.item)
        return self

    def and_those_of(self, other: CheckList) -> CheckList:
        """Both lists; a line of `other` takes the place of one of the same name."""
        theirs = {check.item for check in other.checks}
        kept = tuple(check for check in self.checks if check.item not in theirs)
        name = "、".join(dict.fromkeys((self.name, other.name)))
        return CheckList(name=name, note=self.note or other.note, checks=kept + other.checks)
