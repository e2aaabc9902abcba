"""招商指南 of a chain and region."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chainscout import settings
from chainscout.cli.common import Context, OptionalRegion, RequiredChain, state
from chainscout.cli.console import say
from chainscout.cli.errors import CommandProblem
from chainscout.cli.models import ModelOption, chosen_model
from chainscout.cli.tuned import tuned_of
from chainscout.cli.whatif import (
    Checks,
    MaxPerGroup,
    MaxPerLink,
    Park,
    Sets,
    Stability,
    Weights,
    placed,
    rank_settings,
)


def guide(  # noqa: PLR0913, PLR0917  # one parameter an option
    context: Context,
    output: Annotated[Path, typer.Option("--output", "-o", help="写到哪个文件：.docx .html .pdf")],
    chain: RequiredChain,
    region: OptionalRegion = None,
    top: Annotated[
        int | None, typer.Option("--top", min=1, help="列出的家数", show_default="20")
    ] = None,
    park: Park = None,
    checks: Checks = None,
    max_per_group: MaxPerGroup = None,
    max_per_link: MaxPerLink = None,
    weight: Weights = None,
    sets: Sets = None,
    stability: Stability = False,
    model: ModelOption = None,
) -> None:
    """A guide: chain map, what there is and lacks, target firms with a page each, sources."""
    from chainscout.output.guide import make_guide, save_guide
    from chainscout.output.guide.save import check_guide_target

    check_guide_target(output)
    tuned = tuned_of(context)
    chosen = rank_settings(tuned, sets, weight, checks, max_per_group, max_per_link, stability)
    snapshot = state(context).snapshot()
    chosen, region = placed(snapshot, chosen, region, park)
    if region is None:
        raise CommandProblem("招商指南针对一个地区，请加 --region，或用 --park 给出园区")
    number = top or int(settings.value("top"))
    scored_by = chosen_model(state(context), snapshot, model, regional=True)
    office = settings.text("office")
    made = make_guide(
        snapshot, region, chain, number, chosen, office=office, model=scored_by,
        thresholds=tuned.gaps_beside(chosen),
    )  # fmt: skip
    save_guide(made, output)
    say(f"已写入 {output}", "done")


__all__ = ["guide"]
