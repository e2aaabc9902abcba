"""The statements, as text made from the model. Rows travel as lists in the order of the columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from graph.schema import TABLES
from graph.store.neo4j.model import (
    STUB,
    VERSION,
    Place,
    drawn,
    is_edge,
    place,
    places,
    shown,
)

META, LOCK = "ChainScout", "ChainScoutLock"
VERSIONS, HISTORY, WORDS = "ChainScoutVersion", "ChainScoutHistory", "ChainScoutColumn"
# Names by which people look things up. A text index takes values of up to 32 KB.
_SEARCHED = (("Firm", "name"), ("Firm", "uscc"), ("Firm", "stock_code"), ("Link", "name"),
             ("Chain", "name"), ("Region", "name"), ("Person", "name"))  # fmt: skip


def keys() -> Iterator[str]:
    """Constraints by which rows are found and written, each made only where it is missing."""
    for where in (*places(), Place(META, "id"), Place(VERSIONS, "number")):
        yield _unique(where)
    yield (f"CREATE INDEX chainscout_history IF NOT EXISTS FOR (n:{HISTORY}) ON (n._table, n._to)")


def search() -> Iterator[str]:
    """Indexes for people. Filled after a large write, they cost a fraction of growing along."""
    for label, column in _SEARCHED:
        name = f"chainscout_{label.lower()}_{column}"
        yield f"CREATE TEXT INDEX {name} IF NOT EXISTS FOR (n:{label}) ON (n.{column})"
    yield (
        "CREATE FULLTEXT INDEX chainscout_names IF NOT EXISTS FOR (n:Firm|Link|Chain|Park) "
        "ON EACH [n.name, n.aliases, n.keywords, n.products] "
        "OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}}"
    )


def _unique(where: Place) -> str:
    return (
        f"CREATE CONSTRAINT chainscout_{where.label.lower()}_key IF NOT EXISTS "
        f"FOR (n:{where.label}) REQUIRE n.{where.key} IS UNIQUE"
    )


ONE_LOCK = _unique(Place(LOCK, "id"))
"""Without it two first writers could make a lock each."""
LOCK_THERE = f"MATCH (l:{LOCK} {{id: 1}}) RETURN 1"


def columns_of(table: str) -> list[str]:
    """Stored columns in the order in which a row travels."""
    return [name for name, _ in TABLES[table].stored]


@cache
def _properties(table: str) -> str:
    """The map of a row's properties: columns, Chinese words, version."""
    names = [*columns_of(table), *(word.name for word in shown(table)), VERSION]
    return "{" + ", ".join(f"`{name}`: r[{i}]" for i, name in enumerate(names)) + "}"


@cache
def put_nodes(table: str) -> str:
    """Insert or replace rows ($rows)."""
    where = place(table)
    at = columns_of(table).index(where.key)
    return (
        f"UNWIND $rows AS r MERGE (n:{where.label} {{{where.key}: r[{at}]}}) "
        f"SET n = {_properties(table)} REMOVE n:{STUB}"
    )


def make_ends(where: Place) -> str:
    """Make sure that nodes with $keys are there."""
    return f"UNWIND $keys AS k MERGE (n:{where.label} {{{where.key}: k}}) ON CREATE SET n:{STUB}"


def put_edges(table: str, start: Place, end: Place, fresh: bool) -> str:
    """Insert or replace rows; each of $rows ends with the keys of its ends, which are there.

    Args:
        table: an edge table.
        start: where the first ends stand.
        end: where the second ends stand.
        fresh: the table was empty, nothing can be replaced.
    """
    last = len(columns_of(table)) + len(shown(table)) + 1
    ends = (
        f"UNWIND $rows AS r MATCH (a:{start.label} {{{start.key}: r[{last}]}}) "
        f"MATCH (b:{end.label} {{{end.key}: r[{last + 1}]}}) "
    )
    relation = TABLES[table].relation
    if fresh:
        return f"{ends} CREATE (a)-[e:{relation}]->(b) SET e = {_properties(table)}"
    kind = _kind(table, f"r[{columns_of(table).index('kind')}]") if _has_kind(table) else ""
    return f"{ends} MERGE (a)-[e:{relation}{kind}]->(b) SET e = {_properties(table)}"


def _has_kind(table: str) -> bool:
    return "kind" in TABLES[table].key


def _kind(table: str, value: str) -> str:
    return f" {{kind: {value}}}" if _has_kind(table) else ""


def _edges_by_key(table: str, start: Place, end: Place) -> str:
    """Relationships of $keys: [start, end] or [start, end, kind]."""
    return (
        f"UNWIND $keys AS k MATCH (a:{start.label} {{{start.key}: k[0]}})"
        f"-[n:{TABLES[table].relation}{_kind(table, 'k[2]')}]->(b:{end.label} {{{end.key}: k[1]}})"
    )


