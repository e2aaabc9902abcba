"""What is there: chains, regions, firms, stats."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from api import listing as rows
from chainscout.cli.common import (
    Context,
    Delivery,
    FormatOption,
    OptionalRegion,
    OutputOption,
    state,
)
from chainscout.output.listing import CHAINS, FIRMS, LINKS, REGIONS, STATS, listing
from graph import Snapshot
from graph.lookup import find_chain


class Level(StrEnum):
    """Levels of divisions."""

    province = "province"
    prefecture = "prefecture"
    county = "county"


def chains(
    context: Context,
    chain: Annotated[
        str | None, typer.Argument(metavar="[产业链]", help="产业链编号或名称；给出则列出它的环节")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """The chains; of one chain its links."""
    delivery = Delivery.of(form, output)
    snapshot = state(context).snapshot()
    if chain is None:
        delivery.send(
            listing("产业链", CHAINS, rows.chains(snapshot), facts=_facts(snapshot),
                    empty="还没有产业链，请先导入")
        )  # fmt: skip
        return
    row = find_chain(snapshot, chain)
    name = snapshot.chains[row].name
    found = rows.links(snapshot, row)
    delivery.send(listing(f"{name} 的环节", LINKS, found, facts=_facts(snapshot), stem="环节"))


def regions(
    context: Context,
    query: Annotated[
        str | None, typer.Argument(metavar="[名称]", help="名称或代码中含有的文字")
    ] = None,
    level: Annotated[
        Level | None, typer.Option("--level", help="级别", show_default="不给名称时为省级")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Regions with their firms."""
    delivery = Delivery.of(form, output)
    snapshot = state(context).snapshot()
    chosen = level.value if level else (None if query else "province")
    found = rows.regions(snapshot, query, chosen)
    delivery.send(listing("地区", REGIONS, found, facts=_facts(snapshot)))


def firms(
    context: Context,
    query: Annotated[
        str | None,
        typer.Argument(metavar="[名称]", help="名称、简称、信用代码或股票代码中含有的文字"),
    ] = None,
    region: OptionalRegion = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="最多列出的家数")] = 50,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Firms by a part of their name or code."""
    delivery = Delivery.of(form, output)
    snapshot = state(context).snapshot()
    area = rows.region_row(snapshot, region)
    found, _, total = rows.firms(snapshot, query, area, limit)
    facts = [*_facts(snapshot), ("符合条件", f"{total:,} 家，列出 {len(found):,} 家")]
    delivery.send(listing("企业", FIRMS, found, facts=facts, empty="没有符合条件的企业"))


def stats(context: Context, form: FormatOption = None, output: OutputOption = None) -> None:
    """Rows by table, and the data version."""
    delivery = Delivery.of(form, output)
    snapshot = state(context).snapshot()
    answer = rows.stats(snapshot)
    delivery.send(listing("数据概况", STATS, answer["tables"], answer, _facts(snapshot)))


def _facts(snapshot: Snapshot) -> list[tuple[str, str]]:
    version = snapshot.version
    made = f"（{version.created[:10]}）" if version.created else ""
    return [("数据版本", f"第 {version.number} 版{made}")]
