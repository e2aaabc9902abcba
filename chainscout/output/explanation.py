"""Why one firm is on the list or not, as a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chainscout.output import words
from chainscout.output.document import Column, Document, Section
from chainscout.output.notes import facts
from chainscout.output.targets import VERDICTS

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
        sections=[_reasons(answer), _components(answer), *_more(answer)],
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


_CHANGES = (
    Column("component", "分项", width=16),
    Column("value", "现在", "score", 9),
    Column("needed", "入围所需", "score", 10),
    Column("step", "须提高", "score", 9),
)
_CHECKS = (
    Column("group", "类别", width=16),
    Column("item", "准入条件", width=24),
    Column("value", "企业情况", width=20),
    Column("limit", "要求", width=32),
    Column("verdict", "结论", width=10),
    Column("basis", "依据", "long", 20),
)


def _more(answer: Answer) -> list[Section]:
    """What would have to change, and the check list, where there is something to say."""
    found = []
    if answer.get("changes"):
        rows = [
            [change["label"], change["value"], change["needed"], change["step"]]
            for change in answer["changes"].values()
        ]
        note = (
            f"其他项不变时，单独一项达到多少才够入围线 {answer['entry']:.3f}；— 为单凭此项做不到。"
        )
        found.append(Section("入围所需", "要怎样才能入围", _CHANGES, rows, note))
    if answer.get("checks"):
        lines = answer["checks"]["lines"]
        rows = [
            [x["group"], x["item"], x["value"], x["limit"], VERDICTS[x["verdict"]], x["basis"]]
            for x in lines
        ]
        score, bounds = answer["checks"]["score"], answer["checks"]["interval"]
        known = "没有一项已知" if score is None else f"已知项得 {score:.0f} 分"
        note = f"{answer['checks']['name']}：{known}，区间 {bounds[0]:.0f}–{bounds[1]:.0f}。"
        found.append(Section("准入条件", "准入条件", _CHECKS, rows, note))
    return found


__all__ = ["explanation_document"]
