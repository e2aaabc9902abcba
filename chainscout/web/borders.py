"""Borders from the office's own GeoJSON (RFC 7946): checked, kept, drawn as plain outlines.

The product draws no border of its own: which borders are right is the office's to say.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MOST_POINTS = 400_000
_DRAWN_POINTS = 40_000
Ring = list[tuple[float, float]]


class BordersInvalid(ValueError):
    """A file that is no GeoJSON of areas or lines; the message says what was found."""


@dataclass(frozen=True)
class Borders:
    """Rings in degrees, and the name of the file they came from."""

    name: str
    rings: list[Ring]


def save_borders(target: Path, name: str, content: bytes) -> None:
    """Check GeoJSON and keep its rings at `target`. Raises BordersInvalid."""
    try:
        rings = list(_rings(json.loads(content), 0))
    except (ValueError, RecursionError, TypeError) as error:
        if isinstance(error, BordersInvalid):
            raise
        raise BordersInvalid(f"「{name[:60]}」不是 GeoJSON 文件：{str(error)[:80]}") from error
    if not rings:
        raise BordersInvalid(f"「{name[:60]}」里没有面或线（Polygon、MultiPolygon、LineString）")
    if sum(map(len, rings)) > _MOST_POINTS:
        raise BordersInvalid(f"「{name[:60]}」的点超过 {_MOST_POINTS:,} 个，请先简化边界再上传")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".part")
    draft.write_text(json.dumps({"name": name[:100], "rings": rings}), encoding="utf8")
    draft.replace(target)


def read_borders(path: Path) -> Borders | None:
    """What was kept; None where nothing was."""
    if not path.exists():
        return None
    kept = json.loads(path.read_text(encoding="utf8"))
    return Borders(kept["name"], [[(x, y) for x, y in ring] for ring in kept["rings"]])


def outline(borders: Borders, point: Callable[[float, float], tuple[float, float]]) -> list[str]:
    """The rings as SVG paths, thinned to what a page can carry."""
    every = max(1, math.ceil(sum(map(len, borders.rings)) / _DRAWN_POINTS))
    found = []
    for ring in borders.rings:
        kept = [*ring[:-1:every], ring[-1]]
        places = (point(lon, lat) for lon, lat in kept)
        found.append("M" + "L".join(f"{x:g},{y:g}" for x, y in places))
    return found


def _rings(node: Any, depth: int) -> Iterator[Ring]:
    if not isinstance(node, dict) or depth > 8:
        raise BordersInvalid("GeoJSON 的结构不对：应为 FeatureCollection、Feature 或几何对象")
    kind = node.get("type")
    if kind in {"FeatureCollection", "GeometryCollection"}:
        parts = node.get("features" if kind == "FeatureCollection" else "geometries") or []
        for part in parts:
            yield from _rings(part, depth + 1)
    elif kind == "Feature":
        if node.get("geometry") is not None:
            yield from _rings(node["geometry"], depth + 1)
    else:
        deep = {"LineString": 0, "Polygon": 1, "MultiLineString": 1, "MultiPolygon": 2}.get(
            str(kind)
        )
        if deep is not None:
            yield from _lines(node.get("coordinates"), deep)


def _lines(given: Any, deep: int) -> Iterator[Ring]:
    if not isinstance(given, list):
        raise BordersInvalid("GeoJSON 的 coordinates 应为数组")
    if deep:
        for part in given:
            yield from _lines(part, deep - 1)
        return
    ring = [_place(position) for position in given]
    if len(ring) > 1:
        yield ring


def _place(position: Any) -> tuple[float, float]:
    lon, lat = float(position[0]), float(position[1])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise BordersInvalid(f"坐标（{lon:g}, {lat:g}）不是经纬度（度），请先转换坐标系")
    return round(lon, 4), round(lat, 4)


__all__ = ["Borders", "BordersInvalid", "outline", "read_borders", "save_borders"]
