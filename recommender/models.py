"""What a model of the ranking is, and the transparent one that is the default."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

from graph.columns import Int32
from graph.snapshot import Snapshot
from recommender.blend import Part, blend, mean, sums
from recommender.candidates import Candidates
from recommender.frame import Float64
from recommender.query import Query
from recommender.settings import DEFAULTS, RankSettings
from recommender.signals import SIGNALS
from recommender.signals.events import timing


@dataclass(frozen=True, eq=False)
class Scored:
    """Scores of the candidate rows, and the parts they are the weighted mean of."""

    scores: Float64
    parts: tuple[Part, ...]


@runtime_checkable
class Model(Protocol):
    """Something that scores candidates.

    A score lies in [0, 1] and is the weighted mean of its known parts; it depends on the facts
    about the candidates only, never on their order.
    """

    @property
    def kind(self) -> str:
        """Its name."""

    @property
    def version(self) -> str:
        """Changes when the same facts would get other scores."""

    @property
    def trained_on(self) -> str | None:
        """What it learned from, None when it did not."""

    def score(self, candidates: Candidates) -> Scored:
        """Scores and parts of the rows of `candidates`, each as it is without the others."""
        ...


@runtime_checkable
class Searching(Protocol):
    """A model that finds candidates of its own where a link is asked for."""

    def firms(self, snapshot: Snapshot, query: Query, settings: RankSettings) -> Int32:
        """Firm rows, ascending, of which it can say something; those at the link among them."""
        ...


@runtime_checkable
class Calibrated(Protocol):
    """A model whose scores mean something in the world."""

    def probability(self, scores: Float64) -> Float64 | None:
        """The chance that a candidate of this score is the one that comes; None if not known."""
        ...


def describe(model: Model) -> dict[str, Any]:
    """The contract's ``model`` object."""
    return {"kind": model.kind, "version": model.version, "trained_on": model.trained_on}


def mean_of(parts: tuple[Part, ...], candidates: Candidates) -> Scored:
    """Parts → scored, leaving out those that weigh nothing."""
    weighing = tuple(part for part in parts if part.weight > 0)
    return Scored(blend(weighing, len(candidates)), weighing)


@dataclass(frozen=True)
class Weights:
    """score = Σ w_s v_s / Σ w_s over the signals s that are known, w from the settings.

    A weighted mean of known parts says: what is not known is taken to be like what is known; the
    interval says how wrong that can be.
    """

    kind: str = "weights"
    version: str = "1"
    trained_on: str | None = None

    def score(self, candidates: Candidates) -> Scored:
        lasting, *kept = self._lasting(candidates)
        total, known = (candidates.take(sums) for sums in kept)
        asked = _parts(candidates, regional=True) if candidates.query.region >= 0 else []
        if asked:
            more, also = sums(asked, len(candidates))
            total, known = total + more, known + also
        order = {signal.name: place for place, signal in enumerate(SIGNALS)}
        picked = [replace(part, rows=candidates.rows) for part in lasting]
        parts = sorted([*picked, *asked], key=lambda part: order[part.name])
        return Scored(mean(total, known), tuple(parts))

    def _lasting(self, candidates: Candidates) -> tuple[list[Part], Float64, Float64]:
        """Parts that are the same whichever region asks, and their sums, over the whole frame.

        Kept for the default weights.
        """

        def compute(c: Candidates) -> tuple[list[Part], Float64, Float64]:
            parts = _parts(c, regional=False)
            return parts, *sums(parts, len(c))

        if candidates.settings.weights == DEFAULTS.weights:
            return candidates.static("lasting parts", compute, *timing(candidates))
        return candidates.memo("lasting parts", lambda c: compute(replace(c, rows=None)))


def _parts(candidates: Candidates, *, regional: bool) -> list[Part]:
    weights = candidates.settings.weights
    return [
        Part(s.name, s.label, weights[s.name], s.source, s.compute(candidates))
        for s in SIGNALS
        if s.regional is regional and weights[s.name] > 0
    ]
