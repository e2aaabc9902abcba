"""Where a firm would go next: the regions of a country ranked for one firm and one kind of project.

The question of the other side: a region that wants the firm sees who else it is likely to look at.
Learned from the events, as :mod:`recommender.learned` is, and from where the firm sits if that is
known, so that it needs neither Chinese divisions nor other firm data: any regions table with events
will do.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.columns import LEVELS, Bool, Int32, index_of
from graph.lookup import find_chain, find_firm, find_link
from graph.regions.names import core
from graph.snapshot import Snapshot
from recommender.distance import distances
from recommender.endowments import Endowments
from recommender.frame import Float64, Int64
from recommender.learned.fit import Case, fit, scores

Level = Literal["province", "prefecture", "county"]
# Events before the first one that teaches, most that teach, and fewest that are enough to learn.
FIRST, MOST, FEWEST = 10, 500, 20
# An earlier project of the firm in a region counts n / (n + OWN_FOR_HALF); nearness falls to 1/e
# over NEAR_KM; weights are pulled towards 0 as in `recommender.learned`, less, for there are fewer,
# and less still where it is known what the regions have.
OWN_FOR_HALF, NEAR_KM, RIDGE, RIDGE_ENDOWED = 0.5, 400.0, 0.3, 0.1
KIN = ("subsidiary_of", "invests_in")
FEATURES: tuple[tuple[str, str], ...] = (
    ("sector", "同领域企业来得多"),
    ("others", "其他领域企业来得多"),
    ("link", "同环节（或同链）投资多"),
    ("own", "企业自己的同领域项目来过"),
    ("own_other", "企业自己的其他领域项目来过"),
    ("named", "企业名称含地名"),
    ("home", "企业所在地"),
    ("group", "集团在此已有企业"),
    ("home_around", "离企业所在地近"),
    ("around", "邻近地区同领域企业多"),
    ("around_link", "邻近地区同环节投资多"),
    ("endowed", "具备所需的产业基础与资源"),
)


@dataclass(frozen=True, slots=True)
class Destination:
    """A region with its score in [0, 1], the features' values in [0, 1] and what each adds.

    `group` are ids and names of the firms of the same group that sit there.
    """

    rank: int
    code: str
    name: str
    score: float
    values: dict[str, float]
    components: dict[str, float]
    group: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Destinations:
    """Regions ranked for a firm, best first.

    Attributes:
        query: what was asked, with ids and names.
        data_version: of the facts it was computed from.
        trained_on: events that the weights rest on; None = too few, all features weigh the same.
        weights: of each feature, with sum 1.
        regions: best first.
    """

    query: dict[str, Any]
    data_version: int
    trained_on: str | None
    weights: dict[str, float]
    regions: tuple[Destination, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON: the question, the model, the regions with the parts of their scores."""
        return {
            "query": self.query,
            "data_version": self.data_version,
            "model": {"kind": "destinations", "version": 1, "trained_on": self.trained_on},
            "regions": [self._region(region) for region in self.regions],
        }

    def _region(self, region: Destination) -> dict[str, Any]:
        return {
            "rank": region.rank,
            "region": {"code": region.code, "name": region.name},
            "score": region.score,
            "group": [{"id": ident, "name": name} for ident, name in region.group],
            "components": {
                name: {
                    "label": label,
                    "value": region.values[name],
                    "weight": self.weights[name],
                    "contribution": region.components[name],
                }
                for name, label in FEATURES
            },
        }


