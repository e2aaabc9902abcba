"""地图: regions as points, by what they have or lack; borders come from the office alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import needs
from api.uploads import single_upload
from chainscout.web.asking import Asked, AskedDep
from chainscout.web.borders import Borders, outline, read_borders, save_borders
from chainscout.web.frame import page
from graph import Snapshot
from graph.gaps.cells import chain_cells, measure
from graph.presence import Areas, Level
from workspace.actor import Role

router = APIRouter(include_in_schema=False, dependencies=[needs(Role.viewer)])
WIDTH, MARGIN, LARGEST = 960.0, 30.0, 17.0
SHOWS = {"firms": "企业数", "present": "已具备环节", "gaps": "缺口数"}
_LEVELS: tuple[Level, ...] = ("province", "prefecture", "county")


@dataclass(frozen=True)
class View:
    """Degrees → pixels: plate carrée with the width of a degree at the middle latitude."""

    west: float
    north: float
    scale: float
    squeeze: float
    height: float

    @classmethod
    def over(cls, lon: list[float], lat: list[float]) -> View:
        """The view that shows all the points."""
        west, east, south, north = min(lon), max(lon), min(lat), max(lat)
        squeeze = math.cos(math.radians((south + north) / 2))
        spread = max((east - west) * squeeze, (north - south) * 1.4, 0.5)
        scale = (WIDTH - 2 * MARGIN) / spread
        left = west - (spread / squeeze - (east - west)) / 2
        return cls(left, north, scale, squeeze, (north - south) * scale + 2 * MARGIN)

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        """Pixels from the left and from the top."""
        x = MARGIN + (lon - self.west) * self.squeeze * self.scale
        return round(x, 1), round(MARGIN + (self.north - lat) * self.scale, 1)


@router.get("/map", response_class=HTMLResponse)
def atlas(
    request: Request, asked: AskedDep, show: Literal["firms", "present", "gaps"] = "firms"
) -> HTMLResponse:
    """The divisions below a region (the country's prefectures without one), for a chain or all."""
    regions = _places(asked)
    rows = asked.kept(("map", asked.code, asked.chain), lambda: _figures(asked, regions))
    placed = [row for row in rows if row["lon"] is not None]
    borders = read_borders(_file(request))
    view = View.over([r["lon"] for r in placed], [r["lat"] for r in placed]) if placed else None
    return page(
        request, "pages/map.html", title="地图", asked=asked, chains=asked.chains(), show=show,
        shows=SHOWS, rows=sorted(rows, key=lambda r: -r[show]), left=len(rows) - len(placed),
        points=_points(placed, show, view) if view else [], view=view, width=WIDTH,
        lines=outline(borders, view.point) if borders and view else [], borders=borders,
    )  # fmt: skip


def _places(asked: Asked) -> list[int]:
    table, own = asked.snapshot.regions, asked.region_row
    if own is None:
        rows: list[int] = np.unique(table.at_level[1][table.at_level[1] >= 0]).tolist()
        return rows
    below = [i for i in range(own, int(table.end[own])) if table.parent[i] == own]
    return below or [own]


def _figures(asked: Asked, rows: list[int]) -> list[dict[str, Any]]:
    """Firms, links present and gaps of each region, of one chain or all."""
    snapshot, settings = asked.snapshot, asked.tuned.gaps()
    measured = measure(snapshot, _areas(snapshot, rows), settings)
    chains = range(len(snapshot.chains)) if asked.chain_row is None else [asked.chain_row]
    counts = {
        name: np.zeros(len(rows), dtype=np.int64) for name in ("positions", "present", "gaps")
    }
    for chain in chains:
        cells = chain_cells(snapshot, chain, measured, settings)
        counts["positions"] += cells.firms.sum(axis=1)
        counts["present"] += cells.present.sum(axis=1)
        counts["gaps"] += (cells.kind >= 0).sum(axis=1)
    counts["firms"] = _firms(snapshot, rows, asked.chain_row)
    return [
        _row(snapshot, row, {k: int(v[i]) for k, v in counts.items()}) for i, row in enumerate(rows)
    ]


def _areas(snapshot: Snapshot, rows: list[int]) -> Areas:
    of_region = np.full(len(snapshot.regions), -1, dtype=np.int32)
    for at, row in enumerate(rows):
        of_region[row : snapshot.regions.end[row]] = at
    codes = tuple(snapshot.regions.codes[row] for row in rows)
    return Areas(codes, tuple(snapshot.regions.names[row] for row in rows), of_region)


def _firms(snapshot: Snapshot, rows: list[int], chain: int | None) -> Any:
    """Active firms of each region: all, or those with a position in the chain."""
    firms = snapshot.firms
    wanted = firms.active.copy()
    if chain is not None:
        wanted[:] = False
        spans = [snapshot.firms_at(int(link)) for link in snapshot.chains[chain].links]
        for span in spans:
            wanted[snapshot.positions.firm[span]] = True
        wanted &= firms.active
    at = firms.region[wanted & (firms.region >= 0)]
    total = np.concatenate(([0], np.cumsum(np.bincount(at, minlength=len(snapshot.regions)))))
    return np.array([total[snapshot.regions.end[row]] - total[row] for row in rows])


def _row(snapshot: Snapshot, row: int, counts: dict[str, int]) -> dict[str, Any]:
    table = snapshot.regions
    lon, lat = float(table.lon[row]), float(table.lat[row])
    known = math.isfinite(lon) and math.isfinite(lat)
    return {
        "code": table.codes[row], "name": table.names[row], "full": table.full_name(row),
        "lon": lon if known else None, "lat": lat if known else None, **counts,
    }  # fmt: skip


def _points(rows: list[dict[str, Any]], show: str, view: View) -> list[dict[str, Any]]:
    """Circles whose area grows with the figure; the largest first, named where there is room."""
    most = max((row[show] for row in rows), default=0) or 1
    ordered = sorted(rows, key=lambda r: -r[show])
    found: list[dict[str, Any]] = []
    taken: list[tuple[float, float, float]] = []
    for row in ordered:
        x, y = view.point(row["lon"], row["lat"])
        size = LARGEST * math.sqrt(row[show] / most)
        half = 6.0 * len(row["name"])
        said = (row[show] > 0 or len(rows) <= 40) and _room(taken, x, y - size - 2, half)
        found.append({**row, "x": x, "y": y, "r": round(max(size, 2.0), 1), "said": said})
    return found


def _room(taken: list[tuple[float, float, float]], x: float, y: float, half: float) -> bool:
    """Whether a name around (x, y) covers none of those before; then it takes the place."""
    if any(abs(x - a) < half + b and abs(y - c) < 13 for a, c, b in taken):
        return False
    taken.append((x, y, half))
    return True


def _file(request: Request) -> Path:
    folder: Path = request.app.state.folder
    return folder / "borders.json"


@router.post("/map/borders", dependencies=[needs(Role.editor)])
async def load_borders(request: Request) -> RedirectResponse:
    """Keep the office's own GeoJSON. Raises BordersInvalid, UploadRefused."""
    name, content = await single_upload(request, "file")
    save_borders(_file(request), name, content)
    return RedirectResponse("/map", 303)


@router.post("/map/borders/remove", dependencies=[needs(Role.editor)])
def remove_borders(request: Request) -> RedirectResponse:
    """Draw no borders any more."""
    _file(request).unlink(missing_ok=True)
    return RedirectResponse("/map", 303)


__all__ = ["Borders", "View", "router"]
