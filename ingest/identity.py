"""Which firm a row is about: USCC, then exact normalised name, then aliases.

Two rows with different USCCs are never one firm, whatever their names. A row without a USCC that
fits several firms is handed back; nothing is guessed.
"""

from __future__ import annotations

import pyarrow as pa

from graph.store import Writer
from ingest.names import display_name, name_key, traditional_characters
from ingest.workbench import Workbench, quoted

_PLAIN = r"^[一-龥A-Za-z0-9()（）]+$"
_NAMELESS = "缺少必填的「企业名称」，也没有可识别的统一社会信用代码、编号或股票代码"
FIRM_COLUMNS = ("firm_id", "uscc", "name", "aliases", "region_code", "stock_code")


def plain_name(column: str) -> str:
    """SQL: whether a name needs none of the rarer steps of :func:`ingest.names.name_key`."""
    traditional = quoted(f"[{traditional_characters()}]")
    plain, full = quoted(_PLAIN), f"regexp_matches({column}, {traditional})"
    return f"(regexp_matches({column}, {plain}) AND NOT {full})"


def plain_key(column: str) -> str:
    """SQL: :func:`ingest.names.name_key` of a plain name."""
    bare = f"lower(translate({column}, '()（）', ''))"
    joined = f"replace({bare}, '有限责任公司', '有限公司')"
    return f"regexp_replace({joined}, '股份公司$', '股份有限公司')"


def spelling(workbench: Workbench, table: str, column: str) -> str:
    """A table (text, key, display) of the names in a column that are not plain."""
    schema = pa.schema([("text", pa.string()), ("key", pa.string()), ("display", pa.string())])
    odd = (
        f"SELECT DISTINCT {column} FROM {table} t"
        f" WHERE {column} IS NOT NULL AND NOT {plain_name(column)}"
    )
    return workbench.translate(
        "spelling", odd, lambda text: (name_key(text), display_name(text)), schema
    )


def stored_firms(workbench: Workbench, writer: Writer) -> str:
    """The firms of the store, as far as identity looks at them: :data:`FIRM_COLUMNS`."""
    return workbench.add("firms", writer.read("firms", FIRM_COLUMNS))


def with_keys(workbench: Workbench, stored: str) -> str:
    """:func:`stored_firms` with the key of each name: …, _key."""
    odd = spelling(workbench, stored, "name")
    known = workbench.create(
        "known",
        f"SELECT t.*, coalesce({odd}.key, {plain_key('t.name')}) AS _key"
        f" FROM {stored} t LEFT JOIN {odd} ON t.name = {odd}.text",
    )
    workbench.drop(odd)
    return known


def known_aliases(workbench: Workbench, known: str) -> str:
    """A table (firm_id, _key, text) of the aliases of the known firms."""
    flat = workbench.create(
        "alias",
        f"SELECT firm_id, uscc, unnest(aliases) AS text FROM {known} WHERE len(aliases) > 0",
    )
    odd = spelling(workbench, flat, "text")
    aliases = workbench.create(
        "aliases",
        f"SELECT DISTINCT t.firm_id, t.uscc, t.text,"
        f" coalesce({odd}.key, {plain_key('t.text')}) AS _key"
        f" FROM {flat} t LEFT JOIN {odd} ON t.text = {odd}.text",
    )
    workbench.drop(flat, odd)
    return aliases


def identify(workbench: Workbench, rows: str, known: str) -> str:
    """A table (_sheet, _row, firm_id, name, more_aliases, _error) for the firm rows in `rows`."""
    names = _names(workbench, rows)
    matched = names
    if workbench.value(f"SELECT count(*) FROM {known}"):
        matched = _match_known(workbench, names, known)
    settled = _settle(workbench, matched)
    result = _named(workbench, settled, known)
    workbench.drop(names, matched, settled)
    return result


def _names(workbench: Workbench, rows: str) -> str:
    odd = spelling(workbench, rows, "name")
    names = workbench.create(
        "names",
        f"SELECT t._sheet, t._row, t.firm_id AS _given, t.uscc, t.name, t.stock_code,"
        f" t.region_code, t.aliases, coalesce({odd}.key, {plain_key('t.name')}) AS _key,"
        f" coalesce({odd}.display, t.name) AS _display, NULL::VARCHAR AS _found,"
        " NULL::VARCHAR AS _how, NULL::VARCHAR AS _old, NULL::VARCHAR AS _error"
        f" FROM {rows} t LEFT JOIN {odd} ON t.name = {odd}.text",
    )
    workbench.drop(odd)
    return names


