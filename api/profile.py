"""All that is known of one firm, each item with where it is from; pages and HTTP show the same."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graph import Snapshot
from graph.schema import TABLES

Row = dict[str, Any]
_TIES = {kind: (words or (kind,))[0] for kind, words in TABLES["ties"]["kind"].values.items()}


def facts(snapshot: Snapshot, row: int) -> Row:
    """The row of table firms, whole."""
    return snapshot.details([row], [name for name, _ in TABLES["firms"].stored])[0]


def positions(snapshot: Snapshot, row: int) -> list[Row]:
    """Where firm row `row` stands in chains."""
    table, links = snapshot.positions, snapshot.links
    names = {chain.id: chain.name for chain in snapshot.chains}
    found = []
    for at in table.of_firm(row).tolist():
        link = int(table.link[at])
        found.append(
            {
                "id": links.ids[link], "name": links.names[link], "stage": links.stages[link],
                "chain": {"id": links.chain_ids[link], "name": names[links.chain_ids[link]]},
                "strength": _known(float(table.strength[at])),
                "leader": bool(table.leader[at]), "certain": bool(table.certain[at]),
                "evidence": table.evidence[at].as_py(), "source": table.source[at].as_py(),
                "year": _year(float(table.date[at])),
            }
        )  # fmt: skip
    return found


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _year(value: float) -> int | None:
    return None if math.isnan(value) else int(value)


def events(snapshot: Snapshot, row: int) -> list[Row]:
    """The firm's investments, the latest first, with where each stands in its source."""
    rows = np.flatnonzero(snapshot.events.firm == row)
    ids = [snapshot.events.ids[int(i)].as_py() for i in rows]
    if not ids:
        return []
    found: list[Row] = snapshot.store.fetch(
        "events", ids, version=snapshot.data_version or None
    ).to_pylist()
    for event in found:
        region = snapshot.regions.row.get(event["region_code"] or "")
        event["region"] = snapshot.regions.full_name(region) if region is not None else ""
        link = snapshot.links.row.get(event["link_id"] or "")
        event["link"] = snapshot.links.names[link] if link is not None else ""
    return sorted(found, key=lambda e: e["date"] or "", reverse=True)


def ties(snapshot: Snapshot, row: int) -> list[Row]:
    """Each tie seen from the firm; `out` where it is the firm that supplies or invests."""
    ident = snapshot.firms.ids[row].as_py()
    found = []
    for tie in snapshot.ties.touching([ident]):
        out = (tie["from_kind"], tie["from_id"]) == ("firm", ident)
        if not out and (tie["to_kind"], tie["to_id"]) != ("firm", ident):
            continue
        side = "to" if out else "from"
        found.append(
            {
                "relation": tie["kind"], "label": _TIES.get(tie["kind"], tie["kind"]), "out": out,
                "kind": tie[f"{side}_kind"], "id": tie[f"{side}_id"],
                "name": _name(snapshot, tie[f"{side}_kind"], tie[f"{side}_id"]),
                "weight": tie["weight"], "date": tie["date"], "source": tie["source"],
                "locator": tie.get("locator"),
            }
        )  # fmt: skip
    return found


def _name(snapshot: Snapshot, kind: str, ident: str) -> str:
    if kind == "firm" and (row := snapshot.firms.row(ident)) >= 0:
        return str(snapshot.firms.names[row].as_py())
    if kind == "region" and ident in snapshot.regions.row:
        return snapshot.regions.full_name(snapshot.regions.row[ident])
    table, key = {
        "person": (snapshot.people, "person_id"),
        "park": (snapshot.parks, "park_id"),
    }.get(kind, (None, ""))
    if table is not None:
        names = snapshot.once(
            ("api.names", kind),
            lambda _: dict(zip(*table.select([key, "name"]).to_pydict().values(), strict=True)),
        )
        return str(names.get(ident, ident))
    return ident


def people(snapshot: Snapshot, row: int) -> list[Row]:
    """Rows of table people that name the firm."""
    ident = snapshot.firms.ids[row].as_py()
    by_firm = snapshot.once("api.people", _by_firm)
    return by_firm.get(ident, [])


def _by_firm(snapshot: Snapshot) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for person in snapshot.people.to_pylist():
        if person["firm_id"] is not None:
            found.setdefault(person["firm_id"], []).append(person)
    return found


__all__ = ["events", "facts", "people", "positions", "ties"]
