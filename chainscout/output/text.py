"""Answers of resolve, classify and extract as documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chainscout.output import words
from chainscout.output.document import Column, Document, Section
from graph.schema import TABLES

Answer = dict[str, Any]
Facts = Sequence[tuple[str, str]]

RESOLVED = {"match": "确认", "review": "待核", "none": "未找到"}
CLASSIFIED = {"assign": "归入", "review": "待核", "none": "未归类"}

_RESOLVE = (
    Column("row", "行", "integer", 6), Column("query", "查询名称", width=30),
    Column("decision", "结论", width=8), Column("firm", "企业", width=34),
    Column("firm_id", "企业编号", width=20, brief=False), Column("score", "把握", "score", 8),
    Column("candidates", "候选与理由", "long", 70, sentences=3),
)  # fmt: skip
_CLASSIFY = (
    Column("row", "行", "integer", 6), Column("name", "企业", width=28, brief=False),
    Column("text", "文本", "long", 40), Column("decision", "结论", width=8),
    Column("chain", "产业链", width=16), Column("link", "环节", width=18),
    Column("confidence", "把握", "score", 8), Column("because", "依据", "long", 30),
    Column("others", "其他可能", "long", 40, brief=False),
)  # fmt: skip
_PROJECTS = (
    "project", "firm", "region", "stage", "amount", "amount_currency", "date", "status", "source",
)  # fmt: skip
_WIDTHS = {"project": 36, "firm": 30, "region": 20, "source": 22}
_HIDDEN = ("amount_currency", "status", "source")
_NOTES = (Column("item", "项目", width=26), Column("text", "内容", "long", 90))
_TEXT_SHOWN = 80
_LIKELY = 0.05  # candidates below it are not shown
_KIN = ("subsidiary", "parent", "branch")


def resolve_document(answers: Sequence[Answer], facts: Facts) -> Document:
    """Rows of ``resolve``."""
    rows = [
        [
            a["row"], a["query"], RESOLVED[a["decision"]],
            (a["firm"] or {}).get("name"), (a["firm"] or {}).get("id"),
            a["score"], _candidates(a),
        ]
        for a in answers
    ]  # fmt: skip
    note = _counted([RESOLVED[a["decision"]] for a in answers], RESOLVED.values())
    section = Section("名称核对", "名称核对", _RESOLVE, rows, note, empty="文件里没有名称")
    return Document("企业名称核对", [section], list(answers), list(answers), facts=facts)


def _candidates(answer: Answer) -> str:
    """Who it may be, with reasons; of nobody likely what the answer says."""
    found = answer["candidates"]
    if answer["decision"] == "none":
        kin = bool(found) and found[0]["relation"] in _KIN
        likely = bool(found) and found[0]["score"] >= _LIKELY
        text = found[0]["why"] if kin else _listed(found[0]) if likely else ""
        return f"{answer['why']}。{text}"
    likely = [c for c in found[:3] if c["score"] >= _LIKELY] or found[:1]
    return words.numbered([_listed(c) for c in likely[: 1 if answer["decision"] == "match" else 3]])


def _listed(candidate: Answer) -> str:
    return f"{candidate['name']}（{candidate['score']:.0%}）：{candidate['why']}。"


def classify_document(
    answers: Sequence[Answer], texts: Sequence[tuple[str, str]], facts: Facts
) -> Document:
    """Rows of ``classify``; `texts` are (name, text) of each row."""
    rows = [_classified(a, *text) for a, text in zip(answers, texts, strict=True)]
    note = _counted([CLASSIFIED[a["decision"]] for a in answers], CLASSIFIED.values())
    section = Section("环节归类", "环节归类", _CLASSIFY, rows, note, empty="文件里没有文本")
    return Document("企业文本归类", [section], list(answers), list(answers), facts=facts)


def _classified(answer: Answer, name: str, text: str) -> list[Any]:
    shown = text if len(text) <= _TEXT_SHOWN else f"{text[:_TEXT_SHOWN]}…"
    head = [answer["row"], name, shown, CLASSIFIED[answer["decision"]]]
    if not answer["links"]:
        return [*head, None, None, None, None, None]
    best, *rest = answer["links"]
    because = "、".join(best["keywords"] or best["words"])
    others = words.numbered([f"{o['chain']}·{o['name']}（{o['confidence']:.0%}）" for o in rest])
    return [*head, best["chain"], best["name"], best["confidence"], because, others]


def extract_document(
    answers: Sequence[Answer], tables: Sequence[Sequence[Answer]], *, workbook: bool
) -> Document:
    """Answers of ``extract``, one a file; `tables` are their rows of the projects table.

    In a workbook the projects are a sheet that `ingest` takes, all else a sheet it passes over.
    """
    table = TABLES["projects"]
    columns = tuple(
        Column(
            name,
            table[name].label,
            "number" if name == "amount" else "text",
            _WIDTHS.get(name, 12),
            brief=name not in _HIDDEN,
        )
        for name in _PROJECTS
    )
    rows = [[_cell(name, row[name]) for name in _PROJECTS] for part in tables for row in part]
    projects = Section(
        table.label, table.label, columns, rows, "均为存疑，核实后方计入。", "没有找到项目"
    )
    notes = Section("说明", "说明", _NOTES, _notes(answers), empty="没有提到企业和合计")
    firms = Section("提到的企业", "提到的企业", _NOTES, _notes(answers), empty="没有提到企业和合计")
    return Document(
        "文本中的项目",
        [projects, notes if workbook else firms],
        answers[0] if len(answers) == 1 else list(answers),
        list(answers),
        purpose="从新闻、简报中找出的项目；核对后可用 chainscout ingest 导入本文件。",
    )


def _cell(name: str, value: Any) -> Any:
    if name == "status":
        return TABLES["projects"]["status"].values[value][0]
    return value


def _notes(answers: Sequence[Answer]) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for answer in answers:
        file = str(answer["file"] or "文本")
        names = "、".join(firm["name"] for firm in answer["firms"])
        rows += [[f"{file}：提到的企业", names]] if names else []
        rows += [[f"{file}：合计", _total(total)] for total in answer["totals"]]
        for project in answer["projects"]:
            if project["firm_candidates"]:
                listed = "、".join(c["name"] for c in project["firm_candidates"][:3])
                rows.append([f"{file}：「{project['firm']}」可能是", listed])
    return rows


def _total(total: Answer) -> str:
    parts = [
        f"{total['count']} 个项目" if total["count"] else "",
        f"{total['amount_yi']:g} 亿（{total['currency']}）" if total["amount_yi"] else "",
        total["stage"] or "",
    ]
    return "，".join(part for part in parts if part)


def _counted(found: Sequence[str], every: Any) -> str:
    return "、".join(f"{word} {found.count(word)}" for word in every) + "。"


__all__ = ["classify_document", "extract_document", "resolve_document"]