def destinations(
    snapshot: Snapshot,
    firm: str | None,
    chain: str,
    link: str | None = None,
    level: Level = "prefecture",
    top: int = 20,
    endowments: Endowments | None = None,
) -> Destinations:
    """Rank the regions of a level for a project of `firm` in a chain, at a link if one is given.

    Counts of earlier events are taken as ln(1 + n) relative to the largest of all regions; the
    score is their weighted mean, weights ≥ 0 learned as a conditional logit on the events of the
    chain's sector. Regions without any event or firm are left out. An unknown firm (None) is one
    without earlier events. `endowments` adds what the regions have that the chain looks for.

    Raises:
        graph.lookup.LookupProblem: a name is unknown or ambiguous.
    """
    past = snapshot.once(("past places", level, endowments), lambda s: _past(s, level, endowments))
    chain_row = find_chain(snapshot, chain)
    link_row = find_link(snapshot, link, chain_row) if link is not None else -1
    firm_row = find_firm(snapshot, firm) if firm is not None else -1
    sector = past.sectors[chain_row]
    learned = snapshot.once(
        ("destinations", level, sector, endowments), lambda _: _learn(past, sector)
    )
    weights = learned[0] if learned is not None else np.ones(len(FEATURES))
    values = past.values(np.inf, chain_row, link_row, firm_row)
    group = past.group(np.inf, past.kin(firm_row), firm_row)
    found = scores(values, weights)
    order = np.lexsort((np.arange(len(found)), -found))[:top]
    query = _query(snapshot, firm_row, chain_row, link_row, level)
    shares = weights / (float(weights.sum()) or 1.0)
    return Destinations(
        query,
        snapshot.data_version,
        learned[1] if learned is not None else None,
        _by_name(shares),
        tuple(
            _told(past, row, rank, values, shares, found, group.get(int(row), []))
            for rank, row in enumerate(order, 1)
        ),
    )


def _query(snapshot: Snapshot, firm: int, chain: int, link: int, level: Level) -> dict[str, Any]:
    firms, links, asked = snapshot.firms, snapshot.links, snapshot.chains[chain]
    return {
        "firm": {"id": firms.ids[firm].as_py(), "name": firms.names[firm].as_py()}
        if firm >= 0
        else None,
        "chain": {"id": asked.id, "name": asked.name},
        "link": {"id": links.ids[link], "name": links.names[link]} if link >= 0 else None,
        "level": level,
    }


def _by_name(values: Float64) -> dict[str, float]:
    return {name: float(value) for (name, _), value in zip(FEATURES, values, strict=True)}


def _told(
    past: PastPlaces,
    row: int,
    rank: int,
    values: Float64,
    shares: Float64,
    found: Float64,
    group: Sequence[int],
) -> Destination:
    region, regions, firms = int(past.places[row]), past.snapshot.regions, past.snapshot.firms
    parts = _by_name(values[row]), _by_name(shares * values[row])
    there = tuple((firms.ids[firm].as_py(), firms.names[firm].as_py()) for firm in group)
    name = regions.full_name(region)
    return Destination(rank, regions.codes[region], name, float(found[row]), *parts, there)


