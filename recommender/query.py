"""What is asked: region, chain, link, as rows of a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from graph.lookup import find_chain, find_link, find_region
from graph.snapshot import Snapshot

Known = Literal["without", "only"]


class QueryError(ValueError):
    """A question that cannot be answered as it stands; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Query:
    """One question. Rows of the snapshot, −1 = not given.

    Attributes:
        region: row of the region that recruits.
        chain: row of the chain.
        link: row of the link.
        top: number of targets wanted.
        known: without a region, whether firms already at the link are what is asked for
            (``only``) or left out (``without``).
        product: what is sought at the link in the asker's own words, None = what the link says of
            itself; models that read texts go by it.
    """

    region: int
    chain: int
    link: int
    top: int
    known: Known = "without"
    product: str | None = None

    @property
    def kind(self) -> Literal["region", "country", "belongs"]:
        """What kind of answer is wanted.

        ``region``: for a region; ``country``: the best at a link or chain; ``belongs``: firms not
        yet at a link, by how likely they belong there.
        """
        if self.region >= 0:
            return "region"
        return "belongs" if self.link >= 0 and self.known == "without" else "country"

    def to_dict(self, snapshot: Snapshot) -> dict[str, Any]:
        """The contract's ``query`` object."""
        regions, links = snapshot.regions, snapshot.links
        chain = snapshot.chains[self.chain]
        return {
            "region": {"code": regions.codes[self.region], "name": regions.names[self.region]}
            if self.region >= 0
            else None,
            "chain": {"id": chain.id, "name": chain.name},
            "link": {"id": links.ids[self.link], "name": links.names[self.link]}
            if self.link >= 0
            else None,
            "top": self.top,
            "known": self.known,
            "product": self.product,
        }


def resolve(
    snapshot: Snapshot,
    region: str | None = None,
    chain: str | None = None,
    link: str | None = None,
    top: int = 20,
    known: Known = "without",
    product: str | None = None,
) -> Query:
    """Texts → rows.

    Raises:
        QueryError: neither chain nor link is given, or `top` is below 1.
        graph.lookup.LookupProblem: a name is unknown or ambiguous.
    """
    if chain is None and link is None:
        raise QueryError("请至少给出产业链或环节（chain / link）")
    if top < 1:
        raise QueryError(f"top 至少为 1，现为 {top}")
    if known not in ("without", "only"):
        raise QueryError(f"known 应为 without 或 only，现为 {known!r}")
    region_row = find_region(snapshot, region) if region is not None else -1
    chain_row = find_chain(snapshot, chain) if chain is not None else -1
    link_row = -1
    if link is not None:
        link_row = find_link(snapshot, link, chain)
        if chain_row < 0:
            chain_row = snapshot.chain_rows[snapshot.links.chain_ids[link_row]]
    return Query(region_row, chain_row, link_row, top, known, product or None)


def of_mapping(snapshot: Snapshot, given: Mapping[str, Any]) -> Query:
    """A query from a row: region, chain, link, top, known, product; empty = not given."""
    texts = {key: given.get(key) or None for key in ("region", "chain", "link", "product")}
    return resolve(
        snapshot, **texts, top=int(given.get("top") or 20), known=given.get("known") or "without"
    )
