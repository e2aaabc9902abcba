"""The question 找谁, from texts to explained targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from graph.snapshot import Snapshot
from recommender.answer import Recommendation, Target, targets_at
from recommender.baselines import MODELS
from recommender.belonging import Belonging
from recommender.blend import scores_of
from recommender.candidates import Candidates, candidates_of, inside
from recommender.frame import Int64, firms_for, with_predicted
from recommender.gates import GATES, Passed, no_gap, pass_gates
from recommender.learned.training import trained
from recommender.membership import Membership
from recommender.models import Calibrated, Model, Scored, Searching, Weights, describe
from recommender.query import Known, Query, QueryError, of_mapping, resolve
from recommender.select import Selection, select
from recommender.settings import DEFAULTS, RankSettings
from recommender.stability import contenders, stability
from recommender.topk import Ranking, ranking


def _told(
    candidates: Candidates, scored: Scored, places: Int64, ranks: Sequence[int | None]
) -> list[Target]:
    """The targets of some of the scored rows of `candidates`."""
    scores = scores_of(scored.parts, places, scored.scores[places])
    rows = places if candidates.rows is None else candidates.rows[places]
    return targets_at(candidates, rows, scores, ranks)


@dataclass(frozen=True, eq=False)
class Ranked:
    """One question worked out, before the best are described."""

    candidates: Candidates
    passed: Passed
    scored: Scored
    ranking: Ranking
    model: Model

    @cached_property
    def selection(self) -> Selection:
        """Who is listed, and who gave way to a limit."""
        return select(self.candidates, self.ranking, self.candidates.query.top)

    def targets(self) -> list[Target]:
        """The list."""
        places = self.selection.places
        told = _told(self.candidates, self.scored, places, range(1, len(places) + 1))
        if isinstance(self.model, Calibrated):
            chances = self.model.probability(self.scored.scores[places])
            if chances is not None:
                told = [
                    replace(t, probability=p) for t, p in zip(told, chances.tolist(), strict=True)
                ]
        return self._with_stability(told, places) if len(places) else told

    def refused(self) -> list[Target]:
        """Firms that nothing but the check list keeps off, the best first, as many as are asked."""
        candidates = self.candidates
        groups = np.flatnonzero(self.passed.gate >= len(GATES))
        if not len(groups):
            return []
        rows, _ = candidates.frame.rows_of(groups)
        own = candidates.only(rows[~no_gap(candidates.only(None))[rows]])
        scored = self.model.score(own)
        best = ranking(own, scored.scores).top(candidates.query.top)
        return _told(own, scored, best, [None] * len(best))

    def _with_stability(self, told: list[Target], places: Int64) -> list[Target]:
        settings, top = self.candidates.settings, self.candidates.query.top
        if not settings.draws:
            return told
        pool = self.ranking.top(contenders(top))
        sure = stability(self.scored, pool, places, top, settings.draws, settings.draw_spread)
        return [replace(t, stability=s) for t, s in zip(told, sure, strict=True)]

    def target(self, group: int, rank: int | None) -> Target:
        """What is said about one firm at its best row, one that may be listed if it has a rank."""
        candidates = self.candidates
        rows, _ = candidates.frame.rows_of(np.array([group]))
        if rank is not None:
            rows = np.intersect1d(rows, self.passed.rows)
        own = candidates.only(rows)
        scored = self.model.score(own)
        best = np.array([np.argmax(scored.scores)])
        return _told(own, scored, best, [rank])[0]

    def head(self) -> dict[str, Any]:
        """What every answer begins with."""
        snapshot = self.candidates.snapshot
        return {
            "query": self.candidates.query.to_dict(snapshot),
            "data_version": snapshot.data_version,
            "model": describe(self.model),
            "settings": self.candidates.settings.model_dump(mode="json"),
        }


def recommend(  # noqa: PLR0913 - one argument a part of the question
    snapshot: Snapshot,
    region: str | None = None,
    chain: str | None = None,
    link: str | None = None,
    top: int = 20,
    settings: RankSettings | None = None,
    model: Model | str | None = None,
    *,
    known: Known = "without",
    product: str | None = None,
) -> Recommendation:
    """Rank firms for a region and chain, or for a link.

    With a region, firms from elsewhere stand at the links of the chain that are missing or weak
    there (or at `link`); each is listed once, at its best link. Without a region and with a link,
    firms that are not yet at the link are ranked by how likely they belong there; ``known="only"``
    gives the country's best at the link instead. With a chain alone: the country's best in it.

    Args:
        snapshot: the facts.
        region: code or name.
        chain: id or name.
        link: id or name.
        top: number of targets.
        settings: weights, thresholds, day; None = the defaults.
        model: what scores, or its name (:data:`recommender.MODELS`, ``learned``); None = the
            default of the kind of question.
        known: see above.
        product: what is sought at the link, in the asker's own words.

    Raises:
        QueryError: neither chain nor link is given, or `top` is below 1.
        graph.lookup.LookupProblem: a name is unknown or ambiguous.
    """
    query = resolve(snapshot, region, chain, link, top, known, product)
    return answer(rank(snapshot, query, settings or DEFAULTS, model))


def recommend_many(
    snapshot: Snapshot,
    queries: Iterable[Mapping[str, Any]],
    settings: RankSettings | None = None,
    model: Model | str | None = None,
) -> Iterator[Recommendation]:
    """One answer a query (keys: arguments of :func:`recommend`), in order, as they are ready.

    Raises what :func:`recommend` raises, at the query it is about.
    """
    for given in queries:
        yield answer(rank(snapshot, of_mapping(snapshot, given), settings or DEFAULTS, model))


def rank(
    snapshot: Snapshot, query: Query, settings: RankSettings, model: Model | str | None = None
) -> Ranked:
    """Candidates → gates → scores → order."""
    chosen = model_for(snapshot, query, model)
    candidates = candidates_of(snapshot, query, settings)
    searched = isinstance(chosen, Searching) and query.link >= 0 and query.kind != "country"
    if isinstance(chosen, Searching) and searched and settings.candidates == "model":
        found = chosen.firms(snapshot, query, settings)
        candidates = replace(candidates, frame=firms_for(snapshot, query.link, found))
    passed = pass_gates(candidates)
    if query.kind == "region" and query.link >= 0 and not searched:
        listed = int((passed.gate < 0).sum())
        if listed < query.top:
            candidates = filled(candidates, query.top - listed)
            passed = pass_gates(candidates)
    candidates = candidates.only(passed.rows)
    scored = chosen.score(candidates)
    return Ranked(candidates, passed, scored, ranking(candidates, scored.scores), chosen)


def model_for(snapshot: Snapshot, query: Query, model: Model | str | None) -> Model:
    """The model meant by a model, its name, or None: the default of the kind of question.

    Raises:
        QueryError: no model has the name.
        recommender.learned.TooFewEvents: ``learned`` has nothing to learn from.
    """
    if model is None:
        return Membership() if query.kind == "belongs" else Weights()
    if not isinstance(model, str):
        return model
    if model == "learned":
        return trained(snapshot)
    if model not in MODELS:
        known = "、".join(("learned", *MODELS))
        raise QueryError(f"没有名为「{model}」的模型；可用：{known}")
    return MODELS[model]


def filled(candidates: Candidates, wanted: int) -> Candidates:
    """The candidates of a link, and `wanted` more firms from elsewhere that may belong there."""
    nationwide = replace(candidates.query, region=-1, top=1, known="without")
    others = candidates_of(candidates.snapshot, nationwide, candidates.settings)
    rows = pass_gates(others).rows
    home = inside(
        candidates.snapshot, others.home[others.frame.group[rows]], candidates.query.region
    )
    others = others.only(rows[~home])
    scores = Belonging().score(others).scores
    likely = others.only(rows[~home][scores > 0])
    scores = scores[scores > 0]
    best = np.sort(ranking(likely, scores).top(wanted))
    frame = with_predicted(
        candidates.frame, likely.firms[likely.group[best]], scores[best].astype(np.float32)
    )
    return replace(candidates, frame=frame, _memo={})


def answer(ranked: Ranked) -> Recommendation:
    """Describe the best of a ranking."""
    return Recommendation(
        **ranked.head(),
        considered=len(ranked.candidates.frame.start),
        excluded=ranked.passed.counts(),
        targets=tuple(ranked.targets()),
        held_back=ranked.selection.held,
        refused=tuple(ranked.refused()),
    )