def by_key(table: str, start: Place | None = None, end: Place | None = None) -> str:
    """Rows ``n`` with one of $keys."""
    if is_edge(table):
        assert start is not None
        assert end is not None
        return _edges_by_key(table, start, end)
    where = place(table)
    return f"UNWIND $keys AS k MATCH (n:{where.label} {{{where.key}: k}})"


def keep(table: str, found: str) -> str:
    """Copy the rows that `found` finds into the history, as they were before version $v."""
    return (
        f"{found} WHERE n.{VERSION} < $v CREATE (h:{HISTORY}) "
        f"SET h = properties(n), h._table = '{table}', h._to = $v"
    )


def undraw(table: str) -> Iterator[str]:
    """Take away the drawn references of rows with one of $keys."""
    for kind in sorted({ref.type for ref in drawn(table)}):
        yield f"{by_key(table)} MATCH (n)-[o:{kind}]->() DELETE o"


def draw(table: str, at: int) -> str:
    """Draw reference number `at`; $groups holds [key referred to, keys of the rows]."""
    ref, where = drawn(table)[at], place(table)
    return (
        f"UNWIND $groups AS g MERGE (e:{ref.to.label} {{{ref.to.key}: g[0]}}) "
        f"ON CREATE SET e:{STUB} WITH e, g UNWIND g[1] AS k "
        f"MATCH (n:{where.label} {{{where.key}: k}}) CREATE (n)-[:{ref.type}]->(e)"
    )


def drop(table: str, found: str) -> str:
    """Remove the rows that `found` finds; a node that others refer to stays as a stub."""
    if is_edge(table):
        return f"{found} WHERE n.{VERSION} IS NOT NULL DELETE n RETURN count(*) AS dropped"
    where = place(table)
    return (
        f"{found} WHERE n.{VERSION} IS NOT NULL SET n = {{{where.key}: k}} SET n:{STUB} "
        "RETURN count(*) AS dropped"
    )


def any_row(table: str) -> str:
    """One record if the table has a row."""
    return f"MATCH {_all(table)} WHERE n.{VERSION} IS NOT NULL RETURN 1 LIMIT 1"


def _all(table: str) -> str:
    if is_edge(table):
        return f"()-[n:{TABLES[table].relation}]->()"
    return f"(n:{place(table).label})"


def count(table: str) -> str:
    """Rows whose version is at most $v."""
    return f"MATCH {_all(table)} WHERE n.{VERSION} <= $v RETURN count(n) AS count"


def written_in(table: str) -> str:
    """Keys of the rows that version $v wrote, at most $limit of them."""
    keys = ", ".join(f"n.`{name}`" for name in TABLES[table].key)
    return f"MATCH {_all(table)} WHERE n.{VERSION} = $v RETURN [{keys}] AS key LIMIT $limit"


def page(table: str, start: Place, columns: Sequence[str]) -> str:
    """The columns of the rows from $begin on, as lists; ``last`` is the last key seen.

    A page covers $limit nodes, which for an edge table are the nodes where edges begin. A column
    that has no value in a page comes as null.
    """
    nodes = (
        f"MATCH (s:{start.label}) WHERE s.{start.key} >= $begin "
        f"WITH s ORDER BY s.{start.key} LIMIT $limit "
    )
    if is_edge(table):
        rows = (
            f"OPTIONAL MATCH (s)-[n:{TABLES[table].relation}]->() "
            f"WITH max(s.{start.key}) AS last, count(DISTINCT s) AS nodes, "
            f"[x IN collect(n) WHERE x.{VERSION} <= $v] AS rows"
        )
    else:
        rows = (
            f"WITH max(s.{start.key}) AS last, count(s) AS nodes, "
            f"[x IN collect(s) WHERE x.{VERSION} <= $v] AS rows"
        )
    lists = ", ".join(
        f"CASE WHEN any(x IN rows WHERE x.`{name}` IS NOT NULL) "
        f"THEN [x IN rows | x.`{name}`] END AS c{i}"
        for i, name in enumerate(columns)
    )
    return f"{nodes}{rows} RETURN last, nodes, size(rows) AS size, {lists}"


def history(columns: Sequence[str], also: str = "", tail: str = "") -> str:
    """Rows of $table as version $v had them that have been changed since."""
    values = ", ".join(f"h.`{name}`" for name in columns)
    return (
        f"MATCH (h:{HISTORY}) WHERE h._table = $table AND h._to > $v AND h.{VERSION} <= $v {also}"
        f"RETURN [{values}] AS row {tail}"
    )


