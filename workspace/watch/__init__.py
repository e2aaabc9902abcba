"""关注: what changed about the firms, chains, gaps and lists that a user follows."""

from __future__ import annotations
