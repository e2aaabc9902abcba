"""Why a candidate may or may not be the firm that is meant, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from ingest.namemodel import Kind, NameParts
from ingest.resolve.features import Candidate, lay, words_said


def why(query: NameParts, candidate: Candidate, found: Mapping[str, float]) -> str:
    """The parts that agree and differ, the core first; `found` are the features by name."""
    name = candidate.parts
    notes = [_core(query, name, found)]
    notes.append(_place(query, name, found))
    notes.append(_trade(query, candidate, found))
    if found["kind_conflict"] and not found["branch_conflict"]:
        notes.append("机构类型不同")
    elif query.form and name.form and query.form != name.form and found["stock_differs"]:
        notes.append(f"组织形式不同（{query.form}与{name.form}）")
    if query.form and found["group_differs"]:
        notes.append("只有一方是集团")
    if found["products"] >= 0.3:
        notes.append("产品相符")
    if candidate.alias:
        notes.append(f"按其曾用名或简称“{candidate.alias}”比对")
    return "；".join(note for note in notes if note)


def _core(query: NameParts, name: NameParts, found: Mapping[str, float]) -> str:
    slip = _one_apart(query.body, name.body)
    if slip and not found["homophones"]:
        return f"名称只差一字（{slip}）"
    if found["homophones"]:
        return f"字号音近（{query.core}与{name.core}），可能是错字"
    if found["core_same"]:
        return f"字号“{name.core}”相同"
    if found["core_whole"] and found["asked_whole"]:
        return f"含字号“{name.core}”"
    if found["asked_whole"]:
        return f"“{query.body}”各字依次见于该名称"
    if not found["core_missing"]:
        return f"字号“{name.core}”都有，但另有对不上的字"
    return f"字号不同（{query.core or '无'}与{name.core or '无'}）"


def _place(query: NameParts, name: NameParts, found: Mapping[str, float]) -> str:
    if found["region_conflicts"] or found["asked_region_conflicts"]:
        return "所在地不符"
    if found["place_conflict"]:
        return f"地区不同（{query.place}与{name.place}）"
    if found["place_same"]:
        return f"地区相同（{name.place}）"
    if found["letter"]:
        return "地区简称相符"
    return "所在地相符" if found["region_agrees"] else ""


def _trade(query: NameParts, candidate: Candidate, found: Mapping[str, float]) -> str:
    name = candidate.parts
    if query.trade and query.trade == name.trade:
        return f"行业相同（{name.trade}）"
    said = words_said(name, lay(query, name, candidate.region))
    heard = [word for word, is_said in said if is_said]
    if found["asked_trade_missing"]:
        differs = f"行业不同（{query.trade}与{name.trade}）"
        return differs if name.trade else f"对方名称里没有“{query.trade}”"
    left = "".join(reversed([word for word, is_said in said if not is_said]))
    if query.form and left:
        return f"对方名称还有“{left}”"
    return f"行业“{''.join(reversed(heard))}”相符" if heard else ""


def _one_apart(query: str, name: str) -> str:
    """工与能 of two texts of four characters or more that differ in one; else empty."""
    differ = [pair for pair in zip(query, name, strict=False) if pair[0] != pair[1]]
    alone = len(query) == len(name) > 3 and len(differ) == 1
    return "与".join(differ[0]) if alone else ""


def exact(how: str) -> str:
    """The sentence of a match that needs no weighing."""
    return {
        "uscc": "统一社会信用代码相同",
        "name": "名称相同（规范写法后）",
        "alias": "与该企业登记的曾用名或简称相同",
    }[how]


__all__ = ["Kind", "exact", "why"]
