"""Empty prefecture × link cell → first firm: does the likelihood find where firms come next?

Train holds dated positions up to T, its last date; truth those after T. Cells: prefectures and
links of train without a firm at T. All models see train alone. `chainscout` is
`graph.likelihood.likelihood`, as the gap analysis uses it. Intervals: bootstrap over cells; the
`…_over_size` metrics are ratios to the size baseline on the same draws, the `…_by_region` ones draw
whole prefectures, which is the stricter question: would it hold with other regions?

`ceiling` is no rival: it ranks by what came to the whole prefecture × what came to the whole link,
which nobody knows at T. It says how far knowledge of places and industries alone can lead.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from benchmarks.quality.rare import Draws, Rare
from graph import Snapshot, open_store
from graph.likelihood import (
    Arrivals,
    Industries,
    LikelihoodSettings,
    Places,
    arrival_likelihood,
    arrivals_of,
    likelihood,
)
from graph.presence import Areas
from graph.relatedness import density, location_quotient, proximity
from ingest.load import load

Floats = npt.NDArray[np.float64]
DEFAULTS = LikelihoodSettings()
CEILING = "ceiling"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this evaluator takes besides the common arguments."""
    parser.add_argument(
        "--until", nargs="+", default=[], metavar="DATE",
        help="T as a date; without --truth, train is cut there; several: each, and their mean",
    )  # fmt: skip
    parser.add_argument(
        "--horizon", type=float, default=DEFAULTS.horizon, help="years of truth after --until"
    )


@dataclass(frozen=True)
class Case:
    """The question: history to T, cells to rank (rows of areas and links), what came.

    `arrived` counts what came after T, areas × links; the rest but `history` is over the cells.
    """

    history: Arrivals
    arrived: Floats
    rate: Floats | None
    area: npt.NDArray[np.int64]
    link: npt.NDArray[np.int64]

    @property
    def came(self) -> npt.NDArray[np.bool_]:
        """Whether a firm came to the cell."""
        return np.asarray(self.arrived[self.area, self.link] > 0)

    @property
    def ceiling(self) -> Floats:
        """Scores of somebody who knew what comes to every area and to every link, no more."""
        by_area, by_link = self.arrived.sum(axis=1), self.arrived.sum(axis=0)
        return np.asarray((by_area[self.area] + 1) * (by_link[self.link] + 1))


def evaluate(arguments: argparse.Namespace) -> dict[str, Any]:
    """The contract's object for this evaluator."""
    with tempfile.TemporaryDirectory() as folder:
        if arguments.truth:
            cases = [_given(arguments, Path(folder))]
        else:
            whole = _snapshot(arguments.train, Path(folder) / "all.duckdb")
            cases = [_cut(whole, arguments.horizon, at) for at in arguments.until or [None]]
    rated = [_rated(case, seed) for seed, case in enumerate(cases, 1)]
    answer = {"name": "emergence"} | _answer(cases[-1], rated[-1])
    if len(cases) == 1:
        return answer
    return answer | {
        "times": {
            at: _answer(case, found)
            for at, case, found in zip(arguments.until, cases, rated, strict=True)
        },
        "mean": {
            name: Rare.mean_over([r[name] for r in rated], [r["size"] for r in rated])
            for name in rated[0]
            if all(name in found for found in rated)
        },
    }


def _rated(case: Case, seed: int) -> dict[str, Rare]:
    draws, scores = Draws.of(case.area, seed), models(case) | {CEILING: case.ceiling}
    return {name: Rare(case.came, score, draws) for name, score in scores.items()}


def _answer(case: Case, rated: dict[str, Rare]) -> dict[str, Any]:
    size = rated["size"]
    found = {
        name: each.metrics() | (each.over(size) if name != "size" else {})
        for name, each in rated.items()
    }
    return {
        "n": len(case.came),
        "arrivals": int(case.came.sum()),
        "base_rate": float(case.came.mean()),
        CEILING: found.pop(CEILING),
        "models": found,
    }


def _snapshot(paths: list[Path], file: Path) -> Snapshot:
    store = open_store(file)
    load(store, paths)
    return store.snapshot()


