"""Every area × link of a chain at once: status, type, components, priority.

One region and a table of all prefectures go through the same code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from graph.gaps.chances import chances, over_usual
from graph.gaps.compare import (
    Cuts,
    beyond_size,
    concentration_elsewhere,
    country,
    cuts_of,
    relatedness_of,
    specialisation,
)
from graph.gaps.components import Component, Priority, blend, neighbouring, saturating
from graph.gaps.rules import classify_links
from graph.gaps.settings import GapSettings
from graph.gaps.structure import ChainShape, chain_shape
from graph.presence import Areas, Presence, presence

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

Floats = npt.NDArray[np.float64]
SLACK = 1e-9
"""A threshold is reached in spite of rounding."""


@dataclass(frozen=True)
class AreaMeasures:
    """What is known of areas at the links of all chains, areas × links, nan = unknown."""

    presence: Presence
    national_firms: npt.NDArray[np.int64]
    located: npt.NDArray[np.bool_]  # areas with any active firm at any link
    quotient: Floats
    relatedness: Floats
    capability: Floats
    rivals: Floats  # located firms outside
    concentration: Floats
    times_usual: Floats  # rate of a first firm over that of an usual empty cell
    cuts: Cuts  # what areas hold of prefectures


@dataclass(frozen=True)
class ChainCells:
    """One chain in all areas; arrays are areas × links of `shape`, `established` one an area."""

    shape: ChainShape
    established: npt.NDArray[np.bool_]
    present: npt.NDArray[np.bool_]
    amount: Floats
    firms: npt.NDArray[np.int64]
    status: npt.NDArray[np.int8]
    kind: npt.NDArray[np.int8]
    components: dict[str, Component]
    priority: Priority


def measure(snapshot: Snapshot, areas: Areas, settings: GapSettings) -> AreaMeasures:
    """All measures that do not belong to one chain."""
    found = presence(snapshot, areas, settings)
    whole = country(snapshot, settings)
    quotient = specialisation(found)
    near = relatedness_of(quotient, whole)
    cut = cuts_of(snapshot, areas, settings)
    rivals, concentration = concentration_elsewhere(whole, found, cut)
    return AreaMeasures(
        presence=found,
        national_firms=found.national_firms,
        located=np.asarray(found.firms[:-1].sum(axis=1)).ravel() > 0,
        quotient=quotient,
        relatedness=near,
        capability=beyond_size(near, whole),
        rivals=rivals,
        concentration=concentration,
        times_usual=chances(snapshot, areas, settings, found),
        cuts=cut,
    )


def chain_cells(
    snapshot: Snapshot, chain: int, areas: AreaMeasures, settings: GapSettings
) -> ChainCells:
    """Status, type and priority of every area at every link of the chain in row `chain`."""
    shape = chain_shape(snapshot, chain)
    tables = areas.presence
    amount, firms, leading = (
        table[:-1, shape.links].toarray() for table in (tables.value, tables.firms, tables.leading)
    )
    present = amount >= settings.presence_threshold - SLACK
    share = present.mean(axis=1) if len(shape.links) else np.zeros(len(present))
    established = share >= settings.established_share - SLACK
    status, kind = classify_links(
        some_firm=firms > 0,
        present=present,
        leading=(leading > 0) | (areas.quotient[:, shape.links] >= settings.lq_strong - SLACK),
        established=established[:, None],
        above=present @ shape.feeds > 0,
        below=present @ shape.feeds.T > 0,
    )
    components = _components(snapshot, shape, areas, settings, amount)
    priority = blend(components, settings.component_weights())
    counts = firms.astype(np.int64)
    return ChainCells(
        shape, established, present, amount, counts, status, kind, components, priority
    )


def _components(
    snapshot: Snapshot,
    shape: ChainShape,
    areas: AreaMeasures,
    settings: GapSettings,
    amount: Floats,
) -> dict[str, Component]:
    links = shape.links
    tables = areas.presence
    bounds = (tables.lower[:-1, links].toarray(), tables.upper[:-1, links].toarray())
    amounts, known = (amount, *bounds), areas.located[:, None]
    national = areas.national_firms[links].astype(np.float64)
    elsewhere = national[None, :] - tables.firms[:-1, links].toarray()
    supply = np.where(national > 0, saturating(elsewhere, settings.supply_half), np.nan)
    enough = areas.rivals[:, links] >= settings.competition_min_firms
    room = np.where(enough, 1.0 - areas.concentration[:, links], np.nan)
    found = {
        "bottleneck": Component.exact(np.broadcast_to(shape.bottleneck, amount.shape)),
        "local_demand": neighbouring(amounts, shape.feeds.T, settings.demand_half, known),
        "local_supply": neighbouring(amounts, shape.feeds, settings.demand_half, known),
        "capability": Component.exact(areas.capability[:, links]),
        "supply": Component.exact(supply),
        "competition": Component.exact(room),
        "likelihood": Component.exact(over_usual(areas.times_usual[:, links])),
    }
    if settings.marks:
        marks = dict(settings.marks)
        given = np.array([marks.get(snapshot.links.ids[i], np.nan) for i in links])
        found["policy"] = Component.exact(np.broadcast_to(given, amount.shape))
    return found
