"""Made-up positions, ties and events of made-up firms."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.synthetic.chains import Chains
from benchmarks.synthetic.draw import Ints, join, pick, sometimes, words
from benchmarks.synthetic.firms import Firms, _iso

_HOME = 0.8  # share of a firm's positions in its own chain
_BY_NAME = 0.25  # share of positions that name the firm instead of giving its code
_STAGES = ("签约", "开工", "投产", "在谈")


def positions(draw: np.random.Generator, firms: Firms, chains: Chains, n: int) -> pa.Table:
    """`n` different (firm, link) pairs; links popular by Zipf, firms mostly in one chain.

    Raises:
        ValueError: there are not so many pairs.
    """
    links = len(chains.link_ids)
    if n > len(firms) * links // 4:
        raise ValueError(f"{n} positions do not fit {len(firms)} firms and {links} links")
    home = pick(draw, chains.chain_weights, len(firms))
    activity = draw.lognormal(0.0, 0.5, len(firms))
    pairs = np.zeros(0, dtype=np.int64)
    while len(pairs) < n:
        wanted = int((n - len(pairs)) * 1.2) + 16
        firm = pick(draw, activity, wanted)
        pairs = np.unique(np.concatenate([pairs, firm * links + _link(draw, chains, home[firm])]))
    pairs = draw.permutation(pairs)[:n]
    firm, link = np.divmod(pairs, links)
    return _position_table(draw, firms, chains, firm, link)


def _link(draw: np.random.Generator, chains: Chains, home: Ints) -> Ints:
    """A link for each row, in the firm's own chain or in any."""
    n = len(home)
    other = pick(draw, chains.chain_weights, n)
    chain = np.where(draw.random(n) < _HOME, home, other)
    # One ladder of weights over all links: the part of a chain is a stretch of length 1.
    edges = np.cumsum(chains.link_weights)
    start = np.arange(len(chains.chain_weights), dtype=np.float64)
    at = np.searchsorted(edges, start[chain] + draw.random(n) * (1 - 1e-9), side="right")
    return np.minimum(at, len(edges) - 1).astype(np.int64)


def _position_table(
    draw: np.random.Generator, firms: Firms, chains: Chains, firm: Ints, link: Ints
) -> pa.Table:
    n = len(firm)
    by_name = pa.array(draw.random(n) < _BY_NAME)
    rows = pa.array(firm)
    names = words(chains.chains["name"].to_pylist(), chains.chain_of[link])
    return pa.table(
        {
            "firm": pc.if_else(by_name, firms.name.take(rows), firms.uscc.take(rows)),
            "chain": names,
            "link": words(chains.link_ids, link),
            "strength": pa.array((0.2 + 0.8 * draw.random(n)).round(2)),
            "role": words(["leader", "member"], (draw.random(n) > 0.02).astype(np.int64)),
            "date": _iso(draw.integers(10_000, 13_500, n)),
            "evidence": sometimes(draw, firms.products.take(rows), 0.5),
            "source": words(["年报", "官网", "调研"], draw.integers(0, 3, n)),
        }
    )


def ties(draw: np.random.Generator, firms: Firms, n: int) -> pa.Table:
    """About `n` relations between firms; those of a firm with itself are left out."""
    start, end = draw.integers(0, len(firms), n), draw.integers(0, len(firms), n)
    different = start != end
    _, first = np.unique(start * len(firms) + end, return_index=True)
    keep = np.intersect1d(np.flatnonzero(different), first)
    start, end = start[keep], end[keep]
    return pa.table(
        {
            "from": firms.uscc.take(pa.array(start)),
            "to": firms.uscc.take(pa.array(end)),
            "kind": words(
                ["supplies", "invests_in", "partner_of"], pick(draw, (6, 3, 1), len(keep))
            ),
            "weight": pa.array(draw.random(len(keep)).round(2)),
            "date": _iso(draw.integers(9_000, 13_500, len(keep))),
            "source": words(["年报"], np.zeros(len(keep), dtype=np.int64)),
        }
    )


def events(
    draw: np.random.Generator, firms: Firms, chains: Chains, n: int, prefix: str = "e"
) -> pa.Table:
    """`n` investments: a firm, the region of another firm, a link, a day, an amount in 亿元."""
    firm = draw.integers(0, len(firms), n)
    link = _link(draw, chains, pick(draw, chains.chain_weights, n))
    serial = pa.array(np.arange(n)).cast(pa.string())
    return pa.table(
        {
            "event_id": join(prefix, serial),
            "firm": firms.uscc.take(pa.array(firm)),
            "region": firms.region.take(pa.array(draw.integers(0, len(firms), n))),
            "chain": words(chains.chains["name"].to_pylist(), chains.chain_of[link]),
            "link": words(chains.link_ids, link),
            "date": _iso(draw.integers(11_000, 13_500, n)),
            "amount": pa.array(np.exp(draw.normal(0.5, 1.2, n)).round(2)),
            "stage": words(_STAGES, draw.integers(0, len(_STAGES), n)),
            "source": words(["新闻"], np.zeros(n, dtype=np.int64)),
        }
    )