def _given(arguments: argparse.Namespace, folder: Path) -> Case:
    train = _snapshot(arguments.train, folder / "train.duckdb")
    truth = _snapshot(arguments.truth, folder / "truth.duckdb")
    areas = Areas.at_level(train, "prefecture")
    history = arrivals_of(train, areas)
    later = arrivals_of(truth, Areas.at_level(truth, "prefecture"))
    arrived = np.zeros(history.shape)
    for area, link in zip(later.area.tolist(), later.link.tolist(), strict=True):
        row = train.links.row.get(truth.links.ids[link], -1)
        if row >= 0:
            arrived[area, row] += 1
    found = likelihood(train)
    return _case(history, None if found is None else found.rate, arrived)


def _cut(whole: Snapshot, horizon: float, at: str | None) -> Case:
    areas = Areas.at_level(whole, "prefecture")
    entries, places = arrivals_of(whole, areas), Places.of(whole, areas)
    until = _year(at) if at else entries.last - horizon
    with np.errstate(invalid="ignore"):
        kept = entries.date < until
    history = Arrivals(entries.area[kept], entries.link[kept], entries.date[kept], entries.shape)
    arrived = entries.count(np.nextafter(until, -np.inf), until + horizon)
    industries = Industries.of(whole.links.codes)
    return _case(history, arrival_likelihood(history, places, None, industries), arrived)


def _year(text: str) -> float:
    day = np.datetime64(text)
    year = day.astype("datetime64[Y]")
    share = (day.astype("datetime64[D]") - year.astype("datetime64[D]")).astype(int) / 365.25
    return float(year.astype(int) + 1970 + share)


def _case(history: Arrivals, rate: Floats | None, arrived: Floats) -> Case:
    firms = history.count(-np.inf, np.inf)
    cells = (firms == 0) & (firms.sum(axis=1) > 0)[:, None] & (firms.sum(axis=0) > 0)[None, :]
    area, link = np.nonzero(cells & ~history.undated)
    return Case(history, arrived, rate, area, link)


def models(case: Case) -> dict[str, Floats]:
    """Scores of all cells by the product and by simple ways."""
    at = (case.area, case.link)
    now, last = case.history, case.history.last
    tables = _simple(now, last)
    year = now.count(last - 1.0, last)
    order = {
        "random": np.random.default_rng(0).random(len(case.came)),
        "popularity": tables["link"][at],
        "size": tables["size"][at],
        "density": tables["density"][at],
        "last_year": ((1 + year.sum(axis=1))[:, None] * (1 + year.sum(axis=0))[None, :])[at],
        "logistic": _logistic(case),
    }
    if case.rate is not None:
        order = {"chainscout": case.rate[at]} | order
    return order


def _simple(arrivals: Arrivals, until: float) -> dict[str, Floats]:
    """Areas × links: firms of the link, size × size, relatedness density, at `until`."""
    firms = arrivals.count(-np.inf, until)
    quotient = np.nan_to_num(location_quotient(firms))
    own = (quotient >= 1.0).astype(np.float64)
    by_area, by_link = firms.sum(axis=1)[:, None], firms.sum(axis=0)[None, :]
    return {
        "area": np.broadcast_to(by_area, firms.shape),
        "link": np.broadcast_to(by_link, firms.shape),
        "size": by_area * by_link,
        "density": np.nan_to_num(density(own, np.nan_to_num(proximity(own)))),
    }


def _logistic(case: Case) -> Floats:
    """A blend of log sizes and density, learned on the same windows of the past."""
    now, horizon = case.history, DEFAULTS.horizon
    rows, arrived = [], []
    for back in range(DEFAULTS.windows):
        start = now.last - horizon - back
        tables = _simple(now, start)
        at = np.nonzero((now.count(-np.inf, start) == 0) & (tables["size"] > 0) & ~now.undated)
        came = now.count(start, start + horizon)[at] > 0
        if came.any():
            rows.append(_columns(tables, at))
            arrived.append(came)
    if not rows:
        return np.zeros(len(case.came))
    model = LogisticRegression(C=1.0, max_iter=1000).fit(
        np.concatenate(rows), np.concatenate(arrived)
    )
    tables = _simple(now, now.last)
    return np.asarray(model.decision_function(_columns(tables, (case.area, case.link))))


def _columns(tables: dict[str, Floats], at: tuple[npt.NDArray[Any], ...]) -> Floats:
    area, link = np.log(tables["area"][at]), np.log(tables["link"][at])
    return np.stack([area, link, area * link, tables["density"][at]], axis=1)
