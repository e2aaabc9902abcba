"""有什么 and 缺什么 as a document, from the answer of the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from chainscout.output import words
from chainscout.output.document import Column, Document, Section
from chainscout.output.notes import facts, gap_notes, notes_section, sources_of
from graph.gaps import Sensitivity

Answer = dict[str, Any]
LocalFirms = Callable[[str], Sequence[str]]
_NAMES_SHOWN = 8

MISSING = (
    Column("chain", "产业链", width=16, brief=False),
    Column("link", "环节", width=18),
    Column("stage", "位置", width=8),
    Column("gap_type", "类型", width=8),
    Column("status", "现状", width=8),
    Column("priority", "优先度", "score", 9),
    Column("interval", "区间", width=12, brief=False),
    Column("coverage", "数据覆盖度", "percent", 10, brief=False),
    Column("local_firms", "本地企业", "integer", 9),
    Column("national_firms", "全国企业", "integer", 9),
    Column("relatedness", "关联度", "score", 9, brief=False),
    Column("reasons", "说明", "long", 60, sentences=1),
)
HAVE = (
    Column("chain", "产业链", width=16, brief=False),
    Column("link", "环节", width=18),
    Column("stage", "位置", width=8),
    Column("status", "现状", width=8),
    Column("local_firms", "本地企业", "integer", 9),
    Column("leader", "链主", width=30, brief=False),
    Column("firms", "企业名单", "long", 56),
    Column("location_quotient", "区位商", "number", 9),
    Column("national_firms", "全国企业", "integer", 9, brief=False),
)
SENSITIVITY = (
    Column("chain", "产业链", width=16, brief=False), Column("link", "环节", width=18),
    Column("priority", "优先度", "score", 9), Column("rank", "名次", "integer", 8),
    Column("range", "名次区间", width=10), Column("top_share", "位于前列的比例", "percent", 10),
    Column("sentence", "说明", "long", 56),
)  # fmt: skip
FLAT = (
    Column("chain", "产业链"), Column("link", "环节"), Column("stage", "位置", says=words.STAGE),
    Column("status", "现状", says=words.STATUS), Column("gap_type", "类型", says=words.GAP_TYPE),
    Column("priority", "优先度", "score"),
    Column("low", "区间下限", "score"), Column("high", "区间上限", "score"),
    Column("coverage", "数据覆盖度", "percent"), Column("local_firms", "本地企业", "integer"),
    Column("leader", "链主"), Column("national_firms", "全国企业", "integer"),
    Column("location_quotient", "区位商", "number"), Column("relatedness", "关联度", "score"),
    Column("reasons", "说明", "long"),
)  # fmt: skip


def gaps_document(
    answer: Answer, local_firms: LocalFirms, created: str, office: str = ""
) -> Document:
    """`answer` as a document; `local_firms` gives the names of the region's firms at a link id."""
    region = answer["region"]["name"]
    names = [chain["chain"]["name"] for chain in answer["chains"]]
    about = names[0] if len(names) == 1 else f"{len(names)} 条产业链"
    return Document(
        title=f"{region}·{about} 产业链现状与缺口",
        purpose=f"摸清{region}在{about}上有什么、缺什么，供招商研判使用。",
        facts=facts(region, about, answer["data_version"], created, office),
        sections=[
            missing_section(answer),
            have_section(answer, local_firms),
            notes_section(gap_notes(answer), sources_of(*(link for _, link in _links(answer)))),
        ],
        answer=answer,
        records=list(_records(answer)),
        flat=_flat(answer),
    )


def with_sensitivity(document: Document, found: Sensitivity) -> Document:
    """The document with a section on the weights after the gaps, and the key in its answer."""
    names = {chain["chain"]["id"]: chain["chain"]["name"] for chain in document.answer["chains"]}
    rows = [
        [
            names[gap.chain], gap.name, gap.priority, gap.rank, f"{gap.best}–{gap.worst}",
            gap.top_share, found.sentence(gap),
        ]
        for gap in found.gaps
    ]  # fmt: skip
    note = (
        f"围绕所用权重随机抽取 {found.draws:,} 组权重，看每个缺口的名次怎样变；"
        "名次区间为 5%–95% 分位。"
    )
    section = Section(
        "权重敏感性", "权重敏感性", SENSITIVITY, rows, note=note, empty="没有可比较的缺口"
    )
    before, after = document.sections[:1], document.sections[1:]
    answer = document.answer | {"sensitivity": found.to_dict()}
    return replace(document, sections=[*before, section, *after], answer=answer)


