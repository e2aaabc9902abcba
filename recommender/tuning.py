"""What an office may set for good about both analyses, and how settings are made of what it set.

The one table of weights and thresholds: a page, a command and a route show it, the workspace keeps
what differs from the defaults (:mod:`workspace.tuning`). Both analyses count a link as present by
the same rule, so that a threshold of both stands here once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Literal, TypeAlias
from unicodedata import normalize

from graph.complaints import found_text
from graph.gaps.settings import COMPONENTS, GapSettings
from recommender.settings import DEFAULT_WEIGHTS, RankSettings
from recommender.signals import BY_NAME as SIGNALS

Group: TypeAlias = Literal["both", "types", "priority", "ranking", "signals"]
Value: TypeAlias = float | int | tuple[str, ...]

GROUPS: Mapping[Group, str] = {
    "both": "具备与否（缺口、找谁共用）",
    "types": "缺口类型与现状的门槛",
    "priority": "缺口优先度的权重",
    "ranking": "找谁的信号权重",
    "signals": "找谁的信号参数",
}
_WEIGHTS = ("priority", "ranking")
_PLACES = 2
"""Decimals of a weight: what the sliders of a page can show and send back."""
_MOST_WORDS, _LONGEST_WORD = 30, 30


@dataclass(frozen=True)
class Row:
    """One value that an office may set.

    Attributes:
        key: its name for programs; that of the field, or ``ranking.fit`` for a weight.
        label: its Chinese name, no other row has it.
        group: which of :data:`GROUPS`.
        help: what it does, for a user.
        low, high: the range of a number.
        above: whether `low` itself is too little.
    """

    key: str
    label: str
    group: Group
    help: str
    low: float = 0.0
    high: float = 1.0
    above: bool = False

    @property
    def name(self) -> str:
        """The field, or within its weights the name of the weight."""
        return self.key.rpartition(".")[2]

    @property
    def weight(self) -> bool:
        return self.group in _WEIGHTS

    @property
    def default(self) -> Value:
        """The product's own value."""
        if self.group == "ranking":
            return DEFAULT_WEIGHTS[self.name]
        if self.group == "signals":
            found: Value = getattr(RankSettings(), self.name)
        elif self.group == "priority":
            found = getattr(GapSettings().weights, self.name)
        else:
            found = getattr(GapSettings(), self.name)
        return found

    @property
    def whole(self) -> bool:
        return isinstance(self.default, int)

    @property
    def words(self) -> bool:
        """Whether it is a set of words."""
        return isinstance(self.default, tuple)

    @property
    def span(self) -> str:
        """The range in words."""
        if self.words:
            return f"至多 {_MOST_WORDS} 个词，用顿号分开"
        kind = "整数，" if self.whole else f"至多 {_PLACES} 位小数，" if self.weight else ""
        if self.above:
            return f"{kind}大于 {self.low:g}，不大于 {self.high:g}"
        return f"{kind}{self.low:g} 至 {self.high:g}"

    def read(self, given: object) -> Value:
        """The value that a text or a number means. Raises ValueError (Chinese, names the row)."""
        if self.words:
            return self._words(given)
        number = _number(given)
        fits = (
            number is not None
            and (self.low < number if self.above else self.low <= number)
            and number <= self.high
            and not (self.whole and number != int(number))
            and not (self.weight and round(number, _PLACES) != number)
        )
        if number is None or not fits:
            raise ValueError(f"「{self.label}」应为{self._wanted}，收到{_shown(given)}")
        return int(number) if self.whole else number

    @property
    def _wanted(self) -> str:
        return self.span if self.whole else f"数字，{self.span}"

    def _words(self, given: object) -> tuple[str, ...]:
        texts = re.split(r"[、，,;；\s]+", given) if isinstance(given, str) else given
        if not isinstance(texts, Iterable) or not all(isinstance(t, str) for t in texts):
            raise ValueError(f"「{self.label}」应为一组词，收到{_shown(given)}")
        found = tuple(dict.fromkeys(t.strip() for t in texts if t.strip()))
        if len(found) > _MOST_WORDS or any(len(t) > _LONGEST_WORD for t in found):
            raise ValueError(f"「{self.label}」{self.span}，每个不超过 {_LONGEST_WORD} 个字")
        return found


