"""Company, technology and sub-technology of later plants are known: in which state were they built?

Train: rows of the Clean Investment Monitor's facilities to a day T; truth: rows after it in the
same form. Questions are the manufacturing plants; the other facilities of train (power plants,
storage …) only say where anything is built at all. Every model ranks the states that train knows.
`chainscout` is `recommender.destinations` told what the states have as of 2019 (`us_states.csv`,
`us_needs.csv`) and where well-known companies stood then (`us_sites.csv`), `no_sites` the same
without these, `events_only` without either; `technology` counts the technology's earlier plants,
`size` all earlier plants, `company` the company's own before those, `stood` the known sites before.
With `--yearly` each year from `--until` to `--end` is asked from the years before it.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.quality.metrics import Measured, mean
from benchmarks.quality.sites import Site, Sites, parties
from graph import Snapshot, Store, open_store
from graph.schema import TABLES
from recommender.destinations import destinations
from recommender.endowments import Endowments

ASKED = "Manufacturing"
HERE = Path(__file__).parent
# What a company is not known by.
_COMMON = frozenset(
    "inc llc co ltd corp corporation company limited ag sa the of jv us usa america american group "
    "motor motors energy solar battery batteries technology technologies materials solution "
    "solutions advanced partners international holding holdings phase 2".split()
)
# The states by their postal letters: companies are named after them.
_STATES = (
    "AL Alabama AK Alaska AZ Arizona AR Arkansas CA California CO Colorado CT Connecticut DE "
    "Delaware FL Florida GA Georgia HI Hawaii ID Idaho IL Illinois IN Indiana IA Iowa KS Kansas "
    "KY Kentucky LA Louisiana ME Maine MD Maryland MA Massachusetts MI Michigan MN Minnesota MS "
    "Mississippi MO Missouri MT Montana NE Nebraska NV Nevada NH New_Hampshire NJ New_Jersey NM "
    "New_Mexico NY New_York NC North_Carolina ND North_Dakota OH Ohio OK Oklahoma OR Oregon PA "
    "Pennsylvania RI Rhode_Island SC South_Carolina SD South_Dakota TN Tennessee TX Texas UT Utah "
    "VT Vermont VA Virginia WA Washington WV West_Virginia WI Wisconsin WY Wyoming "
).split()
STATES = {
    letters: name.replace("_", " ")
    for letters, name in zip(_STATES[::2], _STATES[1::2], strict=True)
}
Ranks = npt.NDArray[np.float64]


class Plant(NamedTuple):
    """One row: who builds what where, and when."""

    id: str
    segment: str
    company: str
    technology: str
    parts: tuple[str, ...]
    day: str
    state: str
    lon: float | None
    lat: float | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this evaluator takes besides the common arguments."""
    parser.add_argument("--until", help="without --truth: train is cut before this day")
    parser.add_argument("--end", help="with --until: plants from this day on are left out")
    parser.add_argument("--yearly", action="store_true", help="with --until and --end: years")


def evaluate(arguments: argparse.Namespace) -> dict[str, Any]:
    """The contract's object for this evaluator."""
    windows = list(_windows(arguments))
    asked = [sum(1 for plant in truth if _is_asked(plant)) for _, truth in windows]
    train, ranks = windows[0][0], [_ranks(*window) for window in windows]
    return {
        "name": "plant_state",
        "n": sum(asked),
        "states": len({plant.state for plant in train}),
        "train_plants": sum(plant.segment == ASKED for plant in train),
        "models": {
            name: metrics(np.concatenate([window[name] for window in ranks])) for name in ranks[0]
        },
    }


def _is_asked(plant: Plant) -> bool:
    return plant.segment == ASKED and bool(plant.day)


def _ranks(train: Sequence[Plant], truth: Sequence[Plant]) -> dict[str, Ranks]:
    """Rank of the true state of each plant that is asked, by model."""
    asked = [plant for plant in truth if _is_asked(plant)]
    states = len({plant.state for plant in train})
    has = Endowments.read(HERE / "us_states.csv", HERE / "us_needs.csv")
    known = Sites.read()
    found: dict[str, Ranks] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, sites in (("sites", known), ("none", None)):
            store = open_store(Path(folder) / f"{name}.duckdb")
            fill(store, train, asked, sites)
            snapshot = store.snapshot()
            if sites is not None:
                found["chainscout"] = _ours(snapshot, asked, states, has)
            else:
                found["no_sites"] = _ours(snapshot, asked, states, has)
                found["events_only"] = _ours(snapshot, asked, states, None)
    return found | _simple(train, asked, known)


