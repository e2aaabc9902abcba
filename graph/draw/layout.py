"""Where the links of a chain stand on the map: layers from upstream to downstream.

A stage has as many columns as its links need; within it links go by depth, so that feeds run to the
right. Order inside of a column: barycentre sweeps against crossings. Coordinates: networkx's
multipartite layout, scaled so that boxes never touch.

References:
    Sugiyama, K., Tagawa, S., Toda, M. (1981), Methods for visual understanding of hierarchical
    system structures, IEEE Transactions on Systems, Man, and Cybernetics 11 (2).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx

from graph.chain import ChainCycleError, depths
from graph.columns import STAGES

if TYPE_CHECKING:
    from graph.chain.feeds import LinkGraph

BOX_WIDTH, BOX_HEIGHT = 176.0, 54.0
GAP_X, GAP_Y = 64.0, 14.0
ROWS = 12
SWEEPS = 6


@dataclass(frozen=True, slots=True)
class Box:
    """A link on the map: top left corner, size, and the column it stands in."""

    link: str
    x: float
    y: float
    column: int
    width: float = BOX_WIDTH
    height: float = BOX_HEIGHT


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as an SVG path; `back` where it runs against the columns."""

    upstream: str
    downstream: str
    path: str
    back: bool


@dataclass(frozen=True)
class Layout:
    """All boxes and feeds; `spans`: stage → (left, right) of its columns."""

    boxes: dict[str, Box]
    feeds: tuple[Feed, ...]
    spans: dict[str, tuple[float, float]]
    width: float
    height: float


def arrange(
    chain: LinkGraph,
    stages: Mapping[str, str],
    *,
    rows: int = ROWS,
    left: float = 0,
    top: float = 0,
) -> Layout:
    """Places for all links of a chain.

    Args:
        chain: links and feeds; cycles are allowed, their links then go by stage alone.
        stages: link → upstream, midstream or downstream.
        rows: links in a column at most; a stage with more gets more columns.
        left: edge of the first column, px.
        top: edge of the highest box, px.
    """
    columns = _uncrossed(chain, _columns(chain, stages, rows))
    boxes = _boxes(columns, left, top)
    feeds = tuple(
        _feed(boxes[a], boxes[b]) for a, b in sorted(chain.edges) if a in boxes and b in boxes
    )
    spans: dict[str, tuple[float, float]] = {}
    for box in boxes.values():
        low, high = spans.get(stages[box.link], (box.x, box.x + box.width))
        spans[stages[box.link]] = (min(low, box.x), max(high, box.x + box.width))
    return Layout(
        boxes, feeds, spans,
        max((box.x + box.width for box in boxes.values()), default=left),
        max((box.y + box.height for box in boxes.values()), default=top),
    )  # fmt: skip


def _columns(chain: LinkGraph, stages: Mapping[str, str], rows: int) -> list[list[str]]:
    try:
        depth = depths(chain)
    except ChainCycleError:
        depth = dict.fromkeys(chain, 0)
    columns = []
    for stage in STAGES:
        links = sorted((n for n in chain if stages[n] == stage), key=lambda n: (depth[n], n))
        count = math.ceil(len(links) / rows)
        size = math.ceil(len(links) / count) if count else 0
        columns += [links[i * size : (i + 1) * size] for i in range(count)]
    return columns


def _uncrossed(chain: LinkGraph, columns: Sequence[Sequence[str]]) -> list[list[str]]:
    """Each column ordered by the mean place of what its links are fed by, and feed, in turn."""
    found = [list(column) for column in columns]
    for sweep in range(SWEEPS):
        place = {n: (i + 0.5) / len(column) for column in found for i, n in enumerate(column)}
        around = chain.pred if sweep % 2 == 0 else chain.succ
        for column in found if sweep % 2 == 0 else reversed(found):
            now = {n: [place[m] for m in around[n] if m in place] for n in column}
            mean = {n: sum(at) / len(at) if at else place[n] for n, at in now.items()}
            column.sort(key=lambda n: (mean[n], place[n]))
            place |= {n: (i + 0.5) / len(column) for i, n in enumerate(column)}
    return found


def _boxes(columns: Sequence[Sequence[str]], left: float, top: float) -> dict[str, Box]:
    links: nx.Graph[str] = nx.Graph()
    links.add_nodes_from(link for column in columns for link in column)
    if not links:
        return {}
    # Layers by name, as lists: layers told by an attribute of the nodes lose their order.
    at = nx.multipartite_layout(links, subset_key=dict(enumerate(columns)))
    # The layout is in units of its own: its smallest steps become the steps of the map.
    step_x = _smallest_step([float(x) for x, _ in at.values()])
    step_y = min(
        (_smallest_step([float(at[n][1]) for n in names]) for names in columns if len(names) > 1),
        default=1.0,
    )
    x0, y0 = (min(float(place[axis]) for place in at.values()) for axis in (0, 1))
    return {
        link: Box(
            link,
            left + (float(at[link][0]) - x0) / step_x * (BOX_WIDTH + GAP_X),
            top + (float(at[link][1]) - y0) / step_y * (BOX_HEIGHT + GAP_Y),
            column,
        )
        for column, names in enumerate(columns)
        for link in names
    }


def _smallest_step(values: Sequence[float]) -> float:
    ordered = sorted({round(value, 9) for value in values})
    return min((b - a for a, b in pairwise(ordered)), default=1.0)


def _feed(start: Box, end: Box) -> Feed:
    y1, y2 = start.y + start.height / 2, end.y + end.height / 2
    back = end.column <= start.column
    x1, x2 = start.x + start.width, end.x + (end.width if back else 0.0)
    if back:
        near = far = max(x1, x2) + GAP_X * 0.4
    else:
        bend = max((x2 - x1) / 2, 18.0)
        near, far = x1 + bend, x2 - bend
    curve = f"M{x1:.1f},{y1:.1f} C{near:.1f},{y1:.1f} {far:.1f},{y2:.1f} {x2:.1f},{y2:.1f}"
    return Feed(start.link, end.link, curve, back)
