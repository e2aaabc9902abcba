"""What a decision does to the facts. Every change goes through the ledger, so it can be undone."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from graph.schema import TABLES, Column
from ingest.errors import IngestError
from ingest.names import name_key
from ingest.review.ledger import Ledger, Row
from ingest.review.questions import INFERRED

DECIDED = "审核决定"
# A position that a person confirmed teaches the classifier, one that it made does not.
CONFIRMED_SOURCE = f"{INFERRED}，经审核"


class DecisionImpossible(IngestError):
    """A decision that cannot be carried out; nothing was changed."""


def apply(ledger: Ledger, review: Row, decision: str) -> None:
    """Carry out `decision` about `review`. Raises DecisionImpossible."""
    match review["kind"], decision:
        case "identity", "same" if review["subject_id"] is None:
            _call(ledger, review["candidate_id"], review["subject"])
        case "identity", "same":
            merge_firms(ledger, review["subject_id"], review["candidate_id"])
        case "identity", "subsidiary":
            tie(ledger, review["subject_id"], review["candidate_id"])
        case "link", "accept":
            _place(ledger, review)
        case "project" | "event" as kind, _:
            _mark(ledger, f"{kind}s", review, "confirmed" if decision == "accept" else "rejected")
        case _:
            return  # that two firms differ, or a link is wrong, is remembered in the queue


def tie(ledger: Ledger, firm: str, parent: str, source: str = DECIDED) -> None:
    """FIRM is a subsidiary of PARENT."""
    _firm(ledger, firm)
    _firm(ledger, parent)
    row = {
        "from_kind": "firm", "from_id": firm, "to_kind": "firm", "to_id": parent,
        "kind": "subsidiary_of", "source": source,
    }  # fmt: skip
    if ledger.get("ties", *(row[name] for name in TABLES["ties"].key)) is None:
        ledger.put("ties", row)


def merge_firms(ledger: Ledger, gone: str, kept: str) -> None:
    """Make one firm of two, as if every row about `gone` had named `kept`.

    The name of `gone` becomes an alias, by which later loads know the firm; its values count like
    those of a later load: they replace, lists join, what is finer wins.

    Raises:
        DecisionImpossible: one of them is no more, or their credit codes differ.
    """
    lower, upper = _firm(ledger, gone), _firm(ledger, kept)
    codes = (lower["uscc"], upper["uscc"])
    if all(codes) and codes[0] != codes[1]:
        raise DecisionImpossible(
            f"「{lower['name']}」与「{upper['name']}」的统一社会信用代码不同"
            f"（{codes[0]}、{codes[1]}），是两个法人，不能归并；可选「不同企业」或「下属企业」"
        )
    ledger.put("firms", _joined(lower, upper))
    ledger.remove("firms", lower)
    for table in ("positions", "people", "events", "projects"):
        for row in ledger.rows(table, firm_id=gone):
            _moved(ledger, table, row, _renamed(table, row, kept))
    _move_ties(ledger, "firm", gone, kept)
    for column in ("subject_id", "candidate_id"):
        for other in ledger.rows("reviews", **{column: gone}):
            if other["state"] == "open" and other["kind"] in ("identity", "link"):
                ledger.put("reviews", other | {"state": "closed"})


def _call(ledger: Ledger, firm: str, name: str) -> None:
    """A name that stands only in other tables becomes an alias of the firm."""
    row = _firm(ledger, firm)
    aliases = row["aliases"] or []
    if name not in (row["name"], *aliases):
        ledger.put("firms", row | {"aliases": [*aliases, name]})


def _firm(ledger: Ledger, firm: str | None) -> Row:
    if firm is None:
        raise DecisionImpossible("库中没有这家企业，只有别的表提到它的名称；请先导入这家企业")
    row = ledger.get("firms", firm)
    if row is None:
        raise DecisionImpossible(f"企业「{firm}」已不在库中（可能已并入别家），请重新列出待审事项")
    return row


def _joined(lower: Row, upper: Row) -> Row:
    merged = {
        name: _value(column, upper[name], lower[name]) for name, column in TABLES["firms"].stored
    }
    spellings = [lower["name"], *(lower["aliases"] or ())]
    if lower["firm_id"] not in (lower["uscc"], _digest_id(lower["name"])):
        spellings.append(lower["firm_id"])  # other tables of the office may use it
    old = upper["aliases"] or []
    new = [s for s in dict.fromkeys(spellings) if s not in old and s != upper["name"]]
    kept = {name: upper[name] for name in ("firm_id", "name", "source", "locator")}
    return merged | kept | {"aliases": [*old, *new] or None}


def _digest_id(name: str) -> str:
    return "f" + hashlib.md5(name_key(name).encode(), usedforsecurity=False).hexdigest()[:12]


def _value(column: Column, old: Any, new: Any) -> Any:
    """What a later load would make of a cell, as :mod:`ingest.merge` does in SQL."""
    if old is None or new is None:
        return old if new is None else new
    if column.type == "list":
        return [*old, *(item for item in new if item not in old)]
    if column.type == "json":
        return json.dumps({**json.loads(old), **json.loads(new)}, ensure_ascii=False)
    if column.type in ("date", "region"):
        stem = new if column.type == "date" else new.removesuffix("0000").removesuffix("00")
        return old if old.startswith(stem) else new
    return new


def _renamed(table: str, row: Row, firm: str) -> Row:
    """The row under another firm; a person's id that was made of name and firm with it."""
    moved = row | {"firm_id": firm}
    if table == "people" and row["person_id"] == _person_id(row["name"], row["firm_id"]):
        moved["person_id"] = _person_id(row["name"], firm)
    return moved


