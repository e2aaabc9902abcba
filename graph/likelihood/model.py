"""A model of first arrivals: the rate at which empty cells get a firm, as E × what is learned.

``λ = E · exp(b · tanh((β₀ + β · features) / b))``, a Poisson regression with the offset log E (see
`evidence`), the size of area times the size of link: β learns only what size does not say, and
shrinks towards nothing. What is learned changes E at most by the factor exp(b): the largest areas
lie far outside of what the others teach, where a straight line is no guide. The model sees
windows of the past alone, (s, s + horizon] cut at T, and a cell is scored by a model that has seen
no cell of its own area.

Gradient-boosted trees on the same features and offset were worse on the starting years that the
features were chosen on, and an order of magnitude slower.

References:
    McCullagh, P., Nelder, J. A. (1989), Generalized Linear Models, 2nd ed., ch. 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from graph.likelihood.arrivals import Arrivals, arrivals_of
from graph.likelihood.evidence import Evidence, Places, evidence
from graph.likelihood.industries import Industries
from graph.presence import Areas

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

Floats = npt.NDArray[np.float64]
BOUND = 1.5
"""b: logarithm of the factor by which a rate may differ from size at most."""

TINY = 1e-300
"""A rate above zero, as its logarithm is taken."""


class LikelihoodSettings(BaseModel):
    """What the model of first arrivals is learned from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    horizon: float = Field(
        default=5.0, gt=0, title="展望年数", description="Years within which a first firm counts."
    )
    shortest: float = Field(
        default=2.0, gt=0, title="最短窗口年数",
        description="Years the last window of the past may have, if the horizon is longer.",
    )  # fmt: skip
    windows: int = Field(
        default=10, ge=1, title="历史窗口数",
        description="Windows of the past to learn from, each a year before the next.",
    )  # fmt: skip
    min_history: float = Field(
        default=0.25, gt=0, le=1, title="窗口最少历史",
        description="Share of all dated entries that must be there when a window begins.",
    )  # fmt: skip
    folds: int = Field(
        default=5, ge=2, title="交叉份数",
        description="Parts of the areas; each is scored by a model that never saw it.",
    )  # fmt: skip
    min_arrivals: int = Field(
        default=100, ge=10, title="最少首家企业数",
        description="With fewer first arrivals in all windows nothing is learned: unknown.",
    )  # fmt: skip
    min_dated: float = Field(
        default=0.5, ge=0, le=1, title="最低日期覆盖率",
        description="Share of entries with a date below which the history is unknown.",
    )  # fmt: skip
    max_cells: int = Field(
        default=2_000_000, ge=1000, title="历史单元上限",
        description="Cells looked at in all windows; windows are left out beyond that, three stay.",
    )  # fmt: skip
    max_rows: int = Field(
        default=100_000, ge=1000, title="训练样本上限",
        description="Cells to learn from; empty ones are sampled and weighted beyond that.",
    )  # fmt: skip


@dataclass(frozen=True)
class Likelihood:
    """Expected first arrivals within the horizon after `time`.

    Attributes:
        areas: the rows.
        time: the last date of the data, fractional year.
        rate: areas × links, above zero; nan where the cell is not empty, or area or link have no
            dated firm.
    """

    areas: Areas
    time: float
    rate: Floats

    @property
    def usual(self) -> float:
        """Mean rate of an empty cell, nan without any."""
        known = self.rate[np.isfinite(self.rate)]
        return float(known.mean()) if len(known) else float("nan")


def likelihood(snapshot: Snapshot, settings: LikelihoodSettings | None = None) -> Likelihood | None:
    """Rates of first arrivals in all prefectures, computed once; None where nothing is learned."""
    chosen = settings or LikelihoodSettings()
    return snapshot.once(("likelihood", chosen), lambda s: _of_prefectures(s, chosen))


def _of_prefectures(snapshot: Snapshot, settings: LikelihoodSettings) -> Likelihood | None:
    areas = Areas.at_level(snapshot, "prefecture")
    arrivals = arrivals_of(snapshot, areas)
    industries = Industries.of(snapshot.links.codes)
    rate = arrival_likelihood(arrivals, Places.of(snapshot, areas), settings, industries)
    return None if rate is None else Likelihood(areas, arrivals.last, rate)


