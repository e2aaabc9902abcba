"""Answers of the recommender in small, and a store with two versions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graph.store import Store
from tests.factory import chain, event, feed, firm, link, position, region, rows, store

Answer = dict[str, Any]
WEIGHTS = {"fit": 0.6, "momentum": 0.4}


def target(
    rank: int, firm_id: str, values: dict[str, float | None], weights: dict[str, float] = WEIGHTS
) -> Answer:
    known = {n: v for n, v in values.items() if v is not None}
    total = sum(weights[n] for n in known)
    score = sum(weights[n] * v for n, v in known.items()) / total if total else None
    components = {
        n: {"value": v, "weight": weights[n], "contribution": 0.0, "source": "test"}
        for n, v in values.items()
    }
    return {
        "rank": rank,
        "firm": {"id": firm_id, "name": f"{firm_id}公司", "uscc": None,
                 "region": {"code": "330200", "name": "乙市"}, "tags": ["上市"]},
        "link": {"id": "wind.blade", "name": "叶片"},
        "score": score, "interval": [0.1, 0.9], "coverage": 0.8, "components": components,
        "reasons": [f"理由{rank}"], "paths": [],
    }  # fmt: skip


def answer(*targets: Answer, version: int = 1, **more: Any) -> Answer:
    return {
        "query": {"region": {"code": "330100", "name": "甲市"},
                  "chain": {"id": "wind", "name": "风电"}, "link": None, "top": 20,
                  "known": "without"},
        "data_version": version, "model": {"kind": "weights", "version": "1"},
        "settings": {"weights": WEIGHTS}, "considered": 9, "excluded": {"已在本地": 1},
        "targets": list(targets),
    } | more  # fmt: skip


def wind(path: Path, **more: Any) -> Store:
    """甲市 wants firms of the wind chain; five stand elsewhere. Version 1."""
    return store(
        path,
        regions=[region("330000", "浙江省"),
                 region("330100", "甲市", "330000", lon=120.0, lat=30.0),
                 region("330200", "乙市", "330000", lon=121.0, lat=30.0)],
        chains=[chain("wind", "风电")],
        links=[link("wind.steel", "upstream"), link("wind.blade"),
               link("wind.turbine", "downstream")],
        feeds=[feed("wind.steel", "wind.blade"), feed("wind.blade", "wind.turbine")],
        firms=[firm("甲整机厂", "330100"), *(firm(f"乙{i}", "330200", employees=100 * i)
                                            for i in range(1, 6))],
        positions=[position("甲整机厂", "wind.turbine"), *(position(f"乙{i}", "wind.blade", i / 6)
                                                        for i in range(1, 6))],
        **more,
    )  # fmt: skip


def second_version(made: Store) -> None:
    """乙1 invests, 乙2 is struck off, 丙 is new and strong, 乙3's position waits for review."""
    with made.write("second") as writer:
        writer.put(
            "events",
            rows("events", event("乙1", "330100", "wind.blade", "2026-05", amount=3.0)),
        )
        writer.put(
            "firms",
            rows(
                "firms",
                firm("乙2", "330200", status="注销", employees=200),
                firm("丙", "330200", employees=9000, tags=["上市"]),
            ),
        )
        writer.put(
            "positions",
            rows(
                "positions",
                position("丙", "wind.blade", 1.0),
                position("乙3", "wind.blade", 0.5, status="uncertain"),
            ),
        )
