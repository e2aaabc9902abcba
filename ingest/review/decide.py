"""Decisions: carried out, logged, undone. Each call is one transaction of the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from graph.schema import TABLES
from graph.store import Store
from ingest.errors import IngestError
from ingest.review.effects import DecisionImpossible, apply
from ingest.review.ledger import Change, Ledger, Row, from_json, restore, to_json
from ingest.review.questions import DECISIONS

AUTOMATIC = "自动"
_WORDS = {name: words[0] for name, words in TABLES["reviews"]["decision"].values.items()}


class ReviewUnknown(IngestError):
    """There is no such question, or no such decision to undo."""


def decide(
    store: Store,
    decisions: Mapping[str, str],
    *,
    by: str,
    note: str | None = None,
    notes: Mapping[str, str] | None = None,
) -> list[Row]:
    """Decide questions, all of them or, where one cannot be, none.

    Args:
        store: whose queue it is.
        decisions: review id → "same", "different", "subsidiary" for a firm's identity, "accept",
            "reject" for a link, a project or an event; in Chinese as well (同一企业, 通过 …). A
            question already decided in the same way is passed over.
        by: who decides; stands in the log.
        note: why, in the words of who decides.
        notes: review id → a note of its own.

    Returns:
        The log entries made, without their changes.

    Raises:
        ReviewUnknown: an id that is not in the queue.
        DecisionImpossible: a decision that does not fit the question, or one already decided
            otherwise.
        StoreError: the store cannot be written.
    """
    with store.write(f"review by {by}"[:200]) as writer:
        ledger = Ledger(store, writer)
        made = []
        for review_id, said in decisions.items():
            review = ledger.get("reviews", review_id)
            if review is None:
                raise ReviewUnknown(f"没有待审事项 {review_id}；用 chainscout review list 列出")
            decision = _decision(review, said)
            if review["state"] == "decided" and review["decision"] == decision:
                continue
            why = (notes or {}).get(review_id) or note
            made.append(_decide(ledger, review, decision, by, why))
        ledger.flush()
    return made


def undo(store: Store, what: str, *, by: str, note: str | None = None) -> Row:
    """Undo the last decision about a question; it is open again.

    Args:
        store: whose decision it was.
        what: the number of the decision in the log, or the id of the question.
        by: who undoes it.
        note: why.

    Returns:
        The log entry made, without its changes.

    Raises:
        ReviewUnknown: there is no such decision, or it was undone already.
        DecisionImpossible: a later decision changed the same rows; it has to be undone first.
        StoreError: the store cannot be written.
    """
    with store.write(f"review undone by {by}"[:200]) as writer:
        ledger = Ledger(store, writer)
        entries = sorted(writer.read("decisions").to_pylist(), key=lambda e: e["decision_id"])
        entry = _standing(entries, what)
        changes = from_json(entry["changes"])
        _check_last(entries, entry, changes)
        ledger.start()
        for change in reversed(changes):
            restore(ledger, change)
        made = _logged(ledger, entry["review_id"], "undo", entry["decision"], by, note)
        made["undoes"] = entry["decision_id"]
        ledger.put("decisions", made)
        ledger.flush()
    return _shown(made)


def record(
    ledger: Ledger, review: Row, decision: str, changes: list[Change], *, note: str | None
) -> None:
    """Log a decision that the program took by itself."""
    entry = _logged(ledger, review["review_id"], "decide", decision, AUTOMATIC, note)
    decided = review | {"state": "decided", "decision": decision}
    whole = [*changes, Change("reviews", review, decided)]
    ledger.put("reviews", decided)
    ledger.put("decisions", entry | {"changes": to_json(whole)})


def _decision(review: Row, said: str) -> str:
    """The decision that a word means. Raises DecisionImpossible."""
    meant = {word: name for name, word in _WORDS.items()}.get(said.strip(), said.strip())
    allowed = DECISIONS[review["kind"]]
    if meant not in allowed:
        choices = "、".join(f"{name}（{_WORDS[name]}）" for name in allowed)
        raise DecisionImpossible(f"{review['review_id']} 不能决定为「{said}」，可选：{choices}")
    return meant


def _decide(ledger: Ledger, review: Row, decision: str, by: str, note: str | None) -> Row:
    name = review["subject"]
    if review["state"] == "decided":
        raise DecisionImpossible(
            f"{review['review_id']}「{name}」已决定为{_WORDS[review['decision']]}；"
            "要改变决定，请先撤销（chainscout review undo）"
        )
    if review["state"] == "closed":
        raise DecisionImpossible(f"{review['review_id']}「{name}」已结案：该企业已并入别家")
    ledger.start()
    ledger.put("reviews", review | {"state": "decided", "decision": decision})
    apply(ledger, review, decision)
    changes = ledger.changes()
    entry = _logged(ledger, review["review_id"], "decide", decision, by, note)
    ledger.put("decisions", entry | {"changes": to_json(changes)})
    return _shown(entry)


def _logged(
    ledger: Ledger, review: str, action: str, decision: str | None, by: str, note: str | None
) -> Row:
    return {
        "decision_id": f"{ledger.next_number():06d}",
        "review_id": review,
        "action": action,
        "decision": decision,
        "by": by,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "note": note,
        "undoes": None,
        "source": "review",
    }


def _standing(entries: list[Row], what: str) -> Row:
    undone = {entry["undoes"] for entry in entries}
    found = [
        e
        for e in entries
        if e["action"] == "decide"
        and what in (e["decision_id"], e["review_id"], e["decision_id"].lstrip("0"))
        and e["decision_id"] not in undone
    ]
    if not found:
        raise ReviewUnknown(f"没有可撤销的决定 {what}；用 chainscout review log 查看记录")
    return found[-1]


def _check_last(entries: list[Row], entry: Row, changes: list[Change]) -> None:
    """A later decision about the same rows stands on this one."""
    mine = {change.place: change for change in changes}
    undone = {e["undoes"] for e in entries}
    for later in entries:
        number = later["decision_id"]
        if number <= entry["decision_id"] or number in undone or later["action"] != "decide":
            continue
        theirs = [c for c in from_json(later["changes"]) if c.place in mine]
        if any(not (c.is_update and mine[c.place].is_update) for c in theirs):
            raise DecisionImpossible(f"之后的决定 {number} 动过同样的内容，请先撤销它")


def _shown(entry: Row) -> Row:
    return {name: value for name, value in entry.items() if name not in ("changes", "source")}
