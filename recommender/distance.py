"""How far apart regions are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from graph.snapshot import Snapshot

Float64 = npt.NDArray[np.float64]
EARTH_KM = 6371.0


def distances(snapshot: Snapshot, region: int) -> Float64:
    """(regions,) great-circle distance from `region` in km (haversine); nan without coordinates."""
    lon, lat = snapshot.once("coordinates", _coordinates)
    half_lat, half_lon = (lat - lat[region]) / 2, (lon - lon[region]) / 2
    bow = np.sin(half_lat) ** 2 + np.cos(lat) * np.cos(lat[region]) * np.sin(half_lon) ** 2
    found: Float64 = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(bow, 1.0)))
    return found


def _coordinates(snapshot: Snapshot) -> tuple[Float64, Float64]:
    """Radians; a region without coordinates takes those of the nearest region above it."""
    regions = snapshot.regions
    lon = np.radians(regions.lon.astype(np.float64))
    lat = np.radians(regions.lat.astype(np.float64))
    for row in range(len(regions)):  # depth first: a parent comes before its children
        up = int(regions.parent[row])
        if up >= 0 and (np.isnan(lon[row]) or np.isnan(lat[row])):
            lon[row], lat[row] = lon[up], lat[up]
    return lon, lat
