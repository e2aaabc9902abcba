"""A whole made-up registry, and the ways to have it: files, or rows ready for a store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
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


# Tables that every part of a registry shares.
COMMON = ("chains", "links", "feeds")
# Firms made at a time where there are more: texts of one column must stay below 2 GB, and memory
# small.
SHARD = 1_000_000


def generate(size: Size | None = None, seed: int = 7) -> World:
    """A registry of `size`, the same for the same `seed`."""
    size = size or Size()
    draw = np.random.default_rng(seed)
    chains = chain_maker.make(draw, size.chains, size.links, size.big)
    return _world(draw, size, chains)


def shards(size: Size, seed: int = 7, shard: int = SHARD) -> Iterator[World]:
    """A registry of any size in parts of at most `shard` firms, with the same chains in each.

    Positions, ties and events are between firms of one part. Codes are unique over all parts, names
    within one.
    """
    begin = np.random.default_rng(seed)
    chains = chain_maker.make(begin, size.chains, size.links, size.big)
    for number, first in enumerate(range(0, size.firms, shard)):
        firms = min(shard, size.firms - first)
        part = replace(
            size,
            firms=firms,
            positions=size.positions * firms // size.firms,
            ties=None if size.ties is None else size.ties * firms // size.firms,
            events=None if size.events is None else size.events * firms // size.firms,
        )
        yield _world(np.random.default_rng([seed, number]), part, chains, number, first)


def _world(
    draw: np.random.Generator,
    size: Size,
    chains: chain_maker.Chains,
    number: int = 0,
    first: int = 0,
) -> World:
    firms = firm_maker.make(draw, size.firms, first)
    ties = size.firms // 10 if size.ties is None else size.ties
    events = size.firms // 50 if size.events is None else size.events
    tables = {
        "chains": chains.chains,
        "links": chains.links,
        "feeds": chains.feeds,
        "firms": firms.file,
        "positions": edges.positions(draw, firms, chains, size.positions),
        "ties": edges.ties(draw, firms, ties),
        "events": edges.events(draw, firms, chains, events, f"e{number}-" if number else "e"),
    }
    return World(tables, firms, chains)


def write_shards(worlds: Iterator[World], folder: Path) -> dict[str, int]:
    """CSV files of all parts in `folder`, one a table; rows by table."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, int] = {}
    for number, world in enumerate(worlds):
        for name, table in world.tables.items():
            if number and name in COMMON:
                continue
            rows[name] = rows.get(name, 0) + table.num_rows
            options = pyarrow.csv.WriteOptions(include_header=not number, quoting_style="needed")
            with (folder / f"{name}.csv").open("ab" if number else "wb") as file:
                pyarrow.csv.write_csv(table, file, options)
    return rows


def _write(file: Path, table: pa.Table) -> Path:
    if file.suffix == ".parquet":
        pyarrow.parquet.write_table(table, file)
    else:
        options = pyarrow.csv.WriteOptions(quoting_style="needed")
        pyarrow.csv.write_csv(table, file, options)
    return file
