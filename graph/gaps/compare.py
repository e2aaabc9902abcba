"""Areas against the country: location quotient, relatedness, concentration elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.presence import (
    Areas,
    Presence,
    PresenceSettings,
    presence,
    presence_at,
    presence_settings,
)
from graph.relatedness import density, location_quotient, proximity

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

Floats = npt.NDArray[np.float64]
SPECIALISED = 1.0
"""Location quotient from which a link counts as the region's own in the measure of relatedness."""


@dataclass(frozen=True)
class Country:
    """What the prefectures of the country say about links.

    Attributes:
        presence: of all prefectures.
        proximity: links × links, 0 where nobody has one of them.
        nearness: sum of each link's proximities, nan for none.
        usual: mean relatedness density of each link over the prefectures that have any firm.
        amount, squares: presence of each link, and the sum of its squares over prefectures.
        firms: firms at each link that are in some prefecture.
    """

    presence: Presence
    proximity: Floats
    nearness: Floats
    usual: Floats
    amount: Floats
    squares: Floats
    firms: Floats


def country(snapshot: Snapshot, settings: PresenceSettings) -> Country:
    """The country's prefectures, computed once per snapshot and presence settings."""
    kept = presence_settings(settings)
    return snapshot.once(("country", kept), lambda s: _country(s, kept))


def _country(snapshot: Snapshot, settings: PresenceSettings) -> Country:
    found = presence_at(snapshot, "prefecture", settings)
    own = specialisation(found) >= SPECIALISED
    near = proximity(own) if own.shape[1] else np.zeros((0, 0))
    usual = mean_of_known(density(own[own.any(axis=1)], near), axis=0)
    near = np.nan_to_num(near, nan=0.0)
    total = near.sum(axis=1)
    prefectures = found.value[:-1]
    return Country(
        presence=found,
        proximity=near,
        nearness=np.where(total > 0, total, np.nan),
        usual=usual,
        amount=_sums(prefectures),
        squares=_sums(prefectures.multiply(prefectures)),
        firms=_sums(found.firms[:-1]),
    )


def specialisation(found: Presence) -> Floats:
    """Location quotients, areas × links; nan where the area or the link has nothing."""
    if not found.value.shape[1]:
        return np.zeros((len(found.areas), 0))
    return np.asarray(location_quotient(found.value)[:-1])


def relatedness_of(quotient: Floats, whole: Country) -> Floats:
    """Relatedness density of areas for links, in [0, 1]; nan for an area without any presence.

    Nearness of links is taken from the prefectures whatever the areas are, so that figures of a
    county and of a province mean the same. As :func:`graph.relatedness.density`, which would check
    the country's proximities anew for every area.
    """
    own = quotient >= SPECIALISED
    held = np.flatnonzero(own.any(axis=0))
    out = np.minimum(own[:, held].astype(np.float64) @ whole.proximity[held] / whole.nearness, 1.0)
    out[~np.isfinite(quotient).any(axis=1)] = np.nan
    return np.asarray(out)


def beyond_size(relatedness: Floats, whole: Country) -> Floats:
    """Relatedness over what the sizes of area and link lead one to expect, as q / (1 + q).

    ``q[r, p] = ω[r, p] · ω̄ / (ω̄[r] · ω̄[p])``, ω the density, ω̄[r] its mean over links, ω̄[p] its
    mean over prefectures, ω̄ the mean of the latter. In [0, 1]; 0.5 = as expected, since a large
    region is near to everything and an ubiquitous link near to everybody.
    """
    usual = whole.usual
    expected = mean_of_known(relatedness, axis=1)[:, None] * usual[None, :]
    scaled = relatedness * (mean_of_known(usual[None, :], axis=1)[0] if len(usual) else np.nan)
    total = scaled + expected
    return np.asarray(np.divide(scaled, total, out=np.full(total.shape, np.nan), where=total > 0))