def _match_known(workbench: Workbench, names: str, known: str) -> str:
    """Each row with the stored firm it means: `_found`, `_how`, its name `_old`, `_error`."""
    by_name = workbench.create(
        "by_name",
        "SELECT n._sheet, n._row, min(k.firm_id) AS firm_id, count(*) AS n,"
        " min(k.firm_id) FILTER (k.region_code = n.region_code) AS local,"
        " count(*) FILTER (k.region_code = n.region_code) AS locals"
        f" FROM {names} n JOIN {known} k ON n._key = k._key"
        " WHERE n.uscc IS NULL OR k.uscc IS NULL OR n.uscc = k.uscc GROUP BY ALL",
    )
    aliases = known_aliases(workbench, known)
    former = workbench.create(
        "former",
        f"SELECT _sheet, _row, uscc, unnest(aliases) AS text FROM {names} WHERE len(aliases) > 0",
    )
    by_alias = workbench.create(
        "by_alias",
        "SELECT _sheet, _row, min(firm_id) AS firm_id, count(DISTINCT firm_id) AS n FROM ("
        f" SELECT n._sheet, n._row, a.firm_id FROM {names} n JOIN {aliases} a ON n._key = a._key"
        "  WHERE n.uscc IS NULL OR a.uscc IS NULL"
        f" UNION ALL SELECT f._sheet, f._row, k.firm_id FROM {former} f"
        f"  JOIN {known} k ON k.name = f.text WHERE f.uscc IS NULL OR k.uscc IS NULL"
        ") GROUP BY ALL HAVING n = 1",
    )
    one = "CASE WHEN bn.n = 1 THEN bn.firm_id WHEN bn.locals = 1 THEN bn.local END"
    error = (
        f"CASE WHEN g.firm_id IS NULL AND u.firm_id IS NULL AND n.uscc IS NULL AND bn.n > 1"
        f" AND {one} IS NULL THEN '「' || n.name || '」有 ' || bn.n ||"
        " ' 家同名企业，请补统一社会信用代码或所在地' END"
    )
    matched = workbench.create(
        "matched",
        "SELECT n.* EXCLUDE (_found, _how, _old, _error),"
        f" coalesce(g.firm_id, u.firm_id, {one}, al.firm_id) AS _found,"
        " CASE WHEN g.firm_id IS NOT NULL THEN 'id' WHEN u.firm_id IS NOT NULL THEN 'uscc'"
        f" WHEN {one} IS NOT NULL THEN 'name' WHEN al.firm_id IS NOT NULL THEN 'alias' END AS _how,"
        f" k.name AS _old, {error} AS _error FROM {names} n"
        f" LEFT JOIN {known} g ON g.firm_id = n._given"
        f" LEFT JOIN (SELECT uscc, min(firm_id) AS firm_id FROM {known}"
        "   WHERE uscc IS NOT NULL GROUP BY uscc) u ON u.uscc = n.uscc"
        f" LEFT JOIN {by_name} bn ON bn._sheet = n._sheet AND bn._row = n._row"
        f" LEFT JOIN {by_alias} al ON al._sheet = n._sheet AND al._row = n._row"
        f" LEFT JOIN {known} k ON k.firm_id = coalesce(g.firm_id, u.firm_id, {one}, al.firm_id)",
    )
    workbench.drop(by_name, aliases, former, by_alias)
    return matched


def _settle(workbench: Workbench, matched: str) -> str:
    """Rows of one batch that mean the same firm get the same id."""
    given = workbench.create(
        "given",
        "SELECT _given, coalesce(min(_found), min(_given)) AS id"
        f" FROM {matched} WHERE _given IS NOT NULL GROUP BY _given",
    )
    first = workbench.create(
        "first",
        "SELECT m.* EXCLUDE (_error), coalesce(m._found, g.id, m.uscc) AS _id, m._error"
        f" FROM {matched} m LEFT JOIN {given} g ON g._given = m._given",
    )
    workbench.drop(given)
    if not workbench.value(f"SELECT count(*) FROM {first} WHERE _id IS NULL"):
        return first
    shared = workbench.create(
        "shared",
        "SELECT _key, min(_id) AS id, count(DISTINCT _id) AS n"
        f" FROM {first} WHERE _id IS NOT NULL AND _key IN"
        f" (SELECT _key FROM {first} WHERE _id IS NULL) GROUP BY _key",
    )
    listed = workbench.create(
        "listed",
        "SELECT stock_code, min(_id) AS id"
        f" FROM {first} WHERE stock_code IS NOT NULL AND _id IS NOT NULL GROUP BY stock_code"
        " HAVING count(DISTINCT _id) = 1",
    )
    derived = "CASE WHEN f._key IS NOT NULL AND f._key <> '' THEN 'f' || left(md5(f._key), 12) END"
    settled = workbench.create(
        "settled",
        "SELECT f.* EXCLUDE (_id, _error),"
        " coalesce(f._id, CASE WHEN s.n = 1 THEN s.id END,"
        f" CASE WHEN f.name IS NULL THEN l.id END, {derived}) AS _id,"
        " coalesce(f._error, CASE WHEN f._id IS NULL AND s.n > 1 THEN '「' || f.name || '」有 '"
        " || s.n || ' 家同名企业，请补统一社会信用代码' END) AS _error"
        f" FROM {first} f LEFT JOIN {shared} s ON f._id IS NULL AND s._key = f._key"
        f" LEFT JOIN {listed} l ON f.name IS NULL AND l.stock_code = f.stock_code",
    )
    workbench.drop(first, shared, listed)
    return settled


def _named(workbench: Workbench, settled: str, known: str) -> str:
    """The name a row contributes, and the spellings to keep as aliases."""
    nameless = (
        f"SELECT _id FROM {settled} WHERE _id IS NOT NULL GROUP BY _id HAVING max(_display) IS NULL"
        f" AND _id NOT IN (SELECT firm_id FROM {known})"
    )
    kept = "_how = 'alias' OR (_how IS NOT NULL AND _old IS NOT NULL AND _how = 'name')"
    aliases = (
        "list_filter([CASE WHEN name <> _display THEN name END,"
        " CASE WHEN _how IN ('alias', 'name') AND _display <> _old THEN _display END,"
        " CASE WHEN _how IN ('id', 'uscc') AND _display <> _old THEN _old END,"
        " CASE WHEN _given <> _id THEN _given END], lambda e: e IS NOT NULL)"
    )
    return workbench.create(
        "identified",
        f"SELECT _sheet, _row, _id AS firm_id,"
        f" CASE WHEN {kept} THEN _old ELSE _display END AS name, {aliases} AS more_aliases,"
        f" coalesce(_error, CASE WHEN _id IS NULL OR _id IN ({nameless})"
        f" THEN {quoted(_NAMELESS)} END) AS _error"
        f" FROM {settled}",
    )
