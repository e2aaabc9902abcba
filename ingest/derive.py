"""Values to stored rows: references become ids, missing ids are derived, sources are noted.

Each table has a small recipe (:data:`_RECIPES`) that says which columns are references and how
an id is derived; everything else is carried over as it was parsed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import networkx as nx
import pyarrow as pa

from graph.regions import Divisions
from graph.schema import TABLES, Table
from graph.store import Writer
from ingest.cells import Cells
from ingest.doubts import Doubts
from ingest.identity import identify
from ingest.references import ChainIndex, EndIndex, FirmIndex
from ingest.workbench import Workbench, quoted


@dataclass
class Session:
    """What the tables of one load share."""

    workbench: Workbench
    writer: Writer
    divisions: Divisions
    chains: ChainIndex
    firms: FirmIndex
    ends: EndIndex
    doubts: Doubts
    region: str | None = None  # of firms whose rows name none

    def loaded(self, table: str) -> None:
        """Forget what the table just written has made out of date."""
        if table in ("chains", "links"):
            self.chains = ChainIndex.of(self.writer)
        if table == "firms":
            self.firms = FirmIndex(self.workbench, self.writer, self.doubts)
        if table in ("people", "parks"):
            self.ends = EndIndex(self.writer, self.divisions)


@dataclass
class _Row:
    """The SQL of a stored row: expressions by column, more errors, joins, tables to drop."""

    values: dict[str, str]
    errors: list[str] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)
    attributes: str = "r.attributes"
    temporary: list[str] = field(default_factory=list)

    def keep_text(self, name: str, text: str, condition: str) -> None:
        """A soft reference that means nothing known stays as an attribute."""
        patch = f"json_object({quoted(name)}, {text})"
        self.attributes = (
            f"CASE WHEN {condition} THEN"
            f" CAST(json_merge_patch(coalesce({self.attributes}, '{{}}'), {patch}) AS VARCHAR)"
            f" ELSE {self.attributes} END"
        )


_Recipe = Callable[[Session, Table, str, _Row], None]


def ready(session: Session, table: Table, rows: str, sources: list[Cells]) -> str:
    """A workbench table with all stored columns of `table`, plus ``_sheet, _row, _n, _errors``."""
    workbench = session.workbench
    row = _Row({stored: f'r."{stored}"' for stored, column in table.stored if not column.system})
    if table.name in _RECIPES:
        _RECIPES[table.name](session, table, rows, row)
    origin = _origin(workbench, sources)
    row.values["source"] = "coalesce(r.source, o.file)"
    row.values["locator"] = "o.place || r._row"
    row.values["attributes"] = row.attributes
    selected = ", ".join(f'{sql} AS "{name}"' for name, sql in row.values.items())
    errors = "r._errors"
    if row.errors:
        more = ", ".join(row.errors)
        errors = f"list_concat(r._errors, list_filter([{more}], lambda e: e IS NOT NULL))"
    result = workbench.create(
        "ready",
        f"SELECT r._sheet, r._row, r._sheet::BIGINT * 1099511627776 + r._row AS _n, {selected},"
        f" {errors} AS _errors FROM {rows} r JOIN {origin} o ON o._sheet = r._sheet"
        f" {' '.join(row.joins)}",
    )
    workbench.drop(rows, origin, *row.temporary)
    return result


def _origin(workbench: Workbench, sources: list[Cells]) -> str:
    return workbench.add(
        "origin",
        pa.table(
            {
                "_sheet": pa.array([c.index for c in sources], pa.int32()),
                "file": pa.array([c.sheet.file.name for c in sources], pa.string()),
                "place": pa.array([f"{c.sheet.where} 行 " for c in sources], pa.string()),
            }
        ),
    )


# references ----------------------------------------------------------------------------------


def _firm(session: Session, rows: str, row: _Row, name: str, *, soft: bool) -> None:
    stored = f"{name}_id"
    refs = session.firms.resolve(rows, stored)
    row.joins.append(f'LEFT JOIN {refs} ON {refs}.text = r."{stored}"')
    row.values[stored] = f"{refs}.firm_id"
    row.temporary.append(refs)
    if soft:
        row.keep_text(name, f'r."{stored}"', f"{refs}.error IS NOT NULL")
    else:
        row.errors.append(f"{refs}.error")


def _chain(session: Session, rows: str, row: _Row, *, create: bool) -> None:
    """The chain column of links: a chain not known yet is made, since its name says all."""
    texts = [t for (t,) in session.workbench.rows(f"SELECT DISTINCT chain_id FROM {rows}") if t]
    known = {t: session.chains.chain(t) for t in texts}
    unknown = [t for t, (found, _) in known.items() if found is None]
    if create and unknown:
        made = [{"chain_id": t, "name": t, "loaded": session.writer.next_version} for t in unknown]
        schema = TABLES["chains"].arrow_schema
        session.writer.put("chains", pa.Table.from_pylist(made, schema=schema))
        for text in unknown:
            session.chains.add_chain(text, text)
        known = {t: session.chains.chain(t) for t in texts}
    refs = session.workbench.add("refs", _lookup_table(texts, [known[t] for t in texts]))
    row.joins.append(f"LEFT JOIN {refs} ON {refs}.text = r.chain_id")
    row.values["chain_id"] = f"{refs}.value"
    row.errors.append(f"{refs}.error")
    row.temporary.append(refs)


def _lookup_table(texts: list[str], found: list[tuple[str | None, str | None]]) -> pa.Table:
    return pa.table(
        {
            "text": pa.array(texts, pa.string()),
            "value": pa.array([value for value, _ in found], pa.string()),
            "error": pa.array([error for _, error in found], pa.string()),
        }
    )


def _link(session: Session, rows: str, row: _Row, stored: str, *, soft: bool) -> str:
    """A link column next to a chain column; returns the lookup table, which has `chain_id` too."""
    pairs = session.workbench.rows(f'SELECT DISTINCT chain_id, "{stored}" FROM {rows}')
    found = [(chain, link, *_link_of(session.chains, chain, link)) for chain, link in pairs]
    names = ["chain", "text", "link_id", "chain_id", "error"]
    columns = list(zip(*found, strict=True)) or [()] * len(names)
    table = pa.table({n: pa.array(c, pa.string()) for n, c in zip(names, columns, strict=True)})
    refs = session.workbench.add("links", table)
    on = (
        f"{refs}.chain IS NOT DISTINCT FROM r.chain_id"
        f' AND {refs}.text IS NOT DISTINCT FROM r."{stored}"'
    )
    row.joins.append(f"LEFT JOIN {refs} ON {on}")
    row.values[stored] = f"{refs}.link_id"
    row.values["chain_id"] = f"{refs}.chain_id"
    row.temporary.append(refs)
    if soft:
        unknown = f'{refs}.link_id IS NULL AND r."{stored}" IS NOT NULL'
        row.keep_text(stored.removesuffix("_id"), f'r."{stored}"', unknown)
        row.keep_text("chain", "r.chain_id", f"{refs}.chain_id IS NULL AND r.chain_id IS NOT NULL")
    else:
        row.errors.append(f"{refs}.error")
    return refs


def _link_of(
    index: ChainIndex, chain: str | None, link: str | None
) -> tuple[str | None, str | None, str | None]:
    """(link id, chain id, error) of a pair of cells."""
    chain_id, error = index.chain(chain) if chain else (None, None)
    if error or link is None:
        return None, chain_id, error
    found, owner, error = index.link(link, chain_id)
    return found, owner or chain_id, error


# recipes -------------------------------------------------------------------------------------


def _chains(session: Session, table: Table, rows: str, row: _Row) -> None:
    known = session.workbench.add(
        "known",
        pa.table(
            {
                "id": pa.array(session.chains.names.keys(), pa.string()),
                "name": pa.array(session.chains.names.values(), pa.string()),
            }
        ),
    )
    row.joins.append(
        f"LEFT JOIN (SELECT name, min(id) AS id FROM {known} GROUP BY name) k"
        " ON k.name = r.name AND r.chain_id IS NULL"
    )
    row.values["chain_id"] = "coalesce(r.chain_id, k.id, r.name)"
    row.temporary.append(known)


def _links(session: Session, table: Table, rows: str, row: _Row) -> None:
    """A link without an id is known by chain and name; its group joins in where names recur."""
    _chain(session, rows, row, create=True)
    workbench = session.workbench
    pairs = workbench.rows(
        'SELECT chain_id, name, link_id, "group", stage, parent_id,'
        " count(DISTINCT coalesce(\"group\", '') || '/' || stage)"
        " OVER (PARTITION BY chain_id, name)"
        f" FROM {rows} WHERE len(_errors) = 0"
    )
    ids: dict[tuple[str, str, str | None, str, str | None], str] = {}
    index = session.chains
    for chain, name, given, group, stage, _, variants in pairs:
        chain_id, _ = index.chain(chain)
        if chain_id is None:
            continue
        existing = index.link(name, chain_id)[0] if variants == 1 else None
        parts = [chain_id, group or stage, name] if variants > 1 else [chain_id, name]
        ids[(chain, name, group, stage, given)] = given or existing or ".".join(parts)
    for (chain, name, *_), link_id in ids.items():
        index.add_link(link_id, index.chains[chain], name)
    _link_ids(session, ids, row)
    _parents(session, rows, row)


def _link_ids(
    session: Session, ids: dict[tuple[str, str, str | None, str, str | None], str], row: _Row
) -> None:
    names = ["chain", "name", "grp", "stage", "given"]
    columns = list(zip(*ids, strict=True)) or [()] * len(names)
    table = {n: pa.array(c, pa.string()) for n, c in zip(names, columns, strict=True)}
    made = session.workbench.add(
        "ids", pa.table(table | {"id": pa.array(ids.values(), pa.string())})
    )
    row.joins.append(
        f"LEFT JOIN {made} i ON i.chain = r.chain_id AND i.name = r.name AND i.stage = r.stage"
        ' AND i.grp IS NOT DISTINCT FROM r."group" AND i.given IS NOT DISTINCT FROM r.link_id'
    )
    row.values["link_id"] = "i.id"
    row.temporary.append(made)


def _parents(session: Session, rows: str, row: _Row) -> None:
    pairs = session.workbench.rows(
        f"SELECT DISTINCT chain_id, parent_id FROM {rows} WHERE parent_id IS NOT NULL"
    )
    found = [(chain, parent, *_link_of(session.chains, chain, parent)) for chain, parent in pairs]
    names = ["chain", "text", "link_id", "chain_id", "error"]
    columns = list(zip(*found, strict=True)) or [()] * len(names)
    table = pa.table({n: pa.array(c, pa.string()) for n, c in zip(names, columns, strict=True)})
    refs = session.workbench.add("parents", table)
    row.joins.append(f"LEFT JOIN {refs} pr ON pr.chain = r.chain_id AND pr.text = r.parent_id")
    row.values["parent_id"] = "pr.link_id"
    row.errors.append("pr.error")
    row.temporary.append(refs)


def _feeds(session: Session, table: Table, rows: str, row: _Row) -> None:
    upstream = _link(session, rows, row, "upstream_id", soft=False)
    downstream = _link(session, rows, row, "downstream_id", soft=False)
    row.values["chain_id"] = f"{upstream}.chain_id"
    cycles = _cycles(session, rows, upstream, downstream)
    row.joins.append(
        f"LEFT JOIN {cycles} cy ON cy.up = {upstream}.link_id AND cy.down = {downstream}.link_id"
    )
    row.errors.append("cy.reason")
    row.temporary.append(cycles)


def _cycles(session: Session, rows: str, upstream: str, downstream: str) -> str:
    """New feeds that lie on a cycle, each with the cycle spelt out."""
    new = session.workbench.rows(
        f"SELECT DISTINCT u.link_id, d.link_id FROM {rows} r"
        f" JOIN {upstream} u ON u.chain IS NOT DISTINCT FROM r.chain_id AND u.text = r.upstream_id"
        f" JOIN {downstream} d ON d.chain IS NOT DISTINCT FROM r.chain_id"
        " AND d.text = r.downstream_id WHERE u.link_id IS NOT NULL AND d.link_id IS NOT NULL"
        " ORDER BY ALL"
    )
    graph: nx.DiGraph[str] = nx.DiGraph()
    stored = session.writer.read("feeds", ["upstream_id", "downstream_id"]).to_pylist()
    graph.add_edges_from((f["upstream_id"], f["downstream_id"]) for f in stored)
    graph.add_edges_from(new)
    component = {
        node: number
        for number, nodes in enumerate(nx.strongly_connected_components(graph))
        for node in nodes
    }
    found = []
    for up, down in new:
        if component[up] == component[down]:
            path = [up] if up == down else nx.shortest_path(graph, down, up)
            names = [session.chains.link_names.get(i, i) for i in [up, *path]]
            found.append((up, down, f"供给关系成环：{' → '.join(names)}"))
    columns = list(zip(*found, strict=True)) or [(), (), ()]
    names = ["up", "down", "reason"]
    table = pa.table({n: pa.array(c, pa.string()) for n, c in zip(names, columns, strict=True)})
    return session.workbench.add("cycles", table)


def _firms(session: Session, table: Table, rows: str, row: _Row) -> None:
    workbench = session.workbench
    sound = rows
    if workbench.value(f"SELECT count(*) FROM {rows} WHERE len(_errors) > 0"):
        sound = workbench.create("sound", f"SELECT * FROM {rows} WHERE len(_errors) = 0")
        row.temporary.append(sound)
    region = quoted(session.region) if session.region else None
    if region:
        sound = _at_home(session, sound, region, row)
    identified = identify(workbench, sound, session.firms.known)
    identified = session.doubts.firms_identified(sound, identified, session.firms.known)
    row.joins.append(f"LEFT JOIN {identified} i ON i._sheet = r._sheet AND i._row = r._row")
    row.values["firm_id"] = "i.firm_id"
    row.values["name"] = "i.name"
    joined = "list_concat(r.aliases, i.more_aliases)"
    more = f"list_filter({joined}, lambda e, n: list_position({joined}, e) = n)"
    row.values["aliases"] = f"CASE WHEN len(i.more_aliases) > 0 THEN {more} ELSE r.aliases END"
    row.errors.append("i._error")
    row.temporary.append(identified)
    if region:
        _home(session, region, row)


def _at_home(session: Session, rows: str, region: str, row: _Row) -> str:
    """The rows with the region of the load where they have none: it tells namesakes apart."""
    filled = f"SELECT * REPLACE (coalesce(region_code, {region}) AS region_code) FROM {rows}"
    made = session.workbench.create("at_home", filled)
    row.temporary.append(made)
    return made


def _home(session: Session, region: str, row: _Row) -> None:
    """Stored is the region of the load only if nothing, nor another row of the firm, says more."""
    row.joins.append(f"LEFT JOIN {session.firms.known} kr ON kr.firm_id = i.firm_id")
    known = "coalesce(kr.region_code, max(r.region_code) OVER (PARTITION BY i.firm_id))"
    row.values["region_code"] = f"coalesce(r.region_code, if({known} IS NULL, {region}, NULL))"


def _positions(session: Session, table: Table, rows: str, row: _Row) -> None:
    _firm(session, rows, row, "firm", soft=False)
    _link(session, rows, row, "link_id", soft=False)


def _people(session: Session, table: Table, rows: str, row: _Row) -> None:
    _firm(session, rows, row, "firm", soft=False)
    firm = f"coalesce({row.values['firm_id']}, '')"
    row.values["person_id"] = (
        f"coalesce(r.person_id, 'p' || left(md5(r.name || '|' || {firm}), 12))"
    )


def _parks(session: Session, table: Table, rows: str, row: _Row) -> None:
    row.values["park_id"] = (
        "coalesce(r.park_id, 'k' || left(md5(r.region_code || '|' || r.name), 12))"
    )


def _ties(session: Session, table: Table, rows: str, row: _Row) -> None:
    for side in ("from", "to"):
        refs = _ends(session, rows, f"{side}_id")
        row.joins.append(f'LEFT JOIN {refs} ON {refs}.text = r."{side}_id"')
        row.values[f"{side}_kind"] = f"{refs}.kind"
        row.values[f"{side}_id"] = f"{refs}.id"
        row.errors.append(f"{refs}.error")
        row.temporary.append(refs)


def _ends(session: Session, rows: str, column: str) -> str:
    """A table (text, kind, id, error): firms first, the rest by :class:`EndIndex`."""
    workbench = session.workbench
    firms = session.firms.resolve(rows, column, alike=False)
    others = workbench.translate(
        "ends",
        f"SELECT text FROM {firms} WHERE firm_id IS NULL AND error NOT LIKE '%家企业都叫%'",
        session.ends.resolve,
        pa.schema([(n, pa.string()) for n in ("text", "kind", "id", "error")]),
    )
    ends = workbench.create(
        "refs",
        f"SELECT f.text, CASE WHEN f.firm_id IS NOT NULL THEN 'firm' ELSE o.kind END AS kind,"
        " coalesce(f.firm_id, o.id) AS id,"
        " CASE WHEN f.firm_id IS NULL THEN CASE WHEN o.text IS NULL THEN f.error ELSE o.error END"
        f" END AS error FROM {firms} f LEFT JOIN {others} o USING (text)",
    )
    workbench.drop(firms, others)
    return ends


def _events(session: Session, table: Table, rows: str, row: _Row) -> None:
    _firm(session, rows, row, "firm", soft=False)
    _link(session, rows, row, "link_id", soft=True)
    said = "concat_ws('|', r.firm_id, r.region_code, r.chain_id, r.link_id, r.date, r.amount)"
    row.values["event_id"] = f"coalesce(r.event_id, 'e' || left(md5({said}), 12))"


def _projects(session: Session, table: Table, rows: str, row: _Row) -> None:
    _firm(session, rows, row, "firm", soft=True)
    _link(session, rows, row, "link_id", soft=True)
    said = "concat_ws('|', r.name, r.region_code)"
    row.values["project_id"] = f"coalesce(r.project_id, 'j' || left(md5({said}), 12))"


_RECIPES: dict[str, _Recipe] = {
    "chains": _chains,
    "links": _links,
    "feeds": _feeds,
    "firms": _firms,
    "positions": _positions,
    "people": _people,
    "parks": _parks,
    "ties": _ties,
    "events": _events,
    "projects": _projects,
}


def national_regions(divisions: Divisions, version: int) -> pa.Table:
    """The national table of divisions as stored rows."""
    rows = [
        {
            "code": d.code,
            "name": d.name,
            "parent": d.parent,
            "level": d.level,
            "lon": d.lon,
            "lat": d.lat,
            "source": "GB/T 2260",
            "loaded": version,
        }
        for d in divisions
    ]
    return pa.Table.from_pylist(rows, schema=TABLES["regions"].arrow_schema)
