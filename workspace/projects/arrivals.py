"""Projects that come from elsewhere: extracted news, rows of a file, the table of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow.compute as pc

from graph.store import Store
from workspace.actor import Role
from workspace.errors import Invalid, NotAllowed
from workspace.models import Project
from workspace.partial import UNDATED
from workspace.projects.duplicates import Asked, same
from workspace.projects.pipeline import add, find, report
from workspace.session import WorkSession

Resolve = Callable[[str], str | None]


@dataclass
class Arrived:
    """What became of the rows.

    `created` are new; `known` were in the pipeline (id, why) and got an entry in its log where the
    source says something new; `likely` were created although they may be known (id, other id,
    why); `rejected` could not be taken (row, reason).
    """

    created: list[int] = field(default_factory=list)
    known: list[tuple[int, str]] = field(default_factory=list)
    likely: list[tuple[int, int, str]] = field(default_factory=list)
    rejected: list[tuple[dict[str, Any], str]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "created": self.created,
            "known": [{"project": i, "why": why} for i, why in self.known],
            "likely": [{"project": i, "like": j, "why": why} for i, j, why in self.likely],
            "rejected": [{"row": row, "reason": reason} for row, reason in self.rejected],
        }


def from_extract(
    session: WorkSession,
    extraction: Mapping[str, Any] | Iterable[Mapping[str, Any]],
    *,
    region: tuple[str, str] | None = None,
    firm_id: Resolve | None = None,
) -> Arrived:
    """Projects of one file's extraction or several (the JSON of ``extract``): all uncertain.

    Args:
        session: of an editor.
        extraction: ``{"file", "projects": [...]}``, or a sequence of them.
        region: (code, name) for projects whose text names none.
        firm_id: finds a firm of the store by name; None where it is not sure.

    Raises:
        Invalid: it is no extraction.
    """
    answers: list[Any] = [extraction] if isinstance(extraction, Mapping) else list(extraction)
    arrived, known = Arrived(), find(session)
    for answer in answers:
        if not isinstance(answer, Mapping) or not isinstance(answer.get("projects"), list):
            raise Invalid("不是抽取结果：应为 extract 命令输出的 JSON（含 projects）")
        for said in answer["projects"]:
            row = _of_extract(said, str(answer.get("file") or "新闻"), region, firm_id)
            _take(session, row, arrived, known)
    return arrived


def _of_extract(
    said: Mapping[str, Any], file: str, region: tuple[str, str] | None, firm_id: Resolve | None
) -> dict[str, Any]:
    code, place = said.get("region_code"), said.get("region")
    if not code and region is not None:
        code, place = region
    firm = said.get("firm")
    return {
        "name": said.get("name") or "", "firm": firm,
        "firm_id": firm_id(firm) if firm and firm_id else None, "region_code": code,
        "region": place, "amount": said.get("amount_yi"), "currency": said.get("currency") or "CNY",
        "stage": said.get("stage"), "on": said.get("date"), "source": file, "status": "uncertain",
        "evidence": said.get("evidence"),
    }  # fmt: skip


def from_store(session: WorkSession, store: Store) -> Arrived:
    """The table 招商项目 of a store, by its project ids: loading it twice changes nothing.

    What waits for review there is uncertain here, what was rejected there is left out. Raises
    StoreError.
    """
    rows = store.read("projects").to_pylist()
    names = {
        table: _names(store, table, key, {row[column] for row in rows} - {None})
        for table, key, column in (
            ("firms", "firm_id", "firm_id"), ("regions", "code", "region_code"),
            ("chains", "chain_id", "chain_id"), ("links", "link_id", "link_id"),
        )
    }  # fmt: skip
    arrived, known = Arrived(), find(session)
    keys = {project.key: project for project in known if project.key}
    for row in rows:
        if row["status"] == "rejected":
            continue
        key = f"store:{row['project_id']}"
        if key in keys:
            arrived.known.append((keys[key].id, "已从数据库导入"))
            continue
        _take(session, _of_store(row, names) | {"key": key}, arrived, known)
    return arrived


def _names(store: Store, table: str, key: str, wanted: set[str]) -> dict[str, str]:
    found = store.read(table, [key, "name"])
    found = found.filter(pc.is_in(found[key], value_set=pc.cast(sorted(wanted), "string"))) \
        if wanted else found.slice(0, 0)  # fmt: skip
    return dict(zip(found[key].to_pylist(), found["name"].to_pylist(), strict=True))


def _of_store(row: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    firm, region, chain, link = (
        row["firm_id"], row["region_code"], row["chain_id"], row["link_id"]
    )  # fmt: skip
    return {
        "name": row["name"], "firm_id": firm, "firm": names["firms"].get(firm),
        "region_code": region, "region": names["regions"].get(region), "chain_id": chain,
        "chain": names["chains"].get(chain), "link_id": link, "link": names["links"].get(link),
        "amount": row["amount"], "currency": row["amount_currency"] or "CNY",
        "stage": row["stage"], "owner": row["owner"], "on": row["date"],
        "source": row["source"] or "招商项目表",
        "status": "uncertain" if row["status"] == "uncertain" else "open",
    }  # fmt: skip


def _take(
    session: WorkSession, row: dict[str, Any], arrived: Arrived, known: list[Project]
) -> None:
    """Create the project of one row, or find it among the known; a row that fails is kept apart."""
    try:
        with session.begin_nested():
            _taken(session, dict(row), arrived, known)
    except (Invalid, NotAllowed) as problem:
        arrived.rejected.append((row, str(problem)))


def _taken(
    session: WorkSession, row: dict[str, Any], arrived: Arrived, known: list[Project]
) -> None:
    session.actor.must(Role.editor, row.get("region_code"))
    evidence = row.pop("evidence", None)
    found = same(Asked.of(row["name"], row), known)
    if found is not None and found.sure:
        said = {name: row[name] for name in ("stage", "amount", "firm") if row.get(name)}
        said |= {"date": row["on"]} if row.get("on") else {}
        said |= {"evidence": evidence} if evidence else {}
        report(session, found.project.id, str(row.get("source") or ""), said)
        arrived.known.append((found.project.id, found.said))
        return
    stage = row.pop("stage", None) or "在谈"
    # News without a date says that something is so, not that it happened today.
    project = add(session, row.pop("name"), stage=stage, on=row.pop("on") or UNDATED, **row)
    known.append(project)
    if found is None:
        arrived.created.append(project.id)
    else:
        arrived.likely.append((project.id, found.project.id, found.why))


__all__ = ["Arrived", "Resolve", "from_extract", "from_store"]
