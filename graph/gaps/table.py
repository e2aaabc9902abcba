"""The gap table: every division of a level × every link, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from graph.gaps.cells import chain_cells, measure
from graph.gaps.rules import GAP_TYPES, NO_GAP, STATUSES
from graph.gaps.settings import GapSettings
from graph.lookup import find_chain
from graph.presence import Areas, Level

if TYPE_CHECKING:
    import pandas as pd

    from graph.snapshot import Snapshot


def gap_table(
    snapshot: Snapshot,
    level: Level = "prefecture",
    chains: Sequence[str] | None = None,
    settings: GapSettings | None = None,
) -> pd.DataFrame:
    """Status, gap type and priority of every division of `level` at every link.

    Args:
        snapshot: the data.
        level: province, prefecture (municipalities included) or county.
        chains: ids or names; None = all.
        settings: thresholds and weights; None = the defaults.

    Returns:
        One row a region × link: region (code), chain, link (ids), status, gap_type (missing where
        there is no gap), priority (nan where there is no gap or nothing is known); texts are
        categoricals.

    Raises:
        LookupProblem: a chain is unknown or ambiguous.
    """
    chosen = settings or GapSettings()
    rows = [find_chain(snapshot, text) for text in chains] if chains is not None else None
    areas = Areas.at_level(snapshot, level)
    measured = measure(snapshot, areas, chosen)
    parts: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in ("chain", "link", *_CELLS)}
    for chain in range(len(snapshot.chains)) if rows is None else dict.fromkeys(rows):
        cells = chain_cells(snapshot, chain, measured, chosen)
        size = len(cells.shape.links)
        gap = cells.kind != NO_GAP
        parts["chain"].append(np.full(size * len(areas), chain))
        parts["link"].append(np.repeat(cells.shape.links, len(areas)))
        parts["region"].append(np.tile(np.arange(len(areas)), size))
        parts["status"].append(cells.status.T.ravel())
        parts["gap_type"].append(cells.kind.T.ravel())
        parts["priority"].append(np.where(gap, cells.priority.value, np.nan).T.ravel())
    return _frame(snapshot, areas, {name: _joined(part) for name, part in parts.items()})


_CELLS = ("region", "status", "gap_type", "priority")


def _joined(parts: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _frame(snapshot: Snapshot, areas: Areas, columns: dict[str, npt.NDArray[Any]]) -> pd.DataFrame:
    import pandas as pd  # heavy, and only needed where a table is asked for

    names: dict[str, list[str]] = {
        "region": list(areas.codes),
        "chain": [chain.id for chain in snapshot.chains],
        "link": list(snapshot.links.ids),
        "status": list(STATUSES),
        "gap_type": list(GAP_TYPES),
    }
    frame = {
        name: pd.Categorical.from_codes(
            columns[name].astype(np.int32), categories=pd.Index(values, dtype=object)
        )
        for name, values in names.items()
    }
    return pd.DataFrame(frame).assign(priority=columns["priority"].astype(np.float64))
