"""`python -m benchmarks.quality NAME --train PATH… [--truth PATH…] [--json]`."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def names() -> list[str]:
    """Evaluators: the modules here that define `evaluate`."""
    return [
        path.stem
        for path in sorted(HERE.glob("[!_]*.py"))
        if "\ndef evaluate(" in path.read_text(encoding="utf-8")
    ]


def parser() -> argparse.ArgumentParser:
    """The command line, one subcommand an evaluator."""
    top = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    commands = top.add_subparsers(dest="name", required=True)
    for name in names():
        module = importlib.import_module(f"benchmarks.quality.{name}")
        command = commands.add_parser(name, description=module.__doc__)
        command.add_argument("--train", nargs="+", type=Path, default=[])
        command.add_argument("--truth", nargs="+", type=Path, default=[])
        command.add_argument("--json", action="store_true", help="the bare JSON, on one line")
        module.add_arguments(command)
        command.set_defaults(evaluate=module.evaluate)
    return top


def text(result: dict[str, Any]) -> str:
    """The result as a table for people."""
    lines = [f"{result['name']}: n = {result['n']}"]
    for model, metrics in result["models"].items():
        figures = (
            "{} {:.3f} [{:.3f}, {:.3f}]".format(metric, found["value"], *found["interval"])
            for metric, found in metrics.items()
        )
        lines.append(f"  {model:<14}" + "  ".join(figures))
    return "\n".join(lines)


def main() -> int:
    """Run one evaluator and print what it found."""
    arguments = parser().parse_args()
    result = arguments.evaluate(arguments)
    print(json.dumps(result, ensure_ascii=False) if arguments.json else text(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
