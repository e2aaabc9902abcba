"""How two names that are not one firm belong together: branch, subsidiary, parent, namesake.

Names of a group follow habits that can be read: a subsidiary carries the whole brand of its parent
(宁德时代（贵州）新能源 …), the parent is a 股份有限公司, a group, or has leave to do without a
place in its name (企业名称登记管理规定). A core of two characters that many firms of a registry
share says nothing about kinship. The verdict is a proposal for a person: it never merges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingest.namemodel import Kind, NameParts, compatible

Relation = Literal["same", "subsidiary", "parent", "branch", "namesake", "unknown"]
LIKELY = 0.5  # probability from which two names are rather one firm
UNLIKELY = 0.1  # and below which equal cores are those of two
_BRAND = 3  # characters from which a core is a brand that few bear by accident
_CROWD = 2  # other firms that may bear a core of two characters before it says nothing
# Words of trade that many kinds of firm carry: they do not tell one business from another.
_VAGUE = (
    "科技", "技术", "集团", "控股", "实业", "发展", "投资", "国际", "产业", "工业", "企业", "股份",
    "贸易", "销售", "商贸", "服务", "管理", "中国",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the name asked for is to the candidate, and why, in Chinese."""

    relation: Relation
    why: str


def relation(query: NameParts, name: NameParts, chance: float, sharers: int) -> Verdict:
    """What the firm of the name asked for is to a firm of the registry.

    "subsidiary": the one asked for belongs to the candidate; "parent": the other way round.

    Args:
        query: the name asked for.
        name: the candidate's name.
        chance: probability that they are one firm.
        sharers: number of other candidates that have the candidate's core.
    """
    if query.branch != name.branch:
        return _branch(query, name)
    if chance >= LIKELY:
        return Verdict("same", "")
    if not query.form or not name.form:
        return _short(query, name)
    brand = _borne(query, name, sharers)
    if brand:
        return Verdict("subsidiary", f"名称冠有“{brand}”，看来是其下属企业，是另一法人")
    brand = _borne(name, query, sharers)
    if brand:
        return Verdict("parent", f"对方名称冠有“{brand}”，看来是所查企业的下属企业，是另一法人")
    apart = chance < UNLIKELY or not _near(query, name) or not _same_trade(query, name)
    if query.core == name.core and len(query.core) > 1 and query.body != name.body and apart:
        return Verdict("namesake", f"只有字号“{name.core}”相同，是另一家：同名或有关联，须另行查证")
    return Verdict("unknown", "")


def _branch(query: NameParts, name: NameParts) -> Verdict:
    """One of the two, or each, is an office or works of a firm."""
    if query.body != name.body and not (query.core == name.core and _near(query, name)):
        return Verdict("unknown", "一方是分支机构，不是同一法人")
    if query.branch and name.branch:
        return Verdict("branch", f"两者是不同的分支机构（{query.branch}与{name.branch}）")
    whose = "是其分支机构" if query.branch else "对方是所查企业的分支机构"
    return Verdict("branch", f"{whose}（{query.branch or name.branch}），不是独立法人")


def _short(query: NameParts, name: NameParts) -> Verdict:
    """A short name says little; only another written place speaks against it."""
    if query.core == name.core and not _near(query, name):
        return Verdict("namesake", f"只有字号“{name.core}”相同，地区不同")
    return Verdict("unknown", "")


def _borne(lower: NameParts, upper: NameParts, sharers: int) -> str:
    """The brand of the upper firm that the lower one bears; empty where it bears none."""
    over = upper.group and not lower.group
    if len(upper.core) < 2 or not _above(upper) or (lower.group and not upper.group):
        return ""
    if _above(lower) and len(lower.body) <= len(upper.body) and not over:
        return ""
    whole = upper.place + upper.core if upper.body.startswith(upper.place) else upper.core
    if upper.place and len(whole) > len(upper.core) and whole in lower.body and _adds(lower, upper):
        return whole
    at = lower.body.find(upper.core)
    if at < 0 or "c" not in lower.roles[at : at + len(upper.core)] or not _adds(lower, upper):
        return ""
    if len(upper.core) >= _BRAND or _set_apart(lower, at, upper.core):
        return upper.core
    known = lower.core.startswith(upper.core) and sharers <= _CROWD
    return upper.core if known and _same_trade(lower, upper) else ""


def _above(name: NameParts) -> bool:
    """Whether a firm may be the head of others, as far as its name says."""
    return name.kind is Kind.STOCK or name.group or not name.place


def _adds(lower: NameParts, upper: NameParts) -> bool:
    """Whether the lower name says a place or a business that the upper one does not."""
    return lower.place != upper.place or not set(lower.body) <= set(upper.body)


def _set_apart(lower: NameParts, at: int, core: str) -> bool:
    """Whether a place stands behind the core: 某某（贵州）…, the way of naming a local company."""
    following = lower.roles[at + len(core) : len(lower.body)]
    return at == 0 and "p" in following


def _near(query: NameParts, name: NameParts) -> bool:
    return compatible(query.place_codes, name.place_codes)


def _same_trade(first: NameParts, second: NameParts) -> bool:
    """Whether the words of trade have a pair of characters in common, vague words aside."""
    one, other = _pairs(first), _pairs(second)
    return not one or not other or bool(one & other)


def _pairs(name: NameParts) -> set[str]:
    text = " ".join(name.words)
    for word in _VAGUE:
        text = text.replace(word, " ")
    return {text[i : i + 2] for i in range(len(text) - 1) if " " not in text[i : i + 2]}
