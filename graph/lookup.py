"""From what people type to a row of the snapshot: regions, chains, links, firms.

Every function returns a row number and raises Unknown (with the nearest names) or Ambiguous
(with the choices); messages are complete and in Chinese.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz, process

from graph.columns import LEVELS
from graph.regions import Division, Divisions
from graph.regions.table import Level, read_former

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

Kind: TypeAlias = Literal["region", "chain", "link", "firm", "park"]
KINDS: dict[Kind, str] = {
    "region": "地区", "chain": "产业链", "link": "环节", "firm": "企业", "park": "园区",
}  # fmt: skip
NEAREST = 5
SHOWN = 10


class LookupProblem(LookupError):
    """A text that does not mean exactly one thing; the message is for the user."""

    kind: Kind
    text: str


class Unknown(LookupProblem):
    """Nothing has this id or name; `nearest` are names that look like it."""

    def __init__(self, kind: Kind, text: str, nearest: Sequence[str] = ()) -> None:
        self.kind, self.text, self.nearest = kind, text, list(nearest)
        hint = f"相近的有：{'、'.join(self.nearest)}" if self.nearest else "也没有相近的名称"
        super().__init__(f"没有找到{KINDS[kind]}“{text}”；{hint}。请核对名称，或改用编号")


class Ambiguous(LookupProblem):
    """Several things have this name; `choices` are texts, with ids, that tell them apart."""

    def __init__(self, kind: Kind, text: str, choices: Sequence[str]) -> None:
        self.kind, self.text, self.choices = kind, text, list(choices)
        more = f" 等 {len(self.choices)} 个" if len(self.choices) > SHOWN else ""
        shown = "、".join(self.choices[:SHOWN])
        super().__init__(
            f"{KINDS[kind]}“{text}”不止一个：{shown}{more}。请写全称，或改用括号中的编号"
        )


# ── regions ─────────────────────────────────────────────────────────────────────────────────────


def find_region(snapshot: Snapshot, text: str) -> int:
    """Row of a region by code, full or short name, with or without the names above (浙江舟山).

    Raises:
        Unknown, Ambiguous: several regions of one level have the name.
    """
    row = snapshot.regions.row.get(text.strip())
    if row is not None:
        return row
    return snapshot.regions.row[region_code(divisions(snapshot), text)]


def region_code(known: Divisions, text: str) -> str:
    """The code of the division that a text means.

    Raises:
        Unknown, Ambiguous: as :func:`find_region` does.
    """
    match = known.resolve(text)
    if match.code is not None:
        return match.code
    if match.problem == "ambiguous":
        choices = [f"{full}（{code}）" for code, full in match.choices]
        raise Ambiguous("region", text, choices)
    raise Unknown("region", text, [full for _, full in known.nearest(text, NEAREST)])


def divisions(snapshot: Snapshot) -> Divisions:
    """The resolver of names over the regions of the snapshot, built once."""
    return snapshot.once("divisions", _divisions)


def _divisions(snapshot: Snapshot) -> Divisions:
    regions = snapshot.regions
    return Divisions(
        (
            Division(
                code,
                regions.names[i],
                cast("Level", LEVELS[regions.level[i]]),
                regions.codes[regions.parent[i]] if regions.parent[i] >= 0 else None,
            )
            for i, code in enumerate(regions.codes)
        ),
        read_former(),
    )


# ── chains and links ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Names:
    """The names of all rows of one kind, as they are compared."""

    exact: dict[str, list[int]]
    worded: dict[str, list[int]]  # keywords
    spelt: list[tuple[str, int]]  # as written
    titles: list[str]

    @classmethod
    def of(
        cls,
        names: Sequence[Sequence[str]],
        titles: list[str],
        key: Callable[[str], str],
        keywords: Sequence[Sequence[str]] = (),
    ) -> _Names:
        spelt = [(name, row) for row, given in enumerate(names) for name in given]
        words = [(word, row) for row, given in enumerate(keywords) for word in given]
        return cls(_by_key(spelt, key), _by_key(words, key), spelt, titles)

    def find(self, kind: Kind, text: str, wanted: str, rows: Container[int]) -> int:
        """The only one of `rows` with the name, else the keyword, else a name that contains it.

        Raises:
            Unknown, Ambiguous.
        """
        for found in (self.exact.get(wanted, []), self.worded.get(wanted, []), self._with(wanted)):
            here = [row for row in found if row in rows]
            if len(here) == 1:
                return here[0]
            if here:
                raise Ambiguous(kind, text, [self.titles[row] for row in here])
        spelt = {name: self.titles[row] for name, row in self.spelt if row in rows}
        hits = process.extract(text, list(spelt), scorer=fuzz.WRatio, limit=4 * NEAREST)
        titled = dict.fromkeys(spelt[name] for name, score, _ in hits if score > 0)
        raise Unknown(kind, text, list(titled)[:NEAREST])

    def _with(self, part: str) -> list[int]:
        if len(part) < 2:
            return []
        return sorted({row for key, rows in self.exact.items() if part in key for row in rows})


def _by_key(pairs: Iterable[tuple[str, int]], key: Callable[[str], str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for text, row in pairs:
        rows = found.setdefault(key(text), [])
        if row not in rows:
            rows.append(row)
    return found


def find_chain(snapshot: Snapshot, text: str) -> int:
    """Row of a chain by id, name, alias, or a part of exactly one name of at least two characters.

    Raises:
        Unknown, Ambiguous: several chains have the name, or contain the text.
    """
    row = snapshot.chain_rows.get(text.strip())
    if row is not None:
        return row
    names = snapshot.once("chain names", _chain_names)
    return names.find("chain", text, chain_key(text), range(len(snapshot.chains)))


def _chain_names(snapshot: Snapshot) -> _Names:
    chains = snapshot.chains
    titles = [f"{chain.name}（{chain.id}）" for chain in chains]
    return _Names.of([(c.id, c.name, *c.aliases) for c in chains], titles, chain_key)


def chain_key(text: str) -> str:
    """A chain's name as it is compared: without the words 产业链, 产业 at its end."""
    key = name_key(text)
    return re.sub("(?:产业链|产业集群|产业)$", "", key) or key


