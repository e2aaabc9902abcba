"""The firms that names are resolved to: their names, codes, regions, aliases, as columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.regions import Divisions
from ingest.namemodel import NameParts, letter_codes
from ingest.names import name_key, traditional_characters
from ingest.resolve.blocking import Blocks

if TYPE_CHECKING:
    from graph.snapshot import Snapshot
    from graph.store import Store

_PLAIN = r"^[一-龥A-Za-z0-9()（）]+$"
_STOCK = "股份"
_FORM = "(?:股份有限公司|有限公司|总公司|有限合伙|合伙企业|专业合作社|事务所|公司)$"
STOCK_PRIOR = 3.0
Rows = npt.NDArray[np.int64]


class RegistryInvalid(ValueError):
    """Columns of a registry that do not belong together."""


@dataclass(frozen=True)
class Registry:
    """Columns over n firms, and aliases (former and short names) with the rows of their firms.

    `uscc` and `region` may hold nulls; `region` are six-digit codes. `products(rows)` gives a text
    of what firms make, empty where not known. `version` names the data, to be shown with answers.
    """

    ids: pa.Array
    names: pa.Array
    uscc: pa.Array
    region: pa.Array
    aliases: pa.Array
    owner: Rows
    products: Callable[[Sequence[int]], list[str]] = field(default=lambda rows: [""] * len(rows))
    version: int | None = None

    def __post_init__(self) -> None:
        sizes = {len(self.ids), len(self.names), len(self.uscc), len(self.region)}
        if len(sizes) != 1 or len(self.aliases) != len(self.owner):
            raise RegistryInvalid(f"企业名录各列长短不一：{sorted(sizes)}")

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of_names(
        cls,
        names: Sequence[str],
        *,
        ids: Sequence[str] | None = None,
        uscc: Sequence[str | None] | None = None,
        regions: Sequence[str | None] | None = None,
        aliases: Sequence[Sequence[str]] | None = None,
        products: Sequence[str] | None = None,
    ) -> Registry:
        """A registry of names alone, or with what is known besides; an id is by default the name.

        Raises:
            RegistryInvalid: columns of different lengths.
        """
        size = len(names)
        nothing = pa.nulls(size, pa.string())
        flat = [(text, row) for row, some in enumerate(aliases or ()) for text in some]
        texts = list(products) if products is not None else None
        return cls(
            ids=pa.array(names if ids is None else ids, pa.string()),
            names=pa.array(names, pa.string()),
            uscc=nothing if uscc is None else pa.array(uscc, pa.string()),
            region=nothing if regions is None else pa.array(regions, pa.string()),
            aliases=pa.array([text for text, _ in flat], pa.string()),
            owner=np.array([row for _, row in flat], dtype=np.int64),
            products=lambda rows: [texts[i] if texts else "" for i in rows],
        )

    @classmethod
    def of_store(cls, store: Store) -> Registry:
        """The firms of a store's current version, without the snapshot of everything else."""
        version = store.version().number
        columns = ["firm_id", "name", "uscc", "region_code", "aliases"]
        table = store.read("firms", columns, version or None).combine_chunks()
        ids, names, uscc, region, lists = (table[c].combine_chunks() for c in columns)

        def products(asked: Sequence[int]) -> list[str]:
            wanted = [ids[row].as_py() for row in asked]
            rows = store.fetch("firms", wanted, ["products", "scope"], version or None)
            return [_made(row) for row in rows.to_pylist()]

        return cls(
            ids=ids,
            names=names,
            uscc=uscc,
            region=region,
            aliases=lists.flatten(),
            owner=pc.list_parent_indices(lists).to_numpy().astype(np.int64),
            products=products,
            version=version,
        )

    @classmethod
    def of_snapshot(cls, snapshot: Snapshot) -> Registry:
        """The firms of a snapshot; aliases are read from its store."""
        firms = snapshot.firms
        version = snapshot.version.number or None
        table = snapshot.store.read("firms", ["firm_id", "aliases"], version).combine_chunks()
        lists = table["aliases"].combine_chunks()
        rows = pc.index_in(table["firm_id"].combine_chunks(), value_set=firms.ids)
        owner = rows.to_numpy(zero_copy_only=False)[pc.list_parent_indices(lists).to_numpy()]
        codes = pa.array(snapshot.regions.codes, pa.string())
        at = pa.array(np.where(firms.region >= 0, firms.region, 0), mask=firms.region < 0)

        def products(asked: Sequence[int]) -> list[str]:
            found = snapshot.details(list(asked), ["products", "scope"])
            return [_made(row) for row in found]

        return cls(
            ids=firms.ids,
            names=firms.names,
            uscc=firms.uscc,
            region=codes.take(at),
            aliases=lists.flatten(),
            owner=owner.astype(np.int64),
            products=products,
            version=snapshot.data_version,
        )


