"""What is there: chains, links, regions, firms, counts, versions, as plain rows of JSON.

The command line and the HTTP routes show the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from api.memory import hold
from api.paging import cursor_of, read_cursor
from api.search import Rows, find_firms, initials
from api.search import prepare as prepare_search
from graph import Snapshot
from graph.columns import LEVELS
from graph.lookup import find_region
from graph.schema import LOAD_ORDER, TABLES
from graph.store import Version

Row = dict[str, Any]
_SAMPLE = 2000


def chains(snapshot: Snapshot) -> list[Row]:
    """Every chain with the number of its links, firms and positions."""
    positions = snapshot.positions
    found = []
    for chain in snapshot.chains:
        spans = [snapshot.firms_at(int(link)) for link in chain.links]
        firms = [positions.firm[span] for span in spans]
        found.append(
            {
                "id": chain.id,
                "name": chain.name,
                "sector": chain.sector,
                "links": len(chain.links),
                "firms": len(np.unique(np.concatenate(firms))) if firms else 0,
                "positions": sum(len(f) for f in firms),
            }
        )
    return found


def links(snapshot: Snapshot, chain: int) -> list[Row]:
    """The links of chain row `chain`, upstream first, with what feeds them and whom they feed."""
    table, order = snapshot.links, {"upstream": 0, "midstream": 1, "downstream": 2}
    rows = sorted(snapshot.chains[chain].links, key=lambda i: order.get(table.stages[i], 3))
    return [_link(snapshot, int(i)) for i in rows]


def _link(snapshot: Snapshot, row: int) -> Row:
    table, ident = snapshot.links, snapshot.links.ids[row]
    span = snapshot.firms_at(row)
    return {
        "id": ident,
        "name": table.names[row],
        "stage": table.stages[row],
        "group": table.groups[row],
        "keywords": list(table.keywords[row]),
        "industry_codes": list(table.codes[row]),
        "upstream": sorted(snapshot.feeds.predecessors(ident)),
        "downstream": sorted(snapshot.feeds.successors(ident)),
        "firms": span.stop - span.start,
    }


def regions(snapshot: Snapshot, q: str | None = None, level: str | None = None) -> list[Row]:
    """Divisions whose code or full name holds `q`, of one level; with the firms in each."""
    counts = snapshot.once("api.region_firms", _firms_by_region)
    table = snapshot.regions
    found = []
    for i, code in enumerate(table.codes):
        kind = LEVELS[int(table.level[i])]
        if (level and kind != level) or (q and q not in code and q not in table.full_name(i)):
            continue
        found.append(
            {
                "code": code,
                "name": table.names[i],
                "full_name": table.full_name(i),
                "level": kind,
                "firms": int(counts[i]),
            }
        )
    return found


def _firms_by_region(snapshot: Snapshot) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Firms in each division, those of the divisions below it included."""
    at = snapshot.firms.region
    own = np.bincount(at[at >= 0], minlength=len(snapshot.regions))
    total = np.concatenate(([0], np.cumsum(own)))
    starts = np.arange(len(snapshot.regions))
    below: np.ndarray[Any, np.dtype[np.int64]] = total[snapshot.regions.end] - total[starts]
    return below