@dataclass(frozen=True)
class Cuts:
    """What areas hold of prefectures; a row each for every area and prefecture that share firms.

    Attributes:
        owner: the area.
        part_of: the prefecture.
        presence: of what they share.
    """

    owner: npt.NDArray[np.int64]
    part_of: npt.NDArray[np.int64]
    presence: Presence


def cuts_of(snapshot: Snapshot, areas: Areas, settings: PresenceSettings) -> Cuts:
    """How `areas` cut through the prefectures."""
    prefectures = country(snapshot, settings).presence.areas
    find = _cuts if areas.of_firm is None else _cuts_of_firms
    cut, owner, part_of = find(snapshot, prefectures, areas)
    return Cuts(owner, part_of, presence(snapshot, cut, settings))


def concentration_elsewhere(whole: Country, found: Presence, cut: Cuts) -> tuple[Floats, Floats]:
    """How much other prefectures hold of each link, and how unevenly; areas × links.

    Returns:
        (firms, index): located firms outside the area, and the Herfindahl–Hirschman index of
        presence over prefectures outside it, ``Σ x[p]² / (Σ x[p])²`` in [0, 1], nan without any.
        What an area holds of a prefecture it cuts through is taken off that prefecture.
    """
    inside, touched = cut.presence.value[:-1], whole.presence.value[cut.part_of]
    squares = touched.multiply(touched) - (touched - inside).multiply(touched - inside)
    rows = len(cut.owner)
    shape = (len(found.areas), rows)
    collect = sparse.csr_array((np.ones(rows), (cut.owner, np.arange(rows))), shape=shape)
    total = whole.amount - (collect @ inside).toarray()
    square = whole.squares - (collect @ squares).toarray()
    outside = total > 1e-9
    index = np.divide(square, total**2, out=np.full(total.shape, np.nan), where=outside)
    firms = whole.firms - found.firms[:-1].toarray()
    return np.maximum(firms, 0.0), np.clip(index, 0.0, 1.0)


def _cuts(
    snapshot: Snapshot, prefectures: Areas, areas: Areas
) -> tuple[Areas, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Every non-empty intersection of an area with a prefecture, the area and the prefecture."""
    both = (areas.of_region >= 0) & (prefectures.of_region >= 0)
    code = areas.of_region.astype(np.int64) * max(len(prefectures), 1) + prefectures.of_region
    pairs, at = np.unique(code[both], return_inverse=True)
    of_region = np.full(len(both), -1, dtype=np.int32)
    of_region[both] = at
    names = tuple(str(pair) for pair in pairs)
    width = max(len(prefectures), 1)
    return Areas(names, names, of_region), pairs // width, pairs % width


def _cuts_of_firms(
    snapshot: Snapshot, prefectures: Areas, areas: Areas
) -> tuple[Areas, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The same where an area is a set of firms: what each takes from each prefecture."""
    area, prefecture = areas.of_firms(snapshot), prefectures.of_firms(snapshot)
    both = (area < len(areas)) & (prefecture < len(prefectures))
    width = max(len(prefectures), 1)
    code = area.astype(np.int64) * width + prefecture
    pairs, at = np.unique(code[both], return_inverse=True)
    of_firm = np.full(len(both), len(pairs), dtype=np.int32)
    of_firm[both] = at
    names = tuple(str(pair) for pair in pairs)
    nowhere = np.full(len(snapshot.regions), -1, dtype=np.int32)
    return Areas(names, names, nowhere, of_firm), pairs // width, pairs % width


def _sums(table: Any) -> Floats:
    return np.asarray(table.sum(axis=0), dtype=np.float64).reshape(1, -1)


def mean_of_known(values: Floats, axis: int) -> Floats:
    """Mean without nan; nan where nothing is known. Says no warning, and so is safe in threads."""
    known = ~np.isnan(values)
    count = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    mean = np.divide(total, count, out=np.full(np.shape(total), np.nan), where=count > 0)
    return np.asarray(mean, dtype=np.float64)
