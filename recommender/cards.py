"""Firms as answers show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.columns import Int32
from graph.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class FirmCard:
    """A firm as answers show it; `region` is its full Chinese name with the code, or None."""

    id: str
    name: str
    uscc: str | None
    region: dict[str, str] | None
    tags: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The contract's firm object."""
        return {
            "id": self.id,
            "name": self.name,
            "uscc": self.uscc,
            "region": self.region,
            "tags": list(self.tags),
        }


def cards_of(snapshot: Snapshot, firms: Int32) -> list[FirmCard]:
    """The cards of some firm rows, in their order."""
    table, codes = snapshot.firms, snapshot.regions.codes
    full = snapshot.once("full names", _full_names)
    columns = (cells(column, firms) for column in (table.ids, table.names, table.uscc, table.tags))
    return [
        FirmCard(
            ident,
            name,
            uscc,
            {"code": codes[home], "name": full[home]} if home >= 0 else None,
            tuple(tags or ()),
        )
        for ident, name, uscc, tags, home in zip(
            *columns, table.region[firms].tolist(), strict=True
        )
    ]


def cells(column: pa.Array, rows: npt.NDArray[np.integer[Any]]) -> list[Any]:
    """A few cells of a column at once, which costs less than one by one; None for row −1."""
    found: list[Any] = column.take(pa.array(rows, mask=rows < 0)).to_pylist()
    return found


def _full_names(snapshot: Snapshot) -> list[str]:
    regions = snapshot.regions
    return [regions.full_name(row) for row in range(len(regions))]
