"""From names to ids: the chain, link, firm, person, park or region that a cell refers to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa
from rapidfuzz import process

from graph.regions import Divisions
from graph.store import Writer
from ingest.doubts import Doubts
from ingest.identity import known_aliases, plain_key, spelling, stored_firms, with_keys
from ingest.resolve import Resolution
from ingest.workbench import Workbench

# A stock code without its exchange: 600690.SH → 600690.
_CODE = "regexp_replace({}, '\\.?[A-Za-z]+$', '')"


def nearest(text: str, names: Iterable[str], n: int = 3) -> str:
    """「…，最接近：A、B」 or nothing where nothing comes near."""
    # In order, so that names that come equally near are told alike however the rows were read.
    found = process.extract(text, sorted(set(names)), limit=n, score_cutoff=45)
    return f"，最接近：{'、'.join(name for name, *_ in found)}" if found else ""


@dataclass
class ChainIndex:
    """Chains and links by id and name; small, so plain dictionaries."""

    chains: dict[str, str] = field(default_factory=dict)  # id, name or alias → id
    names: dict[str, str] = field(default_factory=dict)  # id → name
    links: dict[str, str] = field(default_factory=dict)  # id → chain id
    by_name: dict[str, list[str]] = field(default_factory=dict)  # name → link ids
    link_names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, writer: Writer) -> ChainIndex:
        index = cls()
        for row in writer.read("chains", ["chain_id", "name", "aliases"]).to_pylist():
            index.add_chain(row["chain_id"], row["name"], row["aliases"] or [])
        for row in writer.read("links", ["link_id", "chain_id", "name"]).to_pylist():
            index.add_link(row["link_id"], row["chain_id"], row["name"])
        return index

    def add_chain(self, chain_id: str, name: str, aliases: Iterable[str] = ()) -> None:
        self.names[chain_id] = name
        for text in (chain_id, name, *aliases):
            self.chains.setdefault(text, chain_id)

    def add_link(self, link_id: str, chain_id: str, name: str) -> None:
        if link_id not in self.links:
            self.by_name.setdefault(name, []).append(link_id)
        self.links[link_id] = chain_id
        self.link_names[link_id] = name

    def chain(self, text: str) -> tuple[str | None, str | None]:
        """(chain id, error)."""
        found = self.chains.get(text)
        if found:
            return found, None
        return None, f"没有产业链「{text[:40]}」{nearest(text, self.names.values())}"

    def link(self, text: str, chain: str | None) -> tuple[str | None, str | None, str | None]:
        """(link id, its chain id, error) for a link named in a chain, or anywhere."""
        if text in self.links and (chain is None or self.links[text] == chain):
            return text, self.links[text], None
        found = [i for i in self.by_name.get(text, []) if chain in (None, self.links[i])]
        if len(found) == 1:
            return found[0], self.links[found[0]], None
        if found:
            where = "、".join(self._where(i) for i in found[:6])
            return None, None, f"环节「{text[:40]}」不止一处：{where}；请写明产业链或用环节编号"
        inside = [n for i, n in self.link_names.items() if chain in (None, self.links[i])]
        scope = f"产业链「{self.names[chain]}」里" if chain in self.names else ""
        return None, None, f"{scope}没有环节「{text[:40]}」{nearest(text, inside)}"

    def _where(self, link: str) -> str:
        return f"{self.names.get(self.links[link], self.links[link])}·{link}"


@dataclass
class FirmIndex:
    """Firms by every text that may mean one, joined in the workbench, most exact first."""

    workbench: Workbench
    writer: Writer
    doubts: Doubts | None = None

    @cached_property
    def stored(self) -> str:
        return stored_firms(self.workbench, self.writer)

    @cached_property
    def known(self) -> str:
        """The stored firms with name keys, which take time to make."""
        return with_keys(self.workbench, self.stored)

    @cached_property
    def _aliases(self) -> str:
        return known_aliases(self.workbench, self.known)

    def _steps(self) -> Iterator[tuple[str, str]]:
        """(SQL of the text as it is compared, table of t → firm_id), in the order of trying."""
        yield "w.text", f"SELECT firm_id AS t, firm_id FROM {self.stored}"
        yield "w.text", f"SELECT uscc AS t, firm_id FROM {self.stored} WHERE uscc IS NOT NULL"
        yield "w.text", f"SELECT name AS t, firm_id FROM {self.stored}"
        yield "w._key", f"SELECT _key AS t, firm_id FROM {self.known}"
        yield "w._key", f"SELECT _key AS t, firm_id FROM {self._aliases}"
        yield "w.text", f"SELECT text AS t, firm_id FROM {self._aliases}"
        yield (
            _CODE.format("w.text"),
            (
                f"SELECT {_CODE.format('stock_code')} AS t, firm_id"
                f" FROM {self.stored} WHERE stock_code IS NOT NULL"
            ),
        )

    def resolve(self, rows: str, column: str, *, alike: bool = True) -> str:
        """A table (text, firm_id, error) for the distinct texts of a column of `rows`.

        `alike`: names that no firm has exactly are resolved too; else they are just missing.
        """
        workbench = self.workbench
        wanted = workbench.create(
            "wanted",
            f'SELECT DISTINCT "{column}" AS text FROM {rows} WHERE "{column}" IS NOT NULL',
        )
        found: list[str] = []
        keyed = False
        for text, step in self._steps():
            if not workbench.value(f"SELECT count(*) FROM {wanted}"):
                break
            if text == "w._key" and not keyed:
                wanted, keyed = self._keyed(wanted), True
            hits = workbench.create(
                "hits",
                "SELECT w.text, min(s.firm_id) AS firm_id, count(DISTINCT s.firm_id) AS n"
                f" FROM {wanted} w JOIN ({step}) s ON s.t = {text} GROUP BY w.text",
            )
            found.append(hits)
            rest = workbench.create("rest", f"SELECT * FROM {wanted} ANTI JOIN {hits} USING (text)")
            workbench.drop(wanted)
            wanted = rest
        result = self._united(found, self._missing(wanted, alike=alike))
        found.append(wanted)
        workbench.drop(*found)
        return result

    def _keyed(self, wanted: str) -> str:
        odd = spelling(self.workbench, wanted, "text")
        keyed = self.workbench.create(
            "wanted",
            f"SELECT t.text, coalesce({odd}.key, {plain_key('t.text')}) AS _key"
            f" FROM {wanted} t LEFT JOIN {odd} ON t.text = {odd}.text",
        )
        self.workbench.drop(wanted, odd)
        return keyed

    def _united(self, found: list[str], missing: str) -> str:
        reason = "'「' || text || '」：有 ' || n || ' 家企业都叫这个名字，请改用统一社会信用代码'"
        parts = [
            f"SELECT text, CASE WHEN n = 1 THEN firm_id END AS firm_id,"
            f" CASE WHEN n > 1 THEN {reason} END AS error FROM {hits}"
            for hits in found
        ]
        result = self.workbench.create(
            "refs", " UNION ALL ".join([*parts, f"SELECT * FROM {missing}"])
        )
        self.workbench.drop(missing)
        return result

    def _missing(self, wanted: str, *, alike: bool) -> str:
        """A table (text, firm_id, error) of the texts that no firm has as a name."""
        texts = [row[0] for row in self.workbench.rows(f"SELECT text FROM {wanted} ORDER BY text")]
        answers = self.doubts.called(self.stored, texts) if alike and self.doubts else {}
        few = len(texts) <= 200
        ids: list[str | None] = []
        reasons: list[str | None] = []
        for text in texts:
            answer = answers.get(text)
            sure = self.doubts.sure(text, answer) if self.doubts and answer else None
            ids.append(sure.id if sure else None)
            reasons.append(None if sure else self._reason(text, answer, few))
        columns = {"text": texts, "firm_id": ids, "error": reasons}
        table = pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})
        return self.workbench.add("missing", table)

    def _reason(self, text: str, answer: Resolution | None, few: bool) -> str:
        """Why a text means no firm; with those that it may mean, or the nearest names."""
        listed = self.doubts.may_be(text, answer) if self.doubts and answer else []
        if listed:
            names = "、".join(f"{c.name}（{c.score:.0%}）" for c in listed[:3])
            return f"企业表里没有「{text[:60]}」，可能是：{names}；请改用全称或统一社会信用代码"
        return f"企业表里没有「{text[:60]}」{nearest(text, self._names) if few else ''}"

    @cached_property
    def _names(self) -> list[str]:
        """Names to suggest; a sample is enough where there are very many."""
        return [r[0] for r in self.workbench.rows(f"SELECT name FROM {self.known} LIMIT 50000")]


@dataclass
class EndIndex:
    """The ends of ties: firms first, then people, parks and regions by name or ``kind:name``."""

    writer: Writer
    divisions: Divisions

    @cached_property
    def _named(self) -> dict[str, dict[str, list[str]]]:
        found: dict[str, dict[str, list[str]]] = {}
        for kind, table, key in (("person", "people", "person_id"), ("park", "parks", "park_id")):
            names: dict[str, list[str]] = {}
            for row in self.writer.read(table, [key, "name"]).to_pylist():
                for text in {row[key], row["name"]}:
                    names.setdefault(text, []).append(row[key])
            found[kind] = names
        return found

    def resolve(self, text: str) -> tuple[str | None, str | None, str | None]:
        """(kind, id, error) of an end that is no firm."""
        for kind, names in self._named.items():
            ids = names.get(text, [])
            if len(ids) == 1:
                return kind, ids[0], None
            if ids:
                return None, None, f"「{text[:40]}」有 {len(ids)} 个同名，请用编号"
        match = self.divisions.resolve(text)
        if match.code:
            return "region", match.code, None
        return None, None, f"「{text[:40]}」不是已知的企业、人员、园区或地区"
