"""What well-known firms were called before: renames that a store's own aliases may lack.

`former.csv` beside this file holds whole legal names of one legal person, the last known one and
an earlier one, with the year of the change where it is certain. It was written from what is
generally known of listed and large firms (their announcements of a change of name). Left out are
changes of the legal form alone, and listed shells that another business took over: who asks for
the old name there means a business that went elsewhere.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest.names import name_key

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Renamed:
    """All names of one firm, and for each but the last known one the year it was given up."""

    names: tuple[str, ...]
    years: tuple[int | None, ...]


@lru_cache(maxsize=1)
def renamed() -> dict[str, Renamed]:
    """Key of any name of a firm → all its names, the last known one first."""
    source = resources.files("ingest.resolve").joinpath("former.csv")
    found: dict[str, list[tuple[str, int | None]]] = {}
    for row in csv.DictReader(source.read_text(encoding="utf-8").splitlines()):
        year = int(row["year"]) if row["year"] else None
        found.setdefault(row["name"], []).append((row["former"], year))
    firms = [
        Renamed((name, *(former for former, _ in some)), (None, *(year for _, year in some)))
        for name, some in found.items()
    ]
    return {name_key(name): firm for firm in firms for name in firm.names}


def other_names(keys: pa.Array, owner: Rows) -> tuple[pa.Array, Rows]:
    """(other names, rows of their firms) of the firms that bear one of the names that are known.

    A name that any firm bears itself is nobody else's.

    Args:
        keys: :func:`ingest.names.name_key` of names and aliases.
        owner: the row of the firm of each.
    """
    known = renamed()
    at = pc.index_in(keys, value_set=pa.array(list(known), pa.string()))
    hits = np.flatnonzero(pc.is_valid(at).to_numpy(zero_copy_only=False)).tolist()
    borne = {(int(owner[i]), keys[i].as_py()) for i in hits}
    taken = {key for _, key in borne}
    told = {
        (firm, name): None
        for firm, key in sorted(borne)
        for name in known[key].names
        if name_key(name) not in taken
    }
    names = pa.array([name for _, name in told], pa.string())
    return names, np.array([firm for firm, _ in told], dtype=np.int64)


def said_of(name: str) -> str:
    """What a name of the table is to its firm, in Chinese, with the year where it is known."""
    firm = renamed()[name_key(name)]
    at = [name_key(other) for other in firm.names].index(name_key(name))
    if at == 0:
        return "与该企业更名后的名称相同（据随附的更名表）"
    year = firm.years[at]
    return f"与该企业的曾用名相同（据随附的更名表{f'，{year} 年更名' if year else ''}）"
