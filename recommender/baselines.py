"""Simple models to beat, behind the same interface as the product's own."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graph.columns import Float32
from recommender.belonging import DEGREE, MEASURES, Belonging
from recommender.blend import Part
from recommender.candidates import Candidates
from recommender.frame import Float64
from recommender.membership import Membership
from recommender.models import Model, Scored, Weights, mean_of
from recommender.signals.events import seen
from recommender.signals.place import proximity
from recommender.signals.record import loyalty
from recommender.signals.size import capacity
from recommender.signals.wanted import text_fit


@dataclass(frozen=True)
class Single:
    """A model of one part: `values` of the candidates are their scores."""

    kind: str
    label: str
    source: str
    values: Callable[[Candidates], Float64 | Float32]
    version: str = "1"
    trained_on: str | None = None

    def score(self, candidates: Candidates) -> Scored:
        part = Part(self.kind, self.label, 1.0, self.source, self.values(candidates))
        return mean_of((part,), candidates)


def _nearest(candidates: Candidates) -> Float32:
    if candidates.query.region < 0:
        return np.full(len(candidates), np.nan, dtype=np.float32)
    return proximity(candidates)


def _popularity(candidates: Candidates) -> Float64:
    """N / (n + 1) of the firm's events so far, 0 without one: events counted, not dated."""
    events = seen(candidates)
    count = np.bincount(events.firm, minlength=len(candidates.snapshot.firms)).astype(np.float64)
    found: Float64 = candidates.spread((count / (count + 1.0))[candidates.firms])
    return found


def _random(candidates: Candidates) -> Float64:
    """A number in [0, 1) drawn from the firm's id: chance that does not change from run to run."""
    ids = candidates.snapshot.firms.ids
    drawn = [zlib.crc32(ids[int(f)].as_py().encode()) / 2**32 for f in candidates.firms]
    return candidates.spread(np.array(drawn))


def _text_size_popularity(candidates: Candidates) -> Float64:
    """(text × size + 0.1 × investments in the chain) / 1.1; what is not known counts 0."""
    text, size, chain = (
        np.nan_to_num(signal(candidates).astype(np.float64))
        for signal in (text_fit, capacity, loyalty)
    )
    found: Float64 = (text * size + POPULARITY_SHARE * chain) / (1.0 + POPULARITY_SHARE)
    return found


POPULARITY_SHARE = 0.1
SIZE = Single("size", "企业规模", "营业收入、从业人数、注册资本", capacity)
POPULARITY = Single("popularity", "投资次数", "投资事件", _popularity)
NEAREST = Single("nearest", "距离", "所在地、区划坐标", _nearest)
RANDOM = Single("random", "随机", "企业编号", _random)
CHAIN_POPULARITY = Single("chain_popularity", "同链投资次数", "投资事件", loyalty)
TEXT = Single("text", "文本相似", "主营产品、经营范围", text_fit)
TEXT_SIZE_POPULARITY = Single(
    "text_size_popularity",
    "文本×规模＋同链投资",
    "主营产品、经营范围、从业人数、投资事件",
    _text_size_popularity,
)
COOCCURRENCE = Belonging(kind="cooccurrence", measures=MEASURES[:1])
EASE = Belonging(kind="ease", measures=MEASURES[1:2])
DEGREES = Belonging(kind="degree", measures=(DEGREE,))

MODELS: dict[str, Model] = {
    model.kind: model
    for model in (
        Weights(),
        Membership(),
        Belonging(),
        SIZE,
        POPULARITY,
        NEAREST,
        RANDOM,
        CHAIN_POPULARITY,
        TEXT,
        TEXT_SIZE_POPULARITY,
        COOCCURRENCE,
        EASE,
        DEGREES,
    )
}
