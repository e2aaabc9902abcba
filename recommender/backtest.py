"""How well the ranking would have found what happened: rolling splits over the events of a store.

At each split everything dated on that day or later is hidden, the learned model is trained on what
is left, and every model ranks all firms for each later event: region, chain and link known, which
firm came?
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.draw.svg import Picture
from graph.snapshot import Snapshot
from recommender.absent import AbsentTest, absent_test
from recommender.bars import bars
from recommender.baselines import MODELS
from recommender.learned.past import Past, before, day_before, past_events, unheard_of
from recommender.learned.training import FEWEST, TooFewEvents, train
from recommender.measures import Measured, measures
from recommender.models import Model
from recommender.query import QueryError
from recommender.rank import rank
from recommender.settings import DEFAULTS, RankSettings, years

if TYPE_CHECKING:
    import pandas as pd

DEFAULT_MODELS = (
    "learned",
    "weights",
    "text",
    "text_size_popularity",
    "chain_popularity",
    "popularity",
    "size",
    "nearest",
    "cooccurrence",
    "random",
)
# Yearly splits that are tried without one given.
SPLITS = 4
Progress = Callable[[str, int, int], None]
ABOUT = (
    "没有日期的卡位、产品、规模视为当时已知；由知道后来的人整理的数据会使结果偏高。",
    "只有投资事件才使其为人所知的企业，在其首次投资之前不作候选，另计为“名录之外”。",
    "企业在本地（同一地级市）的扩建不算招引，不作考题。",
)


class NothingToTest(QueryError):
    """The data hold no events that a split could be made of; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One later event with the rank that each model gave its firm (inf = not ranked)."""

    past: Past
    split: str
    chain: str
    candidates: int
    ranks: dict[str, float]

    @property
    def group(self) -> Hashable:
        """Questions with one answer list."""
        query = self.past.query
        return self.split, query.region, query.link, query.product


@dataclass(frozen=True)
class Backtest:
    """The result; `splits` says for each how many events were asked, outside, and learned from."""

    split: str
    data_version: int
    asked: tuple[Asked, ...]
    outside: int
    splits: tuple[dict[str, Any], ...]
    models: tuple[str, ...]
    absent: AbsentTest | None

    @property
    def candidates(self) -> int:
        """Firms ranked for a question, at most."""
        return max((one.candidates for one in self.asked), default=0)

    def measured(self, chosen: Sequence[Asked] | None = None) -> dict[str, dict[str, Measured]]:
        """Model → metric → value and interval, of some of the questions or of all."""
        rows = self.asked if chosen is None else chosen
        groups = [one.group for one in rows]
        known = np.array([one.candidates for one in rows], dtype=np.float64)
        return {
            name: measures(np.array([one.ranks[name] for one in rows]), known, groups)
            for name in self.models
        }

    def by(self, key: Callable[[Asked], str]) -> dict[str, dict[str, Any]]:
        """The same for the questions of each value of `key`."""
        parts: dict[str, list[Asked]] = {}
        for one in self.asked:
            parts.setdefault(key(one), []).append(one)
        return {
            name: {"events": len(rows), "models": self.measured(rows)}
            for name, rows in sorted(parts.items())
        }

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON."""
        return {
            "split": self.split,
            "data_version": self.data_version,
            "events": len(self.asked),
            "outside": self.outside,
            "candidates": self.candidates,
            "models": self.measured(),
            "splits": list(self.splits),
            "by_chain": self.by(lambda one: one.chain),
            "by_year": self.by(lambda one: one.past.day[:4]),
            "absent": self.absent.to_dict() if self.absent else None,
            "about": list(ABOUT),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row a model, one column a metric."""
        import pandas as pd

        found = self.measured()
        rows = {name: {m: v["value"] for m, v in own.items()} for name, own in found.items()}
        return pd.DataFrame.from_dict(rows, orient="index")

    def picture(self, metric: str = "recall_at_50") -> Picture:
        """One metric of all models as bars with their intervals."""
        title = f"{metric}（{len(self.asked)} 起投资事件，候选 {self.candidates} 家）"
        return bars(title, {name: own[metric] for name, own in self.measured().items()})

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(note)}</li>" for note in ABOUT)
        return f"{self.picture().svg}<ul>{notes}</ul>"


def backtest(
    snapshot: Snapshot,
    split: str | None = None,
    models: Sequence[str] | None = None,
    settings: RankSettings | None = None,
    progress: Progress | None = None,
    *,
    absent: bool = True,
) -> Backtest:
    """Hide the later events, and see where each model ranks the firms that came.

    Args:
        snapshot: the facts, with dated events.
        split: first day that is hidden (partial ISO date), everything after it is asked; None =
            yearly splits, the last SPLITS years for which there is enough to learn from, each
            asked about its own year.
        models: names (:data:`recommender.MODELS` and ``learned``); None = DEFAULT_MODELS.
        settings: weights and thresholds for the models that have some.
        progress: called with (what, done, of).
        absent: also ask which firms, hidden from a link, belong there (no region).

    Raises:
        NothingToTest: no event can be asked about.
        QueryError: a model is unknown, or `split` is no date.
    """
    names = _names(models)
    told = settings or DEFAULTS
    parts = [(_checked(split), None)] if split else _years(snapshot)
    asked: list[Asked] = []
    outside, done = 0, []
    for number, (begin, end) in enumerate(parts):
        if progress:
            progress(f"以 {begin} 为界回测", number, len(parts))
        found, missed, learned = _asked(snapshot, begin, end, names, told)
        asked, outside = asked + found, outside + missed
        done.append(
            {"from": begin, "until": end, "events": len(found), "outside": missed}
            | {"learned": learned}
        )
    if not asked:
        raise NothingToTest(
            "没有可供回测的投资事件：需要有日期、企业、地区和产业链的外来投资；请先导入「投资事件」"
        )
    without = {name for one in asked for name in names if name not in one.ranks}
    kept = tuple(name for name in names if name not in without)
    test = absent_test(snapshot) if absent else None
    told_split = split or "、".join(begin for begin, _ in parts)
    return Backtest(
        told_split, snapshot.data_version, tuple(asked), outside, tuple(done), kept, test
    )


def _names(models: Sequence[str] | None) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(models or DEFAULT_MODELS))
    unknown = [name for name in names if name != "learned" and name not in MODELS]
    if unknown:
        known = "、".join(("learned", *MODELS))
        raise QueryError(f"没有名为「{'、'.join(unknown)}」的模型；可用：{known}")
    return names


def _checked(split: str) -> str:
    try:
        RankSettings(as_of=split)
        day_before(split)
    except ValueError as error:
        raise QueryError(f"分界日期应写作 2021、2021-09 或 2021-09-01，现为「{split}」") from error
    return split


def _years(snapshot: Snapshot) -> list[tuple[str, str | None]]:
    """The last years with events before which there is enough to learn from, else the last one."""
    past = [one for one in past_events(snapshot) if not one.fresh]
    found = sorted({one.day[:4] for one in past})
    enough = [year for year in found if sum(one.day[:4] < year for one in past) >= 2 * FEWEST]
    chosen = (enough or found[-1:])[-SPLITS:]
    return [(year, str(int(year) + 1)) for year in chosen]


def _asked(
    snapshot: Snapshot, begin: str, end: str | None, names: Sequence[str], settings: RankSettings
) -> tuple[list[Asked], int, str | None]:
    """The questions of one split answered, how many firms were unheard of, the learned model."""
    known = before(snapshot, begin)
    start, stop = years(begin) - 1e-3, years(end) - 1e-3 if end else math.inf
    later = [one for one in past_events(snapshot) if start <= one.year < stop]
    unknown = unheard_of(snapshot, years(begin))
    questions = [one for one in later if not unknown[one.firm]]
    if not questions:
        return [], len(later), None
    told = settings.model_copy(update={"as_of": day_before(begin), "candidates": "all"})
    models: dict[str, Model] = {name: MODELS[name] for name in names if name != "learned"}
    learned = None
    if "learned" in names:
        try:
            models["learned"] = train(known, settings=settings)
            learned = models["learned"].trained_on
        except TooFewEvents as error:
            learned = str(error)
    found = [_ranked(known, one, begin, models, told) for one in questions]
    return found, len(later) - len(questions), learned


def _ranked(
    known: Snapshot, past: Past, split: str, models: dict[str, Model], settings: RankSettings
) -> Asked:
    ranks: dict[str, float] = {}
    candidates = 0
    for name, model in models.items():
        ranked = rank(known, replace(past.query, top=1), settings, model)
        group = int(ranked.candidates.frame.groups_of(np.array([past.firm], dtype=np.int32))[0])
        listed = group >= 0 and ranked.passed.gate[group] < 0
        ranks[name] = float(ranked.ranking.rank(group)) if listed else math.inf
        candidates = int((ranked.passed.gate < 0).sum())
    chain = known.chains[past.query.chain].name
    return Asked(past, split, chain, candidates, ranks)
