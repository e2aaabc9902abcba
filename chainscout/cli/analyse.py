"""The answers: recommend, explain, destinations, path."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from chainscout.output.explanation import explanation_document
from chainscout.output.listing import PATHS, listing
from chainscout.output.targets import path_text
from graph import Snapshot

if TYPE_CHECKING:
    from recommender.endowments import Endowments

Top = Annotated[int | None, typer.Option("--top", min=1, help="列出的家数", show_default="20")]
Queries = Annotated[
    Path | None,
    typer.Option(
        "--queries", help="批量提问：CSV，列为 region,chain,link,product,top；每行一个 JSON 答案"
    ),
]
AtLink = Annotated[bool, typer.Option("--at-link", help="不填地区时：列出已在该环节的全国领先企业")]


class AtLevel(StrEnum):
    """Levels of regions."""

    province = "province"
    prefecture = "prefecture"
    county = "county"


Endowed = Annotated[
    Path | None,
    typer.Option("--endowments", help="地区有什么：CSV，列为 region,指标…（region 为地区代码）"),
]
Needed = Annotated[
    Path | None,
    typer.Option("--needs", help="看重什么：CSV，列为 id,指标…（id 为产业链或环节编号，值为权重）"),
]


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
    tuned = tuned_of(context)
    chosen = rank_settings(tuned, sets, weight, checks, max_per_group, max_per_link, stability)
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
    document = answers.targets(
        snapshot,
        query,
        chosen,
        scored_by,
        whole=delivery.rich,
        thresholds=tuned.gaps_beside(chosen),
    )
    delivery.send(document)


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
    tuned = tuned_of(context)
    chosen = rank_settings(
        tuned, sets, weight, checks, max_per_group, max_per_link, stability=False
    )
    snapshot = state(context).snapshot()
    chosen, region = placed(snapshot, chosen, region, park)
    scored_by = chosen_model(state(context), snapshot, model, region is not None)
    answer = explain_firm(
        snapshot, firm, region, chain, link, chosen, scored_by, top=number, product=product
    )
    delivery.send(explanation_document(answer.to_dict(), snapshot.version.created))


def destinations(  # noqa: PLR0913, PLR0917  # one parameter an option
    context: Context,
    firm: FirmArgument,
    chain: RequiredChain,
    link: LinkOption = None,
    level: Annotated[AtLevel, typer.Option("--level", help="比较哪一级地区")] = AtLevel.prefecture,
    top: Annotated[int, typer.Option("--top", min=1, help="列出的地区数")] = 20,
    endowments: Endowed = None,
    needs: Needed = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Where a firm may go next: the regions that compete for it."""
    from chainscout.output.destinations import destinations_document
    from recommender import destinations as ranked

    delivery = Delivery.of(form, output)
    snapshot = state(context).snapshot()
    known = _endowments(snapshot, endowments, needs)
    answer = ranked(snapshot, firm, chain, link, level.value, top, known)
    delivery.send(destinations_document(answer.to_dict(), snapshot.version.created))


def _endowments(snapshot: Snapshot, amounts: Path | None, needs: Path | None) -> Endowments | None:
    """The two tables, if they are given. Raises CommandProblem."""
    from recommender.endowments import Endowments, EndowmentsInvalid

    if amounts is None and needs is None:
        return None
    if amounts is None or needs is None:
        raise CommandProblem("--endowments（地区有什么）和 --needs（产业链看重什么）要一起给出")
    try:
        found = Endowments.read(amounts, needs)
    except EndowmentsInvalid as error:
        raise CommandProblem(str(error)) from error
    if unknown := found.unknown(snapshot):
        raise CommandProblem(
            f"数据中没有 {'、'.join(unknown[:5])}（共 {len(unknown)} 个）："
            f"{amounts} 的 region 应为地区代码，{needs} 的 id 应为产业链或环节的编号"
        )
    return found


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
