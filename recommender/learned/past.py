"""Past events as questions whose answer is known, and the data as they stood before a day."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from graph.columns import Bool, Events, Positions, Ties
from graph.lookup import LookupProblem, find_chain
from graph.snapshot import Snapshot
from recommender.frame import Float64, Int64
from recommender.query import Query
from recommender.settings import years
from recommender.signals.events import prefecture
from recommender.signals.wanted import wanted
from recommender.texts import FirmTexts, index, pieces

# Attributes that keep the words of a report where a chain or link of ours was put, or none fitted.
LINK_WORDS, CHAIN_WORDS = ("link_text", "link"), ("chain_text", "chain")
_ONLY_BY_EVENTS = re.compile("投资事件")


@dataclass(frozen=True, slots=True)
class Past:
    """An investment from elsewhere, as the question that it answers.

    Attributes:
        id: of the event.
        firm: row of the firm that came.
        query: region, chain, link and product of the question.
        day: date as the data give it, partial ISO text.
        year: the same as a fractional year.
        fresh: the firm is known only through its events, and this is the first of them: before it
            nobody could have listed the firm.
    """

    id: str
    firm: int
    query: Query
    day: str
    year: float
    fresh: bool

    @property
    def eve(self) -> str:
        """The last day on which the event was still to come."""
        return day_before(self.day)


def day_before(text: str) -> str:
    """The day before a partial date begins: 2018 → 2017-12-31."""
    parts = [*(int(part) for part in text.split("-")), 1, 1][:3]
    return (date(parts[0], parts[1], parts[2]) - timedelta(days=1)).isoformat()


# Where `with_signed` leaves what it knows of its events, which are not in the store.
SIGNED = "signed outcomes"


def past_events(snapshot: Snapshot) -> list[Past]:
    """Events of a snapshot by date: firm, region and link known, the firm from elsewhere.

    A link that the event does not name is the one whose own words come nearest to the report's;
    events without any such link are left out, as are expansions at home.
    """
    return snapshot.once("past events", _past)


def _past(snapshot: Snapshot) -> list[Past]:
    events = snapshot.events
    columns = ["event_id", "date", "attributes"]
    table = snapshot.store.read("events", columns, snapshot.data_version or None)
    told = {row["event_id"]: row for row in table.to_pylist()}
    told |= snapshot.once(SIGNED, lambda _: {})
    found = []
    for row in np.flatnonzero((events.firm >= 0) & (events.region >= 0)).tolist():
        firm, region, ident = (
            int(events.firm[row]),
            int(events.region[row]),
            events.ids[row].as_py(),
        )
        query = _question(snapshot, row, region, told[ident]["attributes"])
        if query is None or not told[ident]["date"] or at_home(snapshot, firm, region):
            continue
        day = told[ident]["date"]
        fresh = bool(unheard_of(snapshot, years(day))[firm])
        found.append(Past(ident, firm, query, day, years(day), fresh))
    return sorted(found, key=lambda past: (past.year, past.id))


def at_home(snapshot: Snapshot, firm: int, region: int) -> bool:
    """Whether a region row lies in the firm's home prefecture, or the home in the region."""
    home = int(snapshot.firms.region[firm])
    if home < 0:
        return False
    both = prefecture(snapshot, np.array([home, region], dtype=np.int32))
    return bool(both[0] == both[1]) or region <= home < int(snapshot.regions.end[region])


def first_known(snapshot: Snapshot) -> dict[int, float]:
    """Firm rows known only through their events → year of the first of them."""
    table = snapshot.store.read("firms", ["firm_id", "source"], snapshot.data_version or None)
    held = np.diff(snapshot.positions.firm_start) > 0
    events = snapshot.events
    found: dict[int, float] = {}
    for firm, source in enumerate(table["source"].to_pylist()):
        if held[firm] or not _ONLY_BY_EVENTS.search(source or ""):
            continue
        dates = events.date[events.firm == firm]
        found[firm] = float(np.nanmin(dates)) if len(dates) else np.inf
    return found


def unheard_of(snapshot: Snapshot, year: float) -> Bool:
    """(firms,) which firms only their own later events made known: nobody could list them yet."""
    year_of = snapshot.once("year of newcomers", _years_known)
    found: Bool = year_of >= year - 1e-3
    return found


def _years_known(snapshot: Snapshot) -> Float64:
    found = np.full(len(snapshot.firms), -np.inf)
    for firm, year in first_known(snapshot).items():
        found[firm] = year
    return found


