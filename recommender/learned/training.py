"""Learning from the events of a snapshot, and what the model card says of it."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from graph.snapshot import Snapshot
from recommender.candidates import Candidates
from recommender.frame import Float64, Int64, firms_for
from recommender.gates import pass_gates
from recommender.learned.chance import Held, calibrate, held_out
from recommender.learned.features import FEATURES, plausible
from recommender.learned.fit import RIDGE, Case, fit
from recommender.learned.model import Learned
from recommender.learned.past import Past, before, past_events, unheard_of
from recommender.query import QueryError
from recommender.settings import DEFAULTS, RankSettings

# Events below which nothing is learned, and candidates that an event is compared with at most.
FEWEST, NEGATIVES = 20, 2000

LIMITS = (
    "只从公开报道的投资事件学习；没有被报道的投资不在其中，热门行业和上市公司被报道得更多。",
    "卡位与产品没有日期时，一律视为当时已知；由知道后来的人整理的数据会使效果偏高。",
    "概率只在与训练数据同样构成的候选企业上成立；换一批企业，应重新训练。",
    "只学习外来投资；本地企业的扩建不算招引。",
)


class TooFewEvents(QueryError):
    """There are not enough events to learn from; the message says how many, and what to do."""


@dataclass(frozen=True)
class Lesson:
    """The cases, and why the other events taught nothing (Chinese reason → events)."""

    cases: tuple[Case, ...]
    past: tuple[Past, ...]
    left_out: dict[str, int]


def trained(snapshot: Snapshot) -> Learned:
    """The model of all events of a snapshot, kept with it. Raises TooFewEvents."""
    return snapshot.once("learned model", train)


def train(
    snapshot: Snapshot, until: str | None = None, settings: RankSettings | None = None
) -> Learned:
    """Learn from the events before a day (partial ISO date; None = all of them).

    Each event is a choice among the firms that were plausible on its eve, with everything that is
    dated seen as it was then; the firm's own event, and any later one, is never seen.

    Raises:
        TooFewEvents: fewer than FEWEST events can be learned from.
    """
    known = before(snapshot, until) if until is not None else snapshot
    lesson = lesson_of(known, settings or DEFAULTS)
    if len(lesson.cases) < FEWEST:
        raise TooFewEvents(
            f"可供学习的外来投资事件只有 {len(lesson.cases)} 起，至少需要 {FEWEST} 起；"
            "请导入更多「投资事件」，或使用 weights 模型"
        )
    weights = fit(lesson.cases)
    named = tuple(
        (signal.name, float(weight))
        for signal, weight in zip(FEATURES, weights, strict=True)
        if weight > 0
    )
    held = held_out(lesson.cases)
    chance = calibrate(held)
    first, last = lesson.past[0].day, lesson.past[-1].day
    told = f"{len(lesson.cases)} 起投资事件（{first} 至 {last}）"
    model = Learned(named, told, chance)
    return Learned(named, told, chance, _card(model, known, lesson, held, until))


def lesson_of(snapshot: Snapshot, settings: RankSettings) -> Lesson:
    """The events of a snapshot as cases, in order of date."""
    cases, kept, left_out = [], [], Counter[str]()
    for past in past_events(snapshot):
        found = "此前没有该企业的任何记录" if past.fresh else case_of(snapshot, past, settings)
        if isinstance(found, str):
            left_out[found] += 1
        else:
            cases.append(found)
            kept.append(past)
    return Lesson(tuple(cases), tuple(kept), dict(left_out))


def case_of(snapshot: Snapshot, past: Past, settings: RankSettings) -> Case | str:
    """One event as it looked on its eve, or the Chinese reason why it teaches nothing."""
    eve = settings.model_copy(update={"as_of": past.eve})
    firms = plausible(snapshot, past.query, eve)
    candidates = Candidates(snapshot, past.query, eve, firms_for(snapshot, past.query.link, firms))
    rows = pass_gates(candidates).rows
    rows = rows[~unheard_of(snapshot, past.year)[firms[rows]]]
    at = np.searchsorted(firms[rows], past.firm)
    if at == len(rows) or firms[rows][at] != past.firm:
        return "企业不在合理候选之中"
    chosen, came = _sample(rows, int(at), past.id)
    candidates = candidates.only(chosen)
    values = [signal.compute(candidates).astype(np.float64) for signal in FEATURES]
    return Case(np.stack(values, axis=1), came)


def _sample(rows: Int64, came: int, event: str) -> tuple[Int64, int]:
    """At most NEGATIVES rows beside the one that came, drawn by the event's id."""
    if len(rows) <= NEGATIVES + 1:
        return rows, came
    random = np.random.default_rng(zlib.crc32(event.encode()))
    others = np.delete(np.arange(len(rows)), came)
    drawn = np.sort(np.append(random.choice(others, NEGATIVES, replace=False), came))
    return rows[drawn], int(np.searchsorted(drawn, came))


# ── the card ────────────────────────────────────────────────────────────────────────────────────


def _card(
    model: Learned, snapshot: Snapshot, lesson: Lesson, held: Sequence[Held], until: str | None
) -> dict[str, Any]:
    """What a reader has to know before relying on the model."""
    weights = dict(model.weights)
    whole = sum(weights.values())
    return {
        "kind": model.kind,
        "version": model.version,
        "data": {
            "version": snapshot.data_version,
            "created": snapshot.version.created,
            "until": until,
            "events": len(snapshot.events),
            "learned_from": len(lesson.cases),
            "first": lesson.past[0].day,
            "last": lesson.past[-1].day,
            "left_out": lesson.left_out,
            "firms": len(snapshot.firms),
        },
        "features": [
            {
                "name": signal.name,
                "label": signal.label,
                "about": signal.about,
                "source": signal.source,
                "share": weights.get(signal.name, 0.0) / whole,
            }
            for signal in FEATURES
        ],
        "method": {
            "loss": "conditional logit over the plausible firms of each event",
            "ridge": RIDGE,
            "negatives": NEGATIVES,
            "sharpness": whole,
        },
        "metrics": _metrics(held),
        "calibration": _reliability(model, held),
        "limits": list(LIMITS),
    }


def _metrics(held: Sequence[Held]) -> dict[str, Any]:
    """How the weights of the earlier events ranked the later ones."""
    ranks = np.array([one.rank for one in held], dtype=np.float64)
    if not len(ranks):
        return {"events": 0}
    return {
        "events": len(ranks),
        "recall_at_10": float((ranks <= 10).mean()),
        "recall_at_50": float((ranks <= 50).mean()),
        "recall_at_100": float((ranks <= 100).mean()),
        "mrr": float((1 / ranks).mean()),
    }


def _reliability(model: Learned, held: Sequence[Held]) -> list[dict[str, float]]:
    """Predicted and observed probability by tenfold steps of the predicted one."""
    if model.chance is None:
        return []
    likely = np.concatenate([_of(model, one.scores) for one in held])
    came = np.concatenate([one.hits for one in held])
    edges = [0.0, 1e-3, 1e-2, 1e-1, 1.0 + 1e-12]
    found = []
    for low, high in pairwise(edges):
        inside = (likely >= low) & (likely < high)
        if inside.any():
            found.append(
                {
                    "candidates": int(inside.sum()),
                    "predicted": float(likely[inside].mean()),
                    "observed": float(came[inside].mean()),
                }
            )
    return found


def _of(model: Learned, scores: Float64) -> Float64:
    found = model.probability(scores)
    return found if found is not None else np.zeros(len(scores))
