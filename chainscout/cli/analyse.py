"""The answers: recommend, explain, path."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chainscout import answers, settings
from chainscout.cli.batch import answer_file
from chainscout.cli.common import (
    ChainOption,
    Context,
    Delivery,
    FirmArgument,
    FormatOption,
    LinkOption,
    OptionalRegion,
    OutputOption,
    RegionOption,
    RequiredChain,
    state,
)
from chainscout.cli.console import say
from chainscout.cli.errors import CommandProblem
from chainscout.cli.models import ModelOption, ProductOption, chosen_model
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
from chainscout.output.explanation import explanation_document
from chainscout.output.listing import PATHS, listing
from chainscout.output.targets import path_text

Top = Annotated[int | None, typer.Option("--top", min=1, help="列出的家数", show_default="20")]
Queries = Annotated[
    Path | None,
    typer.Option(
        "--queries", help="批量提问：CSV，列为 region,chain,link,product,top；每行一个 JSON 答案"
    ),
]
AtLink = Annotated[bool, typer.Option("--at-link", help="不填地区时：列出已在该环节的全国领先企业")]


def recommend(  # noqa: PLR0913, PLR0917  # one parameter an option
    context: Context,
    region: OptionalRegion = None,
    chain: ChainOption = None,
    link: LinkOption = None,
    top: Top = None,
    at_link: AtLink = False,
    queries: Queries = None,
    park: Park = None,
    checks: Checks = None,
    max_per_group: MaxPerGroup = None,
    max_per_link: MaxPerLink = None,
    weight: Weights = None,
    sets: Sets = None,
    stability: Stability = False,
    product: ProductOption = None,
    model: ModelOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """找谁: firms to go after, with reasons, evidence and ways in."""
    number = top or int(settings.value("top"))
    chosen = rank_settings(sets, weight, checks, max_per_group, max_per_link, stability)
    if queries is not None:
        if region or chain or link or park or product:
            raise CommandProblem(
                "--queries 已给出问题，不能再用 --region、--chain、--link、--park、--product"
            )
        answered, failed = answer_file(state(context), queries, number, output, chosen, model)
        if failed:
            say(f"{failed} 个问题无法回答，原因见各行的 error；已回答 {answered} 个", "warning")
        if not answered:
            raise typer.Exit(2)
        return
    delivery = Delivery.of(form, output)
    snapshot = state(context).snapshot()
    chosen, region = placed(snapshot, chosen, region, park)
    known: answers.Known = "only" if at_link else "without"
    query = answers.Query(region, chain, link, number, known, product)
    scored_by = chosen_model(state(context), snapshot, model, region is not None)
    delivery.send(answers.targets(snapshot, query, chosen, scored_by, whole=delivery.rich))


def explain(  # noqa: PLR0913, PLR0917  # one parameter an option
    context: Context,
    firm: FirmArgument,
    chain: RequiredChain,
    region: OptionalRegion = None,
    link: LinkOption = None,
    top: Top = None,
    park: Park = None,
    checks: Checks = None,
    max_per_group: MaxPerGroup = None,
    max_per_link: MaxPerLink = None,
    weight: Weights = None,
    sets: Sets = None,
    product: ProductOption = None,
    model: ModelOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Why a firm is on the list, or why not."""
    from recommender import explain as explain_firm

    delivery = Delivery.of(form, output)
    number = top or int(settings.value("top"))
    chosen = rank_settings(sets, weight, checks, max_per_group, max_per_link, stability=False)
    snapshot = state(context).snapshot()
    chosen, region = placed(snapshot, chosen, region, park)
    scored_by = chosen_model(state(context), snapshot, model, region is not None)
    answer = explain_firm(
        snapshot, firm, region, chain, link, chosen, scored_by, top=number, product=product
    )
    delivery.send(explanation_document(answer.to_dict(), snapshot.version.created))


def path(
    context: Context,
    firm: FirmArgument,
    region: RegionOption,
    top: Annotated[int, typer.Option("--top", min=1, help="列出的条数")] = 10,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Ways in: from the region's firms and people to a firm."""
    from graph.lookup import find_firm, find_region
    from graph.paths import find_ways

    delivery = Delivery.of(form, output)
    snapshot = state(context).snapshot()
    ways = find_ways(snapshot, find_firm(snapshot, firm), find_region(snapshot, region), top=top)
    answer = ways.to_dict()
    rows = [
        {"strength": p["strength"], "length": len(p["steps"]), "path": path_text(p), **p}
        for p in answer["paths"]
    ]
    title = f"{ways.region['name']} 到 {ways.firm['name']} 的对接路径"
    empty = "数据中没有三步以内的对接路径；可导入「关联」「人员」表后再查"
    delivery.send(listing(title, PATHS, rows, answer, empty=empty, stem="对接路径"))
