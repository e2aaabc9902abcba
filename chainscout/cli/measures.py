"""Relatedness and complexity of the data at any level and grain."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from chainscout.cli.browse import Level
from chainscout.cli.common import Context, Delivery, Format, FormatOption, OutputOption, state
from chainscout.cli.errors import CommandProblem
from chainscout.cli.tuned import tuned_of
from chainscout.output.measures import measures_document
from graph.lookup import find_region
from graph.measures import region_measures
from graph.presence import presence_settings
from graph.relatedness import RelatednessInputError

SHOWN = 30
"""Rows that a terminal shows."""


class Grain(StrEnum):
    """What the columns are."""

    chain = "chain"
    link = "link"
    industry = "industry"


class Table(StrEnum):
    """What is listed."""

    regions = "regions"
    activities = "activities"
    cells = "cells"
    pairs = "pairs"


def measures(  # noqa: PLR0913, PLR0917  # one parameter an option
    context: Context,
    table: Annotated[
        Table,
        typer.Argument(
            metavar="[表]",
            help="regions 地区（多样性、ECI、COI）、activities 活动（遍在性、PCI）、"
            "cells 地区×活动（区位商、具备、密度、COG）、pairs 活动之间（邻近度、协同集聚）",
        ),
    ] = Table.regions,
    level: Annotated[Level, typer.Option("--level", help="地区级别")] = Level.prefecture,
    grain: Annotated[
        Grain, typer.Option("--grain", help="chain 产业链、link 环节、industry 企业所属行业")
    ] = Grain.link,
    region: Annotated[
        list[str] | None, typer.Option("--region", help="只列这些地区（计算仍用全部地区）")
    ] = None,
    threshold: Annotated[float, typer.Option("--threshold", help="区位商达到多少记为具备")] = 1.0,
    neighbours: Annotated[
        int | None,
        typer.Option("--neighbours", help="关联密度只看最近的几项", show_default="全部"),
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """RCA, proximity, density, co-agglomeration, ECI, PCI, COI and COG of the data."""
    delivery = Delivery.of(form, output)
    snapshot = state(context).snapshot()
    codes = [snapshot.regions.codes[find_region(snapshot, text)] for text in region or ()]
    try:
        found = region_measures(
            snapshot, level.value, grain.value, threshold=threshold, neighbours=neighbours,
            settings=presence_settings(tuned_of(context).gaps()),
        )  # fmt: skip
    except RelatednessInputError as error:
        raise CommandProblem(
            f"--threshold 须大于 0，--neighbours 须至少为 1；现为 {threshold:g}、{neighbours}"
        ) from error
    missing = [code for code in codes if code not in found.codes]
    if missing:
        name = snapshot.regions.names[snapshot.regions.row[missing[0]]]
        raise CommandProblem(
            f"{name}（{missing[0]}）不在表中：级别不是 {level.value}，或在数据中没有企业"
        )
    version = snapshot.version
    limit = SHOWN if delivery.form == Format.table.value and output is None else None
    document = measures_document(
        found, table.value, codes, threshold, version.number, version.created, limit
    )
    delivery.send(document)


__all__ = ["measures"]
