"""What a new snapshot is asked once before it is put into use, so that no caller waits for it.

Run as a program (``python -m api.warm STORE``) it keeps what that took beside the store, for the
workers of a server to map.
"""

from __future__ import annotations

import sys

from api import listing
from graph import Snapshot, open_store
from graph.gaps import find_gaps
from graph.ties import tie_graph
from recommender import recommend
from recommender.tuning import Tuned


def warm(snapshot: Snapshot, tuned: Tuned) -> None:
    """Let the snapshot compute what does not depend on a question, and what each chain needs."""
    derive(snapshot, tuned)
    if len(snapshot.regions):
        first, settings = snapshot.regions.codes[0], tuned.ranking()
        for chain in snapshot.chains:
            recommend(snapshot, region=first, chain=chain.id, top=1, settings=settings)


def derive(snapshot: Snapshot, tuned: Tuned) -> None:
    """What concerns the whole country: the index of names, sums by region, nearness of links."""
    listing.regions(snapshot)
    listing.prepare(snapshot)
    listing.stats(snapshot)
    tie_graph(snapshot)
    if len(snapshot.regions) and snapshot.chains:
        find_gaps(snapshot, region=snapshot.regions.codes[0], settings=tuned.gaps())


def main() -> int:
    """Keep what the store named by the first argument is asked first."""
    snapshot = open_store(sys.argv[1]).snapshot()
    derive(snapshot, Tuned())  # what is kept hangs on the data alone
    snapshot.keep()
    return 0


if __name__ == "__main__":
    sys.exit(main())
