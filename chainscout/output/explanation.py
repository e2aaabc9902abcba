"""Why one firm is on the list or not, as a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chainscout.output import words
from chainscout.output.document import Column, Document, Section
from chainscout.output.notes import facts

Answer = dict[str, Any]

_COMPONENTS = (
    Column("component", "分项", width=16),
    Column("value", "取值", "score", 9),
    Column("weight", "权重", "score", 9),
    Column("contribution", "对得分的贡献", "score", 14),
    Column("source", "依据", "long", 60),
)
_REASONS = (Column("reason", "说明", "long", 100),)


def explanation_document(answer: Answer, created: str) -> Document:
    """`answer` of ``explain`` as a document."""
    firm = answer["firm"]["name"]
    verdict = "在清单上" if answer["listed"] else "不在清单上"
    return Document(
        title=f"{firm}：{verdict}",
        purpose="说明这家企业为什么在（不在）目标企业清单上。",
        facts=[*facts(None, None, answer["data_version"], created), *_verdict(answer)],
        sections=[_reasons(answer), _components(answer)],
        answer=answer,
        records=[answer],
        flat=_components(answer),
    )


def _verdict(answer: Answer) -> list[tuple[str, str]]:
    link = answer.get("link")
    pairs = [
        ("环节", link["name"] if isinstance(link, Mapping) else None),
        ("名次", answer.get("rank")),
        ("得分", None if answer.get("score") is None else f"{answer['score']:.2f}"),
        ("得分区间", words.interval(answer.get("interval"))),
    ]
    return [(label, str(value)) for label, value in pairs if value is not None]


def _reasons(answer: Answer) -> Section:
    rows = [[text] for text in answer["reasons"]]
    return Section("理由", "理由", _REASONS, rows, empty="没有可说明的理由")


def _components(answer: Answer) -> Section:
    rows = [
        [
            words.component(name),
            part["value"],
            part["weight"],
            part.get("contribution"),
            part.get("source"),
        ]
        for name, part in (answer.get("components") or {}).items()
    ]
    note = "取值 0–1；— 表示数据不足，不计入得分。"
    return Section("得分构成", "得分构成", _COMPONENTS, rows, note, empty="未进入评分")


__all__ = ["explanation_document"]
