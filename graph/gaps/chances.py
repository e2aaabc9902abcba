"""How likely a first firm is in areas of any kind, from the rates of the prefectures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from graph.gaps.compare import mean_of_known
from graph.likelihood import likelihood
from graph.presence import Areas

if TYPE_CHECKING:
    from graph.gaps.settings import GapSettings
    from graph.presence import Presence
    from graph.snapshot import Snapshot

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Times:
    """Rates of the prefectures over that of an usual empty cell; empty where nothing is learned."""

    of_prefectures: Floats


def _times(snapshot: Snapshot) -> Times:
    learned = likelihood(snapshot)
    return Times(np.zeros((0, 0)) if learned is None else learned.rate / learned.usual)


def chances(snapshot: Snapshot, areas: Areas, settings: GapSettings, found: Presence) -> Floats:
    """Rate of a first firm over the mean rate of all empty cells; areas × links, 1 = as usual.

    For an area of several prefectures the mean of its own. nan where the link is not empty, for an
    area that holds no whole prefecture with firms (a county, a park), and everywhere where the data
    have no history.
    """
    unknown = np.full((len(areas), found.value.shape[1]), np.nan)
    owner = _owners(Areas.at_level(snapshot, "prefecture"), areas)
    wanted = settings.weights.likelihood > 0 and bool((owner >= 0).any())
    if not wanted:
        return unknown
    times = snapshot.lasting("likelihood", Times, _times).of_prefectures
    if not times.size:
        return unknown
    for area in np.unique(owner[owner >= 0]):
        unknown[area] = mean_of_known(times[owner == area], axis=0)
    unknown[found.firms[:-1].toarray() > 0] = np.nan
    return unknown


def over_usual(times: Floats) -> Floats:
    """``x / (1 + x)``: 0.5 = as likely as an usual empty cell; in [0, 1)."""
    return np.asarray(times / (1.0 + times))


def _owners(prefectures: Areas, areas: Areas) -> npt.NDArray[np.int64]:
    """The area in which each prefecture lies with all of its divisions, −1 for none."""
    inside = prefectures.of_region >= 0
    prefecture, area = prefectures.of_region[inside], areas.of_region[inside].astype(np.int64)
    low = np.full(len(prefectures), np.iinfo(np.int64).max)
    high = np.full(len(prefectures), -1)
    np.minimum.at(low, prefecture, area)
    np.maximum.at(high, prefecture, area)
    return np.where(low == high, high, -1)