def _question(snapshot: Snapshot, row: int, region: int, attributes: str | None) -> Query | None:
    given = json.loads(attributes) if attributes else {}
    words = _first(given, LINK_WORDS)
    link = int(snapshot.events.link[row])
    chain_id = snapshot.events.chain_ids[row].as_py()
    chain = snapshot.chain_rows.get(chain_id or "", -1)
    if chain < 0 and link < 0:
        chain = _named(snapshot, _first(given, CHAIN_WORDS))
    if link < 0:
        link = nearest_link(snapshot, words or "", chain)
    if link < 0:
        return None
    chain = snapshot.chain_rows[snapshot.links.chain_ids[link]]
    return Query(region, chain, link, 1, product=words)


def _first(given: dict[str, Any], names: Iterable[str]) -> str | None:
    return next((str(given[name]) for name in names if given.get(name)), None)


def _named(snapshot: Snapshot, text: str | None) -> int:
    try:
        return find_chain(snapshot, text) if text else -1
    except LookupProblem:
        return -1


def nearest_link(snapshot: Snapshot, text: str, chain: int = -1) -> int:
    """Row of the link, of one chain or of all, whose words come nearest; −1 where none does."""
    near = snapshot.once("link texts", _link_texts).near(text)
    alike = np.nan_to_num(near.whole.astype(np.float64)) + np.nan_to_num(near.best)
    if chain >= 0:
        allowed = np.zeros(len(alike), dtype=np.bool_)
        allowed[snapshot.chains[chain].links] = True
        alike[~allowed] = 0.0
    best = int(np.argmax(alike)) if len(alike) else -1
    return best if best >= 0 and alike[best] > 0 else -1


def _link_texts(snapshot: Snapshot) -> FirmTexts:
    count = len(snapshot.links)
    texts = [pieces(wanted(snapshot, link)) for link in range(count)]
    return index(texts, np.arange(count), count)


# ── the data as they stood ──────────────────────────────────────────────────────────────────────


def before(snapshot: Snapshot, day: str) -> Snapshot:
    """The snapshot without events, positions and ties dated on `day` (partial date) or later.

    What is not dated stays: whether it was known then, the data do not say. A firm that only a
    later event of its own made known counts as inactive.
    """
    until = years(day) - 1e-3
    events, ties = snapshot.events, snapshot.ties.table
    dated = np.array([years(d) if d else np.nan for d in ties["date"].to_pylist()], dtype=float)
    # Texts of firms are not dated, and costly to read again.
    kept = {key: value for key, value in snapshot._memo.items() if key in _LASTING}
    active = snapshot.firms.active & ~unheard_of(snapshot, years(day))
    return replace(
        snapshot,
        firms=replace(snapshot.firms, active=active),
        events=_some_events(events, np.flatnonzero(~(events.date >= until))),
        positions=some_positions(snapshot, ~(snapshot.positions.date >= until)),
        ties=Ties(ties.filter(pa.array(~(dated >= until)))),
        # What a version keeps on disk knows all of its days.
        kept=None,
        _lasting={},
        _memo=kept,
        _lock=threading.RLock(),
    )


_LASTING = (SIGNED, "firm texts", "link texts", "coordinates", "divisions", "full names")


def _some_events(events: Events, rows: Int64) -> Events:
    at = pa.array(rows)
    return Events(
        ids=events.ids.take(at),
        firm=events.firm[rows],
        region=events.region[rows],
        link=events.link[rows],
        chain_ids=events.chain_ids.take(at),
        date=events.date[rows],
        amount=events.amount[rows],
        stage=events.stage.take(at),
        source=events.source.take(at),
    )


def some_positions(snapshot: Snapshot, keep: Bool) -> Positions:
    """The positions of a snapshot that are marked true."""
    table, rows = snapshot.positions, np.flatnonzero(keep)
    if len(rows) == len(keep):
        return table
    back = np.full(len(keep), -1, dtype=np.int32)
    back[rows] = np.arange(len(rows), dtype=np.int32)
    order = back[table.firm_order]
    order = order[order >= 0]
    firm, link, at = table.firm[rows], table.link[rows], pa.array(rows)
    return Positions(
        firm=firm,
        link=link,
        strength=table.strength[rows],
        leader=table.leader[rows],
        certain=table.certain[rows],
        date=table.date[rows],
        evidence=table.evidence.take(at),
        source=table.source.take(at),
        link_start=np.searchsorted(link, np.arange(len(snapshot.links) + 1)),
        firm_order=order,
        firm_start=np.searchsorted(firm[order], np.arange(len(snapshot.firms) + 1)),
    )
