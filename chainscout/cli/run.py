"""From arguments to an exit code: 0 done, 2 wrong use or input, 3 strict and rows rejected.

Every error that the product knows ends in one message on standard error. Anything else is a fault
of the program: it is said so, and ``--debug`` shows where.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import typer

from chainscout import settings
from chainscout.cli.console import say

DONE, FAULT, WRONG, REJECTED, INTERRUPTED = 0, 1, 2, 3, 130
# typer carries its own copy of click or uses the one installed, depending on its release; this is
# the base of all complaints about arguments in either.
_CLICK_ERROR: type[Exception] = next(
    c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException"
)


def main() -> NoReturn:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure and os.name == "nt" and not stream.isatty():
            reconfigure(encoding="utf-8")
    sys.exit(run())


def run(argv: Sequence[str] | None = None) -> int:
    """Run one command; `argv` without the program's name, by default that of the process."""
    given = list(sys.argv[1:] if argv is None else argv)
    # Whoever repeats a command to see more puts it at the end, where the parser has no place.
    arguments = [argument for argument in given if argument != "--debug"]
    try:
        from chainscout.cli.app import application

        app = application(arguments)
        outcome = app(args=arguments, prog_name="chainscout", standalone_mode=False)
    except _CLICK_ERROR as error:
        from chainscout.cli.problems import usage_message

        say(usage_message(error), "error")
        return WRONG
    except (KeyboardInterrupt, typer.Abort):
        say("已中断，未完成的写入不生效", "error")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has left (`| head`): nothing more to say, now or at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:  # noqa: BLE001  # the last stop before a traceback
        return _failed(error, "--debug" in given)
    return outcome if isinstance(outcome, int) else DONE


def _failed(error: Exception, debug: bool) -> int:
    from chainscout.cli.problems import expected  # knows the errors of all packages

    known = expected(error)
    if known is not None:
        say(known.message, "error")
        return known.code
    if debug or os.environ.get(settings.PREFIX + "DEBUG") not in (None, "", "0"):
        traceback.print_exception(error)
    kind = type(error).__name__
    say(
        f"程序出现意外错误（{kind}：{error}）。数据未受影响。\n"
        "请加上 --debug 重新运行同一命令，把完整输出发给维护者。",
        "error",
    )
    return FAULT


__all__ = ["DONE", "FAULT", "INTERRUPTED", "REJECTED", "WRONG", "main", "run"]
