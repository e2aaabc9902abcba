"""Link → firms not yet at it: positions are hidden, are they found again?

Micro recall over hidden firm–link pairs, each link ranked once through `recommend(link=…)`.
`chainscout` is told what firms of the train rows make (`--products`, by name and stock code; as it
ships `tw_products.csv`), as an office's table of firms would; `no_products` is the same without.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.quality.metrics import recall_at
from graph import Snapshot, Store, open_store
from graph.lookup import LookupProblem, find_firm
from ingest.load import load
from ingest.names import name_key
from recommender import MODELS, recommend

HERE = Path(__file__).parent
CUTS = (5, 10, 20, 50)
COMPARED = {
    "no_products": None,
    "belonging": MODELS["belonging"],
    "degree": MODELS["degree"],
    "cooccurrence": MODELS["cooccurrence"],
    "ease": MODELS["ease"],
}
Pair = tuple[str, str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this evaluator takes besides the common arguments."""
    parser.add_argument(
        "--seed", type=int, default=0, help="which pairs are hidden without --truth"
    )
    parser.add_argument("--share", type=float, default=0.2, help="how many of them")
    parser.add_argument(
        "--products",
        type=Path,
        default=HERE / "tw_products.csv",
        help="CSV of firm, code, products; '#' begins a remark",
    )


def evaluate(arguments: argparse.Namespace) -> dict[str, Any]:
    """The contract's object for this evaluator."""
    if not arguments.train:
        raise SystemExit("link_firms: --train is required: rows of chain, layer, link, firm")
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder, "train.duckdb"))
        load(store, arguments.train)
        if arguments.truth:
            truth = open_store(Path(folder, "truth.duckdb"))
            load(truth, arguments.truth)
            pairs, outside = known_pairs(store.snapshot(), truth)
        else:
            pairs, outside = hide(store, arguments.seed, arguments.share), 0
        snapshot = store.snapshot()
        found = {
            name: recall_at(ranks(snapshot, pairs, model), CUTS) for name, model in COMPARED.items()
        }
        load(store, [told(snapshot, arguments.products, Path(folder))])
        ours = recall_at(ranks(store.snapshot(), pairs, None), CUTS)
        models = {"chainscout": ours, **found}
        return {"name": "link_firms", "n": len(pairs), "outside": outside, "models": models}


def told(snapshot: Snapshot, products: Path, folder: Path) -> Path:
    """A table to load: what the firms of the snapshot make, as far as `products` knows them."""
    firms = snapshot.firms
    called = zip(firms.names.to_pylist(), firms.stock_code.to_pylist(), strict=True)
    known = {(name_key(name), code or "") for name, code in called}
    table = folder / "products.csv"
    with (
        products.open(encoding="utf-8", newline="") as given,
        table.open("w", encoding="utf-8", newline="") as made,
    ):
        write = csv.writer(made)
        write.writerow(("企业名称", "股票代码", "主营产品"))
        for row in csv.DictReader(line for line in given if not line.startswith("#")):
            if (name_key(row["firm"]), row["code"]) in known:
                write.writerow((row["firm"], row["code"], row["products"]))
    return table


def hide(store: Store, seed: int, share: float) -> list[Pair]:
    """Take a share of the positions of firms at several links out of the store.

    A firm's last position stays.
    """
    table = store.read("positions", ["firm_id", "link_id"])
    rows = list(zip(table["firm_id"].to_pylist(), table["link_id"].to_pylist(), strict=True))
    left: dict[str, int] = defaultdict(int)
    for firm, _ in rows:
        left[firm] += 1
    several = [row for row in rows if left[row[0]] >= 2]
    hidden: list[Pair] = []
    for i in np.random.default_rng(seed).permutation(len(several)).tolist():
        firm, link = several[i]
        if len(hidden) < share * len(several) and left[firm] >= 2:
            left[firm] -= 1
            hidden.append((firm, link))
    keys = pa.table({"firm_id": [f for f, _ in hidden], "link_id": [k for _, k in hidden]})
    with store.write("positions hidden for a test") as writer:
        writer.delete("positions", keys)
    return hidden


def known_pairs(snapshot: Snapshot, truth: Store) -> tuple[list[Pair], int]:
    """Pairs of the truth whose firm and link are in train, and how many others there are."""
    names = dict(zip(*truth.read("firms", ["firm_id", "name"]).to_pydict().values(), strict=True))
    table = truth.read("positions", ["firm_id", "link_id"])
    found, outside = [], 0
    for ident, link in zip(*table.to_pydict().values(), strict=True):
        firm = _row(snapshot, ident, names[ident])
        if firm < 0 or link not in snapshot.links.row:
            outside += 1
            continue
        at = snapshot.positions.link[snapshot.positions.of_firm(firm)]
        if snapshot.links.row[link] not in at:
            found.append((snapshot.firms.ids[firm].as_py(), link))
    return found, outside


def _row(snapshot: Snapshot, ident: str, name: str) -> int:
    if (row := snapshot.firms.row(ident)) >= 0:
        return row
    try:
        return find_firm(snapshot, name)
    except LookupProblem:
        return -1


def ranks(snapshot: Snapshot, pairs: Sequence[Pair], model: Any) -> np.ndarray[Any, Any]:
    """Rank of each pair's firm among the firms recommended for its link; 0 = below the last cut."""
    by_link: dict[str, dict[str, int]] = {}
    for link in sorted({link for _, link in pairs}):
        answer = recommend(snapshot, link=link, top=max(CUTS), model=model)
        by_link[link] = {target.firm.id: target.rank or 0 for target in answer.targets}
    return np.array([by_link[link].get(firm, 0) for firm, link in pairs], dtype=np.int64)
