"""What a new snapshot is asked once before it is put into use, so that no caller waits for it."""

from __future__ import annotations

from api import listing
from graph import Snapshot
from graph.gaps import find_gaps
from recommender import recommend


def warm(snapshot: Snapshot) -> None:
    """Let the snapshot compute what does not depend on a question."""
    listing.regions(snapshot)
    listing.firms(snapshot, "a", limit=1)
    if snapshot.chains and len(snapshot.regions):
        region, chain = snapshot.regions.codes[0], snapshot.chains[0].id
        find_gaps(snapshot, region=region, chain=chain)
        recommend(snapshot, region=region, chain=chain, top=1)


__all__ = ["warm"]
