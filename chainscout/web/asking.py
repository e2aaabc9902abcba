"""What a page is asked about: a region, a chain, a link, as texts and as rows of the snapshot."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Request

from api import listing
from api.access import actor_of
from api.deps import TunedDep
from api.holder import SnapshotHolder
from graph import Snapshot
from graph.gaps import GapReport, find_gaps
from graph.lookup import find_chain, find_link
from recommender.tuning import Tuned

T = TypeVar("T")
_KEPT = 64
_ROOM = threading.Lock()
Text = Annotated[str, Query(max_length=100)]
Long = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True)
class Asked:
    """The texts that were asked, and the rows they mean.

    Rows raise LookupProblem where a text means nothing or several things; the error page then
    offers the choices.
    """

    snapshot: Snapshot
    region_text: str
    chain_text: str
    link_text: str
    tuned: Tuned

    @cached_property
    def region_row(self) -> int | None:
        """Row of the region; None where none was asked."""
        return listing.region_row(self.snapshot, self.region_text)

    @cached_property
    def chain_row(self) -> int | None:
        """Row of the chain, of the link's where only a link was asked; None without either."""
        if self.chain_text:
            return find_chain(self.snapshot, self.chain_text)
        if not self.link_text:
            return None
        link = find_link(self.snapshot, self.link_text)
        return self.snapshot.chain_rows[self.snapshot.links.chain_ids[link]]

    @cached_property
    def link_row(self) -> int | None:
        """Row of the link; None where none was asked."""
        if not self.link_text:
            return None
        return find_link(self.snapshot, self.link_text, self.chain_row)

    @property
    def region(self) -> str:
        """Name of the region, empty without one."""
        row = self.region_row
        return "" if row is None else self.snapshot.regions.full_name(row)

    @property
    def code(self) -> str:
        """Code of the region, empty without one."""
        return "" if self.region_row is None else self.snapshot.regions.codes[self.region_row]

    @property
    def chain(self) -> str:
        """Id of the chain, empty without one."""
        return "" if self.chain_row is None else self.snapshot.chains[self.chain_row].id

    @property
    def chain_name(self) -> str:
        """Name of the chain, empty without one."""
        return "" if self.chain_row is None else self.snapshot.chains[self.chain_row].name

    @property
    def link(self) -> str:
        """Name of the link, empty without one."""
        return "" if self.link_row is None else self.snapshot.links.names[self.link_row]

    def gaps(self) -> GapReport:
        """The gap report of the region, of one chain or all; kept for the next page."""
        code, chain = self.code, self.chain
        return self.kept(
            ("gaps", code, chain),
            lambda: find_gaps(
                self.snapshot, region=code, chain=chain or None, settings=self.tuned.gaps()
            ),
        )

    def kept(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """`make()`, kept while data and the office's settings stand; see :func:`_kept`."""
        return _kept(self.snapshot, (self.tuned.mark, *key), make)

    def chains(self) -> list[dict[str, Any]]:
        """All chains, for a picker."""
        return self.snapshot.once("web.chains", listing.chains)


def asked(
    request: Request, tuned: TunedDep, region: Text = "", chain: Long = "", link: Long = ""
) -> Asked:
    """What this page is asked about; a person with one region of their own starts there."""
    holder: SnapshotHolder = request.app.state.holder
    actor = actor_of(request)
    own = actor.regions[0] if actor and len(actor.regions) == 1 else ""
    return Asked(holder.snapshot, region.strip() or own, chain.strip(), link.strip(), tuned)


def _kept(snapshot: Snapshot, key: tuple[Any, ...], make: Callable[[], T]) -> T:
    """`make()`, kept with the snapshot; the oldest of 64 answers makes room."""
    memo: dict[tuple[Any, ...], Any] = snapshot.once("web.kept", lambda _: {})
    found: T | None = memo.get(key)
    if found is None:
        found = make()
        with _ROOM:
            while len(memo) >= _KEPT:
                memo.pop(next(iter(memo)))
            memo[key] = found
    return found


AskedDep = Annotated[Asked, Depends(asked)]

__all__ = ["Asked", "AskedDep", "Long", "Text"]