def _made(row: Mapping[str, object]) -> str:
    return _text(row.get("products")) or _text(row.get("scope"))


def _text(value: object) -> str:
    if isinstance(value, list):
        return "；".join(map(str, value))
    return "" if value is None else str(value)


def key_column(names: pa.Array) -> pa.Array:
    """:func:`ingest.names.name_key` of a column, fast for the spellings that nearly all have."""
    names = names.cast(pa.string()).fill_null("")
    odd = pc.or_(
        pc.invert(pc.match_substring_regex(names, _PLAIN)),
        pc.match_substring_regex(names, f"[{traditional_characters()}]"),
    )
    bare = pc.utf8_lower(pc.replace_substring_regex(names, "[()（）]", ""))
    bare = pc.replace_substring(bare, "有限责任公司", "有限公司")
    bare = pc.replace_substring_regex(bare, "股份公司$", "股份有限公司")
    if not pc.any(odd).as_py():
        return bare
    mended = [name_key(name) for name in names.filter(odd).to_pylist()]
    return pc.replace_with_mask(bare, odd, pa.array(mended, pa.string()))


def body_column(keys: pa.Array) -> pa.Array:
    """Keys without their legal form, which all share: what candidates are looked for by."""
    short = pc.replace_substring_regex(keys, _FORM, "")
    return pc.if_else(pc.equal(short, ""), keys, short)


def block_column(keys: pa.Array) -> pa.Array:
    """What candidates are looked for by: bodies, without a last 股份.

    It says nothing of who is meant, and where short names are known a thousand of them end in it.
    """
    return pc.replace_substring_regex(body_column(keys), f"^(..+){_STOCK}$", r"\1")


def prior_column(keys: pa.Array) -> npt.NDArray[np.float32]:
    """How much better known firms are by their form alone: 股份有限公司 before the rest."""
    stock = pc.match_substring_regex(keys, "股份有限公司$").to_numpy(zero_copy_only=False)
    return np.where(stock, STOCK_PRIOR, 0.0).astype(np.float32)


def block_texts(parts: NameParts) -> list[str]:
    """What candidates of a name are looked for by: its body, and that with places written out.

    粤高速 is looked for as 粤高速 and as 广东高速.
    """
    body = parts.body
    if len(body) > len(_STOCK) + 1:
        body = body.removesuffix(_STOCK)
    for i, char in enumerate(body[:2]):
        codes = letter_codes(char) if not parts.form else ()
        if codes:
            national = Divisions.national()
            return [
                body,
                *(body[:i] + national.short_name(code) + body[i + 1 :] for code in codes),
            ]
    return [body]


def candidates(blocks: Blocks, asked: Sequence[NameParts], top: int) -> list[list[int]]:
    """For each name the rows of its candidates: `top` by the body, a third as many by others."""
    texts = [block_texts(parts) for parts in asked]
    known = [not parts.form for parts in asked]
    found = [rows.tolist() for rows in blocks.candidates([t[0] for t in texts], known, top)]
    more = [(i, text) for i, some in enumerate(texts) for text in some[1:]]
    rest = blocks.candidates([text for _, text in more], [True] * len(more), max(top // 3, 1))
    for (i, _), rows in zip(more, rest, strict=True):
        found[i] = list(dict.fromkeys([*found[i], *rows.tolist()]))
    return found
