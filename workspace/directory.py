"""What people write about places, firms, chains and links → ids and names, where they are sure."""

from __future__ import annotations

from typing import NamedTuple

from graph.lookup import LookupProblem, find_chain, find_firm, find_link, find_region
from graph.regions import Divisions
from graph.snapshot import Snapshot
from workspace.errors import Invalid


class Named(NamedTuple):
    """An id and the name that goes with it; `id` None = not known to the store."""

    id: str | None
    name: str


class Directory:
    """Over a snapshot; without one regions alone are known, from the national table."""

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        self._snapshot = snapshot

    def region(self, text: str) -> Named:
        """A region by code or name. Raises Invalid: projects are counted by region."""
        if self._snapshot is not None:
            try:
                row = find_region(self._snapshot, text)
            except LookupProblem as problem:
                raise Invalid(str(problem)) from problem
            return Named(self._snapshot.regions.codes[row], self._snapshot.regions.names[row])
        national = Divisions.national()
        match = national.resolve(text)
        if match.code is None:
            raise Invalid(f"没有找到地区「{text}」，或不止一个；请写全称或 6 位代码")
        return Named(match.code, national[match.code].name)

    def firm(self, text: str) -> Named:
        """A firm by any of its names or codes; unknown and ambiguous ones keep their name alone."""
        if self._snapshot is None:
            return Named(None, text)
        try:
            row = find_firm(self._snapshot, text)
        except LookupProblem:
            return Named(None, text)
        firms = self._snapshot.firms
        return Named(firms.ids[row].as_py(), firms.names[row].as_py())

    def firm_id(self, text: str) -> str | None:
        """The id alone."""
        return self.firm(text).id

    def chain(self, text: str) -> Named:
        """A chain by id or name; one of the office's own keeps its name."""
        if self._snapshot is None:
            return Named(None, text)
        try:
            chain = self._snapshot.chains[find_chain(self._snapshot, text)]
        except LookupProblem:
            return Named(None, text)
        return Named(chain.id, chain.name)

    def link(self, text: str, chain: str | None) -> Named:
        """A link by id or name, in its chain where that is known."""
        if self._snapshot is None:
            return Named(None, text)
        try:
            row = find_link(self._snapshot, text, chain)
        except LookupProblem:
            return Named(None, text)
        return Named(self._snapshot.links.ids[row], self._snapshot.links.names[row])


__all__ = ["Directory", "Named"]
