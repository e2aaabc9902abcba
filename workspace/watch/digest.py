"""The digest: for everything a user follows, what changed between two data versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graph.snapshot import Snapshot
from graph.store import Store, Version
from workspace import tuning
from workspace.errors import Invalid, NotFound
from workspace.lists.make import version_of
from workspace.lists.rerun import question, settings_now
from workspace.models import Subscription
from workspace.session import WorkSession
from workspace.watch.changes import (
    Change,
    chain_changes,
    firm_changes,
    gap_changes,
    new_candidates,
)
from workspace.watch.facts import Versions
from workspace.watch.subscriptions import following


@dataclass(frozen=True)
class Followed:
    """What changed about one subscription since data version `since`."""

    subscription: Subscription
    since: int
    changes: tuple[Change, ...]
    notice: str = ""

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "subscription": self.subscription.to_dict(),
            "since": self.since,
            "notice": self.notice,
            "changes": [change.to_dict() for change in self.changes],
        }


@dataclass(frozen=True)
class Digest:
    """All that a user follows; `to` and `created` are of the newest data version looked at."""

    to: int
    created: str
    followed: tuple[Followed, ...]

    @property
    def changes(self) -> int:
        """How many changes there are."""
        return sum(len(part.changes) for part in self.followed)

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "to": self.to, "created": self.created, "changes": self.changes,
            "followed": [part.to_dict() for part in self.followed],
        }  # fmt: skip


def digest(
    session: WorkSession,
    store: Store,
    *,
    since: int | None = None,
    snapshot: Snapshot | None = None,
) -> Digest:
    """What changed about all that the actor follows.

    Args:
        session: of the one who follows; nothing is written, see :func:`mark_seen`.
        store: the facts, whose versions are compared.
        since: a data version; None = for each subscription the one last seen, else the one before
            the newest. A version that is no longer kept is stood in for by the next one that is.
        snapshot: of the newest version, where the caller has it already.

    Raises:
        StoreError: the store cannot be read.
    """
    kept = store.versions()
    newest = kept[0]
    versions: dict[int, Versions] = {}
    followed = []
    for one in following(session):
        asked = since if since is not None else one.seen_version
        old = _kept(kept, asked)
        notice = "" if asked in (None, old) else f"第 {asked} 版数据已不再保留，改与第 {old} 版比较"
        if old == newest.number:
            followed.append(Followed(one, old, (), notice))
            continue
        if old not in versions:
            versions[old] = Versions(store, old, newest.number, snapshot)
        try:
            changes = tuple(_changes(session, one, versions[old]))
        except NotFound as problem:
            changes, notice = (), str(problem)
        followed.append(Followed(one, old, changes, notice))
    return Digest(newest.number, newest.created, tuple(followed))


def _kept(kept: list[Version], asked: int | None) -> int:
    """The version to compare with: the one asked for, or the next newer one that is kept."""
    numbers = sorted(version.number for version in kept)
    if asked is None:
        return numbers[-2] if len(numbers) > 1 else numbers[-1]
    return next((number for number in numbers if number >= asked), numbers[-1])


def _changes(session: WorkSession, one: Subscription, versions: Versions) -> Iterator[Change]:
    target = one.target
    match one.kind:
        case "firm":
            yield from firm_changes(versions, {target["firm_id"]})
        case "chain":
            yield from chain_changes(versions, target["chain_id"], target.get("region_code"))
        case "gap":
            now = tuning.current(session)
            yield from gap_changes(versions, target["region_code"], target["link_id"], now)
        case "list":
            yield from _list_changes(session, target["list_id"], versions)


def _list_changes(session: WorkSession, list_id: int, versions: Versions) -> Iterator[Change]:
    last = version_of(session, list_id)
    listed = {entry.firm_id for entry in last.entries}
    yield from firm_changes(versions, listed)
    try:
        asked = question(last)
    except Invalid:  # made by hand: there is no question to ask again
        return
    asked.pop("top")
    settings = settings_now(session, last.settings)
    yield from new_candidates(versions, asked, settings, listed)


__all__ = ["Digest", "Followed", "digest"]
