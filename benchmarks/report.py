"""``RESULTS.md``: one section a benchmark, each rewritten by the run that measured it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
_HEAD = "# Results\n\nWritten by `make bench`, never by hand; a section is as old as its own run.\n"


def write_section(name: str, text: str, file: Path = RESULTS) -> None:
    """Put `text` under the heading `name`, in the place of what stood there; others stay."""
    old = file.read_text(encoding="utf-8") if file.exists() else _HEAD
    section = f"<!-- begin {name} -->\n## {name}\n\n{text.strip()}\n<!-- end {name} -->\n"
    pattern = re.compile(
        rf"<!-- begin {re.escape(name)} -->\n.*?<!-- end {re.escape(name)} -->\n", re.DOTALL
    )
    if pattern.search(old):
        new = pattern.sub(lambda _: section, old)
    else:
        new = f"{old.rstrip()}\n\n{section}"
    file.write_text(new, encoding="utf-8")


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; all columns but the first are aligned right."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