@dataclass(frozen=True, eq=False)
class PastPlaces:
    """Events by date, with their place as an index into the regions of one level.

    Attributes:
        level: 0 province, 1 prefecture, 2 county.
        places: (p,) region rows that an event or a firm knows.
        place, chain, link, firm: (e,) of each event; place indexes `places`.
        year: (e,) ascending.
        first: (e,) whether it is the firm's first in its place and sector.
        sectors: sector of each chain row, numbered.
        near: (p, p) e^(−km / NEAR_KM), 0 on the diagonal and where a place is unknown.
        endowments: what the regions have, if that is known.
    """

    snapshot: Snapshot
    level: int
    places: Int64
    place: Int64
    chain: Int32
    link: Int32
    firm: Int32
    year: Float64
    first: Bool
    sectors: tuple[int, ...]
    near: Float64
    endowments: Endowments | None = None

    def values(self, year: float, chain: int, link: int, firm: int) -> Float64:
        """(p, features) in [0, 1] from the events before `year`; firm −1 = unknown."""
        until = int(np.searchsorted(self.year, year - 1e-3))
        place, chains = self.place[:until], self.chain[:until]
        sector = np.array(self.sectors)[chains] == self.sectors[chain]
        same = self.link[:until] == link if link >= 0 else chains == chain
        kin = self.kin(firm)
        came = kin[self.firm[:until]]
        first = self.first[:until]
        here, others = self._count(place[sector & first]), self._count(place[~sector & first])
        alike = self._count(place[same])
        here_home, around_home = self.home(firm)
        own, own_other = self._count(place[came & sector]), self._count(place[came & ~sector])
        columns = (
            _relative(here),
            _relative(others),
            _relative(alike),
            own / (own + OWN_FOR_HALF),
            own_other / (own_other + OWN_FOR_HALF),
            self.named(firm),
            here_home,
            self._where(self.group(year, kin, firm)),
            around_home,
            _relative(self._shares @ here),
            _relative(self._shares @ alike),
            self.endowed(chain, link),
        )
        return np.stack(columns, axis=1)

    def _count(self, places: Int64) -> Float64:
        return np.bincount(places, minlength=len(self.places)).astype(np.float64)

    def kin(self, firm: int) -> Bool:
        """(firms,) the firm itself, its parents, subsidiaries and those that share a parent."""
        mask = np.zeros(len(self.snapshot.firms), dtype=np.bool_)
        if firm < 0:
            return mask
        start, end = self._ties
        rows = np.array([firm])
        for _ in range(2):
            first, last = np.searchsorted(start, rows), np.searchsorted(start, rows, "right")
            rows = np.unique(np.concatenate([rows, *map(end.__getitem__, map(slice, first, last))]))
        mask[rows] = True
        return mask

    def group(self, year: float, kin: Bool, firm: int) -> dict[int, list[int]]:
        """Firms of `kin` besides `firm` by place: those not known to be founded since `year`."""
        firms, above = self.snapshot.firms, self.snapshot.regions.at_level[self.level]
        found: dict[int, list[int]] = defaultdict(list)
        rows = np.flatnonzero(kin)
        rows = rows[(rows != firm) & (firms.region[rows] >= 0) & ~(firms.founded[rows] >= year)]
        for row, place in zip(rows.tolist(), above[firms.region[rows]].tolist(), strict=True):
            if place >= 0:
                found[int(np.searchsorted(self.places, place))].append(row)
        return found

    def _where(self, places: Iterable[int]) -> Float64:
        """(p,) 1 at `places`, else 0."""
        found = np.zeros(len(self.places))
        found[list(places)] = 1.0
        return found

    def named(self, firm: int) -> Float64:
        """(p,) 1 where the firm's name holds the name of the place, 盐城 for 盐城市."""
        name = self.snapshot.firms.names[firm].as_py() if firm >= 0 else ""
        return np.array([float(word.search(name) is not None) for word in self._words])

    def home(self, firm: int) -> tuple[Float64, Float64]:
        """(p,) 1 where the firm sits, and (p,) how near the other places are; 0 if unknown."""
        sits = self.snapshot.firms.region[firm] if firm >= 0 else -1
        at = self.snapshot.regions.at_level[self.level, sits] if sits >= 0 else -1
        here = (self.places == at).astype(np.float64)
        return here, here @ self.near

    def endowed(self, chain: int, link: int) -> Float64:
        """(p,) how much of what the link, else the chain, looks for a place has; 0 if unknown."""
        endowments = self.endowments
        if endowments is None:
            return np.zeros(len(self.places))
        ids = [self.snapshot.links.ids[link]] if link >= 0 else []
        asked = (*ids, self.snapshot.chains[chain].id)
        return self.snapshot.once(
            ("endowed", self.level, endowments, asked),
            lambda snapshot: endowments.of(snapshot, self.level, self.places, asked),
        )

    @cached_property
    def _shares(self) -> Float64:
        """(p, p) nearness of the other places as shares: rows sum to 1."""
        total = self.near.sum(axis=1, keepdims=True)
        found: Float64 = np.divide(self.near, total, out=np.zeros_like(self.near), where=total > 0)
        return found

    @cached_property
    def _words(self) -> list[re.Pattern[str]]:
        """What a name must hold to name each place; whole words where words have spaces."""
        regions = self.snapshot.regions
        names = [core(regions.names[r], LEVELS[regions.level[r]]) for r in self.places]
        words = [re.escape(name) for name in names]
        return [re.compile(rf"\b{word}\b" if word.isascii() else word) for word in words]

    @cached_property
    def _ties(self) -> tuple[Int64, Int64]:
        """Firm rows at both ends of every tie of kin, in both directions, by the first end."""
        ids, ties = self.snapshot.firms.ids, self.snapshot.ties.table
        ties = ties.filter(pc.is_in(ties["kind"], value_set=pa.array(KIN)))
        ends = np.stack([index_of(ties[end], ids) for end in ("from_id", "to_id")]).astype(np.int64)
        ends = ends[:, (ends >= 0).all(axis=0)]
        both = np.concatenate([ends, ends[::-1]], axis=1)
        start, end = both[:, np.argsort(both[0], kind="stable")]
        return start, end


