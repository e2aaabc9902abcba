"""Projects watched: lights, tables, batches, the league of units, the contact log."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated

import typer

from chainscout.cli.common import (
    Context,
    Delivery,
    FormatOption,
    OptionalRegion,
    OutputOption,
)
from chainscout.cli.console import say
from chainscout.cli.desk import OnOption, directory, reading, region_code, writing
from chainscout.cli.errors import CommandProblem
from chainscout.output.listing import listing
from chainscout.output.office import (
    LEAGUE,
    UNITS,
    batches_document,
    contacts_document,
    projects_document,
    table_document,
)
from workspace import projects
from workspace.projects import tables

FirmOption = Annotated[str | None, typer.Option("--firm", help="企业：名称、简称或代码")]
ChainText = Annotated[str | None, typer.Option("--chain", help="产业链")]
YearOption = Annotated[int | None, typer.Option("--year", help="年份", show_default="今年")]


class Period(StrEnum):
    """Lengths of the periods of a table."""

    month = "month"
    quarter = "quarter"
    year = "year"


class By(StrEnum):
    """What a table is divided by."""

    region = "region"
    chain = "chain"
    owner = "owner"


def light(
    context: Context,
    region: OptionalRegion = None,
    everything: Annotated[bool, typer.Option("--all", help="绿灯也列出")] = False,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Red and yellow projects and why, the worst first."""
    delivery = Delivery.of(form, output)
    order = {"red": 0, "yellow": 1, "green": 2, "off": 3}
    with reading(context) as session:
        found = projects.find(session, region=region_code(region), status="open")
        shown = projects.lights(session, found)
        chosen = [p for p in found if everything or shown[p.id].colour in ("red", "yellow")]
        chosen.sort(key=lambda p: (order[shown[p.id].colour], p.id))
        document = projects_document(chosen, shown)
        counts = [sum(1 for s in shown.values() if s.colour == c) for c in list(order)[:3]]
    delivery.send(document)
    say("红 {} 个，黄 {} 个，绿 {} 个".format(*counts))


def table(
    context: Context,
    year: YearOption = None,
    period: Annotated[
        Period, typer.Option("--period", help="month 月、quarter 季、year 年")
    ] = Period.month,
    by: Annotated[
        By | None, typer.Option("--by", help="分组：region 地区、chain 产业链、owner 责任单位")
    ] = None,
    region: OptionalRegion = None,
    chain: ChainText = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Signed, amount, paid in, begun by month or quarter, beside the year before."""
    delivery = Delivery.of(form, output)
    wanted = year or dt.date.today().year
    with reading(context) as session:
        rows = tables.report_table(
            session, wanted, period.value, by=by.value if by else None,
            region=region_code(region), chain=chain,
        )  # fmt: skip
    delivery.send(table_document(f"{wanted} 年项目情况", rows))


def batches(
    context: Context,
    region: OptionalRegion = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """五个一批: open projects by how far they are."""
    delivery = Delivery.of(form, output)
    with reading(context) as session:
        document = batches_document("五个一批", projects.batches(session, region_code(region)))
    delivery.send(document)


def league(
    context: Context,
    year: YearOption = None,
    measure: Annotated[
        str, typer.Option("--measure", help="排名依据：" + "、".join(tables.MEASURES))
    ] = "signed",
    region: OptionalRegion = None,
    chain: ChainText = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Units ranked."""
    delivery = Delivery.of(form, output)
    if measure not in tables.MEASURES:
        raise CommandProblem(f"没有「{measure}」这种排名依据；可用：{'、'.join(tables.MEASURES)}")
    wanted = year or dt.date.today().year
    with reading(context) as session:
        rows = projects.league(
            session, wanted, region=region_code(region), chain=chain, measure=measure
        )
    title = f"{wanted} 年单位排名（{tables.MEASURES[measure]}）"
    delivery.send(listing(title, LEAGUE, rows, empty="还没有项目"))


def contacts(  # one parameter an option
    context: Context,
    project: Annotated[int | None, typer.Option("--project", help="项目编号")] = None,
    region: OptionalRegion = None,
    since: Annotated[str | None, typer.Option("--since", help="从哪天起，如 2026-01-01")] = None,
    until: Annotated[str | None, typer.Option("--until", help="到哪天为止")] = None,
    units: Annotated[bool, typer.Option("--units", help="按单位统计次数")] = False,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """The contact log, or the counts by unit."""
    delivery = Delivery.of(form, output)
    first, last = _day(since), _day(until)
    with reading(context) as session:
        area = region_code(region)
        if units:
            counted = projects.counts_by_unit(session, region=area, since=first, until=last)
            document = listing("各单位联系次数", UNITS, counted, empty="还没有联系记录")
        else:
            found = projects.contacts(
                session, project_id=project, region=area, since=first, until=last
            )
            document = contacts_document([contact.to_dict() for contact in found])
    delivery.send(document)


def contact(  # noqa: PLR0913, PLR0917  # one parameter an option
    context: Context,
    kind: Annotated[str, typer.Argument(metavar="方式", help="走访、接待、电话、会谈或其他")],
    project: Annotated[int | None, typer.Option("--project", help="项目编号")] = None,
    firm: FirmOption = None,
    region: OptionalRegion = None,
    on: OnOption = None,
    unit: Annotated[str, typer.Option("--unit", help="我方单位")] = "",
    who: Annotated[str, typer.Option("--who", help="我方人员")] = "",
    whom: Annotated[str, typer.Option("--whom", help="对方人员")] = "",
    result: Annotated[str, typer.Option("--result", help="结果")] = "",
    next_step: Annotated[str, typer.Option("--next", help="下一步")] = "",
    next_on: Annotated[str | None, typer.Option("--next-on", help="下一步的期限")] = None,
) -> None:
    """One contact: who met whom, when, what came of it, what is next."""
    found = directory(context).firm(firm) if firm else None
    with writing(context) as session:
        made = projects.add_contact(
            session, kind, on=on, project_id=project, firm_id=found.id if found else None,
            firm=found.name if found else None, region=region_code(region), next_on=next_on,
            unit=unit, who=who, whom=whom, result=result, next_step=next_step,
        )  # fmt: skip
    say(f"已记入联系 {made.id}：{made.on} {made.firm}", "done")


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise CommandProblem(f"日期应写作 2026-09-01，现为「{text}」") from error
