"""Back-tests and model cards as documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chainscout.output.document import Column, Document, Section

MODELS: Mapping[str, str] = {
    "learned": "学习模型",
    "weights": "权重模型",
    "belonging": "环节归属",
    "text": "文本相似",
    "text_size_popularity": "文本×规模＋同链投资",
    "chain_popularity": "同链投资次数",
    "popularity": "投资次数",
    "size": "企业规模",
    "nearest": "距离",
    "cooccurrence": "环节共现",
    "ease": "环节关联模型",
    "degree": "卡位数",
    "random": "随机",
}
METRICS: Mapping[str, str] = {
    "recall_at_10": "前10命中率",
    "recall_at_20": "前20命中率",
    "recall_at_50": "前50命中率",
    "recall_at_100": "前100命中率",
    "mrr": "平均倒数名次",
    "average_precision": "平均精度",
    "lift_at_50": "前50提升倍数",
}
_SHARE = ("recall_at_10", "recall_at_50", "recall_at_100", "mrr", "average_precision", "lift_at_50")
# A terminal has room for three figures with their intervals.
_BRIEF = ("recall_at_10", "recall_at_20", "recall_at_50", "mrr")
_ABSENT = ("recall_at_10", "recall_at_20", "recall_at_50")


def backtest_document(answer: Mapping[str, Any], created: str) -> Document:
    """What `recommender.backtest` found: the models, then years, chains, hidden positions."""
    sections = [
        _models(
            "模型对比",
            "各模型的命中情况（方括号内为 95% 区间）",
            answer["models"],
            _SHARE,
            "".join(answer["about"]),
        ),
        _parts("分年", "年份", answer["by_year"]),
        _parts("分链", "产业链", answer["by_chain"]),
    ]
    if answer["absent"]:
        asked = f"隐去 {answer['absent']['pairs']} 条卡位，能否重新找到"
        sections.append(_models("环节归属", asked, answer["absent"]["models"], _ABSENT))
    facts = [
        ("分界", str(answer["split"])),
        ("考题", f"{answer['events']} 起外来投资；名录之外 {answer['outside']} 起"),
        ("候选企业", f"{answer['candidates']:,} 家"),
        ("数据版本", f"{answer['data_version']}（{created[:10]}）"),
    ]
    records = [{"model": name, **own} for name, own in answer["models"].items()]
    return Document(
        "回测：排名能否找到后来真正来投资的企业", sections, dict(answer), records, facts=facts
    )


def _models(
    name: str, title: str, models: Mapping[str, Any], metrics: Sequence[str], note: str = ""
) -> Section:
    columns = [Column("model", "模型", width=24)]
    columns += [
        Column(metric, METRICS[metric], width=22, brief=metric in _BRIEF) for metric in metrics
    ]
    rows = [[MODELS.get(n, n), *(_said(own[m]) for m in metrics)] for n, own in models.items()]
    return Section(name, title, columns, rows, note)


def _said(measured: Mapping[str, Any]) -> str:
    low, high = measured["interval"]
    return f"{measured['value']:.3f} [{low:.3f}–{high:.3f}]"


def _parts(name: str, what: str, parts: Mapping[str, Any]) -> Section:
    shown = ("recall_at_10", "recall_at_50", "mrr")
    columns = [
        Column("part", what, width=22),
        Column("events", "考题", "integer", 8),
        Column("model", "模型", width=24),
        *(Column(metric, METRICS[metric], "score", 12) for metric in shown),
    ]
    rows = [
        [part, own["events"], MODELS.get(model, model), *(found[m]["value"] for m in shown)]
        for part, own in parts.items()
        for model, found in own["models"].items()
    ]
    return Section(name, f"{name}命中情况", columns, rows, terminal=False)


def card_document(card: Mapping[str, Any]) -> Document:
    """The model card: what it learned from, what it goes by, how well, and its limits."""
    data, metrics = card["data"], card["metrics"]
    features = Section(
        "特征",
        "特征与权重",
        (
            Column("label", "特征", width=14), Column("share", "权重占比", "percent", 10),
            Column("about", "对象", width=18), Column("source", "来源", width=34),
            Column("name", "名称", width=14, brief=False),
        ),
        [[f["label"], f["share"], f["about"], f["source"], f["name"]] for f in card["features"]],
        "局限：" + "".join(card["limits"]),
    )  # fmt: skip
    sure = Section(
        "校准",
        "预测概率与实际（未参与训练的事件）",
        (
            Column("candidates", "候选", "integer", 10), Column("predicted", "预测", width=10),
            Column("observed", "实际", width=10),
        ),
        [
            [one["candidates"], f"{one['predicted']:.3%}", f"{one['observed']:.3%}"]
            for one in card["calibration"]
        ],
        note=f"滚动检验：{_tested(metrics)}。",
        empty="事件太少，没有校准概率",
    )  # fmt: skip
    facts = [
        ("模型", f"{card['kind']}，版本 {card['version']}"),
        ("训练数据", f"{data['learned_from']} 起外来投资（{data['first']} 至 {data['last']}）"),
        ("未用于训练", _left_out(data["left_out"])),
        ("数据版本", f"{data['version']}（{data['created'][:10]}）"),
    ]
    return Document("学习模型说明卡", [features, sure], dict(card), [dict(card)], facts=facts)


def _left_out(reasons: Mapping[str, int]) -> str:
    return "；".join(f"{reason} {n} 起" for reason, n in reasons.items()) or "无"


def _tested(metrics: Mapping[str, Any]) -> str:
    if not metrics.get("events"):
        return "事件太少，未作检验"
    told = "，".join(
        f"{METRICS[name]} {metrics[name]:.3f}" for name in ("recall_at_10", "recall_at_50", "mrr")
    )
    return f"{metrics['events']} 起事件：{told}（只在合理候选之间）"


__all__ = ["backtest_document", "card_document"]
