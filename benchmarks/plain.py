"""The bare ranking formula in plain networkx, pandas and DuckDB SQL, each made as well as it goes.

For a region and a chain: the chain's links where active local firms have a summed strength below
0.5 are gaps; every active firm from elsewhere at a gap scores

    0.5 strength + 0.2 leader + 0.2 exp(−km / 600) + 0.1 min(1, ln(1 + capital) / 12)

and stands at its best link; the best are listed with one sentence each. What does not depend on
the question is prepared beforehand: rows joined, chains apart, regions as stretches of the tree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import duckdb
import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.synthetic.draw import Floats
from graph.columns import INACTIVE_WORDS, Regions, index_of
from graph.store import Store

GAP, SCALE_KM, EARTH_KM = 0.5, 600.0, 6371.0


class Answer(NamedTuple):
    """One target."""

    firm: str
    name: str
    link: str
    score: float
    reason: str


@dataclass(frozen=True)
class Facts:
    """What the formula needs: firms (row order = `firm`), their positions, places in tree order."""

    firms: pa.Table  # id, name, region (row of regions, −1 unknown), active, size
    positions: pa.Table  # firm, chain, link, base (strength and leader's share), strength
    regions: Regions
    lon: Floats  # radians, taken from above where unknown
    lat: Floats

    def near(self, region: int) -> Floats:
        """0.2 exp(−km / 600) by region row, 0 where unknown; a last cell for row −1."""
        half_lat, half_lon = (self.lat - self.lat[region]) / 2, (self.lon - self.lon[region]) / 2
        bow = np.sin(half_lat) ** 2
        bow += np.cos(self.lat) * np.cos(self.lat[region]) * np.sin(half_lon) ** 2
        km = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(bow, 1.0)))
        return np.append(np.nan_to_num(0.2 * np.exp(-km / SCALE_KM)), 0.0)


class Plain(Protocol):
    """A way to answer; made from facts, then asked many times."""

    def answer(self, code: str, chain: str, top: int) -> list[Answer]: ...


def facts_of(store: Store) -> Facts:
    """Read what the formula needs."""
    regions = Regions.of(store.read("regions"))
    wanted = ["firm_id", "name", "region_code", "status", "registered_capital"]
    firms = store.read("firms", [*wanted, "registered_capital_currency"])
    foreign = pc.not_equal(firms["registered_capital_currency"].fill_null("CNY"), "CNY")
    capital = pc.if_else(foreign, 0.0, firms["registered_capital"].fill_null(0.0)).to_numpy()
    gone = pc.match_substring_regex(firms["status"].fill_null(""), "|".join(INACTIVE_WORDS))
    positions = store.read("positions", ["firm_id", "chain_id", "link_id", "strength", "role"])
    strength = positions["strength"].fill_null(0.5).to_numpy()
    leader = pc.equal(positions["role"], "leader").fill_null(False).to_numpy()
    return Facts(
        pa.table(
            {
                "id": firms["firm_id"],
                "name": firms["name"],
                "region": index_of(firms["region_code"], pa.array(regions.codes, pa.string())),
                "active": pc.invert(gone),
                "size": 0.1 * np.minimum(1.0, np.log1p(capital) / 12),
            }
        ),
        pa.table(
            {
                "firm": index_of(positions["firm_id"], firms["firm_id"].combine_chunks()),
                "chain": positions["chain_id"],
                "link": positions["link_id"],
                "strength": strength,
                "base": 0.5 * strength + 0.2 * leader,
            }
        ),
        regions,
        *_coordinates(regions),
    )


def _coordinates(regions: Regions) -> tuple[Floats, Floats]:
    lon, lat = regions.lon.astype(np.float64), regions.lat.astype(np.float64)
    for row in range(len(regions)):
        above = int(regions.parent[row])
        if above >= 0 and np.isnan(lon[row]):
            lon[row], lat[row] = lon[above], lat[above]
    return np.radians(lon), np.radians(lat)


def reason(link: str, strength: float) -> str:
    """One sentence on a target."""
    return f"本地「{link}」是缺口，该企业在此卡位，强度 {strength:.2f}"


class InNetworkx:
    """A graph link → firm with attributes on nodes and edges, walked link by link."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.graph: nx.DiGraph[object] = nx.DiGraph()
        columns = facts.firms.to_pydict()
        rows = zip(*(columns[c] for c in ("id", "name", "region", "active", "size")), strict=True)
        names = ("id", "name", "region", "active", "size")
        self.graph.add_nodes_from((i, dict(zip(names, r, strict=True))) for i, r in enumerate(rows))
        edges = facts.positions.to_pydict()
        for chain, link in sorted(set(zip(edges["chain"], edges["link"], strict=True))):
            self.graph.add_edge(chain, link)
        links, firms = edges["link"], edges["firm"]
        values = zip(links, firms, edges["strength"], edges["base"], strict=True)
        self.graph.add_edges_from((k, f, {"strength": s, "base": b}) for k, f, s, b in values)

    def answer(self, code: str, chain: str, top: int) -> list[Answer]:
        region = self.facts.regions.row[code]
        end = int(self.facts.regions.end[region])
        near = self.facts.near(region).tolist()
        nodes, best = self.graph.nodes, dict[object, tuple[float, str]]()
        for link in self.graph.successors(chain):
            here, found = 0.0, []
            for firm, edge in self.graph[link].items():
                node = nodes[firm]
                if not node["active"]:
                    continue
                if region <= node["region"] < end:
                    here += edge["strength"]
                else:
                    found.append((edge["base"] + near[node["region"]] + node["size"], firm))
            if here >= GAP:
                continue
            for score, firm in found:
                if firm not in best or score > best[firm][0]:
                    best[firm] = (score, str(link))
        order = sorted(best.items(), key=lambda item: (-item[1][0], nodes[item[0]]["id"]))[:top]
        return [
            Answer(
                nodes[f]["id"], nodes[f]["name"], k, score, reason(k, self.graph[k][f]["strength"])
            )
            for f, (score, k) in order
        ]


