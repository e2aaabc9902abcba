"""What the learned model goes by, and the firms it can say something of."""

from __future__ import annotations

import numpy as np

from graph.columns import Int32
from graph.snapshot import Snapshot
from recommender.candidates import Candidates
from recommender.frame import firms_for
from recommender.query import Query
from recommender.settings import RankSettings
from recommender.signals import Signal
from recommender.signals.events import affinity, seen
from recommender.signals.place import proximity
from recommender.signals.record import breadth, chain_standing, loyalty, standing
from recommender.signals.size import capacity
from recommender.signals.wanted import likeness, product_fit, text_fit, word_fit

FEATURES: tuple[Signal, ...] = (
    Signal("product", "产品契合", "firm × link", "主营产品、经营范围", product_fit),
    Signal("words", "环节词契合", "firm × link", "主营产品、环节关键词", word_fit),
    Signal("text", "主营契合", "firm × link", "主营产品、经营范围", text_fit),
    Signal("standing", "环节卡位", "firm × link", "卡位", standing),
    Signal("chain", "同链卡位", "firm × chain", "卡位", chain_standing),
    Signal("loyalty", "同链投资", "firm × chain", "投资事件", loyalty),
    Signal("capacity", "投资能力", "firm", "营业收入、从业人数、注册资本", capacity),
    Signal("breadth", "卡位广度", "firm", "卡位", breadth),
    Signal("affinity", "地区偏好", "firm × region", "投资事件", affinity, regional=True),
    Signal("proximity", "空间邻近", "firm × region", "所在地、区划坐标", proximity, regional=True),
)


def plausible(snapshot: Snapshot, query: Query, settings: RankSettings) -> Int32:
    """Firm rows, ascending, with anything that speaks for them at the link of `query`.

    That is: a product that shares a word with what is wanted, a position in the chain, or an
    earlier investment in it.
    """
    bare = Candidates(snapshot, query, settings, firms_for(snapshot, query.link, _NOBODY))
    near = likeness(bare, query.link)
    found = near.best > 0
    for link in snapshot.chains[query.chain].links.tolist():
        found[snapshot.positions.firm[snapshot.firms_at(link)]] = True
    events = seen(bare)
    found[events.firm[events.chain == query.chain]] = True
    return np.flatnonzero(found).astype(np.int32)


_NOBODY = np.zeros(0, dtype=np.int32)