def firms(
    snapshot: Snapshot,
    q: str | None = None,
    region: int | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> tuple[list[Row], str | None, int]:
    """Firms with `q` in name, alias, code or as pinyin initials, in the region row `region`.

    Returns:
        The page, the cursor of the next page (None at the end) and the number of all hits.

    Raises:
        CursorInvalid: `cursor` is not one given out here.
    """
    hits = _hits(snapshot, q, region)
    start = 0
    if cursor:
        # Rows are ordered by id, so that those after the cursor's are behind one place.
        start = int(np.searchsorted(hits, _row_after(snapshot, read_cursor(cursor))))
    page = hits[start : start + limit]
    more = len(hits) > start + limit
    rows = [firm(snapshot, int(i)) for i in page]
    return rows, (cursor_of(rows[-1]["id"]) if more else None), len(hits)


def prepare(snapshot: Snapshot) -> None:
    """Have in memory what a search and the rows it shows are read from."""
    prepare_search(snapshot)
    table, positions = snapshot.firms, snapshot.positions
    for row in range(0, len(table), max(len(table) // _SAMPLE, 1)):
        firm(snapshot, row)  # where the system holds nothing, it is read at least
    for column in (
        table.ids, table.names, table.uscc, table.stock_code, table.region, table.tags,
        positions.link, positions.firm_order, positions.firm_start,
    ):  # fmt: skip
        hold(column)


def every_firm(snapshot: Snapshot, q: str | None, region: int | None) -> Iterator[Row]:
    """All firms of :func:`firms`, one after another."""
    for row in _hits(snapshot, q, region).tolist():
        yield firm(snapshot, row)


def _hits(snapshot: Snapshot, q: str | None, region: int | None) -> Rows:
    found = find_firms(snapshot, q or "")
    if region is None:
        return found
    at = snapshot.firms.region[found]
    inside: Rows = found[(at >= region) & (at < snapshot.regions.end[region])]
    return inside


def firm(snapshot: Snapshot, row: int) -> Row:
    """One firm as lists show it."""
    table = snapshot.firms
    region = int(table.region[row])
    return {
        "id": table.ids[row].as_py(),
        "name": table.names[row].as_py(),
        "uscc": table.uscc[row].as_py(),
        "stock_code": table.stock_code[row].as_py(),
        "region": region_ref(snapshot, region),
        "tags": table.tags[row].as_py() or [],
        "links": [
            snapshot.links.ids[int(snapshot.positions.link[p])]
            for p in snapshot.positions.of_firm(row)
        ],
    }


def region_ref(snapshot: Snapshot, row: int) -> Row | None:
    """A division by code and full name; None for row −1."""
    if row < 0:
        return None
    return {"code": snapshot.regions.codes[row], "name": snapshot.regions.full_name(row)}


def region_row(snapshot: Snapshot, text: str | None) -> int | None:
    """Row of the region that a text means; None where there is none. Raises LookupProblem."""
    return find_region(snapshot, text) if text else None


def region_code(snapshot: Snapshot, text: str | None) -> str | None:
    """Code of the region that a text means; None where there is none. Raises LookupProblem."""
    row = region_row(snapshot, text)
    return None if row is None else snapshot.regions.codes[row]


def region_named(snapshot: Snapshot, text: str | None) -> Row | None:
    """The region that a text means by code and short name. Raises LookupProblem."""
    row = region_row(snapshot, text)
    if row is None:
        return None
    return {"code": snapshot.regions.codes[row], "name": snapshot.regions.names[row]}


def _row_after(snapshot: Snapshot, firm_id: str) -> int:
    """The first firm row whose id comes after `firm_id`, whether or not there is such a firm."""
    ids, low, high = snapshot.firms.ids, 0, len(snapshot.firms)
    while low < high:
        middle = (low + high) // 2
        if ids[middle].as_py() <= firm_id:
            low = middle + 1
        else:
            high = middle
    return low


def stats(snapshot: Snapshot) -> Row:
    """Rows by table, and how well the firms are described."""
    return dict(snapshot.once("api.stats", _stats))


def _stats(snapshot: Snapshot) -> Row:
    store, number = snapshot.store, snapshot.data_version
    tables = [
        {"table": name, "label": TABLES[name].label, "rows": store.count(name, number or None)}
        for name in LOAD_ORDER
    ]
    total = len(snapshot.firms)
    known = {
        "region": int((snapshot.firms.region >= 0).sum()),
        "uscc": total - snapshot.firms.uscc.null_count,
        "employees": int(np.isfinite(snapshot.firms.employees).sum()),
        "revenue": int(np.isfinite(snapshot.firms.revenue).sum()),
        "capital": int(np.isfinite(snapshot.firms.capital).sum()),
        "position": int((np.diff(snapshot.positions.firm_start) > 0).sum()),
    }
    return {
        "store": store.uri,
        "data_version": number,
        "created": snapshot.version.created or None,
        "tables": tables,
        "firms_with": known,
    }


def version(value: Version) -> Row:
    """One data version."""
    return {"number": value.number, "created": value.created or None, "note": value.note}


__all__ = [
    "chains",
    "every_firm",
    "firm",
    "firms",
    "initials",
    "links",
    "region_code",
    "region_named",
    "region_ref",
    "region_row",
    "regions",
    "stats",
    "version",
]
