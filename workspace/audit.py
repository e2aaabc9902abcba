"""The audit log: every write is entered by the session itself, exports and sign-ins by name.

No service has to remember it: when a session flushes, each new, changed or deleted object of a
class with `audited` set gets an entry with SHA-256 digests of its columns before and after.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, inspect, select
from sqlalchemy.orm import UOWTransaction

from workspace.actor import Role
from workspace.models.accounts import AuditEntry
from workspace.models.base import Base, now
from workspace.session import WorkSession


def digest(value: Any) -> str:
    """SHA-256 of a JSON value, keys in order: equal values have equal digests."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def after_flush(session: WorkSession, _: UOWTransaction) -> None:
    """Enter what this flush wrote; the ids of new objects are known by now."""
    rows = [
        *(_row(session, obj, "create", None, _columns(obj)) for obj in _of(session.new)),
        *(_row(session, obj, "delete", _columns(obj), None) for obj in _of(session.deleted)),
    ]
    for obj in _of(session.dirty):
        before, after = _before(obj), _columns(obj)
        if before != after:
            rows.append(_row(session, obj, "update", before, after))
    if rows:
        session.execute(insert(AuditEntry), rows)


def _of(objects: Iterable[object]) -> list[Base]:
    return [obj for obj in objects if isinstance(obj, Base) and obj.audited]


def _columns(obj: Base) -> dict[str, Any]:
    mapper = inspect(type(obj))
    # The flush itself counts versions: the count before it is gone by now, and says nothing.
    left_out = {*obj.secret} if mapper.version_id_col is None else {"version", *obj.secret}
    return {a.key: getattr(obj, a.key) for a in mapper.column_attrs if a.key not in left_out}


def _before(obj: Base) -> dict[str, Any]:
    found = _columns(obj)
    for name in found:
        history = inspect(obj).attrs[name].history
        if history.deleted:
            found[name] = history.deleted[0]
    return found


def _row(
    session: WorkSession,
    obj: Base,
    action: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> dict[str, Any]:
    ident = (after or before or {}).get("id")
    changed = sorted(k for k in after if before[k] != after[k]) if before and after else []
    was = digest(before) if before else None
    now_is = digest(after) if after else None
    detail = {"changed": changed} if changed else {}
    return _entry(session, action, obj.audited, ident, was, now_is, detail)


def _entry(  # the columns of the log
    session: WorkSession,
    action: str,
    kind: str,
    ident: object,
    before: str | None,
    after: str | None,
    detail: dict[str, Any],
) -> dict[str, Any]:
    actor = session.actor
    return {
        "at": now(), "by": actor.name, "via": actor.via, "action": action, "kind": kind,
        "object_id": str(ident), "before": before, "after": after, "detail": detail,
    }  # fmt: skip


def record(session: WorkSession, action: str, kind: str, ident: object = "", **detail: Any) -> None:
    """Enter something that is no change of a row: ``login``, ``ingest`` and the like."""
    session.execute(insert(AuditEntry), [_entry(session, action, kind, ident, None, None, detail)])


def exported(session: WorkSession, kind: str, ident: object, content: bytes, name: str) -> None:
    """Enter that `content` left the house as file `name`, with its digest and size."""
    row = _entry(
        session, "export", kind, ident, None, hashlib.sha256(content).hexdigest(),
        {"file": name, "bytes": len(content)},
    )  # fmt: skip
    session.execute(insert(AuditEntry), [row])


def entries(
    session: WorkSession,
    *,
    by: str | None = None,
    kind: str | None = None,
    object_id: str | None = None,
    before_id: int | None = None,
    limit: int = 100,
) -> list[AuditEntry]:
    """The log, newest first; `before_id` pages on. Raises NotAllowed for who is no admin."""
    session.actor.must(Role.admin)
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if by is not None:
        query = query.where(AuditEntry.by == by)
    if kind is not None:
        query = query.where(AuditEntry.kind == kind)
    if object_id is not None:
        query = query.where(AuditEntry.object_id == object_id)
    if before_id is not None:
        query = query.where(AuditEntry.id < before_id)
    return list(session.scalars(query))


__all__ = ["after_flush", "digest", "entries", "exported", "record"]
