"""Run the benchmarks: `python -m benchmarks [NAME ...]`, all of them when none is named.

A benchmark is a module of this package with a `main()`. Each runs in a process of its own, so that
one's memory and caches do not colour the figures of the next.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    """Modules of this package that define `main()`, in alphabetical order."""
    return [path.stem for path in sorted(HERE.glob("[!_]*.py")) if _defines_main(path)]


def _defines_main(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body)


def run(wanted: list[str]) -> int:
    """Run the wanted benchmarks in turn; 0: all ended well, 1: some did not, 2: unknown name."""
    known = names()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"no benchmark named {', '.join(unknown)}; there are: {', '.join(known) or 'none'}")
        return 2
    failed = []
    for name in wanted or known:
        print(f"── {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
    print(f"{len(wanted or known) - len(failed)} run, {len(failed)} failed", *failed)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
