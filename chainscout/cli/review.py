"""What ingest left to a person: the queue, decisions, the log, undoing."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from chainscout.cli.common import Context, Delivery, FormatOption, OutputOption, state
from chainscout.cli.console import say
from chainscout.cli.errors import CommandProblem
from chainscout.output.review import log_document, question_document, queue_document
from chainscout.output.write import write_bytes
from ingest import review as reviews


class Kind(StrEnum):
    """Kinds of questions."""

    identity = "identity"
    link = "link"
    project = "project"
    event = "event"


class Stand(StrEnum):
    """States of questions."""

    open = "open"
    decided = "decided"
    closed = "closed"
    all = "all"


KindOption = Annotated[
    Kind | None,
    typer.Option("--kind", help="种类：identity 企业归并、link 环节归类、project 项目、event 事件"),
]
StateOption = Annotated[
    Stand, typer.Option("--state", help="状态：open 待审、decided 已决定、closed 已结案、all 全部")
]
ByOption = Annotated[str | None, typer.Option("--by", help="决定人", show_default="系统用户名")]
NoteOption = Annotated[str | None, typer.Option("--note", help="理由，记入记录")]
Review = Annotated[str, typer.Argument(metavar="事项", help="事项编号")]


def list_queue(
    context: Context,
    kind: KindOption = None,
    stand: StateOption = Stand.open,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """The questions that wait, those about one firm together."""
    delivery = Delivery.of(form, output)
    delivery.send(queue_document(_queue(context, kind, stand)))


def show(
    context: Context, review: Review, form: FormatOption = None, output: OutputOption = None
) -> None:
    """One question with both sides and its log."""
    delivery = Delivery.of(form, output)
    delivery.send(question_document(reviews.question(state(context).store(), review)))


def decide(
    context: Context,
    review: Annotated[list[str], typer.Argument(metavar="事项…", help="事项编号，可以多个")],
    decision: Annotated[
        str,
        typer.Option(
            "--as",
            help="决定：same 同一企业、different 不同企业、subsidiary 下属企业；"
            "环节、项目、事件为 accept 通过、reject 不通过",
        ),
    ],
    by: ByOption = None,
    note: NoteOption = None,
) -> None:
    """Decide questions; what follows from it is done at once."""
    store = state(context).store()
    made = reviews.decide(store, dict.fromkeys(review, decision), by=_who(by), note=note)
    _told(made)


def undo(
    context: Context,
    what: Annotated[str, typer.Argument(metavar="记录或事项", help="记录编号，或事项编号")],
    by: ByOption = None,
    note: NoteOption = None,
) -> None:
    """Undo a decision; the question is open again."""
    made = reviews.undo(state(context).store(), what, by=_who(by), note=note)
    say(f"已撤销决定 {made['undoes']}，事项 {made['review_id']} 重新待审", "done")


def show_log(context: Context, form: FormatOption = None, output: OutputOption = None) -> None:
    """Who decided and undid what, and when."""
    delivery = Delivery.of(form, output)
    delivery.send(log_document(reviews.log(state(context).store())))


def export(
    context: Context,
    target: Annotated[Path, typer.Argument(metavar="文件.xlsx", help="写到哪个工作簿")],
    kind: KindOption = None,
    stand: StateOption = Stand.open,
) -> None:
    """Write the queue as a workbook in which decisions are chosen from a list."""
    if target.suffix.lower() != ".xlsx":
        raise CommandProblem(f"{target}：待审表是 Excel 工作簿，文件名请以 .xlsx 结尾")
    rows = _queue(context, kind, stand)
    write_bytes(target, reviews.write_queue(rows))
    say(f"已写入 {target}，共 {len(rows):,} 项", "done")
    say(f"填好「决定」后运行：chainscout review apply {target}")


def apply(
    context: Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="填好「决定」的待审表")],
    by: ByOption = None,
    note: NoteOption = None,
) -> None:
    """Carry out the decisions of a workbook, all of them or none."""
    rows = reviews.decisions_in(file)
    made = reviews.decide(
        state(context).store(),
        {review: decision for review, decision, _ in rows},
        by=_who(by),
        note=note,
        notes={review: said for review, _, said in rows if said},
    )
    _told(made)


def _queue(context: Context, kind: Kind | None, stand: Stand) -> list[dict[str, Any]]:
    chosen = None if stand is Stand.all else stand.value
    return reviews.queue(state(context).store(), kind=kind and kind.value, state=chosen)


def _told(made: Sequence[dict[str, Any]]) -> None:
    if not made:
        say("没有新的决定：这些事项此前已这样决定", "warning")
        return
    numbers = "、".join(entry["decision_id"] for entry in made[:10])
    more = " 等" if len(made) > 10 else ""
    say(f"已执行 {len(made):,} 项决定（记录 {numbers}{more}）；可用 chainscout review undo 撤销",
        "done")  # fmt: skip


def _who(by: str | None) -> str:
    try:
        return by or getpass.getuser()
    except (OSError, KeyError) as error:  # no account behind the process
        raise CommandProblem("不知道决定人是谁，请用 --by 写明") from error


COMMANDS: tuple[tuple[str, Callable[..., None], str], ...] = (
    ("list", list_queue, "列出待审事项"),
    ("show", show, "一个事项的两方信息、理由和记录"),
    ("decide", decide, "作出决定并立即生效"),
    ("undo", undo, "撤销决定，恢复原状"),
    ("log", show_log, "谁在什么时候决定和撤销了什么"),
    ("export", export, "导出待审表（Excel），「决定」一列从下拉列表选"),
    ("apply", apply, "执行填好的待审表：要么全部生效，要么全不生效"),
)

__all__ = ["COMMANDS"]