def _relative(count: Float64) -> Float64:
    """ln(1 + n) relative to the largest; 0 where all are 0."""
    most = float(count.max(initial=0.0))
    found: Float64 = np.log1p(count) / np.log1p(most) if most > 0 else np.zeros(len(count))
    return found


def _past(snapshot: Snapshot, level: Level, endowments: Endowments | None) -> PastPlaces:
    events, regions = snapshot.events, snapshot.regions
    above = regions.at_level[LEVELS.index(level)]
    names = events.chain_ids.to_pylist()
    chain = np.array([snapshot.chain_rows.get(c, -1) for c in names], dtype=np.int32)
    place = np.where(events.region >= 0, above[events.region], -1) if len(regions) else np.zeros(0)
    keep = np.flatnonzero((place >= 0) & (chain >= 0) & (events.firm >= 0) & (events.date > 0))
    keep = keep[np.argsort(events.date[keep], kind="stable")]
    homes = snapshot.firms.region[snapshot.firms.region >= 0]
    places = np.unique(np.concatenate([place[keep], above[homes]]))
    places = places[places >= 0].astype(np.int64)
    sectors = _sectors(snapshot)
    who = np.stack([place[keep], events.firm[keep], np.array(sectors, dtype=np.int64)[chain[keep]]])
    first = np.zeros(len(keep), dtype=np.bool_)
    first[np.unique(who, axis=1, return_index=True)[1]] = True
    return PastPlaces(
        snapshot,
        LEVELS.index(level),
        places,
        np.searchsorted(places, place[keep]),
        chain[keep],
        events.link[keep],
        events.firm[keep],
        events.date[keep].astype(np.float64),
        first,
        sectors,
        _nearness(snapshot, places),
        endowments,
    )


def _sectors(snapshot: Snapshot) -> tuple[int, ...]:
    number: dict[str | None, int] = {}
    return tuple(number.setdefault(chain.sector, len(number)) for chain in snapshot.chains)


def _nearness(snapshot: Snapshot, places: Int64) -> Float64:
    km = np.array([distances(snapshot, int(place))[places] for place in places])
    near: Float64 = np.nan_to_num(np.exp(-km.reshape(len(places), len(places)) / NEAR_KM))
    np.fill_diagonal(near, 0.0)
    return near


def _learn(past: PastPlaces, sector: int) -> tuple[Float64, str] | None:
    """Weights from the events of a sector, and what they rest on; None below FEWEST events."""
    own = np.flatnonzero(np.array(past.sectors)[past.chain] == sector)
    rows = own[FIRST:][-MOST:]
    if len(rows) < FEWEST:
        return None
    cases = [_case(past, int(row)) for row in rows]
    told = f"{len(rows)} 起投资事件（{past.year[rows[0]]:.1f} 至 {past.year[rows[-1]]:.1f}）"
    return fit(cases, RIDGE if past.endowments is None else RIDGE_ENDOWED), told


def _case(past: PastPlaces, row: int) -> Case:
    asked = int(past.chain[row]), int(past.link[row]), int(past.firm[row])
    return Case(past.values(float(past.year[row]), *asked), int(past.place[row]))


__all__: Sequence[str] = ("Destination", "Destinations", "destinations")
