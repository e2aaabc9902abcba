"""Region × link heat map: who has which link of a chain, and where the gaps are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from graph.draw.style import DEFINITIONS, INK, LOOKS, MARKS, QUIET, legend, swatch
from graph.draw.svg import Picture, Sheet, shortened, text_width
from graph.gaps.cells import ChainCells, chain_cells, measure
from graph.gaps.report import STAGES
from graph.gaps.rules import GAP_TYPES, NO_GAP, STATUSES, GapType, Status
from graph.gaps.settings import GapSettings
from graph.lookup import find_chain, find_region
from graph.presence import Areas, Level

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

CELL, LABEL, ROW_LABEL = 24.0, 118.0, 108.0
MARGIN, HEAD = 28.0, 64.0


def heat_map(
    snapshot: Snapshot,
    *,
    chain: str,
    regions: Sequence[str] | None = None,
    level: Level = "prefecture",
    top: int = 20,
    settings: GapSettings | None = None,
) -> Picture:
    """Statuses of a chain's links over regions; the sign in a cell is the type of the gap.

    Args:
        snapshot: the data.
        chain: id or name.
        regions: codes or names, drawn in this order; None = those of `level` that have any of the
            links, the ones with most links present first, then with most presence.
        level: province, prefecture or county; used where no regions are given.
        top: how many then.
        settings: thresholds and weights of the gap analysis.

    Raises:
        LookupProblem: the chain or a region is unknown or ambiguous.
    """
    chosen = settings or GapSettings()
    row = find_chain(snapshot, chain)
    areas = _areas(snapshot, regions, level)
    cells = chain_cells(snapshot, row, measure(snapshot, areas, chosen), chosen)
    order = np.arange(len(areas))
    if regions is None:
        amount = cells.amount.sum(axis=1)
        order = np.lexsort((order, -amount, -cells.present.sum(axis=1)))
        order = order[amount[order] > 0][:top]
    title = f"{snapshot.chains[row].name} 地区与环节对照图"
    links = [snapshot.links.names[i] for i in cells.shape.links]
    wide = MARGIN * 2 + ROW_LABEL + CELL * len(links) + LABEL / 2
    sheet = Sheet(
        max(wide, MARGIN * 2 + text_width(title, 18), 560.0),
        HEAD + LABEL + CELL * len(order) + 64,
    )
    sheet.text(MARGIN, 34, title, 18, fill=INK, font_weight="bold")
    _column_heads(sheet, links, [snapshot.links.stages[i] for i in cells.shape.links])
    for at, area in enumerate(order.tolist()):
        _row(sheet, HEAD + LABEL + CELL * at, areas.names[area], cells, area, links)
    if not links or not len(order):
        said = "还没有企业" if links else "还没有环节"
        sheet.text(MARGIN, HEAD + LABEL + 10, f"这条产业链在数据中{said}", 13, fill=QUIET)
    legend(sheet, MARGIN, sheet.height - 34)
    return sheet.picture(title, DEFINITIONS)


def _areas(snapshot: Snapshot, regions: Sequence[str] | None, level: Level) -> Areas:
    if regions is None:
        return Areas.at_level(snapshot, level)
    rows = [find_region(snapshot, text) for text in regions]
    of_region: npt.NDArray[np.int32] = np.full(len(snapshot.regions), -1, dtype=np.int32)
    # The larger first, so that a county beside its prefecture keeps its own firms.
    for row in sorted(rows, key=lambda r: int(snapshot.regions.level[r])):
        of_region[row : snapshot.regions.end[row]] = rows.index(row)
    names = tuple(snapshot.regions.names[row] for row in rows)
    return Areas(tuple(snapshot.regions.codes[row] for row in rows), names, of_region)


def _column_heads(sheet: Sheet, links: Sequence[str], stages: Sequence[str]) -> None:
    base = HEAD + LABEL - 8
    for i, name in enumerate(links):
        x = MARGIN + ROW_LABEL + CELL * i + CELL / 2 + 4
        sheet.text(
            x, base, shortened(name, LABEL - 4, 11), 11, fill=INK,
            transform=f"rotate(-60 {x:.1f} {base:.1f})",
        )  # fmt: skip
    starts = [i for i, stage in enumerate(stages) if i == 0 or stage != stages[i - 1]]
    for i, end in zip(starts, [*starts, len(stages)][1:], strict=True):
        left = MARGIN + ROW_LABEL + CELL * i
        sheet.line(left + 2, HEAD - 6, left + CELL * (end - i) - 2, HEAD - 6, stroke=QUIET)
        sheet.text(left + 2, HEAD - 10, STAGES[stages[i]], 12, fill=QUIET, font_weight="bold")


def _row(
    sheet: Sheet, y: float, name: str, cells: ChainCells, area: int, links: Sequence[str]
) -> None:
    sheet.text(
        MARGIN + ROW_LABEL - 8, y + CELL * 0.68, shortened(name, ROW_LABEL - 12, 12), 12,
        fill=INK, text_anchor="end",
    )  # fmt: skip
    statuses: list[Status] = list(STATUSES)
    kinds: list[GapType] = list(GAP_TYPES)
    for i, link in enumerate(links):
        status, kind = statuses[cells.status[area, i]], int(cells.kind[area, i])
        firms = int(cells.firms[area, i])
        words = STATUSES[status] + ("" if kind == NO_GAP else f"，{GAP_TYPES[kinds[kind]]}")
        sheet.open(f"{name} · {link}：{words}，{firms} 家企业")
        x = MARGIN + ROW_LABEL + CELL * i
        swatch(sheet, x + 1.5, y + 1.5, CELL - 3, CELL - 3, status, quiet=True)
        said = str(firms) if kind == NO_GAP else MARKS[kinds[kind]]
        sheet.text(
            x + CELL / 2, y + CELL * 0.66, said, 10.5, fill=LOOKS[status].ink,
            text_anchor="middle",
        )  # fmt: skip
        sheet.close()
