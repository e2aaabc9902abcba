"""Every case of bad input; run as a program, it writes all their files into a folder to look at."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.ingest.broken.kinds import WORLD
from tests.ingest.broken.refused import REFUSED
from tests.ingest.broken.rows import ROWS
from tests.ingest.broken.shapes import SHAPES

SORTED = [*SHAPES, *ROWS]


def write_all(folder: Path) -> int:
    """One folder a case, and one with the world they are loaded into; their number."""
    world = folder / "world"
    world.mkdir(parents=True)
    for name, content in WORLD.items():
        (world / name).write_text(content, "utf8")
    makes = {case.name: case.make for case in REFUSED} | {c.name: c.make for c in SORTED}
    for name, make in makes.items():
        (folder / name).mkdir()
        make(folder / name)
    return len(REFUSED) + len(SORTED)


if __name__ == "__main__":
    sys.stdout.write(f"{write_all(Path(sys.argv[1]))}\n")
