"""Options that change what an answer is computed with: weights, thresholds, checks, limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from chainscout import settings
from chainscout.cli.errors import CommandProblem
from chainscout.output import words
from graph import Snapshot
from graph.complaints import complaint, place
from graph.gaps import COMPONENTS, GapSettings
from recommender.checks import EXAMPLE, read_checks
from recommender.checks.park import with_park
from recommender.settings import DEFAULT_WEIGHTS, RankSettings
from recommender.signals import BY_NAME
from recommender.tuning import Tuned

M = TypeVar("M", bound=BaseModel)

Weights = Annotated[
    list[str] | None,
    typer.Option(
        "--weight",
        metavar="名称=数值",
        help="改一项权重再算，可多次；不提的照本单位的设置，0 为不计",
    ),
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="名称=数值", help="改一项门槛或参数再算，可多次"),
]
Checks = Annotated[
    str | None,
    typer.Option(
        "--checks", metavar="文件",
        help=f"准入条件清单（YAML）；{EXAMPLE} 为自带示例，门槛只作示意",
        show_default="设置 checks",
    ),
]  # fmt: skip
Park = Annotated[
    str | None,
    typer.Option("--park", help="落到哪个园区：用它的可供地和限制条件；可代替地区"),
]
MaxPerGroup = Annotated[
    int | None, typer.Option("--max-per-group", min=1, help="同一集团至多列入几家")
]
MaxPerLink = Annotated[
    int | None, typer.Option("--max-per-link", min=1, help="同一环节至多列入几家")
]
Stability = Annotated[
    bool, typer.Option("--stability", help="附：权重随机浮动时各企业仍在名单内的比例")
]

DRAWS = 200
# Fields with an option of their own, or that are no single value.
_APART = {
    "weights", "checks", "max_per_group", "max_per_link", "blacklist", "marks", "version",
}  # fmt: skip


def gap_settings(tuned: Tuned, sets: list[str] | None, weights: list[str] | None) -> GapSettings:
    """The office's settings of the gaps with what the options change. Raises CommandProblem."""
    labels = {name: field.title or name for name, field in GapSettings.model_fields.items()}
    given: dict[str, Any] = _pairs("--set", sets, labels.keys() - _APART, labels)
    if weights:
        given["weights"] = _numbers("--weight", _pairs("--weight", weights, COMPONENTS, COMPONENTS))
    return _made(tuned.gaps, given)


def rank_settings(  # one parameter an option
    tuned: Tuned,
    sets: list[str] | None,
    weights: list[str] | None,
    checks: str | None,
    max_per_group: int | None,
    max_per_link: int | None,
    stability: bool,
) -> RankSettings:
    """The office's settings of a ranking with what the options change.

    Raises:
        CommandProblem: an option names nothing, or a value cannot be.
        CheckListInvalid: the check list cannot be used.
    """
    labels = {n: words.RANK_SETTING.get(n, n) for n in RankSettings.model_fields}
    given: dict[str, Any] = _pairs("--set", sets, labels.keys() - _APART, labels)
    if weights:
        names = {name: BY_NAME[name].label for name in DEFAULT_WEIGHTS}
        given["weights"] = _numbers("--weight", _pairs("--weight", weights, names, names))
    source = checks or settings.text("checks")
    if source:
        given["checks"] = read_checks(source)
    if stability:
        given.setdefault("draws", DRAWS)
    limits = {"max_per_group": max_per_group, "max_per_link": max_per_link}
    return _made(tuned.ranking, given | limits)


def placed(
    snapshot: Snapshot, made: RankSettings, region: str | None, park: str | None
) -> tuple[RankSettings, str | None]:
    """Settings and region with those of the park, where one is given. Raises LookupProblem."""
    if park is None:
        return made, region
    made, own = with_park(snapshot, made, park)
    return made, region or own


def _pairs(
    option: str, texts: list[str] | None, names: Iterable[str], labels: Mapping[str, str]
) -> dict[str, str]:
    """``name=value`` texts, the name English or Chinese. Raises CommandProblem."""
    allowed = sorted(names)
    by_label = {labels[name]: name for name in allowed}
    found: dict[str, str] = {}
    for text in texts or ():
        name, sign, value = (part.strip() for part in text.partition("="))
        known = by_label.get(name, name)
        if not sign or not value or known not in allowed:
            choices = "、".join(f"{name}（{labels[name]}）" for name in allowed)
            raise CommandProblem(f"{option} {text}：应写作 名称=数值，名称可用：{choices}")
        found[known] = value
    return found


def _numbers(option: str, texts: Mapping[str, str]) -> dict[str, float]:
    try:
        return {name: float(value) for name, value in texts.items()}
    except ValueError as error:
        raise CommandProblem(f"{option}：权重应为数字（{error}）") from error


def _made(make: Callable[..., M], given: dict[str, Any]) -> M:
    try:
        return make(**given)
    except ValidationError as error:
        first = error.errors()[0]
        raise CommandProblem(f"{place(first['loc'])}：{complaint(first)}") from error


__all__ = [
    "Checks",
    "MaxPerGroup",
    "MaxPerLink",
    "Park",
    "Sets",
    "Stability",
    "Weights",
    "gap_settings",
    "placed",
    "rank_settings",
]
