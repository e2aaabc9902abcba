"""首页: chains × regions at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.access import needs
from chainscout.web.asking import Asked, AskedDep
from chainscout.web.frame import page
from graph import Snapshot
from graph.gaps.cells import chain_cells, measure
from graph.lookup import find_region
from graph.presence import Areas
from workspace.actor import Role

router = APIRouter(include_in_schema=False, dependencies=[needs(Role.viewer)])
_MOST = 40
_STEPS = (0.0, 0.15, 0.4, 0.7)


@dataclass(frozen=True)
class Cell:
    """A chain in a region: links present of all, gaps, and how dark the cell is (0–4)."""

    present: int
    links: int
    gaps: int
    firms: int
    shade: int
    established: bool


@router.get("/", response_class=HTMLResponse)
def home(
    request: Request,
    asked: AskedDep,
    regions: Annotated[str, Query(max_length=1000)] = "",
) -> HTMLResponse:
    """The regions that were named, else those below the region asked, else the provinces."""
    rows = _rows(asked, regions)
    snapshot = asked.snapshot
    codes = tuple(snapshot.regions.codes[row] for row in rows)
    table = asked.kept(("home", codes), lambda: matrix(asked, rows)) if rows else []
    return page(
        request,
        "pages/home.html",
        title="首页",
        asked=asked,
        regions=regions,
        columns=[_column(snapshot, row) for row in rows],
        rows=table,
        empty=not len(snapshot.firms),
    )


def _rows(asked: Asked, regions: str) -> list[int]:
    """Rows of the regions to show, at most forty."""
    table = asked.snapshot.regions
    names = [t for t in regions.replace("，", ",").replace("、", ",").split(",") if t.strip()]
    if names:
        found = [find_region(asked.snapshot, text.strip()) for text in names]
    elif asked.region_row is not None:
        own = asked.region_row
        found = [i for i in range(own, int(table.end[own])) if table.parent[i] == own] or [own]
    else:
        found = np.flatnonzero(table.level == 0).tolist()
    return list(dict.fromkeys(found))[:_MOST]


def matrix(asked: Asked, rows: list[int]) -> list[dict[str, Any]]:
    """One row a chain, one cell a region of `rows`; a region inside another keeps its firms."""
    snapshot, settings = asked.snapshot, asked.tuned.gaps()
    measured = measure(snapshot, _areas(snapshot, rows), settings)
    table = []
    for number, chain in enumerate(snapshot.chains):
        cells = chain_cells(snapshot, number, measured, settings)
        links = len(cells.shape.links)
        counts = zip(
            cells.present.sum(axis=1).tolist(), (cells.kind >= 0).sum(axis=1).tolist(),
            cells.firms.sum(axis=1).tolist(), cells.established.tolist(), strict=True,
        )  # fmt: skip
        found = [
            Cell(present, links, gaps, firms, _shade(present, links, firms), established)
            for present, gaps, firms, established in counts
        ]
        table.append({"chain": chain, "links": links, "cells": found})
    return table


def _areas(snapshot: Snapshot, rows: list[int]) -> Areas:
    of_region = np.full(len(snapshot.regions), -1, dtype=np.int32)
    for row in sorted(rows, key=lambda r: int(snapshot.regions.level[r])):
        of_region[row : snapshot.regions.end[row]] = rows.index(row)
    codes = tuple(snapshot.regions.codes[row] for row in rows)
    return Areas(codes, tuple(snapshot.regions.names[row] for row in rows), of_region)


def _shade(present: int, links: int, firms: int) -> int:
    if not present:
        return 1 if firms else 0
    return 1 + sum(present / links > step for step in _STEPS[1:])


def _column(snapshot: Snapshot, row: int) -> dict[str, str]:
    name = snapshot.regions.names[row]
    short = name[:3] if name[:3] in {"内蒙古", "黑龙江"} else name[:2]
    province = snapshot.regions.level[row] == 0
    return {
        "code": snapshot.regions.codes[row],
        "name": name,
        "short": short if province else name,
        "full": snapshot.regions.full_name(row),
    }


__all__ = ["router"]
