"""A whole made-up registry, and the ways to have it: files, or rows ready for a store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from benchmarks.synthetic import chains as chain_maker
from benchmarks.synthetic import edges
from benchmarks.synthetic import firms as firm_maker


@dataclass(frozen=True)
class Size:
    """How much of everything; `links` is the mean of a chain, `big` that of the first one."""

    firms: int = 1_000_000
    positions: int = 1_500_000
    chains: int = 30
    links: int = 50
    big: int = 100
    ties: int | None = None  # a tenth of the firms
    events: int | None = None  # a fiftieth of the firms


@dataclass(frozen=True)
class World:
    """The tables of a made-up registry, each as a file of that name holds it."""

    tables: dict[str, pa.Table]
    firms: firm_maker.Firms
    chains: chain_maker.Chains

    def write(self, folder: Path, kind: str = "csv") -> list[Path]:
        """One file a table in `folder`, CSV (UTF-8, quoted where needed) or Parquet."""
        folder.mkdir(parents=True, exist_ok=True)
        return [_write(folder / f"{name}.{kind}", table) for name, table in self.tables.items()]


def generate(size: Size | None = None, seed: int = 7) -> World:
    """A registry of `size`, the same for the same `seed`."""
    size = size or Size()
    draw = np.random.default_rng(seed)
    chains = chain_maker.make(draw, size.chains, size.links, size.big)
    firms = firm_maker.make(draw, size.firms)
    ties = size.firms // 10 if size.ties is None else size.ties
    events = size.firms // 50 if size.events is None else size.events
    tables = {
        "chains": chains.chains,
        "links": chains.links,
        "feeds": chains.feeds,
        "firms": firms.file,
        "positions": edges.positions(draw, firms, chains, size.positions),
        "ties": edges.ties(draw, firms, ties),
        "events": edges.events(draw, firms, chains, events),
    }
    return World(tables, firms, chains)


def _write(file: Path, table: pa.Table) -> Path:
    if file.suffix == ".parquet":
        pyarrow.parquet.write_table(table, file)
    else:
        options = pyarrow.csv.WriteOptions(quoting_style="needed")
        pyarrow.csv.write_csv(table, file, options)
    return file
