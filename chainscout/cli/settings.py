"""Settings: those of the program, and the office's own weights and thresholds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from chainscout.cli.common import Context, Delivery, FormatOption, OutputOption
from chainscout.cli.console import say
from chainscout.cli.desk import reading, writing
from chainscout.cli.errors import CommandProblem
from chainscout.cli.tuned import tuned_of
from chainscout.output.listing import SETTINGS, TUNING, TUNING_CHANGES, listing
from chainscout.settings import table
from recommender.tuning import GROUPS, ROWS, Tuned, row_of, said
from workspace import tuning

Pairs = Annotated[
    list[str],
    typer.Argument(metavar="名称=数值…", help="要改的各项：中文名称或英文键，见 settings show"),
]
Names = Annotated[
    list[str] | None, typer.Argument(metavar="[名称…]", help="哪几项回到默认：中文名称或英文键")
]
Comment = Annotated[str, typer.Option("--comment", help="为什么改，记入改动记录")]


def program(context: typer.Context, form: FormatOption = None, output: OutputOption = None) -> None:
    """Without a command: the settings of the program, which stand in the environment."""
    if context.invoked_subcommand is None:
        Delivery.of(form, output).send(listing("设置", SETTINGS, table()))


def show(context: Context, form: FormatOption = None, output: OutputOption = None) -> None:
    """Weights and thresholds in force: value, default, range, what each does."""
    delivery = Delivery.of(form, output)
    tuned = tuned_of(context)
    rows = [
        {
            "group": GROUPS[row.group], "label": row.label, "value": said(tuned.value(row)),
            "default": said(row.default), "range": row.span, "help": row.help, "key": row.key,
        }
        for row in ROWS
    ]  # fmt: skip
    facts = [("版本", _version(tuned)), ("与默认不同", f"{len(tuned.values)} 项")]
    delivery.send(listing("权重与门槛", TUNING, rows, tuned.to_dict(), facts))


def change(context: Context, values: Pairs, comment: Comment = "") -> None:
    """Set some of them for everybody; all or nothing."""
    given: dict[str, object] = {}
    for text in values:
        name, sign, value = text.partition("=")
        if not sign:
            raise CommandProblem(f"{text}：应写作 名称=数值，例如 具备门槛=0.8")
        given[_key(name)] = value.strip()
    _change(context, given, comment)


def reset(
    context: Context,
    names: Names = None,
    everything: Annotated[bool, typer.Option("--all", help="全部回到默认")] = False,
    comment: Comment = "",
) -> None:
    """Bring defaults back."""
    if bool(names) == everything:
        raise CommandProblem("请写明哪几项回到默认，或用 --all 表示全部（二选一）")
    keys = [row.key for row in ROWS] if everything else [_key(name) for name in names or ()]
    _change(context, dict.fromkeys(keys), comment)


def history(
    context: Context,
    top: Annotated[int | None, typer.Option("--top", min=1, help="列出的次数")] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Who changed what when, the newest first."""
    delivery = Delivery.of(form, output)
    with reading(context) as session:
        found = tuning.history(session, limit=top)
        answer = [one.to_dict() for one in found]
        rows = [
            {
                "version": one.number, "at": f"{one.at.astimezone():%Y-%m-%d %H:%M}", "by": one.by,
                "changes": "；".join(tuning.changes_said(one)), "comment": one.comment,
            }
            for one in found
        ]  # fmt: skip
    empty = "还没有人改过；用 settings set 名称=数值 修改"
    delivery.send(listing("权重与门槛的改动", TUNING_CHANGES, rows, answer, empty=empty))


def _key(name: str) -> str:
    try:
        return row_of(name).key
    except ValueError as error:
        raise CommandProblem(str(error)) from error


def _change(context: Context, given: dict[str, object], comment: str) -> None:
    with writing(context) as session:
        before = tuning.current(session)
        made = tuning.change(session, given, comment=comment)
        if made.version == before.version:
            say(f"没有改动：现为{_version(before)}", "done")
            return
        told = "；".join(tuning.changes_said(tuning.history(session, limit=1)[0]))
    say(f"已保存为第 {made.version} 版：{told}", "done")


def _version(tuned: Tuned) -> str:
    return f"第 {tuned.version} 版" if tuned.version else "默认"


Function = Callable[..., None]
COMMANDS: tuple[tuple[str, Function, str], ...] = (
    ("show", show, "列出权重与门槛：现值、默认值、可设范围、作用"),
    ("set", change, "改权重与门槛；此后网页、命令、接口和导出都用它"),
    ("reset", reset, "恢复默认"),
    ("history", history, "改动记录：谁在什么时候改了什么"),
)
ALONE = program

__all__ = ["ALONE", "COMMANDS"]
