"""Company, technology and sub-technology of later plants are known: in which state were they built?

Train: rows of the Clean Investment Monitor's facilities to a day T; truth: rows after it in the
same form. Questions are the manufacturing plants; the other facilities of train (power plants,
storage …) only say where anything is built at all. Every model ranks the states that train knows.
`chainscout` is `recommender.destinations` told what the states have as of 2019 (`us_states.csv`,
`us_needs.csv`), `events_only` the same without; `technology` counts the technology's earlier
plants, `size` all earlier plants, `company` the company's own before those.
"""

from __future__ import annotations

import argparse
import csv
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
from graph import Snapshot, Store, open_store
from graph.schema import TABLES
from recommender.destinations import destinations
from recommender.endowments import Endowments

ASKED = "Manufacturing"
HERE = Path(__file__).parent
_JOINT = re.compile(r",(?! *(?:inc|llc|ltd|co)\b)|/| and |\(|\)|\bJV of\b", re.IGNORECASE)
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


def evaluate(arguments: argparse.Namespace) -> dict[str, Any]:
    """The contract's object for this evaluator."""
    train, truth = _given(arguments)
    asked = [plant for plant in truth if plant.segment == ASKED and plant.day]
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "plants.duckdb")
        fill(store, train, asked)
        snapshot = store.snapshot()
        states = len({plant.state for plant in train})
        known = Endowments.read(HERE / "us_states.csv", HERE / "us_needs.csv")
        ranks = {
            "chainscout": _ours(snapshot, asked, states, known),
            "events_only": _ours(snapshot, asked, states, None),
        }
    ranks |= _simple(train, asked)
    return {
        "name": "plant_state",
        "n": len(asked),
        "states": states,
        "train_plants": sum(plant.segment == ASKED for plant in train),
        "models": {name: metrics(found) for name, found in ranks.items()},
    }


def _given(arguments: argparse.Namespace) -> tuple[list[Plant], list[Plant]]:
    rows = list(read(arguments.train))
    if arguments.truth:
        known = {plant.id for plant in rows}
        return rows, [plant for plant in read(arguments.truth) if plant.id not in known]
    if not arguments.until:
        raise SystemExit("plant_state: give --truth, or --until to cut the train file in two")
    earlier = [plant for plant in rows if plant.day < arguments.until]
    return earlier, [plant for plant in rows if plant.day >= arguments.until]


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
    for part in _JOINT.split(company):
        words = [w for w in re.findall(r"[a-z0-9]+", part.lower()) if w not in _COMMON]
        if words:
            found.append(words[0] if len(words[0]) > 3 else " ".join(words))
    return list(dict.fromkeys(found)) or [company.lower()]


# ── a store of plants ───────────────────────────────────────────────────────────────────────────


def fill(store: Store, plants: Sequence[Plant], asked: Sequence[Plant] = ()) -> None:
    """Plants as standard tables: states as regions, technologies as chains, parents as ties.

    Of the plants that are asked for only the company is taken: its name and the parents in it.
    """
    dated = [plant for plant in plants if plant.day]
    companies = dict.fromkeys(plant.company for plant in (*dated, *asked))
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
            for name in dict.fromkeys(n for c in companies for n in (c, *roots(c)))
        ],
        "ties": [
            {"from_id": parent, "to_id": company, "from_kind": "firm", "to_kind": "firm"}
            | {"tie_id": f"{parent}→{company}", "kind": "invests_in"}
            for company in companies
            for parent in roots(company)
            if parent != company
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


def _simple(train: Sequence[Plant], asked: Sequence[Plant]) -> dict[str, Ranks]:
    plants = [plant for plant in train if plant.segment == ASKED and plant.day]
    states = sorted({plant.state for plant in train})

    def count(chosen: Iterable[Plant]) -> Ranks:
        where = [states.index(plant.state) for plant in chosen]
        return np.bincount(where, minlength=len(states)).astype(np.float64)

    whole = count(plants)
    of: dict[str, list[Ranks]] = {"technology": [], "size": [], "company": []}
    for plant in asked:
        own = count(p for p in plants if p.company == plant.company)
        of["technology"].append(count(p for p in plants if p.technology == plant.technology))
        of["size"].append(whole)
        of["company"].append(own * (whole.max() + 1) + whole)
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
