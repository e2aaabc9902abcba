"""Weights of feeds from an input–output table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chainscout.cli.common import Context, Delivery, FormatOption, OutputOption, state
from chainscout.cli.console import say
from chainscout.output.document import Column
from chainscout.output.listing import listing

# Headings of the standard table of feeds, so that the output can be ingested as it is.
_FEEDS = (
    Column("chain", "产业链", width=20), Column("upstream", "上游环节", width=32),
    Column("downstream", "下游环节", width=32), Column("weight", "权重", "score", 10),
    Column("source", "来源", width=28),
)  # fmt: skip


def weigh_feeds(
    context: Context,
    table: Annotated[
        Path, typer.Argument(metavar="投入产出表", help="直接消耗系数表（.xls .xlsx .csv）")
    ],
    sectors: Annotated[
        Path | None,
        typer.Option("--sectors", help="部门与行业代码对照表（CSV：sector,industry_codes）"),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="下游环节已有权重的，也全部改用系数")
    ] = False,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Coefficients as weights where a link has none for its inputs; a table that `ingest` takes."""
    from graph.chain import flow_weights
    from ingest.coefficients import read_coefficients, read_sectors

    delivery = Delivery.of(form, output)
    names, concordance = read_sectors(sectors)
    coefficients = read_coefficients(table, names)
    found = list(flow_weights(state(context).snapshot(), coefficients, concordance))
    # Weights of one link's inputs are shares of a whole: coefficients beside somebody's own weights
    # would be another unit.
    weighed = {feed.downstream for feed in found if feed.given is not None}
    source = f"投入产出表 {table.name}"
    rows = [
        {
            "chain": feed.chain, "upstream": feed.upstream, "downstream": feed.downstream,
            "weight": round(feed.weight, 6), "source": source,
        }
        for feed in found
        if feed.weight is not None and (everything or feed.downstream not in weighed)
    ]  # fmt: skip
    empty = "没有需要补权重的供给关系"
    delivery.send(listing("供给关系的权重", _FEEDS, rows, rows, empty=empty, stem="供给关系"))
    unknown = sum(feed.weight is None for feed in found)
    if unknown:
        say(f"{unknown} 条供给关系的环节没有可对应的国民经济行业代码，未给权重", "warning")