def arrival_likelihood(
    arrivals: Arrivals,
    places: Places,
    settings: LikelihoodSettings | None = None,
    industries: Industries | None = None,
) -> Floats | None:
    """Rates of first arrivals after the last date, areas × links, nan where not empty.

    Without `industries` nothing is known of the links but their firms.

    Returns:
        None where the data have too few dates or too few first arrivals to learn from.
    """
    chosen = settings or LikelihoodSettings()
    if arrivals.dated_share < chosen.min_dated or not len(arrivals.date):
        return None
    past = _past(arrivals, places, chosen, industries)
    if past is None:
        return None
    now = evidence(arrivals, places, arrivals.last, industries)
    part = _parts(arrivals, chosen.folds)
    out = np.full(arrivals.shape, np.nan)
    for fold in range(chosen.folds):
        here = part[now.area] == fold
        if here.any():
            rate = _fit(past.without(part == fold), now.expected[here], now.features[here])
            out[now.area[here], now.link[here]] = rate
    return out


@dataclass(frozen=True)
class _Past:
    """Cells of the past; `expected` is E × base rate of its window, `base` that of all windows."""

    area: npt.NDArray[np.int64]
    expected: Floats
    features: Floats
    arrived: Floats
    weight: Floats
    base: float

    def without(self, areas: npt.NDArray[np.bool_]) -> _Past:
        kept = ~areas[self.area]
        return _Past(
            self.area[kept], self.expected[kept], self.features[kept],
            self.arrived[kept], self.weight[kept], self.base,
        )  # fmt: skip


def _past(
    arrivals: Arrivals,
    places: Places,
    settings: LikelihoodSettings,
    industries: Industries | None,
) -> _Past | None:
    seen = []
    for start in _starts(arrivals, settings):
        found = evidence(arrivals, places, start, industries)
        came = arrivals.count(start, start + settings.horizon) > 0
        arrived = came[found.area, found.link]
        if arrived.any():
            seen.append((found, arrived))
    if sum(int(arrived.sum()) for _, arrived in seen) < settings.min_arrivals:
        return None
    return _sampled(seen, settings.max_rows)


def _starts(arrivals: Arrivals, settings: LikelihoodSettings) -> list[float]:
    """When the windows of the past begin, the latest first; thinned out where cells abound."""
    known = np.sort(arrivals.date[np.isfinite(arrivals.date)])
    needed = settings.min_history * len(known)
    shortest = min(settings.shortest, settings.horizon)
    starts = [known[-1] - shortest - back for back in range(settings.windows)]
    starts = [start for start in starts if np.searchsorted(known, start, side="right") >= needed]
    room = max(settings.max_cells // (arrivals.shape[0] * arrivals.shape[1]), 3)
    chosen = np.linspace(0, len(starts) - 1, min(room, len(starts))).round().astype(int)
    return [float(starts[i]) for i in chosen]


def _sampled(seen: list[tuple[Evidence, npt.NDArray[np.bool_]]], limit: int) -> _Past:
    """All arrivals and as many of the other cells as fit, these weighted up to their number."""
    arrived = np.concatenate([came for _, came in seen])
    empty = np.flatnonzero(~arrived)
    room = max(limit - int(arrived.sum()), limit // 2)
    drawn = empty
    if len(empty) > room:
        drawn = np.random.default_rng(0).choice(empty, room, replace=False)
    kept = np.sort(np.concatenate([np.flatnonzero(arrived), drawn]))
    # The base rate of a window goes into the offset: what is learned is who, not how many.
    expected = [found.expected * (came.sum() / found.expected.sum()) for found, came in seen]
    weight = np.where(arrived, 1.0, len(empty) / max(len(drawn), 1))
    return _Past(
        np.concatenate([found.area for found, _ in seen])[kept],
        np.concatenate(expected)[kept],
        np.concatenate([found.features for found, _ in seen])[kept],
        arrived[kept].astype(np.float64),
        weight[kept],
        float(arrived.sum() / sum(found.expected.sum() for found, _ in seen)),
    )


def _parts(arrivals: Arrivals, folds: int) -> npt.NDArray[np.int64]:
    """The fold of each area; areas of like size are dealt out in turn."""
    size = arrivals.count(-np.inf, np.inf).sum(axis=1)
    part = np.empty(len(size), dtype=np.int64)
    part[np.argsort(-size, kind="stable")] = np.arange(len(size)) % folds
    return part


def _fit(past: _Past, expected: Floats, features: Floats) -> Floats:
    """Rates of cells with `expected` and `features`, by a model learned from `past`."""
    from sklearn.linear_model import PoissonRegressor  # heavy, and only needed with a history

    # A Poisson model with an offset: rates over exposure, weighted by exposure.
    target, weight = past.arrived / past.expected, past.expected * past.weight
    model = PoissonRegressor(alpha=0.1, solver="newton-cholesky")
    model.fit(past.features, target, sample_weight=weight / weight.mean())
    # Bounded, see the top of the module; fitted without, where the past says what it says.
    learned = BOUND * np.tanh(np.log(np.maximum(model.predict(features), TINY)) / BOUND)
    return np.asarray(expected * past.base * np.exp(learned))
