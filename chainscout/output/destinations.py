"""Where a firm may go next, as a document: whom a region competes with."""

from __future__ import annotations

from typing import Any

from chainscout.output.document import Column, Document
from chainscout.output.listing import listing
from chainscout.output.notes import facts
from chainscout.output.words import LEVEL
from recommender.destinations import FEATURES

Answer = dict[str, Any]
UNTRAINED = "投资事件不足，各项同等看待"
# Parts of a score that are worth a word: so many, and at least so much.
_SHOWN, _LEAST = 3, 0.005
_COLUMNS = (
    Column("rank", "名次", "integer", 6),
    Column("region", "地区", width=24),
    Column("code", "代码", width=10, brief=False),
    Column("score", "得分", "score", 8),
    Column("why", "主要依据", "long", 70),
    *(Column(name, label, "score", 12, brief=False) for name, label in FEATURES),
)


def destinations_document(answer: Answer, created: str) -> Document:
    """`answer` of ``destinations`` as a document; columns of the features are what each adds."""
    query = answer["query"]
    where = "·".join(query[part]["name"] for part in ("chain", "link") if query[part])
    return listing(
        f"{query['firm']['name']}下一步可能去哪：谁在和我们竞争（{where}）",
        _COLUMNS,
        [_row(region) for region in answer["regions"]],
        answer,
        [
            *facts(None, None, answer["data_version"], created),
            ("级别", LEVEL[query["level"]]),
            ("权重", answer["model"]["trained_on"] or UNTRAINED),
        ],
        empty="数据中没有这一级地区的投资事件和企业所在地；可导入「投资事件」「企业」表后再查",
        stem="去向",
    )


def _row(region: Answer) -> dict[str, Any]:
    parts = region["components"]
    return {
        "rank": region["rank"],
        "region": region["region"]["name"],
        "code": region["region"]["code"],
        "score": region["score"],
        "why": why(region),
        **{name: part["contribution"] for name, part in parts.items()},
    }


def why(region: Answer) -> str:
    """The parts that add most to a region's score, the largest first; a firm there by its name."""
    told = region["components"] | {
        "group": region["components"]["group"] | {"label": _group(region)}
    }
    parts = sorted(told.values(), key=lambda p: p["contribution"], reverse=True)
    return "；".join(
        f"{part['label']} {part['contribution']:.2f}"
        for part in parts[:_SHOWN]
        if part["contribution"] >= _LEAST
    )


def _group(region: Answer) -> str:
    """集团在此已有江苏金风科技有限公司: one by name, the others counted."""
    names = [firm["name"] for firm in region["group"]]
    more = f"等 {len(names)} 家" if len(names) > 1 else ""
    return f"集团在此已有{names[0]}{more}" if names else region["components"]["group"]["label"]


__all__ = ["UNTRAINED", "destinations_document", "why"]
