"""The named signals that a ranking is made of; :data:`SIGNALS` is the whole list.

A signal is a function candidates → (n,) float32 in [0, 1], nan where it is not known. More is
always better. What weight each has stands in :class:`recommender.settings.RankSettings`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from graph.columns import Float32
from recommender.candidates import Candidates
from recommender.signals.events import affinity, expansion, momentum
from recommender.signals.fit import fit
from recommender.signals.place import proximity, pull
from recommender.signals.reach import reach
from recommender.signals.risk import soundness
from recommender.signals.size import capacity, leadership


@dataclass(frozen=True, slots=True)
class Signal:
    """One row of the table.

    Attributes:
        name: English name, the key of the component.
        label: Chinese name.
        about: what it is about: the firm, the link, or firm and region.
        source: what it is computed from, Chinese.
        compute: candidates → (n,) values.
        regional: whether it only has a meaning when a region asks.
    """

    name: str
    label: str
    about: str
    source: str
    compute: Callable[[Candidates], Float32]
    regional: bool = False


SIGNALS: tuple[Signal, ...] = (
    Signal("fit", "环节契合", "firm × link", "卡位、供给关系", fit),
    Signal("leadership", "行业地位", "firm × link", "链主认定、规模排名、企业标签", leadership),
    Signal("pull", "本地牵引", "region × link", "本地上下游卡位、企业关联", pull, regional=True),
    Signal("momentum", "投资动能", "firm", "投资事件", momentum),
    Signal("affinity", "地区偏好", "firm × region", "投资事件", affinity, regional=True),
    Signal("expansion", "扩张版图", "firm", "投资事件", expansion),
    Signal("proximity", "空间邻近", "firm × region", "所在地、区划坐标", proximity, regional=True),
    Signal("reach", "可达性", "firm × region", "企业关联、人员", reach, regional=True),
    Signal("capacity", "投资能力", "firm", "营业收入、从业人数、注册资本", capacity),
    Signal("soundness", "经营稳健", "firm", "成立日期", soundness),
)  # fmt: skip

BY_NAME = {signal.name: signal for signal in SIGNALS}
