"""The queue and the log as lists of rows."""

from __future__ import annotations

from typing import Any

from graph.store import Store
from ingest.review.decide import ReviewUnknown
from ingest.review.questions import DECISIONS

Row = dict[str, Any]
_SHOWN = (
    "review_id", "kind", "subject", "subject_id", "candidate", "candidate_id", "score", "relation",
    "why", "state", "decision", "source",
)  # fmt: skip
_LOGGED = ("decision_id", "review_id", "action", "decision", "by", "at", "note", "undoes")


def queue(store: Store, *, kind: str | None = None, state: str | None = "open") -> list[Row]:
    """The questions, those about one subject together, the likeliest first.

    Args:
        store: whose queue it is.
        kind: "identity", "link", "project" or "event"; None = all.
        state: "open", "decided" or "closed"; None = all.

    Returns:
        One dictionary a question, with `choices`: the decisions that fit it.

    Raises:
        StoreError: the store cannot be read.
    """
    rows = [
        {name: row[name] for name in _SHOWN} | {"choices": list(DECISIONS[row["kind"]])}
        for row in store.read("reviews").to_pylist()
        if kind in (None, row["kind"]) and state in (None, row["state"])
    ]
    best: dict[tuple[str, str], float] = {}
    for row in rows:
        subject = (row["kind"], row["subject_id"] or row["subject"])
        best[subject] = max(best.get(subject, 0.0), row["score"] or 0.0)
    order = list(DECISIONS)

    def place(row: Row) -> tuple[Any, ...]:
        subject = (row["kind"], row["subject_id"] or row["subject"])
        score = -(row["score"] or 0.0)
        return order.index(row["kind"]), -best[subject], subject, score, row["review_id"]

    return sorted(rows, key=place)


def question(store: Store, review_id: str) -> Row:
    """One question with its log and what is known about both sides.

    Raises:
        ReviewUnknown: there is none.
    """
    found = next((r for r in queue(store, state=None) if r["review_id"] == review_id), None)
    if found is None:
        raise ReviewUnknown(f"没有待审事项 {review_id}；用 chainscout review list 列出")
    found["log"] = [e for e in log(store) if e["review_id"] == review_id]
    if found["kind"] == "identity":
        found["subject_firm"] = _firm(store, found["subject_id"])
        found["candidate_firm"] = _firm(store, found["candidate_id"])
    return found


def log(store: Store) -> list[Row]:
    """Who decided and undid what, the oldest first."""
    rows = store.read("decisions", list(_LOGGED)).to_pylist()
    about = {r["review_id"]: r for r in store.read("reviews").to_pylist()}
    for row in rows:
        review = about.get(row["review_id"], {})
        row |= {name: review.get(name) for name in ("kind", "subject", "candidate")}
    return sorted(rows, key=lambda row: str(row["decision_id"]))


def _firm(store: Store, firm_id: str | None) -> Row | None:
    wanted = ["firm_id", "name", "uscc", "aliases", "region_code", "address", "products", "scope"]
    found: list[Row] = store.fetch("firms", [firm_id], wanted).to_pylist() if firm_id else []
    return found[0] if found else None
