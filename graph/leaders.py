"""Chain leaders (链主) at links: stated by somebody, or inferred, and always marked which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

Basis = Literal["stated", "inferred"]
INFERRED, STATED = 1, 2
Bases = npt.NDArray[np.int8]
Rows = npt.NDArray[np.int32]


class LeaderSettings(BaseModel):
    """What makes a firm a leader of the country at a link where nobody has stated it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    leader_share: float = Field(
        default=0.1, gt=0, le=1, title="链主规模分位",
        description="A firm in this top share of the link's firms by size is an inferred leader.",
    )  # fmt: skip
    leader_min_known: int = Field(
        default=10, ge=1, title="链主推断最少企业数",
        description="Size ranks count only at links with at least this many firms of known size.",
    )  # fmt: skip
    leader_tags: tuple[str, ...] = Field(
        default=("链主", "链主企业", "500强", "世界500强", "中国500强"), title="链主标签",
        description="A firm with one of these tags is an inferred leader at its links.",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leader:
    """A firm that leads at a link, and whether somebody said so."""

    id: str
    name: str
    basis: Basis


def leader_bases(snapshot: Snapshot, settings: LeaderSettings) -> Bases:
    """For each row of the positions: 0 no leader, INFERRED or STATED.

    Only active firms and positions that wait for no review lead. Inferred: a tag, or revenue,
    employees or capital within the top `leader_share` of the link's firms where that is known.
    """
    kept = _own(settings)
    return snapshot.once(("leaders", kept), lambda s: _bases(s, kept))


def _own(settings: LeaderSettings) -> LeaderSettings:
    """The part of larger settings that leaders depend on: what results are kept under."""
    fields = set(LeaderSettings.model_fields)
    return LeaderSettings.model_validate(settings.model_dump(include=fields))


def _bases(snapshot: Snapshot, settings: LeaderSettings) -> Bases:
    positions, firms = snapshot.positions, snapshot.firms
    sure = positions.certain & firms.active[positions.firm]
    inferred = firms.tagged(*settings.leader_tags)[positions.firm]
    for size in (firms.revenue, firms.employees, firms.capital):
        inferred = inferred | _largest(size[positions.firm], sure, positions.link, settings)
    found = np.where(positions.leader, STATED, np.where(inferred, INFERRED, 0))
    return np.asarray(np.where(sure, found, 0), dtype=np.int8)


def _largest(
    size: npt.NDArray[np.float32],
    sure: npt.NDArray[np.bool_],
    link: npt.NDArray[np.int32],
    settings: LeaderSettings,
) -> npt.NDArray[np.bool_]:
    """Positions of the top share of their link by `size`; equal sizes stand or fall together."""
    out = np.zeros(len(size), dtype=np.bool_)
    known = np.flatnonzero(sure & np.isfinite(size))
    if not len(known):
        return out
    known = known[np.lexsort((-size[known], link[known]))]
    at, start, count = np.unique(link[known], return_index=True, return_counts=True)
    # Without the slack 0.1 × 30 is 3.0000000000000004 and lets in a fourth.
    wanted = np.ceil(settings.leader_share * count - 1e-9).astype(np.int64)
    smallest = np.full(int(at[-1]) + 1, np.inf)
    enough = count >= settings.leader_min_known
    smallest[at[enough]] = size[known[(start + wanted - 1)[enough]]]
    out[known] = size[known] >= smallest[link[known]]
    return out


def leaders_among(
    snapshot: Snapshot,
    settings: LeaderSettings,
    links: Iterable[int],
    inside: Callable[[Rows], npt.NDArray[np.bool_]],
) -> Iterator[tuple[int, Leader]]:
    """(link row, leader) of those of `links` with one among the firms for which `inside` is true.

    One leader a link: stated before inferred, then the stronger position, the larger revenue,
    staff and capital, then the id. `inside` is given firm rows.
    """
    kept = _own(settings)
    ordered, start = snapshot.once(("leaders in order", kept), lambda s: _ordered(s, kept))
    basis, names = leader_bases(snapshot, kept), snapshot.firms
    for link in links:
        rows = ordered[start[link] : start[link + 1]]
        firms = snapshot.positions.firm[rows]
        here = inside(firms)
        if not here.any():
            continue
        first = int(np.argmax(here))
        at = int(firms[first])
        said: Basis = "stated" if basis[rows[first]] == STATED else "inferred"
        yield link, Leader(names.ids[at].as_py(), names.names[at].as_py(), said)


def _ordered(
    snapshot: Snapshot, settings: LeaderSettings
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The positions of leaders, link by link, the first one first; where each link begins."""
    basis = leader_bases(snapshot, settings)
    rows = np.flatnonzero(basis > 0)
    firm = snapshot.positions.firm[rows]
    sizes = [
        -np.nan_to_num(column, nan=-1.0)
        for column in (
            snapshot.firms.capital[firm],
            snapshot.firms.employees[firm],
            snapshot.firms.revenue[firm],
            snapshot.positions.strength[rows],
        )
    ]
    keys: tuple[npt.NDArray[Any], ...] = (
        firm,
        *sizes,
        -basis[rows].astype(np.int64),
        snapshot.positions.link[rows],
    )
    ordered = rows[np.lexsort(keys)]
    links = np.arange(len(snapshot.links) + 1)
    return ordered, np.searchsorted(snapshot.positions.link[ordered], links)
