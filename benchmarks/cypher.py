"""The bare ranking formula in Cypher: on the embedded engine kuzu (extra `peers`) and on Neo4j."""

from __future__ import annotations

import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.plain import Answer, Facts, reason
from graph.columns import INACTIVE_WORDS
from graph.store.neo4j.server import Address, Server

_TABLES = (
    "CREATE NODE TABLE Firm(row INT64 PRIMARY KEY, id STRING, name STRING, region INT64,"
    " active BOOLEAN, size DOUBLE)",
    "CREATE NODE TABLE Link(id STRING PRIMARY KEY, chain STRING)",
    "CREATE REL TABLE AT(FROM Firm TO Link, strength DOUBLE, base DOUBLE)",
)
_FILLED = """
MATCH (f:Firm)-[p:AT]->(l:Link {chain: $chain})
WHERE f.active AND f.region >= $region AND f.region < $until
WITH l.id AS link, sum(p.strength) AS here WHERE here >= 0.5 RETURN collect(link)
"""
_BEST = """
MATCH (f:Firm)-[p:AT]->(l:Link {chain: $chain})
WHERE f.active AND NOT (f.region >= $region AND f.region < $until) AND NOT l.id IN $filled
RETURN f.row, f.id, f.name, f.region, l.id, p.base + f.size AS score, p.strength
"""


class InKuzu:
    """Firms and links as nodes, positions as relations; distances are joined outside of Cypher.

    The engine has no function of two points that the formula needs, so the query brings the rows
    of the chain and the last step is numpy; that is what a user of it would do.
    """

    def __init__(self, facts: Facts) -> None:
        kuzu: Any = import_module("kuzu")  # of the extra `peers`; nothing else needs it
        self.facts = facts
        self._folder = tempfile.TemporaryDirectory(prefix="chainscout-")
        place = Path(self._folder.name)
        self.connection: Any = kuzu.Connection(kuzu.Database(str(place / "db")), num_threads=2)
        for statement in _TABLES:
            self.connection.execute(statement)
        firms, positions = facts.firms, facts.positions
        rows = pa.array(np.arange(len(firms)))
        wide = pa.table({"row": rows} | {n: firms[n] for n in firms.column_names})
        wide = wide.set_column(3, "region", wide["region"].cast(pa.int64()))
        links = positions.select(["link", "chain"]).group_by(["link", "chain"]).aggregate([])
        edges = pa.table(
            {
                "from": positions["firm"].cast(pa.int64()), "to": positions["link"],
                "strength": positions["strength"], "base": positions["base"],
            }
        )  # fmt: skip
        for name, table in (("Firm", wide), ("Link", links), ("AT", edges)):
            file = place / f"{name}.parquet"
            pq.write_table(table, file)
            self.connection.execute(f"COPY {name} FROM '{file}'")

    def answer(self, code: str, chain: str, top: int) -> list[Answer]:
        """The best firms; ties by id, as the other ways do."""
        region = self.facts.regions.row[code]
        given: dict[str, Any] = {
            "chain": chain, "region": region, "until": int(self.facts.regions.end[region]),
        }  # fmt: skip
        ((filled,),) = self._rows(_FILLED, given)
        found = self._table(_BEST, given | {"filled": filled or [""]})
        near = self.facts.near(region)[found["f.region"].to_numpy()]
        found["score"] += near
        found = found.sort_values(["score", "f.id"], ascending=[False, True])
        found = found.drop_duplicates("f.row").head(top)
        columns = (found[c] for c in ("f.id", "f.name", "l.id", "score", "p.strength"))
        return [Answer(i, n, k, s, reason(k, v)) for i, n, k, s, v in zip(*columns, strict=True)]

    def _rows(self, query: str, given: dict[str, Any]) -> Any:
        return self.connection.execute(query, given).get_all()

    def _table(self, query: str, given: dict[str, Any]) -> Any:
        return self.connection.execute(query, given).get_as_df()


_ACTIVE = "none(word IN $inactive WHERE coalesce(f.status, '') CONTAINS word)"
_AT = (
    "MATCH (l:Link)-[:PART_OF]->(:Chain {chain_id: $chain}) "
    "MATCH (l)<-[p:OPERATES_AT]-(f:Firm) WHERE "
)
_FILLED_THERE = (
    f"{_AT} f.region_code IN $here AND {_ACTIVE} "
    "WITH l.link_id AS link, sum(coalesce(p.strength, 0.5)) AS here WHERE here >= 0.5 "
    "RETURN collect(link) AS filled"
)
_BEST_THERE = (
    f"{_AT} NOT l.link_id IN $filled AND NOT coalesce(f.region_code, '') IN $here AND {_ACTIVE} "
    "WITH f, l, p, 0.5 * coalesce(p.strength, 0.5) "
    "+ CASE WHEN p.role = 'leader' THEN 0.2 ELSE 0.0 END "
    "+ coalesce($near[f.region_code], 0.0) "
    "+ CASE WHEN coalesce(f.registered_capital_currency, 'CNY') <> 'CNY' THEN 0.0 "
    "WHEN log(1 + coalesce(f.registered_capital, 0)) > 12 THEN 0.1 "
    "ELSE log(1 + coalesce(f.registered_capital, 0)) / 120 END AS score "
    "ORDER BY score DESC, f.firm_id "
    "WITH f, collect({link: l.link_id, strength: coalesce(p.strength, 0.5), score: score})[0] "
    "AS best ORDER BY best.score DESC, f.firm_id LIMIT $top "
    "RETURN f.firm_id AS id, f.name AS name, best.link AS link, best.score AS score, "
    "best.strength AS strength"
)


class InNeo4j:
    """Two queries on a server that holds a chainscout store; shares for distance travel as a map.

    Args:
        facts: regions and distances; firms and positions are the server's own.
        uri: the server.
    """

    def __init__(self, facts: Facts, uri: str) -> None:
        self.facts = facts
        self.server = Server(Address.of(uri))

    def answer(self, code: str, chain: str, top: int) -> list[Answer]:
        """The best firms; ties by id, as the other ways do."""
        regions = self.facts.regions
        region = regions.row[code]
        given: dict[str, Any] = {
            "chain": chain, "inactive": list(INACTIVE_WORDS),
            "here": list(regions.codes[region : int(regions.end[region])]),
        }  # fmt: skip
        (filled,) = self.server.read(_FILLED_THERE, **given)
        near = dict(zip(regions.codes, self.facts.near(region).tolist(), strict=False))
        rows = self.server.read(_BEST_THERE, **given, **filled, near=near, top=top)
        return [
            Answer(r["id"], r["name"], r["link"], r["score"], reason(r["link"], r["strength"]))
            for r in rows
        ]
