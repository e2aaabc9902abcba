"""找谁 as a document: the target list a leader is handed, and why one firm is on it or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chainscout.output import words
from chainscout.output.document import Column, Document, Section
from chainscout.output.notes import Row, facts, notes_section, sources_of, target_notes

Answer = dict[str, Any]

TARGETS = (
    Column("rank", "序号", "integer", 7),
    Column("firm", "企业名称", width=32),
    Column("region", "所在地", width=18),
    Column("link", "对应环节", width=18),
    Column("score", "得分", "score", 8),
    Column("reasons", "推荐理由", "long", 62),
    Column("paths", "对接路径", "long", 32, brief=False),
    Column("tags", "标签", width=16, brief=False),
    Column("interval", "得分区间", width=12, brief=False),
    Column("coverage", "数据覆盖度", "percent", 10, brief=False),
    Column("uscc", "统一社会信用代码", width=21, brief=False),
)
_FLAT = (
    Column("rank", "序号", "integer"), Column("firm_id", "企业编号"), Column("firm", "企业名称"),
    Column("uscc", "统一社会信用代码"), Column("region", "所在地"), Column("tags", "标签"),
    Column("link_id", "环节编号"), Column("link", "对应环节"), Column("score", "得分", "score"),
    Column("low", "区间下限", "score"), Column("high", "区间上限", "score"),
    Column("coverage", "数据覆盖度", "percent"), Column("reasons", "推荐理由", "long"),
    Column("paths", "对接路径", "long"),
)  # fmt: skip


def place(value: Answer | None) -> str | None:
    """The name of a region as an answer gives it."""
    name: str | None = value["name"] if value else None
    return name


def path_text(path: Answer) -> str:
    """One way in, ``甲 —供应→ 乙 ←任职— 丙``: arrows show the direction of each tie."""
    start = str(path["steps"][0]["from"]["name"])
    return start + "".join(_step(step) for step in path["steps"])


def _step(step: Answer) -> str:
    label = step["label"]
    arrow = f"—{label}→" if step["direction"] == "forward" else f"←{label}—"
    return f" {arrow} {step['to']['name']}"


def targets_document(
    answer: Answer,
    title: str,
    about: tuple[str | None, str | None],
    created: str,
    office: str = "",
    before: Sequence[Section] = (),
    more_notes: Sequence[Row] = (),
) -> Document:
    """`answer` as a document.

    Args:
        answer: of ``recommend``, as the contract has it.
        title: of the list.
        about: names of region and chain, None where the query has none.
        created: when the data version was made, ISO 8601.
        office: who compiled it.
        before: further sections, 缺什么 and 有什么, that go with the list.
        more_notes: rows for the sheet of notes that belong to `before`.
    """
    region, chain = about
    purpose = (
        f"面向{region}{chain or ''}缺口的目标企业清单，供招商对接使用；得分越高越值得优先接触。"
        if region
        else f"{chain or ''}环节的企业清单，按属于该环节的可能性排序。"
    )
    return Document(
        title=title,
        purpose=purpose,
        facts=facts(region, chain, answer["data_version"], created, office),
        sections=[
            targets_section(answer),
            *before,
            breakdown_section(answer),
            notes_section([*more_notes, *target_notes(answer)], sources_of(*answer["targets"])),
        ],
        answer=answer,
        records=answer["targets"],
        flat=_flat(answer),
    )


def targets_section(answer: Answer) -> Section:
    """找谁: the list itself."""
    rows = []
    for target in answer["targets"]:
        firm = target["firm"]
        rows.append(
            [
                target["rank"], firm["name"], place(firm["region"]), target["link"]["name"],
                target["score"], words.numbered(target["reasons"]),
                "\n".join(path_text(p) for p in target["paths"]) or None,
                "、".join(firm["tags"] or []) or None, words.interval(target["interval"]),
                target["coverage"], firm["uscc"],
            ]
        )  # fmt: skip
    return Section(
        "找谁(目标企业)",
        "找谁",
        TARGETS,
        rows,
        note=considered(answer),
        empty="没有符合条件的企业",
    )


def considered(answer: Answer) -> str:
    """How many firms were looked at, and how many were left out for which reason."""
    text = f"共考察 {answer['considered']:,} 家企业"
    excluded = "、".join(f"{why} {n:,} 家" for why, n in answer["excluded"].items() if n)
    if excluded:
        text += f"，已排除：{excluded}"
    return f"{text}；列出 {len(answer['targets'])} 家。"


def breakdown_section(answer: Answer) -> Section:
    """What each score is made of; an empty cell means that the part is not known."""
    names = list(dict.fromkeys(n for t in answer["targets"] for n in t["components"]))
    columns = [
        Column("rank", "序号", "integer", 7),
        Column("firm", "企业名称", width=32),
        Column("score", "得分", "score", 8),
        *(Column(name, words.component(name), "score", 13) for name in names),
    ]
    rows = [
        [
            target["rank"],
            target["firm"]["name"],
            target["score"],
            *(target["components"].get(name, {}).get("value") for name in names),
        ]
        for target in answer["targets"]
    ]
    note = "各分项取值 0–1；空白表示数据不足，不计入得分。权重见「说明与来源」。"
    return Section("得分构成", "得分构成", columns, rows, note=note, terminal=False)


def _flat(answer: Answer) -> Section:
    rows = []
    for target in answer["targets"]:
        firm, link = target["firm"], target["link"]
        low, high = target["interval"] or (None, None)
        rows.append(
            [
                target["rank"], firm["id"], firm["name"], firm["uscc"], place(firm["region"]),
                ";".join(firm["tags"] or []), link["id"], link["name"], target["score"],
                low, high, target["coverage"], "；".join(target["reasons"]),
                "；".join(path_text(p) for p in target["paths"]),
            ]
        )  # fmt: skip
    return Section("targets", "目标企业", _FLAT, rows)


__all__ = [
    "breakdown_section",
    "considered",
    "path_text",
    "place",
    "targets_document",
    "targets_section",
]