def _person_id(name: str, firm: str) -> str:
    return "p" + hashlib.md5(f"{name}|{firm}".encode(), usedforsecurity=False).hexdigest()[:12]


def _moved(ledger: Ledger, table: str, old: Row, new: Row) -> None:
    """`old` becomes `new`; where such a row is there already its empty cells are filled."""
    key = [new[name] for name in TABLES[table].key]
    if key == [old[name] for name in TABLES[table].key]:
        ledger.put(table, new)
        return
    there = ledger.get(table, *key) or {}
    filled = {name: there[name] for name in there if there[name] is not None}
    ledger.remove(table, old)
    ledger.put(table, new | filled)
    if table == "people":
        _move_ties(ledger, "person", old["person_id"], new["person_id"])


def _move_ties(ledger: Ledger, kind: str, gone: str, kept: str) -> None:
    for side in ("from", "to"):
        for row in ledger.rows("ties", **{f"{side}_kind": kind, f"{side}_id": gone}):
            moved = row | {f"{side}_id": kept}
            if (moved["from_kind"], moved["from_id"]) == (moved["to_kind"], moved["to_id"]):
                ledger.remove("ties", row)  # a tie between the two is none any more
            else:
                _moved(ledger, "ties", row, moved)


def _place(ledger: Ledger, review: Row) -> None:
    """The firm stands at the link."""
    _firm(ledger, review["subject_id"])
    link = ledger.get("links", review["candidate_id"])
    if link is None:
        raise DecisionImpossible(f"环节「{review['candidate']}」已不在库中")
    there = ledger.get("positions", review["subject_id"], link["link_id"])
    if there is not None:
        ledger.put("positions", there | {"status": "confirmed"})
        return
    ledger.put(
        "positions",
        {
            "firm_id": review["subject_id"],
            "link_id": link["link_id"],
            "chain_id": link["chain_id"],
            "strength": review["score"],
            "role": "member",
            "status": "confirmed",
            "evidence": review["why"],
            "source": CONFIRMED_SOURCE,
        },
    )


def _mark(ledger: Ledger, table: str, review: Row, status: str) -> None:
    row = ledger.get(table, review["subject_id"])
    if row is None:
        raise DecisionImpossible(f"「{review['subject']}」已不在库中，请重新列出待审事项")
    ledger.put(table, row | {"status": status})