def _windows(arguments: argparse.Namespace) -> Iterator[tuple[list[Plant], list[Plant]]]:
    """What is known and what is asked, of each window."""
    rows = list(read(arguments.train))
    if arguments.truth:
        known = {plant.id for plant in rows}
        yield rows, [plant for plant in read(arguments.truth) if plant.id not in known]
        return
    if not arguments.until:
        raise SystemExit("plant_state: give --truth, or --until to cut the train file in two")
    end = arguments.end or "9999"
    cuts = [arguments.until, end]
    if arguments.yearly:
        cuts = [str(year) for year in range(int(arguments.until[:4]), int(end[:4]) + 1)]
    for start, stop in itertools.pairwise(cuts):
        earlier = [plant for plant in rows if plant.day < start]
        yield earlier, [plant for plant in rows if start <= plant.day < stop]


def read(paths: Iterable[Path]) -> Iterator[Plant]:
    """The rows of files as the Clean Investment Monitor publishes them."""
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                parts = tuple(filter(None, map(str.strip, (row["Subcategory"] or "").split(","))))
                yield Plant(
                    row["unique_id"],
                    row["Segment"],
                    row["Company"] or "?",
                    row["Technology"],
                    parts or ("?",),
                    row["Announcement_Date"] or "",
                    row["State"],
                    _number(row.get("Longitude")),
                    _number(row.get("Latitude")),
                )


def _number(text: str | None) -> float | None:
    return float(text) if text and text.lower() != "nan" else None


def roots(company: str) -> list[str]:
    """The parents that a company's name names: 'Tesla Inc, Panasonic Corp' → tesla, panasonic."""
    found = []
    for part in parties(company):
        words = [w for w in re.findall(r"[a-z0-9]+", part.lower()) if w not in _COMMON]
        if words:
            found.append(words[0] if len(words[0]) > 3 else " ".join(words))
    return list(dict.fromkeys(found)) or [company.lower()]


# ── a store of plants ───────────────────────────────────────────────────────────────────────────


def fill(
    store: Store,
    plants: Sequence[Plant],
    asked: Sequence[Plant] = (),
    sites: Sites | None = None,
) -> None:
    """Plants as standard tables: states as regions, technologies as chains, parents as ties.

    Of the plants that are asked for only the company is taken: its name and the parents in it.
    `sites` of known companies are firms of their own, under the company they belong to.
    """
    dated = [plant for plant in plants if plant.day]
    companies = dict.fromkeys(plant.company for plant in (*dated, *asked))
    groups = {name: sites.companies(name) for name in companies} if sites else {}
    named = dict.fromkeys(name for names in groups.values() for name in names)
    stood = [site for name in named for site in (sites.of[name] if sites else ())]
    states = {plant.state for plant in plants}
    parents = [
        *((parent, name) for name in companies for parent in (*roots(name), *groups.get(name, ()))),
        *((site.company, _site(site)) for site in stood),
    ]
    tables = {
        "regions": list(_regions(plants)),
        "chains": [
            {"chain_id": name, "name": name, "sector": sector}
            for name, sector in dict.fromkeys((_chain(p), p.segment) for p in dated)
        ],
        "links": [
            {"link_id": link, "chain_id": chain, "name": part, "stage": "midstream"}
            for link, chain, part in dict.fromkeys((_link(p), _chain(p), p.parts[0]) for p in dated)
        ],
        "firms": [
            {"firm_id": name, "name": name}
            for name in dict.fromkeys(
                n for c in companies for n in (c, *roots(c), *groups.get(c, ()))
            )
        ]
        + [
            {
                "firm_id": _site(site),
                "name": _site(site),
                "founded": f"{site.since}-12-31" if site.since else None,
            }
            | {"region_code": _code(site.state) if site.state in states else None}
            for site in stood
        ],
        "ties": [
            {"from_id": parent, "to_id": name, "from_kind": "firm", "to_kind": "firm"}
            | {"tie_id": f"{parent}→{name}", "kind": "invests_in"}
            for parent, name in dict.fromkeys(parents)
            if parent != name
        ],
        "events": [
            {"event_id": p.id, "firm_id": p.company, "region_code": _code(p.state)}
            | {"chain_id": _chain(p), "link_id": _link(p), "date": p.day}
            for p in {plant.id: plant for plant in dated}.values()
        ],
    }
    with store.write("plants") as writer:
        for name, rows in tables.items():
            writer.put(name, pa.Table.from_pylist(rows, schema=TABLES[name].arrow_schema))


