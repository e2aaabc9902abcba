"""The bare ranking formula in Cypher, on the embedded graph engine kuzu (extra `peers`)."""

from __future__ import annotations

import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.plain import Answer, Facts, reason

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
