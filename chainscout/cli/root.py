"""The application without its commands: its name, how help looks, options before a command."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

from chainscout import settings
from chainscout.cli.common import State

rich_utils.OPTIONS_PANEL_TITLE = "选项"
rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
rich_utils.COMMANDS_PANEL_TITLE = "命令"
rich_utils.DEFAULT_STRING = "[默认：{}]"
rich_utils.REQUIRED_LONG_STRING = "[必填]"


HELP = "显示这份说明"


class Command(TyperCommand):
    """A command whose ``--help`` is explained in Chinese too."""

    def get_help_option(self, ctx: Any) -> Any:
        """The option, with its text."""
        return _explained(super().get_help_option(ctx))


class Group(TyperGroup):
    """The same for what has commands under it."""

    def get_help_option(self, ctx: Any) -> Any:
        """The option, with its text."""
        return _explained(super().get_help_option(ctx))


def _explained(option: Any) -> Any:
    if option is not None:
        option.help = HELP
    return option


def root() -> typer.Typer:
    """A new application with the options before a command."""
    app = typer.Typer(
        name="chainscout",
        cls=Group,
        help="产业链招商：有什么、缺什么、找谁。",
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.callback(help="产业链招商：有什么、缺什么、找谁。")(options)
    return app


def options(
    context: typer.Context,
    store: Annotated[
        str | None,
        typer.Option(
            "--store",
            help="数据存储：文件路径，或 bolt://、neo4j:// 地址",
            show_default="CHAINSCOUT_STORE，否则为当前文件夹的 chainscout.duckdb",
        ),
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help="出现意外错误时显示完整的错误堆栈")
    ] = False,
) -> None:
    """What stands before the command."""
    del debug  # looked for before anything can go wrong, see run()
    context.obj = State(store or settings.text("store"))


__all__ = ["Command", "Group", "root"]
