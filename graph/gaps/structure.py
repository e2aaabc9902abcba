"""What the gap analysis needs to know of one chain's structure, as arrays over its links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from graph.chain import ChainError, bottlenecks, depths
from graph.columns import STAGES

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ChainShape:
    """One chain; arrays follow `links`.

    Attributes:
        links: rows in the snapshot's links, by stage, depth and id.
        feeds: ``feeds[i, j]`` = 1 where link i feeds link j directly.
        bottleneck: share of final value that passes, nan where it cannot be said.
        note: why the bottleneck is unknown (Chinese), None where it is known.
    """

    links: npt.NDArray[np.int32]
    feeds: Floats
    bottleneck: Floats
    note: str | None


def chain_shape(snapshot: Snapshot, chain: int) -> ChainShape:
    """Shape of the chain in row `chain`, computed once per snapshot."""
    return snapshot.once(("chain shape", chain), lambda s: _shape(s, chain))


def _shape(snapshot: Snapshot, chain: int) -> ChainShape:
    graph = snapshot.chain_graph(chain)
    ids = snapshot.links.ids
    depth, passing = dict.fromkeys(graph, 0), dict.fromkeys(graph, float("nan"))
    note = None if graph.number_of_edges() else "产业链没有供给关系，瓶颈度未知"
    try:
        depth = depths(graph)
        if note is None:
            passing = {link: found.value for link, found in bottlenecks(graph).items()}
    except ChainError as error:
        note = str(error)
    rows = snapshot.chains[chain].links.tolist()
    stages = snapshot.links.stages
    rows.sort(key=lambda i: (STAGES.index(stages[i]), depth[ids[i]], ids[i]))
    at = {ids[row]: i for i, row in enumerate(rows)}
    feeds = np.zeros((len(rows), len(rows)))
    for upstream, downstream in graph.edges:
        if upstream != downstream:
            feeds[at[upstream], at[downstream]] = 1.0
    return ChainShape(
        np.array(rows, dtype=np.int32), feeds, np.array([passing[ids[i]] for i in rows]), note
    )
