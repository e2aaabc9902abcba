"""Run the benchmarks: `python -m benchmarks [NAME ...]`, all of them when none is named.

A benchmark is a module of this package with a `main()`. Each runs in a process of its own, so that
one's memory and caches do not colour the figures of the next. `python -m benchmarks list` says what
there is, and which of the tools that are compared with are missing here.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent
_KEPT = "quality name_pairs, by the scores kept in peers/names.json"
# What is compared with beside the libraries in use: distribution, where, how it gets here.
PEERS = (
    ("networkx", "speed, ways", "make venv"),
    ("pandas", "speed", "make venv"),
    ("duckdb", "speed", "make venv"),
    ("kuzu", "speed, where it is there", "pip install 'chainscout[peers]'"),
    ("ecomplexity", "relatedness", "make venv"),
    ("rapidfuzz", "resolve", "make venv"),
    ("string-grouper", _KEPT, "benchmarks/peers/requirements-names.txt"),
    ("nomenklatura", _KEPT, "benchmarks/peers/requirements-names.txt"),
)
_SERVER = ("java", "mvn")


def names() -> list[str]:
    """Modules of this package that define `main()`, in alphabetical order."""
    return [path.stem for path in sorted(HERE.glob("[!_]*.py")) if _defines_main(path)]


def _defines_main(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body)


def listing() -> str:
    """Every benchmark with what it measures, then the peers and whether they are there."""
    found = []
    for name in names():
        said = ast.get_docstring(ast.parse((HERE / f"{name}.py").read_text(encoding="utf-8")))
        found.append(f"{name:12} {(said or '').splitlines()[0]}")
    found.append("quality      python -m benchmarks.quality NAME: against labelled sets\n")
    return "\n".join([*found, *missing(everything=True)])


def missing(*, everything: bool = False) -> list[str]:
    """A line for each peer that is not installed, or for each peer."""
    lines = []
    for peer, where, how in PEERS:
        try:
            said = version(peer)
        except PackageNotFoundError:
            lines.append(f"{peer}: not installed ({how}): {where}")
        else:
            lines += [f"{peer} {said}: {where}"] if everything else []
    tools = [tool for tool in _SERVER if shutil.which(tool) is None]
    if tools:
        lines.append(f"no {' and no '.join(tools)}: neo4j, reliability and soak need a server")
    elif everything:
        lines.append("Neo4j server: Java and Maven are there (neo4j, reliability, soak)")
    return lines


def run(wanted: list[str]) -> int:
    """Run the wanted benchmarks in turn; 0: all ended well, 1: some did not, 2: unknown name."""
    if wanted == ["list"]:
        print(listing())
        return 0
    print(*missing(), sep="\n")
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
