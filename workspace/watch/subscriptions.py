"""Who follows what, and what they have seen of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import select

from workspace.errors import Conflict, Invalid, NotFound
from workspace.models import Subscription
from workspace.models.base import now
from workspace.session import WorkSession

# Kind → the ids that say what is followed; those in the second tuple may be left out.
KINDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "firm": (("firm_id",), ()),
    "chain": (("chain_id",), ("region_code",)),
    "gap": (("region_code", "link_id"), ()),
    "list": (("list_id",), ()),
}


def follow(
    session: WorkSession, kind: str, target: Mapping[str, str | int], title: str
) -> Subscription:
    """Follow a firm, a chain (in a region), a gap or a list; viewers may, it is their own affair.

    Args:
        session: of the one who follows.
        kind: one of KINDS.
        target: the ids that KINDS asks for.
        title: what it is called, for pages.

    Raises:
        Invalid: another kind, or other ids.
        Conflict: followed already.
        NotAllowed: the region is out of scope.
    """
    if kind not in KINDS:
        raise Invalid(f"不能关注「{kind}」；可关注：{'、'.join(KINDS)}")
    needed, optional = KINDS[kind]
    if not set(needed) <= set(target) <= {*needed, *optional}:
        raise Invalid(f"关注 {kind} 需要 {'、'.join(needed)}")
    region = target.get("region_code")
    session.actor.must(session.actor.role, str(region) if region else None)
    if kind == "list":
        from workspace.lists.make import get

        get(session, int(target["list_id"]))
    key = json.dumps(dict(target), sort_keys=True)
    same = select(Subscription.id).filter_by(by=session.actor.owner, kind=kind, target_key=key)
    if session.scalar(same) is not None:
        raise Conflict(f"已在关注「{title}」")
    found = Subscription(
        by=session.actor.owner, kind=kind, target=dict(target), target_key=key, title=title
    )
    session.add(found)
    session.flush()
    return found


def unfollow(session: WorkSession, subscription_id: int) -> None:
    """Follow it no longer. Raises NotFound."""
    session.delete(_own(session, subscription_id))
    session.flush()


def following(session: WorkSession) -> list[Subscription]:
    """What the actor follows, in the order in which it began."""
    query = select(Subscription).where(Subscription.by == session.actor.owner)
    return list(session.scalars(query.order_by(Subscription.id)))


def mark_seen(
    session: WorkSession, version: int, subscription_ids: Iterable[int] | None = None
) -> None:
    """The actor has seen what there is up to data version `version`; None = of all they follow."""
    wanted = None if subscription_ids is None else set(subscription_ids)
    for found in following(session):
        if wanted is None or found.id in wanted:
            found.seen_version, found.seen_at = version, now()
    session.flush()


def _own(session: WorkSession, subscription_id: int) -> Subscription:
    found = session.get(Subscription, subscription_id)
    if found is None or found.by != session.actor.owner:
        raise NotFound.of("关注", subscription_id)
    return found


__all__ = ["KINDS", "follow", "following", "mark_seen", "unfollow"]
