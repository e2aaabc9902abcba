"""关注: what changed about the firms, chains, gaps and lists that a user follows."""

from __future__ import annotations

from workspace.watch.changes import Change
from workspace.watch.digest import Digest, Followed, digest
from workspace.watch.subscriptions import KINDS, follow, following, mark_seen, unfollow

__all__ = [
    "KINDS",
    "Change",
    "Digest",
    "Followed",
    "digest",
    "follow",
    "following",
    "mark_seen",
    "unfollow",
]
