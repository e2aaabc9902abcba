"""Write a made-up registry: ``python -m benchmarks.synthetic OUT --firms 1000000``."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from benchmarks.synthetic.world import SHARD, Size, generate, shards, write_shards


def main() -> None:
    """Write the files and say how many rows each has."""
    parser = argparse.ArgumentParser(prog="benchmarks.synthetic", description=__doc__)
    parser.add_argument("out", type=Path, help="folder for the files")
    parser.add_argument("--firms", type=int, default=1_000_000)
    parser.add_argument("--positions", type=int, default=None, help="default: 1.5 a firm")
    parser.add_argument("--chains", type=int, default=30)
    parser.add_argument("--links", type=int, default=50, help="mean number of links a chain")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--format", choices=("csv", "parquet"), default="csv")
    args = parser.parse_args()
    start = time.perf_counter()
    positions = args.firms * 3 // 2 if args.positions is None else args.positions
    size = Size(args.firms, positions, args.chains, args.links)
    if args.firms > SHARD:
        if args.format != "csv":
            parser.error(f"more than {SHARD:,} firms are written as CSV only")
        rows = write_shards(shards(size, args.seed), args.out)
    else:
        world = generate(size, args.seed)
        world.write(args.out, args.format)
        rows = {name: table.num_rows for name, table in world.tables.items()}
    for name, count in rows.items():
        file = args.out / f"{name}.{args.format}"
        print(f"{count:>10,}  {file.stat().st_size / 1e6:8.1f} MB  {file.name}")
    print(f"{time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