def _site(site: Site) -> str:
    return f"{site.company} ({STATES.get(site.state, site.state)})"


def _chain(plant: Plant) -> str:
    return f"{plant.segment}/{plant.technology}"


def _code(state: str) -> str:
    return f"US-{state}"


def _link(plant: Plant) -> str:
    return f"{_chain(plant)}/{plant.parts[0]}"


def _regions(plants: Sequence[Plant]) -> Iterator[dict[str, Any]]:
    """Each state with the middle of its plants for its place."""
    at: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for plant in plants:
        at[plant.state] += [(plant.lon, plant.lat)] if plant.lon and plant.lat else []
    for state, points in sorted(at.items()):
        lon, lat = np.mean(points, axis=0).tolist() if points else (None, None)
        name = STATES.get(state, state)
        yield {"code": _code(state), "name": name, "level": "province", "lon": lon, "lat": lat}


# ── models ──────────────────────────────────────────────────────────────────────────────────────


def _ours(
    snapshot: Snapshot, asked: Sequence[Plant], states: int, endowments: Endowments | None
) -> Ranks:
    ranks = []
    for plant in asked:
        link = _link(plant) if _link(plant) in snapshot.links.row else None
        if _chain(plant) not in snapshot.chain_rows:
            ranks.append(np.inf)
            continue
        answer = destinations(
            snapshot, plant.company, _chain(plant), link, "province", states, endowments
        )
        rank = {region.code: float(region.rank) for region in answer.regions}
        ranks.append(rank.get(_code(plant.state), np.inf))
    return np.array(ranks)


def _simple(train: Sequence[Plant], asked: Sequence[Plant], sites: Sites) -> dict[str, Ranks]:
    plants = [plant for plant in train if plant.segment == ASKED and plant.day]
    states = sorted({plant.state for plant in train})

    def count(where: Iterable[str]) -> Ranks:
        rows = [states.index(state) for state in where if state in states]
        return np.bincount(rows, minlength=len(states)).astype(np.float64)

    whole = count(plant.state for plant in plants)
    of: dict[str, list[Ranks]] = {"technology": [], "size": [], "company": [], "stood": []}
    for plant in asked:
        own = count(p.state for p in plants if p.company == plant.company)
        stood = count({s.state for c in sites.companies(plant.company) for s in sites.of[c]})
        company = own * (whole.max() + 1) + whole
        of["technology"].append(count(p.state for p in plants if p.technology == plant.technology))
        of["size"].append(whole)
        of["company"].append(company)
        of["stood"].append(stood * (company.max() + 1) + company)
    return {name: _places(found, asked, states) for name, found in of.items()}


def _places(values: Sequence[Ranks], asked: Sequence[Plant], states: Sequence[str]) -> Ranks:
    """Rank of each true state; even ones share the middle place."""
    ranks = []
    for value, plant in zip(values, asked, strict=True):
        if plant.state not in states:
            ranks.append(np.inf)
            continue
        own = value[states.index(plant.state)]
        ranks.append(float((value > own).sum() + ((value == own).sum() - 1) / 2 + 1))
    return np.array(ranks)


def metrics(ranks: Ranks) -> dict[str, Measured]:
    """MRR and the share ranked among the first ten; a state that train does not know counts 0."""
    return {"mrr": mean(1.0 / ranks), "hits_at_10": mean((ranks <= 10).astype(np.float64))}
