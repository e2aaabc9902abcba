"""Feeds against an input–output table: do they run the way goods flow between sectors?

`--train` is an input–output table. A feed agrees when its upstream sector supplies more of the
downstream sector's output than the other way round. Feeds within one sector, or without a sector,
say nothing and are left out. `reversed` is the same question with all feeds turned round; the
interval is a bootstrap over feeds.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from graph import open_store
from graph.chain import flow_weights
from ingest.coefficients import read_coefficients, read_sectors
from ingest.reference import load_reference

DRAWS = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this evaluator takes besides the common arguments."""
    parser.add_argument("--sectors", type=Path, help="concordance of sectors and industry codes")


def evaluate(arguments: argparse.Namespace) -> dict[str, Any]:
    """The contract's object for this evaluator, over the bundled feeds."""
    names, sectors = read_sectors(arguments.sectors)
    table = read_coefficients(arguments.train[0], names)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "reference.duckdb")
        load_reference(store)
        feeds = list(flow_weights(store.snapshot(), table, sectors))
    judged = [
        feed.weight > feed.back
        for feed in feeds
        if not feed.same_sector and feed.weight is not None and feed.back is not None
        if feed.weight != feed.back
    ]
    agrees = np.array(judged, dtype=np.float64)
    return {
        "name": "feeds",
        "n": len(agrees),
        "feeds": len(feeds),
        "models": {
            "chainscout": {"direction_agreement": _share(agrees)},
            "reversed": {"direction_agreement": _share(1.0 - agrees)},
        },
    }


def _share(agrees: np.ndarray[tuple[int], np.dtype[np.float64]]) -> dict[str, Any]:
    draws = np.random.default_rng(0).integers(0, len(agrees), (DRAWS, len(agrees)))
    low, high = np.quantile(agrees[draws].mean(axis=1), [0.025, 0.975])
    return {"value": float(agrees.mean()), "interval": [float(low), float(high)]}
