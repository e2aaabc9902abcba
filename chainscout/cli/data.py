"""Data in and across: ingest, template, copy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chainscout import settings
from chainscout.cli.common import Context, Format, state
from chainscout.cli.console import progress, say
from chainscout.cli.errors import CommandProblem
from chainscout.copying import copy_store
from chainscout.output import Document, emit
from chainscout.output.document import Column
from chainscout.output.listing import listing
from chainscout.output.write import write_bytes
from graph import open_store
from graph.schema import TABLES
from graph.store import StoreNotFound
from ingest import load
from ingest.doubts import Care
from ingest.partitions import Cluster, Processes, Workers
from ingest.report import LoadReport
from ingest.template import reference_chain_names, write_template
from recommender.checks import read_checks
from recommender.checks.values import to_fill

_COUNTS = (
    Column("table", "表", width=14), Column("read", "读取", "integer"),
    Column("accepted", "接受", "integer"), Column("rejected", "退回", "integer"),
    Column("created", "新增", "integer"), Column("updated", "更新", "integer"),
    Column("unchanged", "未变", "integer"),
)  # fmt: skip


def ingest(  # noqa: PLR0913, PLR0917  # one parameter an option
    context: Context,
    paths: Annotated[list[Path], typer.Argument(metavar="文件…", help="文件或文件夹")],
    mapping: Annotated[
        str | None, typer.Option("--mapping", help="映射文件（YAML），或自带映射的名称")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="只要有一行被退回，就什么也不写入（退出码 3）")
    ] = False,
    rejects: Annotated[Path | None, typer.Option("--rejects", help="退回的行写到哪个文件")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="用几个进程同时读取和检查文件")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option("--cluster", help="由 Dask 集群读取和检查：tcp://主机:8786")
    ] = None,
    scratch: Annotated[
        Path | None,
        typer.Option("--scratch", help="中间文件放哪个文件夹；用集群时须各机器都能访问"),
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="没有写所在地的企业都在哪个地区（代码或名称）")
    ] = None,
    resolve: Annotated[
        bool,
        typer.Option("--resolve/--no-resolve", help="名称不完全一致的企业是否与库中企业核对"),
    ] = True,
    classify: Annotated[
        bool | None,
        typer.Option(
            "--classify/--no-classify",
            help="有经营范围或产品而没有卡位的企业，是否自动归入环节",
            show_default="经映射导入或超过 20 万家时不归类",
        ),
    ] = None,
    form: Annotated[
        Format | None, typer.Option("--format", "-f", help="摘要的格式", show_default="json")
    ] = None,
) -> None:
    """Load files; rows that cannot be used are handed back with their reasons."""
    store, side = state(context).store(), _workers(workers, cluster, scratch)
    with progress() as report:
        done = load(
            store, paths, mapping=mapping, strict=strict, rejects=rejects, progress=report,
            workers=side, care=_care(resolve, classify, region),
        )  # fmt: skip
    for notice in done.notices:
        say(notice, "warning")
    emit(_summary(done), form.value if form else "json")
    say(_sentence(done), "warning" if done.rejected else "done")


def _care(resolve: bool, classify: bool | None, region: str | None) -> Care:
    """What is done about doubts: the options, else the settings."""
    if classify is None:
        classify = {"yes": True, "no": False}.get(settings.text("classify"))
    resolves = resolve and bool(settings.value("resolve"))
    return Care(resolves, classify, cache=settings.folder("cache"), region=region)


def _workers(number: int | None, cluster: str | None, scratch: Path | None) -> Workers | None:
    if number is not None and cluster is not None:
        raise CommandProblem("--workers 与 --cluster 只能给出一个")
    if cluster is not None:
        return Cluster(cluster, scratch)
    return None if number is None else Processes(number, scratch)


def _summary(report: LoadReport) -> Document:
    answer = report.to_dict()
    rows = [{"table": TABLES[name].label, **counts} for name, counts in answer["tables"].items()]
    return listing("导入结果", _COUNTS, rows, answer)


def _sentence(report: LoadReport) -> str:
    created = sum(count.created for count in report.tables.values())
    updated = sum(count.updated for count in report.tables.values())
    text = f"新增 {created:,} 行，更新 {updated:,} 行，数据为第 {report.data_version} 版"
    doubts = (
        (report.merged, "个名称归并到已有企业"),
        (report.tied, "家按名称挂到上级企业"),
        (report.classified, "条卡位由文本推断"),
        (sum(report.asked.values()), "项待审（chainscout review list）"),
    )
    text += "".join(f"；{count:,} {what}" for count, what in doubts if count)
    if report.rejected:
        text += f"；{report.rejected:,} 行被退回，原因见 {report.rejects_file}"
    return text


def template(
    context: Context,
    target: Annotated[Path, typer.Argument(metavar="文件.xlsx", help="写到哪个文件")],
    checks: Annotated[
        str | None,
        typer.Option(
            "--checks",
            help="准入清单（七评一看）：「企业」表后面附上它要看的列；example 为自带示例",
            show_default="(CHAINSCOUT_CHECKS，否则不附)",
        ),
    ] = None,
) -> None:
    """Write the empty workbook of all standard tables."""
    if target.suffix.lower() != ".xlsx":
        raise CommandProblem(f"{target}：模板是 Excel 工作簿，文件名请以 .xlsx 结尾")
    source = checks or settings.text("checks")
    columns = to_fill(read_checks(source)) if source else {}
    write_bytes(target, write_template(_chain_names(context), columns))
    if columns:
        say(f"「企业」表附有准入清单要看的 {len(columns)} 列：{'、'.join(columns)}", "done")
    say(f"已写入 {target}；填好后运行：chainscout ingest {target}", "done")


def _chain_names(context: Context) -> list[str]:
    """Chains of the store, else those that come with the product."""
    try:
        names = state(context).store().read("chains", ["name"])["name"].to_pylist()
    except StoreNotFound:
        names = []
    if names:
        return sorted(names)
    return reference_chain_names()


def copy(
    source: Annotated[str, typer.Argument(metavar="来源", help="从哪个存储")],
    target: Annotated[str, typer.Argument(metavar="目标", help="到哪个存储")],
    replace: Annotated[
        bool, typer.Option("--replace", help="目标已有数据时，以来源的内容取代")
    ] = False,
) -> None:
    """Copy the current version of one store into another."""
    with progress() as report:
        rows = copy_store(open_store(source), open_store(target), replace=replace, progress=report)
    say(f"已复制 {rows:,} 行：{source} → {target}", "done")