def fetch(table: str, columns: Sequence[str]) -> str:
    """Rows whose key is in $keys and whose version is at most $v."""
    values = ", ".join(f"n.`{name}`" for name in columns)
    return f"{by_key(table)} WHERE n.{VERSION} <= $v RETURN [{values}] AS row"


SWEEP_STUBS = (
    f"MATCH (s:{STUB}) WHERE NOT EXISTS {{ (s)--() }} WITH s LIMIT $limit DELETE s "
    "RETURN count(*) AS swept"
)

# The state of the store ------------------------------------------------------------------------

STATE = (
    f"OPTIONAL MATCH (m:{META} {{id: 1}}) OPTIONAL MATCH (v:{VERSIONS}) WITH m, v "
    "ORDER BY v.number DESC RETURN m.store AS store, m.version AS version, m.floor AS floor, "
    "m.undone AS undone, collect([v.number, v.created, v.note]) AS versions"
)
ACQUIRE = (
    f"MERGE (l:{LOCK} {{id: 1}}) SET l.asked = timestamp() WITH l "
    "WHERE l.owner IS NULL OR l.until < timestamp() "
    "SET l.owner = $owner, l.until = timestamp() + $lease, l.batch = 0 "
    "RETURN l.writing AS writing, l.schema AS schema"
)
RENEW = (
    f"MATCH (l:{LOCK} {{id: 1, owner: $owner}}) SET l.until = timestamp() + $lease "
    "RETURN l.until AS until"
)
RELEASE = f"MATCH (l:{LOCK} {{id: 1, owner: $owner}}) REMOVE l.owner, l.until"
# Every transaction of a writer begins with this. Setting a property locks the node first, so that
# nobody can take over in between; a batch that went in although its answer got lost is seen.
FENCE = (
    f"MATCH (l:{LOCK} {{id: 1}}) SET l.asked = timestamp() WITH l WHERE l.owner = $owner "
    "WITH l, l.batch AS done SET l.batch = CASE WHEN done < $batch THEN $batch ELSE done END, "
    "l.until = timestamp() + $lease RETURN done"
)
MARK = f"MATCH (l:{LOCK} {{id: 1}}) SET l.writing = $v"
NOTE_SCHEMA = f"MATCH (l:{LOCK} {{id: 1}}) SET l.schema = $schema"
CREATE_STORE = (
    f"MERGE (m:{META} {{id: 1}}) ON CREATE SET m.store = $store, m.version = 0, m.floor = 0, "
    "m.undone = 0, m.name = 'chainscout'"
)
PUBLISH = (
    f"MATCH (m:{META} {{id: 1}}), (l:{LOCK} {{id: 1}}) SET m.version = $v REMOVE l.writing "
    f"CREATE (:{VERSIONS} {{number: $v, created: $created, note: $note, at: timestamp()}})"
)
UNDONE = f"MATCH (m:{META} {{id: 1}}) SET m.undone = m.undone + 1"
UNMARK = f"MATCH (l:{LOCK} {{id: 1}}) REMOVE l.writing"
UNDO_ROWS = (
    f"MATCH (h:{HISTORY}) WHERE h._table = $table AND h._to = $v "
    "RETURN elementId(h) AS id, properties(h) AS row"
)
FORGET_VERSION = (
    f"MATCH (h:{HISTORY}) WHERE h._table = $table AND h._to = $v WITH h LIMIT $limit "
    "DELETE h RETURN count(*) AS gone"
)
# Versions are no longer kept after $keep newer ones; their rows go $grace ms later, so that a
# reader that is still at it is not disturbed.
FLOOR = (
    f"MATCH (m:{META} {{id: 1}}) MATCH (v:{VERSIONS}) "
    "WHERE v.number <= m.version - $keep + 1 AND v.at <= timestamp() - $grace "
    "WITH m, max(v.number) AS floor WHERE floor > m.floor SET m.floor = floor RETURN floor"
)
FORGET_HISTORY = (
    f"MATCH (h:{HISTORY}) WHERE h._table = $table AND h._to <= $floor WITH h LIMIT $limit "
    "DELETE h RETURN count(*) AS gone"
)
FORGET_VERSIONS = f"MATCH (v:{VERSIONS}) WHERE v.number < $floor DELETE v"
DESCRIBE = (
    f"UNWIND $rows AS r MERGE (c:{WORDS} {{table: r[0], column: r[1]}}) "
    "SET c.`表` = r[2], c.`字段` = r[3], c.`单位` = r[4], c.doc = r[5], c.name = r[2] + '·' + r[3]"
)