def find_link(snapshot: Snapshot, text: str, chain: str | int | None = None) -> int:
    """Row of a link by id, name, keyword, or a part of exactly one name.

    Args:
        snapshot: the data.
        text: what to look for; the id may leave out its chain (``blade``).
        chain: id, name or row of the chain to look in; None = all.

    Raises:
        Unknown, Ambiguous: the name stands in several chains; the choices name them.
    """
    rows: Container[int] = range(len(snapshot.links))
    if chain is not None:
        at = chain if isinstance(chain, int) else find_chain(snapshot, chain)
        rows = frozenset(snapshot.chains[at].links.tolist())
    row = snapshot.links.row.get(text.strip())
    if row is not None and row in rows:
        return row
    return snapshot.once("link names", _link_names).find("link", text, name_key(text), rows)


def _link_names(snapshot: Snapshot) -> _Names:
    links = snapshot.links
    owner = {chain.id: chain.name for chain in snapshot.chains}
    whole = zip(links.ids, links.chain_ids, links.names, strict=True)
    names, titles = [], []
    for link, chain, name in whole:
        names.append((link, link.removeprefix(f"{chain}."), name))
        titles.append(f"{owner.get(chain, chain)}›{name}（{link}）")
    return _Names.of(names, titles, name_key, links.keywords)


def name_key(text: str) -> str:
    """A name as it is compared: NFKC, no blanks, lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


# ── firms ───────────────────────────────────────────────────────────────────────────────────────


def find_firm(snapshot: Snapshot, text: str) -> int:
    """Row of a firm by id, USCC, stock code, full name, former or short name.

    A part of a name is never enough, even of a single one: 上海电气 is not 上海电气风电. Such firms
    come first among the nearest.

    Raises:
        Unknown, Ambiguous: several firms have the name.
    """
    firms = snapshot.firms
    row = firms.row(text.strip())
    if row >= 0:
        return row
    wanted = name_key(text)
    keys = snapshot.once("firm names", lambda s: _keys(s.firms.names))
    for found in (
        _equal(firms.uscc, wanted.upper()),
        _equal(firms.stock_code, wanted),
        _equal(keys, wanted),
        _with_alias(snapshot, wanted),
    ):
        if len(found) == 1:
            return int(found[0])
        if len(found):
            raise Ambiguous("firm", text, [_firm_title(snapshot, int(i)) for i in found])
    raise Unknown("firm", text, _nearest_firms(snapshot, keys, wanted))


def _equal(column: pa.Array, wanted: str) -> npt.NDArray[np.int64]:
    hit = pc.equal(column, wanted).fill_null(False).to_numpy(zero_copy_only=False)
    return np.flatnonzero(hit)


def _keys(names: pa.Array) -> pa.Array:
    """`name_key` of a whole column."""
    plain = pc.utf8_normalize(names.cast(pa.string()), form="NFKC")
    return pc.utf8_lower(pc.replace_substring_regex(plain, r"\s+", ""))


def _with_alias(snapshot: Snapshot, wanted: str) -> npt.NDArray[np.int64]:
    aliases, owner = snapshot.once("firm aliases", _aliases)
    return np.unique(owner[_equal(aliases, wanted)])


def _aliases(snapshot: Snapshot) -> tuple[pa.Array, npt.NDArray[np.int64]]:
    """Every alias and the firm row it belongs to; read only when a name was not found."""
    version = snapshot.version.number or None
    table = snapshot.store.read("firms", ["firm_id", "aliases"], version).combine_chunks()
    lists = table["aliases"].combine_chunks()
    rows = pc.index_in(table["firm_id"].combine_chunks(), value_set=snapshot.firms.ids)
    owner = rows.to_numpy(zero_copy_only=False)[pc.list_parent_indices(lists).to_numpy()]
    return _keys(lists.flatten()), owner.astype(np.int64)


def _firm_title(snapshot: Snapshot, row: int) -> str:
    firms = snapshot.firms
    region = int(firms.region[row])
    place = f"，{snapshot.regions.full_name(region)}" if region >= 0 else ""
    return f"{firms.names[row].as_py()}（{firms.ids[row].as_py()}{place}）"


def _nearest_firms(snapshot: Snapshot, keys: pa.Array, wanted: str) -> list[str]:
    containing = np.zeros(0, dtype=np.int64)
    if len(wanted) >= 2:
        hit = pc.match_substring(keys, wanted).fill_null(False)
        containing = np.flatnonzero(hit.to_numpy(zero_copy_only=False))
    rows = [int(i) for i in containing[:NEAREST]]
    if len(rows) < NEAREST:
        alike = process.extract(wanted, keys.to_pylist(), scorer=fuzz.ratio, limit=NEAREST)
        rows += [row for _, score, row in alike if score > 0]
    return [snapshot.firms.names[i].as_py() for i in dict.fromkeys(rows)][:NEAREST]
