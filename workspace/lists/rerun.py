"""A list asked again of newer data or with other settings, and what became of who came and went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.lookup import Unknown
from graph.snapshot import Snapshot
from graph.store import StoreError
from recommender import RankSettings, explain, recommend
from recommender.models import Model
from workspace import tuning
from workspace.errors import Invalid
from workspace.lists.make import renew, version_of
from workspace.models import ListVersion
from workspace.session import WorkSession

# Firms that are looked up one by one; a longer list of changes is one about another question.
MOST = 200


def rerun(
    session: WorkSession,
    list_id: int,
    snapshot: Snapshot,
    *,
    settings: RankSettings | None = None,
    model: Model | None = None,
    top: int | None = None,
    comment: str = "",
) -> ListVersion:
    """A new version of a list from the same question; `settings` None = see :func:`settings_now`.

    Firms that went are explained now (gate, rank), those that came are looked up in the data of
    the last version where the store still keeps it.

    Raises:
        Invalid: the list was not made by a question (merged, made by hand).
        graph.lookup.LookupProblem: region, chain or link are no longer in the data.
    """
    last = version_of(session, list_id)
    asked = question(last)
    chosen = settings or settings_now(session, last.settings)
    asked["top"] = top or asked["top"]
    answer = recommend(snapshot, **asked, settings=chosen, model=model).to_dict()
    listed = {target["firm"]["id"] for target in answer["targets"]}
    gone = [e.firm_id for e in last.entries if e.firm_id not in listed][:MOST]
    departed = {firm: _now(snapshot, firm, asked, chosen, model) for firm in gone}
    came = listed - {entry.firm_id for entry in last.entries}
    arrived = _before(snapshot, sorted(came)[:MOST], last.data_version)
    return renew(session, list_id, answer, arrived=arrived, departed=departed, comment=comment)


def question(version: ListVersion) -> dict[str, Any]:
    """The arguments of ``recommend`` that a version answers. Raises Invalid."""
    query = version.query
    if not query.get("chain") and not query.get("link"):
        raise Invalid("这份清单是手工编制或合并的，没有可重新计算的问题")
    return {
        "region": (query.get("region") or {}).get("code"),
        "chain": (query.get("chain") or {}).get("id"),
        "link": (query.get("link") or {}).get("id"),
        "top": query.get("top") or max(1, len(version.entries)),
        "known": query.get("known") or "without",
    }


def settings_now(session: WorkSession, stored: Mapping[str, Any]) -> RankSettings:
    """Settings of a version as of today: the office's own, and what was asked for this list alone.

    A value that differs from what the office had set when the version was made was chosen for the
    list and stays; the others follow the office.
    """
    kept = read_settings(stored)
    then = tuning.at(session, kept.version).ranking()
    own = {
        name: value
        for name, value in kept.model_dump().items()
        if name not in ("weights", "version") and getattr(kept, name) != getattr(then, name)
    }
    weights = {name: w for name, w in kept.weights.items() if w != then.weights[name]}
    return tuning.current(session).ranking(**own, weights=weights)


def read_settings(stored: Mapping[str, Any]) -> RankSettings:
    """Settings as a version keeps them; what this release no longer knows is left out.

    The day the ranking speaks of stays open where it was: it follows the data.
    """
    known = {name: stored[name] for name in RankSettings.model_fields if name in stored}
    return RankSettings.model_validate(known)


def _now(
    snapshot: Snapshot,
    firm: str,
    asked: Mapping[str, Any],
    settings: RankSettings,
    model: Model | None,
) -> dict[str, Any]:
    """What the data say today about a firm that is no longer listed."""
    try:
        told = explain(snapshot, firm, settings=settings, model=model, **asked)
    except Unknown:
        return {"gone": True}
    if told.excluded_by is not None:
        return {"gate": told.excluded_by}
    target = told.target
    if target is None or target.rank is None:
        return {"absent": told.reasons[0] if told.reasons else "不再是候选企业"}
    components = {share.name: share.to_dict() for share in target.score.shares}
    return {"rank": target.rank, "score": target.score.value, "components": components}


def _before(snapshot: Snapshot, firms: list[str], version: int | None) -> dict[str, Any]:
    """Which of `firms` the older data did not have; nothing where those are no longer kept."""
    if not firms or version is None or version == snapshot.data_version:
        return {}
    try:
        rows = snapshot.store.fetch("firms", firms, ["firm_id"], version)
    except StoreError:
        return {}
    known = set(rows["firm_id"].to_pylist())
    return {firm: {"new_firm": firm not in known} for firm in firms}


__all__ = ["MOST", "question", "read_settings", "rerun", "settings_now"]