def missing_section(answer: Answer) -> Section:
    """缺什么: the gaps, the most pressing first."""
    gaps = [(c, g) for c, g in _links(answer) if g["gap_type"]]
    gaps.sort(key=lambda pair: -(pair[1]["priority"] or 0.0))
    return Section(
        "缺什么(缺口)",
        "缺什么",
        MISSING,
        [_missing_row(chain, gap) for chain, gap in gaps],
        note=_summary(answer),
        empty=_no_gap(answer),
    )


def _no_gap(answer: Answer) -> str:
    if any(chain["links"] for chain in answer["chains"]):
        return "没有缺口：各环节本地均已具备"
    return "数据中还没有环节，无从判断缺口；请先导入环节和供给关系"


def _missing_row(chain: Answer, gap: Answer) -> list[Any]:
    return [
        chain["name"],
        gap["link"]["name"],
        words.STAGE.get(gap["link"]["stage"], gap["link"]["stage"]),
        words.GAP_TYPE[gap["gap_type"]],
        words.STATUS[gap["status"]],
        gap["priority"],
        words.interval(gap["interval"]),
        gap["coverage"],
        gap["local_firms"],
        gap["national_firms"],
        gap["relatedness"],
        words.numbered(gap["reasons"]),
    ]


def have_section(answer: Answer, local_firms: LocalFirms) -> Section:
    """有什么: links with local firms, the strongest first."""
    order = {"strong": 0, "present": 1, "weak": 2}
    have = [(c, g) for c, g in _links(answer) if g["status"] in order]
    have.sort(key=lambda pair: (order[pair[1]["status"]], -pair[1]["local_firms"]))
    rows = []
    for chain, link in have:
        rows.append(
            [
                chain["name"],
                link["link"]["name"],
                words.STAGE.get(link["link"]["stage"], link["link"]["stage"]),
                words.STATUS[link["status"]],
                link["local_firms"],
                leader(link["leader"]),
                _listed(list(local_firms(link["link"]["id"])), link["local_firms"]),
                link["location_quotient"],
                link["national_firms"],
            ]
        )
    return Section("有什么(本地现状)", "有什么", HAVE, rows, empty="本地在这条产业链上还没有企业")


def leader(value: Answer | None) -> str | None:
    """A chain leader's name, marked as stated or inferred."""
    if not value:
        return None
    basis = words.LEADER_BASIS.get(value.get("basis", ""), "")
    return f"{value['name']}（{basis}）" if basis else str(value["name"])


def _listed(names: list[str], total: int) -> str:
    shown = "、".join(names[:_NAMES_SHOWN])
    return f"{shown} 等 {total} 家" if total > _NAMES_SHOWN else shown


def _summary(answer: Answer) -> str:
    """One sentence of numbers per chain; for many chains, one over all of them."""
    lines = []
    for chain in answer["chains"]:
        if not chain["links"]:
            lines.append(f"{chain['chain']['name']}：还没有环节。")
            continue
        count = dict.fromkeys(words.STATUS, 0)
        for link in chain["links"]:
            count[link["status"]] += 1
        parts = "、".join(f"{words.STATUS[s]} {count[s]}" for s in words.STATUS)
        state = "链条已成形" if chain["established"] else "链条尚未成形"
        lines.append(f"{chain['chain']['name']}：{len(chain['links'])} 个环节中{parts}；{state}。")
    if len(lines) <= 3:
        return "".join(lines)
    formed = sum(bool(chain["established"]) for chain in answer["chains"])
    return f"共 {len(lines)} 条产业链，其中 {formed} 条已成形。"


def _links(answer: Answer) -> Iterator[tuple[Answer, Answer]]:
    for chain in answer["chains"]:
        for link in chain["links"]:
            yield chain["chain"], link


def _records(answer: Answer) -> Iterator[Answer]:
    for chain, link in _links(answer):
        yield {
            "region": answer["region"],
            "data_version": answer["data_version"],
            "chain": chain,
            **link,
        }


def _flat(answer: Answer) -> Section:
    rows = []
    for chain, link in _links(answer):
        low, high = link["interval"] or (None, None)
        rows.append(
            [
                chain["name"], link["link"]["name"], link["link"]["stage"], link["status"],
                link["gap_type"], link["priority"], low, high, link["coverage"],
                link["local_firms"], (link["leader"] or {}).get("name"), link["national_firms"],
                link["location_quotient"], link["relatedness"], "；".join(link["reasons"]),
            ]
        )  # fmt: skip
    return Section("gaps", "环节", FLAT, rows)


__all__ = ["Answer", "LocalFirms", "gaps_document", "have_section", "missing_section"]
