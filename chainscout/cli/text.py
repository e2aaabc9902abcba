"""Names and texts: resolve, classify, extract."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chainscout import settings
from chainscout.cli.common import Context, Delivery, FormatOption, OutputOption, state
from chainscout.cli.console import progress, say
from chainscout.cli.errors import CommandProblem
from chainscout.output.text import classify_document, extract_document, resolve_document
from graph import Snapshot
from graph.store import StoreNotFound
from ingest.errors import UnreadableFile

if TYPE_CHECKING:
    from ingest.extraction import Found

STDIN = Path("-")
Asked = Annotated[
    Path,
    typer.Argument(metavar="文件", help="表格（csv、xlsx …）或每行一条的 txt；- 为标准输入"),
]


def resolve(
    context: Context,
    file: Asked,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Which firms of the store the names in a file mean: match, review or none, and why."""
    from ingest.asked import read_names
    from ingest.learned import resolver_of

    delivery = Delivery.of(form, output)
    with _readable(file) as source:
        asked = read_names(source)
    snapshot = state(context).snapshot()
    answers = resolver_of(snapshot).resolve(
        [question.get("name") or "" for question in asked],
        uscc=[question.get("uscc") for question in asked],
        regions=[question.get("region") for question in asked],
        products=[question.get("products") for question in asked],
    )
    rows = [a.to_dict() | {"row": q.row} for q, a in zip(asked, answers, strict=True)]
    delivery.send(resolve_document(rows, _facts(snapshot)))


def classify(
    context: Context,
    file: Asked,
    top: Annotated[int, typer.Option("--top", min=1, help="每条文本列出的环节数")] = 3,
    remarks: Annotated[
        Path | None,
        typer.Option(
            "--remarks",
            metavar="文件",
            help="国民经济行业分类（GB/T 4754）说明表（列：代码、说明），作为归类依据",
        ),
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """At which links the firms stand whose texts are in a file: assign, review or none."""
    from ingest.asked import read_texts
    from ingest.classify import FirmText, NoLinks
    from ingest.learned import classifier_of
    from ingest.remarks import read_remarks

    delivery = Delivery.of(form, output)
    with _readable(file) as source:
        asked = read_texts(source)
    said = read_remarks(remarks) if remarks else None
    snapshot = state(context).snapshot()
    try:
        classifier = classifier_of(snapshot, settings.folder("cache"), said)
    except NoLinks as error:
        raise CommandProblem(str(error)) from error
    texts = [FirmText.of_row(question.firm_row()) for question in asked]
    answers = classifier.classify(texts, top)
    rows = [a.to_dict() | {"row": q.row} for q, a in zip(asked, answers, strict=True)]
    shown = [(q.get("name") or "", q.said()) for q in asked]
    facts = [*_facts(snapshot), ("学习样本", f"{classifier.trained_on:,} 家企业")]
    facts += [("行业说明", f"{len(said.texts):,} 类（{remarks.name}）")] if remarks and said else []
    delivery.send(classify_document(rows, shown, facts))


def extract(
    context: Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="文件…", help="新闻、简报、工作报告；- 为标准输入")
    ],
    region: Annotated[
        str | None, typer.Option("--region", help="文中未写明时项目所在的地区")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """The projects, firms and totals that stand in texts; nothing is put into the store."""
    delivery = Delivery.of(form, output)
    found = list(_found_in(files, _if_there(context), region))
    if not found:
        raise typer.Exit(2)
    answers = [one.to_dict() for one in found]
    tables = [one.table_rows() for one in found]
    delivery.send(extract_document(answers, tables, workbook=delivery.rich))


def _found_in(files: list[Path], snapshot: Snapshot | None, region: str | None) -> Iterator[Found]:
    """What each file says; of several files one that cannot be read is named and left out."""
    from ingest.extraction import extract_found
    from ingest.news.encoder import state as encoder_state

    if not encoder_state().ready:
        say("没有语言模型，只凭规则和自带的权重找，漏掉的会多一些；见 chainscout reader", "warning")
    with progress() as report:
        for number, file in enumerate(files):
            report("读取", number, len(files))
            source = sys.stdin.buffer.read().decode("utf-8", "replace") if file == STDIN else file
            try:
                yield extract_found(source, snapshot=snapshot, region=region)
            except UnreadableFile as problem:
                if len(files) == 1:
                    raise
                say(f"{problem}（未读这一份，其余照常）", "warning")


def _if_there(context: Context) -> Snapshot | None:
    """The store's snapshot; without a store a word about what that means."""
    try:
        return state(context).snapshot()
    except StoreNotFound:
        say("没有数据存储，投资方按原文列出，未与企业表核对", "warning")
        return None


@contextmanager
def _readable(file: Path) -> Iterator[Path]:
    """`file` itself, or what stands on standard input as a file without suffix."""
    if file != STDIN:
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="chainscout-") as folder:
        copy = Path(folder) / "标准输入"
        copy.write_bytes(sys.stdin.buffer.read())
        yield copy


def _facts(snapshot: Snapshot) -> list[tuple[str, str]]:
    return [("数据版本", f"第 {snapshot.data_version} 版")]


__all__ = ["classify", "extract", "resolve"]