def said(value: Value | None) -> str:
    """A value as text: what :meth:`Row.read` reads back."""
    if value is None:
        return "默认"
    if isinstance(value, tuple):
        return "、".join(value)
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)


def _number(given: object) -> float | None:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        number = float(normalize("NFKC", given) if isinstance(given, str) else given)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _shown(given: object) -> str:
    if given == "":
        return "空值"
    found = found_text(given)
    return found if found.startswith("「") else f" {found}"


def _row(group: Group, name: str, label: str, about: str, *, to: float, more_than: bool) -> Row:
    low = 0.0 if more_than or to <= 1 else 1.0
    return Row(name, label, group, about, low, to, more_than)


_THRESHOLDS: tuple[Row, ...] = (
    _row("both", "presence_threshold", "具备门槛",
         "本地该环节各企业卡位强度之和达到它，环节算「具备」；不到算「薄弱」，没有企业算「缺失」。"
         "找谁只为薄弱和缺失的环节找企业", to=100, more_than=True),
    _row("both", "unknown_strength", "未知强度取值",
         "卡位没有写强度时按多少计", to=1, more_than=False),
    _row("both", "uncertain_weight", "存疑卡位权重",
         "还没有人核实的卡位打几折；0 为不计，1 为照样计", to=1, more_than=False),
    _row("types", "established_share", "成链比例",
         "一条链上「具备」的环节占比达到它，算已成链：缺失环节分作补链、延链；"
         "达不到，缺失环节都是建链", to=1, more_than=True),
    _row("types", "lq_strong", "优势区位商",
         "「具备」的环节没有链主时，区位商达到它才算「优势」", to=100, more_than=True),
    _row("types", "leader_share", "链主规模分位",
         "没有人认定链主时，规模居同环节前这一比例的企业推断为链主", to=1, more_than=True),
    _row("types", "leader_min_known", "链主推断最少企业数",
         "同环节知道规模的企业不到这个数，就不按规模推断链主", to=1000, more_than=False),
    _row("types", "leader_tags", "链主标签",
         "带其中任一标签的企业，在它的各环节推断为链主；留空则不按标签推断", to=1, more_than=False),
    _row("types", "demand_half", "需求半饱和值",
         "下游（上游）环节的集聚度到这个数时，本地需求（本地配套）为 0.5", to=1000, more_than=True),
    _row("types", "supply_half", "可招企业半饱和值",
         "外地有这么多家企业时，可招企业为 0.5", to=10_000, more_than=True),
    _row("types", "competition_min_firms", "竞争判断最少企业数",
         "外地企业不到这个数，竞争余地算未知", to=1000, more_than=False),
    _row("signals", "half_life_years", "投资事件半衰期（年）",
         "过了这么多年，一次投资只算一半；影响投资动能、地区偏好", to=100, more_than=True),
    _row("signals", "distance_scale_km", "距离尺度（公里）",
         "相距这么远时，空间邻近降到 0.37", to=20_000, more_than=True),
    _row("signals", "tie_strength", "未注明强度的关联取值",
         "关联没有写强度时按多少计；影响可达性和对接路径", to=1, more_than=True),
)  # fmt: skip
_ABOUT = {
    "bottleneck": "整条链的产出有多少要经过这个环节",
    "local_demand": "本地有多少企业用得上它的产出",
    "local_supply": "本地有多少企业能供给它",
    "capability": "与本地已有环节的关联，已扣除地区和环节大小的影响",
    "supply": "外地有多少家企业可招",
    "competition": "其他城市在这个环节上是否分散",
    "likelihood": "按历年规律，第一家企业落到这里有多大可能；0 为不学",
}
_SIGNALS_ABOUT = {
    "fit": "企业在该环节的卡位有多强，与它在链上的其他环节是否相配",
    "leadership": "在该环节的地位：认定的链主、规模名次、企业标签",
    "pull": "本地上下游企业对该环节的需要，及与这家企业的往来",
    "momentum": "投资是否又多又近",
    "affinity": "去过的地方、同环节企业去过的地方，是否与本地相似",
    "expansion": "在家门以外多少个城市投过资",
    "proximity": "离本地有多近",
    "reach": "经本地的企业和人，有多容易接触到",
    "capacity": "拿得出多少钱：营业收入，没有则看从业人数、注册资本",
    "soundness": "经营了多少年",
}
# Marks of links are given with a single question, not stored, and so is their weight.
ROWS: tuple[Row, ...] = (
    *_THRESHOLDS,
    *(
        Row(f"priority.{name}", f"{COMPONENTS[name]}权重", "priority", about)
        for name, about in _ABOUT.items()
    ),
    *(
        Row(f"ranking.{name}", f"{SIGNALS[name].label}权重", "ranking", _SIGNALS_ABOUT[name])
        for name in DEFAULT_WEIGHTS
    ),
)  # fmt: skip
BY_KEY: Mapping[str, Row] = {row.key: row for row in ROWS}


