"""Made-up chains: links in three stages, feeds that run downhill, a popularity of each link."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from benchmarks.synthetic.draw import Floats, Ints, zipf
from benchmarks.synthetic.words import CHAIN_NAMES, PRODUCT_HEADS, PRODUCT_NOUNS

STAGES = ("upstream", "midstream", "downstream")
BIG_CHAIN = "c00"  # the chain with a fixed number of links, for the ranking benchmark
_CODES = ("3411", "3484", "3831", "3899", "2651", "2652", "3061", "3091", "3670", "3985", "3130")


@dataclass(frozen=True)
class Chains:
    """Chains, links and feeds as files hold them, and what other columns are drawn from."""

    chains: pa.Table
    links: pa.Table
    feeds: pa.Table
    link_ids: list[str]
    chain_of: Ints  # per link
    chain_weights: Floats
    link_weights: Floats  # within its chain


def make(draw: np.random.Generator, chains: int, links: int, big: int) -> Chains:
    """`chains` chains of about `links` links; the first has exactly `big`."""
    sizes = np.maximum(6, draw.normal(links, links / 5, chains).round()).astype(int)
    sizes[0] = big
    names = [CHAIN_NAMES[i] if i < len(CHAIN_NAMES) else f"产业{i:03d}" for i in range(chains)]
    ids = [f"c{i:02d}" for i in range(chains)]
    rows: list[dict[str, object]] = []
    feeds: list[dict[str, object]] = []
    weights = []
    for chain, size in enumerate(sizes):
        part = _links(draw, ids[chain], int(size))
        rows += part
        feeds += _feeds(draw, ids[chain], part)
        weights.append(draw.permutation(zipf(int(size))))
    return Chains(
        pa.table({"chain_id": ids, "name": names, "sector": ["制造业"] * chains}),
        pa.Table.from_pylist(rows),
        pa.Table.from_pylist(feeds),
        [str(row["link_id"]) for row in rows],
        np.repeat(np.arange(chains), sizes),
        zipf(chains, 0.5),
        np.concatenate(weights),
    )


def _links(draw: np.random.Generator, chain: str, size: int) -> list[dict[str, object]]:
    combinations = len(PRODUCT_HEADS) * len(PRODUCT_NOUNS)
    chosen = draw.choice(combinations, size, replace=False)
    rows: list[dict[str, object]] = []
    for i, pair in enumerate(chosen):
        head, noun = divmod(int(pair), len(PRODUCT_NOUNS))
        name = PRODUCT_HEADS[head] + PRODUCT_NOUNS[noun]
        rows.append(
            {
                "link_id": f"{chain}.l{i:03d}",
                "chain": chain,
                "name": name,
                "stage": STAGES[min(2, 3 * i // size)],
                "keywords": f"{name};{PRODUCT_NOUNS[noun]};{name}部件",
                "industry_codes": _CODES[int(pair) % len(_CODES)],
            }
        )
    return rows


def _feeds(
    draw: np.random.Generator, chain: str, links: list[dict[str, object]]
) -> list[dict[str, object]]:
    """Each link but the last feeds one to three later ones: acyclic and without islands."""
    found: list[dict[str, object]] = []
    for i in range(len(links) - 1):
        reach = np.arange(i + 1, min(len(links), i + 13))
        wanted = min(len(reach), int(draw.integers(1, 4)))
        targets = {i + 1, *draw.choice(reach, wanted - 1, replace=False).tolist()}
        found += [
            {
                "chain": chain,
                "upstream": links[i]["link_id"],
                "downstream": links[target]["link_id"],
                "weight": round(float(draw.random()), 2),
            }
            for target in sorted(targets)
        ]
    return found
