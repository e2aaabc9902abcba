"""The Chinese words of answers: statuses, gap types, stages, components."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from graph.gaps import COMPONENTS, GAP_TYPES, STATUSES
from recommender.signals import BY_NAME

STATUS: Mapping[str, str] = {str(name): word for name, word in STATUSES.items()}
GAP_TYPE: Mapping[str, str] = {str(name): word for name, word in GAP_TYPES.items()}
STAGE = {"upstream": "上游", "midstream": "中游", "downstream": "下游"}
LEVEL = {"province": "省级", "prefecture": "地级", "county": "县级"}
LEADER_BASIS = {"stated": "认定", "inferred": "推断"}

RANK_SETTING = {
    "as_of": "截止日期", "weights": "权重", "blacklist": "不予列入的企业",
    "presence_threshold": "具备门槛", "unknown_strength": "未知强度取值",
    "uncertain_weight": "存疑卡位权重", "half_life_years": "投资事件半衰期（年）",
    "distance_scale_km": "距离尺度（公里）", "tie_strength": "未注明强度的关联取值",
    "checks": "准入条件清单", "max_per_group": "同一集团至多列入",
    "max_per_link": "同一环节至多列入",
    "draws": "权重浮动次数", "draw_spread": "权重浮动幅度", "candidates": "候选企业范围",
    "paths_per_target": "每家企业列出的对接路径", "hub_limit": "枢纽节点关联上限",
    "version": "设置版本",
}  # fmt: skip

CANDIDATES = {"model": "由模型选取", "all": "全部企业"}
MODEL = {
    "weights": "各项信号加权平均", "learned": "从以往投资学到的模型",
    "membership": "从已有卡位学到的模型",
}  # fmt: skip

TERMS: tuple[tuple[str, str], ...] = (
    ("优势 / 具备 / 薄弱 / 缺失",
        "没有企业为缺失，未达门槛为薄弱，达到门槛为具备，另有链主或区位商高为优势",
    ),
    ("建链", "本地该产业链尚未成形（具备的环节占比低于设定值），其缺失环节"),
    ("补链", "产业链已成形，上下游环节本地都具备，中间缺失的环节"),
    ("延链", "产业链已成形，只有一侧相邻环节本地具备的缺失环节"),
    ("强链", "本地有企业但薄弱的环节"),
    ("得分 / 优先度", "0–1，各已知分项的加权平均；未知的分项不计入，也不当作零"),
    ("得分区间", "未知分项全取最低与全取最高时得分的范围；越宽说明数据越少"),
    ("数据覆盖度", "已知分项的权重占全部权重的比例"),
    ("区位商", "本地该环节企业占比与全国占比之比；1 为全国平均"),
)  # fmt: skip


def component(name: str) -> str:
    """The Chinese name of a score component; its own name where there is none."""
    signal = BY_NAME.get(name)
    return signal.label if signal else COMPONENTS.get(name) or _learned().get(name, name)


@cache
def _learned() -> dict[str, str]:
    """What the models that learn look at; they take long to load and few answers need them."""
    from recommender.learned.features import FEATURES
    from recommender.membership.measures import MEASURES

    labels = {feature.name: feature.label for feature in FEATURES}
    return labels | {measure.name: measure.label for measure in MEASURES}


def model(about: Mapping[str, Any]) -> str:
    """What ranked, in words and by the name that options take."""
    name = str(about["kind"])
    said = f"{MODEL[name]}（{name}）" if name in MODEL else name
    return f"{said}，版本 {about['version']}"


def numbered(texts: list[str]) -> str:
    """Sentences as a numbered list, one per line; a single one stays bare."""
    if len(texts) < 2:
        return "".join(texts)
    return "\n".join(f"{i}. {text}" for i, text in enumerate(texts, start=1))


def interval(bounds: list[float | None] | tuple[float | None, ...] | None) -> str | None:
    """``0.31–0.72``; None where not known."""
    if not bounds or bounds[0] is None or bounds[1] is None:
        return None
    return f"{bounds[0]:.2f}–{bounds[1]:.2f}"
