"""Parks (园区) as areas: which firms stand in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from rapidfuzz import process

from graph.columns import index_of
from graph.lookup import NEAREST, Ambiguous, Unknown, name_key
from graph.presence import Areas

if TYPE_CHECKING:
    from graph.snapshot import Snapshot


@dataclass(frozen=True)
class Park:
    """A park as an area.

    Attributes:
        chains: ids or names of the chains it is meant for.
        tied: its firms are those with a tie to it; else those of its whole region, as the data do
            not say which firms stand in it.
    """

    id: str
    name: str
    chains: tuple[str, ...]
    area: Areas
    tied: bool
    region_name: str


def find_park(snapshot: Snapshot, text: str) -> Park:
    """A park by id or name, and the firms in it.

    Raises:
        Unknown, Ambiguous: no park, or several, of the name.
    """
    rows = snapshot.parks.to_pylist()
    wanted = name_key(text)
    found = [r for r in rows if r["park_id"] == text] or [
        r for r in rows if name_key(r["name"]) == wanted
    ]
    if len(found) > 1:
        raise Ambiguous("park", text, [f"{r['name']}（{r['park_id']}）" for r in found])
    if not found:
        near = process.extract(text, [r["name"] for r in rows], limit=NEAREST, score_cutoff=40)
        raise Unknown("park", text, [name for name, _, _ in near])
    return _park(snapshot, found[0])


def _park(snapshot: Snapshot, row: dict[str, object]) -> Park:
    ident, name = str(row["park_id"]), str(row["name"])
    region = snapshot.regions.row.get(str(row["region_code"]), -1)
    given = row["chains"]
    chains = tuple(map(str, given)) if isinstance(given, list) else ()
    inside = _tied_firms(snapshot, ident)
    of_region = np.full(len(snapshot.regions), -1, dtype=np.int32)
    of_firm = None
    if len(inside):
        of_firm = np.full(len(snapshot.firms), 1, dtype=np.int32)
        of_firm[inside] = 0
    elif region >= 0:
        of_region[region : snapshot.regions.end[region]] = 0
    where = snapshot.regions.names[region] if region >= 0 else ""
    area = Areas((ident,), (name,), of_region, of_firm)
    return Park(ident, name, chains, area, bool(len(inside)), where)


def _tied_firms(snapshot: Snapshot, park: str) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Rows of the firms with a tie to or from the park."""
    ids = {
        tie[f"{mine}_id"]
        for tie in snapshot.ties.touching([park])
        for mine, other in (("from", "to"), ("to", "from"))
        if tie[f"{mine}_kind"] == "firm"
        and (tie[f"{other}_kind"], tie[f"{other}_id"]) == ("park", park)
    }
    rows = index_of(pa.array(sorted(ids), pa.string()), snapshot.firms.ids)
    return rows[rows >= 0]
