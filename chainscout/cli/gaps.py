"""有什么, 缺什么: gaps, region comparison, pictures."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from chainscout import answers
from chainscout.cli.common import (
    ChainOption,
    Context,
    Delivery,
    Format,
    FormatOption,
    OutputOption,
    state,
)
from chainscout.cli.console import say
from chainscout.cli.errors import CommandProblem
from chainscout.cli.tuned import tuned_of
from chainscout.cli.whatif import Sets, Weights, gap_settings
from chainscout.output.compare import comparison_document
from chainscout.output.write import write_bytes
from graph.compare import compare_regions
from graph.draw import chain_map, heat_map, relatedness_scatter
from graph.gaps import find_gaps

# Rows of a table about all chains that a terminal shows.
SHOWN = 30


class Kind(StrEnum):
    """Pictures."""

    map = "map"
    heat = "heat"
    scatter = "scatter"


Regions = Annotated[
    list[str] | None,
    typer.Option("--region", help="地区：代码、全称或简称；给出多个则合并计算（如都市圈）"),
]
Park = Annotated[str | None, typer.Option("--park", help="园区：编号或名称，代替地区")]


def gaps(  # noqa: PLR0913, PLR0917  # one parameter an option
    context: Context,
    region: Regions = None,
    park: Park = None,
    chain: ChainOption = None,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity", help="附：权重变动时各缺口的名次变化")
    ] = False,
    sets: Sets = None,
    weight: Weights = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """有什么、缺什么 of a region, a group of regions or a park, in one chain or in all."""
    delivery = Delivery.of(form, output)
    if bool(region) == (park is not None):
        raise CommandProblem("请用 --region 给出至少一个地区，或用 --park 给出一个园区（二选一）")
    place = answers.Place(tuple(region or ()), park)
    chosen = gap_settings(tuned_of(context), sets, weight)
    snapshot = state(context).snapshot()
    document = answers.gaps(snapshot, place, chain, chosen, sensitivity=sensitivity)
    if chain is None and delivery.form == Format.table.value and output is None:
        rest = "：用 --chain 看一条产业链，或用 -o 文件.xlsx 看全部"
        document = replace(document, sections=[s.head(SHOWN, rest) for s in document.sections])
    delivery.send(document)


def compare(
    context: Context,
    first: Annotated[str, typer.Argument(metavar="地区甲", help="代码、全称或简称")],
    second: Annotated[str, typer.Argument(metavar="地区乙", help="代码、全称或简称")],
    chain: ChainOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Two regions link by link: where they differ, what one can supply to the other."""
    delivery = Delivery.of(form, output)
    snapshot = state(context).snapshot()
    settings = tuned_of(context).gaps()
    found = compare_regions(snapshot, first, second, chain=chain, settings=settings)
    delivery.send(comparison_document(found, snapshot.version.created))


def draw(
    context: Context,
    kind: Annotated[
        Kind,
        typer.Argument(metavar="图", help="map 产业链图、heat 地区与环节对照图、scatter 关联图"),
    ],
    chain: Annotated[str, typer.Option("--chain", help="产业链：编号或名称")],
    output: Annotated[Path, typer.Option("--output", "-o", help="写到哪个文件（.svg）")],
    region: Regions = None,
) -> None:
    """A picture as SVG: any browser, WPS and Word open it."""
    if output.suffix.lower() != ".svg":
        raise CommandProblem(f"{output}：图是 SVG 文件，文件名请以 .svg 结尾")
    snapshot, settings = state(context).snapshot(), tuned_of(context).gaps()
    if kind is Kind.heat:
        picture = heat_map(snapshot, chain=chain, regions=region, settings=settings)
    elif not region:
        raise CommandProblem("这种图针对一个地区，请加 --region")
    else:
        make = chain_map if kind is Kind.map else relatedness_scatter
        picture = make(find_gaps(snapshot, region=region, chain=chain, settings=settings))
    write_bytes(output, picture.svg.encode())
    say(f"已写入 {output}", "done")


__all__ = ["compare", "draw", "gaps"]
