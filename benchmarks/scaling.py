"""Steps of the scale benchmark: a store of many firms built part by part, and questions to it.

The parts go to the store as ready rows, without the ingest, whose own figures are those of
:mod:`benchmarks.speed`: here it is the ranking that is measured.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.loading import resident_mb
from benchmarks.ranking import TOP, questions
from benchmarks.synthetic import Size, World, shards
from benchmarks.synthetic.chains import BIG_CHAIN
from graph.regions import Divisions
from graph.schema import TABLES
from graph.store import connect
from ingest.derive import national_regions
from recommender import RankSettings, recommend, recommend_many


def build(store: str, firms: str) -> dict[str, int]:
    """A store of `firms` made-up firms and 1.5 positions a firm; rows by table."""
    number = int(firms)
    target = connect(Path(store))
    rows: dict[str, int] = {}
    with target.write("synthetic") as writer:
        writer.put("regions", national_regions(Divisions.national(), writer.next_version))
        for part, world in enumerate(shards(Size(number, number * 3 // 2))):
            for name, table in standard(world).items():
                if part and name in ("chains", "links", "feeds"):
                    continue
                writer.put(name, table)
                rows[name] = rows.get(name, 0) + table.num_rows
    return rows


def everybody(store: str, asked: str) -> dict[str, Any]:
    """Questions for which every link of the big chain counts as a gap, so that nobody is spared.

    Where there are many firms most regions have some at every link, and few links are left to rank.
    """
    snapshot = connect(store).snapshot()
    settings = RankSettings(presence_threshold=1e9)
    times, considered = list[float](), 0
    for code in [*questions(1), *questions(int(asked), seed=13)]:
        start = time.perf_counter()
        found = recommend(snapshot, code, BIG_CHAIN, top=TOP, settings=settings)
        times.append(1000 * (time.perf_counter() - start))
        considered = found.considered
    return {"median_ms": statistics.median(times[1:]), "considered": considered}


def batch(store: str, chains: str, gaps: str) -> dict[str, Any]:
    """The best 20 firms for `gaps` links of each of `chains` chains, for one region.

    Seconds of the questions, those of opening the store apart.
    """
    begin = time.perf_counter()
    snapshot = connect(store).snapshot()
    opened = time.perf_counter() - begin
    (region,) = questions(1)
    asked = [
        {"region": region, "chain": chain.id, "link": snapshot.links.ids[link], "top": 20}
        for chain in snapshot.chains[: int(chains)]
        for link in chain.links[: int(gaps)].tolist()
    ]
    start = time.perf_counter()
    targets = sum(len(answer.to_dict()["targets"]) for answer in recommend_many(snapshot, asked))
    return {
        "opened": opened,
        "seconds": time.perf_counter() - start,
        "questions": len(asked),
        "targets": targets,
        "resident_mb": resident_mb(),
    }


def standard(world: World) -> dict[str, pa.Table]:
    """The tables of a made-up registry as a store keeps them."""
    file, links = world.tables, world.tables["links"]
    chain_ids = file["chains"]["chain_id"]
    firms, at = world.firms, file["positions"]
    named = pc.index_in(at["firm"], value_set=firms.name)
    coded = pc.index_in(at["firm"], value_set=firms.uscc)
    event = file["events"]
    made: dict[str, dict[str, Any]] = {
        "chains": {"chain_id": chain_ids, "name": file["chains"]["name"]},
        "links": {
            "link_id": links["link_id"],
            "chain_id": links["chain"],
            "name": links["name"],
            "stage": links["stage"],
        },
        "feeds": {
            "chain_id": file["feeds"]["chain"],
            "upstream_id": file["feeds"]["upstream"],
            "downstream_id": file["feeds"]["downstream"],
            "weight": file["feeds"]["weight"],
        },
        "firms": {
            "firm_id": firms.uscc,
            "name": firms.name,
            "uscc": firms.uscc,
            "region_code": firms.region,
            "founded": firms.founded,
            "registered_capital": firms.capital,
            "insured": firms.insured,
            "status": firms.status,
            "tags": pc.split_pattern(firms.tags, ";"),
            "scope": firms.scope,
        },
        "positions": {
            "firm_id": firms.uscc.take(pc.coalesce(named, coded).combine_chunks()),
            "link_id": at["link"],
            "chain_id": pc.utf8_slice_codeunits(at["link"], 0, 3),
            "strength": at["strength"],
            "role": at["role"],
            "status": ["confirmed"] * at.num_rows,
            "date": at["date"],
            "evidence": at["evidence"],
            "source": at["source"],
        },
        "ties": {
            "from_kind": ["firm"] * file["ties"].num_rows,
            "from_id": file["ties"]["from"],
            "to_kind": ["firm"] * file["ties"].num_rows,
            "to_id": file["ties"]["to"],
            **{name: file["ties"][name] for name in ("kind", "weight", "date", "source")},
        },
        "events": {
            "event_id": event["event_id"],
            "firm_id": event["firm"],
            "region_code": event["region"],
            "link_id": event["link"],
            "chain_id": pc.utf8_slice_codeunits(event["link"], 0, 3),
            **{name: event[name] for name in ("date", "amount", "stage", "source")},
        },
    }
    return {name: _stored(name, columns) for name, columns in made.items()}


def _stored(name: str, columns: dict[str, Any]) -> pa.Table:
    """All columns of a standard table, those not given empty."""
    schema = TABLES[name].arrow_schema
    rows = len(next(iter(columns.values())))
    nothing = {
        field.name: pa.nulls(rows, field.type) for field in schema if field.name not in columns
    }
    whole = columns | nothing
    return pa.table(
        [
            pa.array(whole[f.name]) if isinstance(whole[f.name], list) else whole[f.name]
            for f in schema
        ],
        names=schema.names,
    ).cast(schema)
