"""The first commands of a newcomer: bundled data in, the three answers out."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from chainscout import answers
from chainscout.cli import common
from chainscout.cli.common import State
from chainscout.cli.console import progress, say
from chainscout.cli.errors import CommandProblem
from chainscout.cli.tuned import tuned_of
from chainscout.output import Document, emit, save
from graph import open_store

STORE = "chainscout.duckdb"
SHOWN = 12  # rows of a table on screen


def demo(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="[文件夹]", help="数据和工作簿放在哪个文件夹")
    ] = Path("demo"),
    region: Annotated[str, typer.Option("--region", help="地区")] = "东营市",
    chain: Annotated[str, typer.Option("--chain", help="产业链")] = "海上风电装备",
    top: Annotated[int, typer.Option("--top", min=1, help="列出的家数")] = 10,
) -> None:
    """Build a store from the bundled data and answer the three questions."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandProblem(f"{folder}：建不了文件夹（{error.strerror or error}）") from error
    state = State(str(folder / STORE))
    context.obj = state
    load_bundled(state, firms=True)
    snapshot = state.snapshot()
    query = answers.Query(region=region, chain=chain, top=top)
    tuned = tuned_of(context)
    document = answers.targets(
        snapshot, query, tuned.ranking(), whole=True, thresholds=tuned.gaps()
    )
    emit(_three_questions(document), "table", sys.stdout)
    workbook = folder / f"{document.title.split(' ')[0].replace('·', '_')}_目标企业清单.xlsx"
    save(document, workbook)
    say(f"工作簿：{workbook}", "done")
    say(f"用浏览器查看：chainscout --store {state.store_uri} serve", "done")


def reference(
    context: typer.Context,
    chains: Annotated[
        bool, typer.Option("--chains", help="只要产业链和环节，不要企业、园区、投资事件")
    ] = False,
) -> None:
    """Load the bundled data into the store, beside what an office has in it."""
    load_bundled(common.state(context), firms=not chains)


def load_bundled(state: State, *, firms: bool) -> None:
    """Load the bundled data; what is there already stays as it is."""
    from ingest.reference import load_reference

    with progress() as report:
        done = load_reference(open_store(state.store_uri), firms=firms, progress=report)
    rows = {name: count.accepted for name, count in done.tables.items()}
    say(
        f"自带数据：{rows.get('chains', 0)} 条产业链、{rows.get('links', 0):,} 个环节、"
        f"{rows.get('firms', 0):,} 家企业、{rows.get('positions', 0):,} 条卡位"
        f"（数据第 {done.data_version} 版，{state.store_uri}）"
    )


def _three_questions(document: Document) -> Document:
    """The same sections in the order of the questions: 有什么, 缺什么, 找谁."""
    by_title = {section.title: section for section in document.sections}
    order = [
        by_title[t].head(SHOWN, "见工作簿") for t in ("有什么", "缺什么", "找谁") if t in by_title
    ]
    title = document.title.replace("目标企业清单", "有什么 · 缺什么 · 找谁")
    return replace(document, title=title, sections=order)