class InPandas:
    """One joined frame a chain, categories for links, columns computed whole."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        firms, positions = facts.firms.to_pandas(), facts.positions.to_pandas()
        joined = positions.merge(firms, left_on="firm", right_index=True)
        joined = joined[joined["active"]].drop(columns="active")
        joined["fixed"] = joined["base"] + joined["size"]
        self.chains = {}
        for chain, part in joined.groupby("chain"):
            part["link"] = part["link"].astype("category").cat.remove_unused_categories()
            self.chains[chain] = part.reset_index(drop=True)

    def answer(self, code: str, chain: str, top: int) -> list[Answer]:
        region = self.facts.regions.row[code]
        end = int(self.facts.regions.end[region])
        rows = self.chains[chain]
        local = rows["region"].ge(region) & rows["region"].lt(end)
        here = rows.loc[local].groupby("link", observed=True)["strength"].sum()
        filled = here.index[here >= GAP]
        # Only the scores are cut down to the gaps: cutting the frame would copy every column.
        listed = ~local & ~rows["link"].isin(filled)
        score = (rows["fixed"] + self.facts.near(region)[rows["region"]])[listed]
        # A firm stands at few links: some of the best rows nearly always hold the best firms.
        found = self._best(rows, score.nlargest(top * 4, keep="all"), top)
        if len(found) < top:
            found = self._best(rows, score, top)
        columns = (found[c] for c in ("id", "name", "link", "score", "strength"))
        return [Answer(i, n, k, s, reason(k, v)) for i, n, k, s, v in zip(*columns, strict=True)]

    def _best(self, rows: pd.DataFrame, score: pd.Series[float], top: int) -> pd.DataFrame:
        found = rows.loc[score.index].assign(score=score)
        found = found.sort_values(["score", "id"], ascending=[False, True])
        return found.drop_duplicates("firm").head(top)


_SQL = """
WITH near AS (
    SELECT r.row AS region, coalesce(0.2 * exp(-2 * 6371.0 * asin(sqrt(least(1.0,
        sin((r.lat - q.lat) / 2) ** 2 + cos(r.lat) * cos(q.lat) * sin((r.lon - q.lon) / 2) ** 2
        ))) / 600.0), 0) AS near
    FROM regions r, (SELECT lon, lat FROM regions WHERE row = $region) q
), rows AS (
    SELECT p.firm, p.link, p.strength, p.base, f.id, f.name, f.size, f.region,
        f.region >= $region AND f.region < $until AS local
    FROM positions p JOIN firms f ON f.row = p.firm WHERE p.chain = $chain AND f.active
), filled AS (
    SELECT link FROM rows WHERE local GROUP BY link HAVING sum(strength) >= 0.5
), best AS (
    SELECT firm, max_by(rows.link, base) AS link, max_by(strength, base) AS strength,
        max(base + size + coalesce(near, 0)) AS score, any_value(id) AS id
    FROM rows ANTI JOIN filled ON filled.link = rows.link LEFT JOIN near USING (region)
    WHERE NOT local GROUP BY firm
), chosen AS (SELECT * FROM best ORDER BY score DESC, id LIMIT $top)
SELECT c.id, f.name, c.link, c.score, c.strength
FROM chosen c JOIN firms f ON f.row = c.firm ORDER BY c.score DESC, c.id
"""


class InDuckdb:
    """Narrow tables in memory, positions sorted by chain, one statement a question."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.connection = duckdb.connect(config={"threads": 2})
        firms, positions = facts.firms, facts.positions
        places = pa.table({"row": np.arange(len(facts.lon)), "lon": facts.lon, "lat": facts.lat})
        self.connection.register("places", places)
        self.connection.register("f", firms.append_column("row", pa.array(np.arange(len(firms)))))
        self.connection.register("p", positions)
        for statement in (
            "CREATE TABLE regions AS SELECT row, nullif(lon, 'nan') AS lon, nullif(lat, 'nan')"
            " AS lat FROM places",
            "CREATE TABLE firms AS SELECT * FROM f",
            "CREATE TABLE positions AS SELECT * FROM p ORDER BY chain, firm",
        ):
            self.connection.execute(statement)

    def answer(self, code: str, chain: str, top: int) -> list[Answer]:
        region = self.facts.regions.row[code]
        end = int(self.facts.regions.end[region])
        given = {"region": region, "until": end, "chain": chain, "top": top}
        rows = self.connection.execute(_SQL, given).fetchall()
        return [Answer(i, n, k, s, reason(k, v)) for i, n, k, s, v in rows]


PLAIN: dict[str, Callable[[Facts], Plain]] = {
    "networkx": InNetworkx,
    "pandas": InPandas,
    "duckdb": InDuckdb,
}