def row_of(text: str) -> Row:
    """The row by its key, or by its Chinese name. Raises ValueError."""
    wanted = text.strip()
    for row in ROWS:
        if wanted in (row.key, row.label):
            return row
    names = "、".join(f"{row.label}（{row.key}）" for row in ROWS)
    raise ValueError(f"没有名为「{wanted}」的权重或门槛；可设：{names}")


@dataclass(frozen=True)
class Tuned:
    """What an office set; what it did not set is the product's default.

    Attributes:
        version: counts the changes; 0 = nothing was ever changed.
        values: key → value, of what differs from the default.
    """

    version: int = 0
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def mark(self) -> str:
        """Differs wherever answers may: what is computed with it is kept under this."""
        told = repr(sorted(self.values.items()))
        return f"{self.version}.{sha256(told.encode()).hexdigest()[:8]}" if self.version else "0"

    def value(self, row: Row) -> Value:
        """The value in force."""
        return self.values.get(row.key, row.default)

    def gaps(self, **given: Any) -> GapSettings:
        """Settings of 缺口; `given` are fields of one question, which come first.

        Raises:
            pydantic.ValidationError: a given value cannot be.
        """
        own = {name: v for name, v in self._fields("both", "types").items() if name not in given}
        weights = self._fields("priority") | dict(given.pop("weights", None) or {})
        return GapSettings.model_validate({**own, **given, "weights": weights, **self._told()})

    def ranking(self, **given: Any) -> RankSettings:
        """Settings of 找谁; `given` are fields of one question, which come first.

        Raises:
            pydantic.ValidationError: a given value cannot be.
        """
        own = self._fields("both", "signals")
        weights = self._fields("ranking") | dict(given.pop("weights", None) or {})
        return RankSettings.model_validate({**own, **given, "weights": weights, **self._told()})

    def gaps_beside(self, ranking: RankSettings) -> GapSettings:
        """Settings of 缺口 in one document with a ranking: the thresholds of both are the same."""
        shared = {row.key: getattr(ranking, row.key) for row in ROWS if row.group == "both"}
        return self.gaps(**shared)

    def to_dict(self) -> dict[str, Any]:
        """JSON: the version, and every row with value, default and range."""
        rows = [
            {
                "key": row.key, "label": row.label, "group": row.group,
                "group_label": GROUPS[row.group], "help": row.help, "range": row.span,
                "value": self.value(row), "default": row.default,
                "changed": row.key in self.values,
            }
            for row in ROWS
        ]  # fmt: skip
        return {"version": self.version, "settings": rows}

    def _fields(self, *groups: Group) -> dict[str, Value]:
        """Name → value of what is set in some groups."""
        return {
            BY_KEY[key].name: value
            for key, value in self.values.items()
            if BY_KEY[key].group in groups
        }

    def _told(self) -> dict[str, int]:
        return {"version": self.version} if self.version else {}


__all__ = ["BY_KEY", "GROUPS", "ROWS", "Group", "Row", "Tuned", "Value", "row_of", "said"]
