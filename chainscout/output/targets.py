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
            *limits_sections(answer),
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


HELD_BACK = (
    Column("rank", "原名次", "integer", 8),
    Column("firm", "企业名称", width=32),
    Column("link", "对应环节", width=18),
    Column("score", "得分", "score", 8),
    Column("reason", "让位原因", "long", 60),
)
SHEETS = (
    Column("rank", "名次", "integer", 7),
    Column("firm", "企业名称", width=28),
    Column("link", "对应环节", width=16, brief=False),
    Column("verdict", "结论", width=16),
    Column("points", "已知项得分", "integer", 9),
    Column("known", "已知项数", width=9),
    Column("range", "评分区间", width=11),
    Column("failed", "未达要求", "long", 44),
    Column("unknown", "未知，需核实", "long", 40),
)
VERDICTS = {"pass": "符合", "fail": "不符", "unknown": "待核实"}
STABILITY = (
    Column("rank", "序号", "integer", 7),
    Column("firm", "企业名称", width=32),
    Column("share", "在名单内的比例", "percent", 14),
    Column("ranks", "名次范围", width=14),
)


def limits_sections(answer: Answer) -> list[Section]:
    """What limits, checks and weight draws say; only what was asked for."""
    found = [_held_back(answer["held_back"])] if answer.get("held_back") else []
    judged = [t for t in (*answer["targets"], *answer.get("refused", ())) if t.get("checks")]
    if judged:
        found.append(checks_section(judged))
    drawn = [t for t in answer["targets"] if t.get("stability")]
    if drawn:
        found.append(_stability(drawn))
    return found


def _held_back(held: list[Answer]) -> Section:
    rows = [[h["rank"], h["firm"]["name"], h["link"], h["score"], h["reason"]] for h in held]
    note = "因每个集团、每个环节的家数限制未列入，得分本可入围。"
    return Section("让位企业", "让位企业", HELD_BACK, rows, note=note)


def checks_section(judged: Sequence[Answer]) -> Section:
    """The check list beside every firm, line by line: those listed, then those it keeps off.

    Args:
        judged: targets with ``checks``; one without ``rank`` is not listed.
    """
    lines = {line["item"]: line for t in judged for line in t["checks"]["lines"]}
    columns = [
        Column(f"check:{item}", _asked(line), width=16, brief=False) for item, line in lines.items()
    ]
    rows = []
    for target in judged:
        sheet = target["checks"]
        own = {line["item"]: line for line in sheet["lines"]}
        known = sum(line["verdict"] != "unknown" for line in sheet["lines"])
        rows.append(
            [
                target["rank"], target["firm"]["name"], target["link"]["name"], verdict(target),
                sheet["score"], f"{known}/{len(own)}",
                "{:.0f}–{:.0f}".format(*sheet["interval"]), _failed(sheet), _unknown(sheet),
                *(line_text(own[item]) if item in own else "不涉及" for item in lines),
            ]
        )  # fmt: skip
    note = (
        f"按「{judged[0]['checks']['name']}」逐项评分，满分 100；得分只计已知项，已知项少时不能"
        "当作结论；区间为未知项全不达标与全达标时的评分。没有名次的企业因准入不符未列入名单。"
    )
    return Section("准入评分", "准入评分", [*SHEETS, *columns], rows, note=note)


def verdict(target: Answer) -> str:
    """What the check list says of a firm, in a word."""
    said = {line["verdict"] for line in target["checks"]["lines"]}
    if target["rank"] is None:
        return "不符，未列入"
    if "fail" in said:
        return "列入，有不符项"
    return "待核实" if "unknown" in said else "符合"


def line_text(line: Answer) -> str:
    """A line of a sheet: ``不符：250 万元/亩``."""
    word = VERDICTS[line["verdict"]]
    return f"{word}：{line['value']}" if line["value"] and line["verdict"] != "unknown" else word


def _asked(line: Answer) -> str:
    group = f"{line['group']}·" if line["group"] else ""
    return f"{group}{line['item']}（{line['limit']}）"


def _failed(sheet: Answer) -> str | None:
    lines = [line for line in sheet["lines"] if line["verdict"] == "fail"]
    return "；".join(f"{x['item']} {x['value'] or ''}（要求{x['limit']}）" for x in lines) or None


def _unknown(sheet: Answer) -> str | None:
    lines = (line["item"] for line in sheet["lines"] if line["verdict"] == "unknown")
    return "、".join(lines) or None


def _stability(drawn: list[Answer]) -> Section:
    rows = [
        [
            t["rank"], t["firm"]["name"], t["stability"]["share"],
            "第 {}–{} 名".format(*t["stability"]["ranks"]),
        ]
        for t in drawn
    ]  # fmt: skip
    draws, top = drawn[0]["stability"]["draws"], drawn[0]["stability"]["top"]
    note = f"权重各自随机浮动 {draws} 次，企业仍在前 {top} 名内的比例，和多数情形下的名次。"
    return Section("名次稳定性", "名次稳定性", STABILITY, rows, note=note)


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
    "SHEETS",
    "VERDICTS",
    "breakdown_section",
    "checks_section",
    "considered",
    "limits_sections",
    "line_text",
    "path_text",
    "place",
    "targets_document",
    "targets_section",
    "verdict",
]
