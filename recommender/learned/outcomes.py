"""What an office's own lists and projects led to, as events to learn from."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa

from graph import Snapshot
from graph.columns import Events
from graph.schema import TABLES
from recommender.learned.past import SIGNED

SOURCE = "本单位登记的签约"


def with_signed(snapshot: Snapshot, rows: Iterable[Mapping[str, Any]]) -> Snapshot:
    """The snapshot with signed outcomes among its events, for training.

    Args:
        snapshot: the data.
        rows: as `workspace.lists.training_rows` gives them; those that are not signed, or have no
            date, region or chain, say nothing about a choice and are left out. Lost ones are no
            negatives of their own: a firm that was listed and did not come is among the plausible
            candidates of the others already.
    """
    signed = [row for row in rows if row["outcome"] == "signed" and _complete(row)]
    if not signed:
        return snapshot
    records = [
        {
            "event_id": f"{row['origin']}:{row['firm_id']}", "firm_id": row["firm_id"],
            "region_code": row["region"], "chain_id": row["chain"], "link_id": row["link"],
            "date": row["date"], "stage": "signed", "source": SOURCE, "status": "confirmed",
        }
        for row in signed
    ]  # fmt: skip
    table = pa.Table.from_pylist(records, schema=TABLES["events"].arrow_schema)
    own = Events.of(table, snapshot.firms, snapshot.links, snapshot.regions)
    told = {r["event_id"]: {"date": r["date"], "attributes": None} for r in records}
    return replace(
        snapshot,
        events=snapshot.events.joined(own),
        kept=None,
        _lasting={},
        _memo={SIGNED: told},
        _lock=threading.RLock(),
    )


def _complete(row: Mapping[str, Any]) -> bool:
    return all(row[name] for name in ("date", "region", "chain"))
