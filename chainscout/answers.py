"""The three answers put together as documents: for a file, a page or the demo."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from chainscout import settings
from chainscout.output import Document
from chainscout.output.gaps import (
    LocalFirms,
    gaps_document,
    have_section,
    missing_section,
    with_sensitivity,
)
from chainscout.output.notes import gap_notes
from chainscout.output.targets import targets_document
from graph import Snapshot
from graph.gaps import GapReport, GapSettings, find_gaps, weight_sensitivity
from graph.lookup import find_chain, find_link, find_region

if TYPE_CHECKING:
    from recommender.models import Model
    from recommender.settings import RankSettings


Known: TypeAlias = Literal["without", "only"]


@dataclass(frozen=True)
class Query:
    """What is asked: texts as a person writes them."""

    region: str | None = None
    chain: str | None = None
    link: str | None = None
    top: int = 20
    known: Known = "without"
    product: str | None = None


@dataclass(frozen=True)
class Place:
    """Regions taken together, or a park, as a person writes them."""

    regions: tuple[str, ...] = ()
    park: str | None = None


def gaps(
    snapshot: Snapshot,
    place: Place,
    chain: str | None,
    chosen: GapSettings | None = None,
    *,
    sensitivity: bool = False,
) -> Document:
    """有什么, 缺什么, as set; `sensitivity` adds what the order owes to the weights.

    Raises:
        LookupProblem: a region, park or chain is unknown or ambiguous.
    """
    report = find_gaps(
        snapshot, region=place.regions, park=place.park, chain=chain, settings=chosen
    )
    created, office = snapshot.version.created, settings.text("office")
    document = gaps_document(report.to_dict(), _local(report), created, office)
    return with_sensitivity(document, weight_sensitivity(report)) if sensitivity else document


def targets(
    snapshot: Snapshot,
    query: Query,
    chosen: RankSettings | None = None,
    model: Model | str | None = None,
    *,
    whole: bool,
    thresholds: GapSettings | None = None,
) -> Document:
    """找谁, as set; `whole` adds 缺什么 and 有什么 where the query has a region, by `thresholds`.

    Raises:
        LookupProblem: a name of the query is unknown or ambiguous.
    """
    from recommender import recommend  # heavy; gaps alone do not need it

    answer = recommend(snapshot, **asdict(query), settings=chosen, model=model).to_dict()
    region, chain = _names(snapshot, query)
    created, office = snapshot.version.created, settings.text("office")
    title = f"{region or '全国'}·{chain or '产业链'} 目标企业清单"
    about = (region, chain)
    if not (whole and query.region and query.chain):
        return targets_document(answer, title, about, created, office)
    report = find_gaps(snapshot, region=query.region, chain=query.chain, settings=thresholds)
    found = report.to_dict()
    before = [missing_section(found), have_section(found, _local(report))]
    return targets_document(answer, title, about, created, office, before, gap_notes(found))


def _local(report: GapReport) -> LocalFirms:
    return lambda link: [firm.name for firm in report.local_firms(link)]


def _names(snapshot: Snapshot, query: Query) -> tuple[str | None, str | None]:
    """The region's and the chain's (with the link's) names as the data have them."""
    region = chain = None
    if query.region:
        region = snapshot.regions.names[find_region(snapshot, query.region)]
    if query.chain:
        chain = snapshot.chains[find_chain(snapshot, query.chain)].name
    if query.link:
        link = snapshot.links.names[find_link(snapshot, query.link, query.chain)]
        chain = f"{chain}·{link}" if chain else link
    return region, chain


__all__ = ["Place", "Query", "gaps", "targets"]
