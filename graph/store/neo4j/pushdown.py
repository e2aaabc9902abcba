"""Questions that the server answers itself, for stores too large to hold in one memory.

The same rules as over a snapshot, in Cypher, at the price of fewer signals: who stands at a link
and how much of it, how a region gets to a firm. Everything runs in the current version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graph.columns import INACTIVE_WORDS
from graph.paths import HUB, UNKNOWN_WEIGHT
from graph.store.neo4j.model import KINDS, VERSION, place
from graph.store.neo4j.store import Neo4jStore

# Divisions below one, itself included; the tree has three levels.
_WITHIN = (
    "MATCH (:Region {code: $region})<-[:BELONGS_TO*0..3]-(d:Region) WITH collect(d.code) AS codes "
)
_OPEN = (
    f"f.{VERSION} <= $v AND at.{VERSION} <= $v AND coalesce(at.status, '') <> 'rejected' "
    "AND none(word IN $inactive WHERE coalesce(f.status, '') CONTAINS word)"
)
_CANDIDATES = (
    _WITHIN + "MATCH (l:Link {link_id: $link})<-[at:OPERATES_AT]-(f:Firm) "
    f"WHERE {_OPEN} AND NOT coalesce(f.region_code, '') IN codes "
    "OPTIONAL MATCH (f)-[:LOCATED_IN]->(r:Region) "
    "RETURN f.firm_id AS firm_id, f.name AS name, f.region_code AS region_code, "
    "r.name AS region, at.strength AS strength, at.role AS role, f.tags AS tags, "
    "f.employees AS employees "
    "ORDER BY coalesce(at.role, '') = 'leader' DESC, coalesce(at.strength, 0.5) DESC, "
    "coalesce(f.employees, 0) DESC, f.firm_id LIMIT $top"
)
_PRESENCE = (
    _WITHIN + "MATCH (l:Link)-[:PART_OF]->(:Chain {chain_id: $chain}) "
    f"WHERE l.{VERSION} <= $v "
    "CALL (l, codes) { MATCH (l)<-[at:OPERATES_AT]-(f:Firm) "
    f"WHERE {_OPEN} RETURN count(f) AS national, "
    "count(CASE WHEN f.region_code IN codes THEN f END) AS local } "
    "RETURN l.link_id AS link_id, l.name AS name, l.stage AS stage, local, national "
    "ORDER BY l.link_id"
)
_TIES = "TIED_TO|WORKS_FOR|NATIVE_OF"
_ONCE = "all(n IN nodes(p) WHERE single(o IN nodes(p) WHERE o = n))"


@dataclass(frozen=True)
class Way:
    """A way in: ``kind:id`` of each node from the region's own to the firm; strength 0–1."""

    nodes: tuple[str, ...]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    strength: float


def candidates(
    store: Neo4jStore, link: str, region: str, *, top: int = 100
) -> list[dict[str, Any]]:
    """Active firms that stand at a link and outside a region, leaders and the strongest first.

    Args:
        store: on a server.
        link: a link's id.
        region: a division's code; firms in the divisions below it count as inside.
        top: how many at most.

    Returns:
        Dicts of firm_id, name, region_code, region (name), strength (0–1 or None), role, tags and
        employees. A position that somebody rejected does not count, nor a firm that has closed.
    """
    return store.server.read(
        _CANDIDATES, link=link, region=region, top=top, v=_version(store), inactive=INACTIVE_WORDS
    )


def presence(store: Neo4jStore, chain: str, region: str) -> list[dict[str, Any]]:
    """How many active firms of a region, and of the country, stand at each link of a chain.

    Returns:
        Dicts of link_id, name, stage, local and national, ordered by link; local 0 is a gap.
    """
    return store.server.read(
        _PRESENCE, chain=chain, region=region, v=_version(store), inactive=INACTIVE_WORDS
    )


def ways(store: Neo4jStore, firm: str, region: str, *, steps: int = 3, top: int = 10) -> list[Way]:
    """The strongest ways of at most `steps` ties from a region's own to a firm.

    The rules are those of :func:`graph.paths.find_ways`: ties are walked in both directions, no
    way passes a place, a second node of the region or a node with more than ``HUB`` ties; strength
    is the product of the ties' weights, an unknown weight counts ``UNKNOWN_WEIGHT``.

    Args:
        store: on a server.
        firm: the firm's id.
        region: a division's code.
        steps: at least 1; each more costs about as much as a firm has ties.
        top: how many at most.
    """
    if steps < 1:
        return []
    found = store.server.read(
        _ways(steps), firm=firm, region=region, top=top, hub=HUB, unknown=UNKNOWN_WEIGHT,
        v=_version(store), keys=_keys(), ids=_ids(),
    )  # fmt: skip
    return [
        Way(tuple(r["nodes"]), tuple(r["names"]), tuple(r["kinds"]), round(r["strength"], 6))
        for r in found
    ]


def _ways(steps: int) -> str:
    """A walk from the firm over nodes that may be passed, then one more tie to the region's own."""
    own = "(coalesce({0}.region_code, '') IN codes AND ({0}:Firm OR {0}:Park))"
    ends = f"({own.format('s')} OR (s:Region AND s.code IN codes))"
    tie = f"-[{{0}}:{_TIES}]-"
    passable = (
        f"NOT b:Region AND NOT {own.format('b')} AND COUNT {{ (b)-[:{_TIES}]-() }} <= $hub "
        f"AND coalesce(r.{VERSION}, 0) <= $v"
    )
    walk = f"((a){tie.format('r')}(b) WHERE {passable}){{0,{steps - 1}}} (m)"
    between = walk if steps > 1 else ""  # a walk of no ties has no pattern
    label = "head([k IN keys($keys) WHERE k IN labels(n)])"
    ident = f"coalesce(n[$ids[{label}]], n.ref)"
    return (
        f"{_WITHIN} MATCH (t:Firm {{firm_id: $firm}}) "
        f"MATCH p = (t) {between}{tie.format('last')}(s) WHERE {ends} AND s <> t AND {_ONCE} "
        "WITH reverse(nodes(p)) AS ns, reverse(relationships(p)) AS rs "
        "WITH ns, rs, reduce(x = 1.0, r IN rs | x * coalesce(r.weight, $unknown)) AS strength "
        "ORDER BY strength DESC WITH ns, collect(rs)[0] AS rs, max(strength) AS strength "
        f"RETURN [n IN ns | coalesce($keys[{label}] + ':', '') + {ident}] AS nodes, "
        "[n IN ns | coalesce(n.name, n.ref, '')] AS names, "
        "[r IN rs | coalesce(r.kind, CASE type(r) WHEN 'WORKS_FOR' THEN 'leads' "
        "ELSE 'native_of' END)] AS kinds, strength "
        "ORDER BY strength DESC, size(kinds), nodes LIMIT $top"
    )


def _keys() -> dict[str, str]:
    """Label → kind of the model's nodes that a way can pass."""
    return {place(table).label: kind for kind, table in KINDS.items()}


def _ids() -> dict[str, str]:
    """Label → key property of the same nodes."""
    return {place(table).label: place(table).key for table in KINDS.values()}


def _version(store: Neo4jStore) -> int:
    return store.version().number


__all__ = ["Way", "candidates", "presence", "ways"]
