"""Weights and thresholds that the office set: stored as numbered versions, the last in force.

What may be set, and how answers are computed with it, says :mod:`recommender.tuning`; every face
asks here what is in force. Each change is a version of its own with who, when and what, so that an
answer that names its version can be made again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError
from sqlalchemy import func, select

from graph.complaints import complaint
from recommender.tuning import BY_KEY, GROUPS, ROWS, Group, Tuned, Value, said
from workspace.actor import SYSTEM, Role
from workspace.database import Workspace
from workspace.errors import Conflict, Invalid, NotFound
from workspace.models import TuningVersion
from workspace.session import WorkSession

_LONGEST_COMMENT = 500
_NEWEST = (
    select(TuningVersion.number, TuningVersion.at).order_by(TuningVersion.number.desc()).limit(1)
)


class TuningRefused(Invalid):
    """Some values cannot be set; `problems` maps the key of each (or its group) to the reason."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("；".join(self.problems.values()))


class InForce:
    """What is in force in a workspace, looked up anew at every call; may be shared by threads.

    Other processes change it too: one row is asked for each time, the rest is kept.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._last: tuple[object, Tuned] = (None, Tuned())

    @property
    def waits(self) -> bool:
        """Whether a look may take a while: a server has to be asked, not a file."""
        return self._workspace.engine.dialect.name != "sqlite"

    def now(self) -> Tuned:
        """Weights and thresholds in force. Raises WorkspaceUnavailable."""
        seen, tuned = self._last
        found = self._workspace.row(_NEWEST)
        mark = None if found is None else tuple(found)
        if mark != seen:
            with self._workspace.read(SYSTEM) as session:
                tuned = current(session)
            self._last = (mark, tuned)
        return tuned


def current(session: WorkSession) -> Tuned:
    """Weights and thresholds in force."""
    newest = select(TuningVersion).order_by(TuningVersion.number.desc()).limit(1)
    return _tuned(session.scalar(newest))


def at(session: WorkSession, number: int | None) -> Tuned:
    """Weights and thresholds as version `number` left them; None and 0 are the defaults.

    Raises:
        NotFound: there is no such version.
    """
    if not number:
        return Tuned()
    found = session.scalar(select(TuningVersion).where(TuningVersion.number == number))
    if found is None:
        raise NotFound.of("权重与门槛的版本", number)
    return _tuned(found)


def _tuned(version: TuningVersion | None) -> Tuned:
    """A version as settings are made of; what this release no longer knows is left out."""
    if version is None:
        return Tuned()
    values = {key: _value(held) for key, held in version.values.items() if key in BY_KEY}
    return Tuned(version.number, MappingProxyType(values))


def _value(held: Any) -> Value:
    found: Value = tuple(held) if isinstance(held, list) else held
    return found


def change(
    session: WorkSession,
    given: Mapping[str, object],
    *,
    comment: str = "",
    seen: int | None = None,
) -> Tuned:
    """Set some values; None brings the default back. What changes nothing makes no version.

    Args:
        session: of an admin.
        given: key of a row → text or number, as :meth:`recommender.tuning.Row.read` reads it.
        comment: why.
        seen: the version that whoever changes it was shown; None = whichever it is now.

    Raises:
        NotAllowed: the actor is no admin.
        TuningRefused: a key is not known, or a value cannot be.
        Conflict: `seen` is not the version in force.
    """
    session.actor.must(Role.admin)
    session.one_at_a_time("tuning")
    before = current(session)
    if seen is not None and seen != before.version:
        raise Conflict(
            f"权重与门槛已被他人改动（现为第 {before.version} 版，您看到的是第 {seen} 版）；"
            "请刷新后重试"
        )
    if len(comment) > _LONGEST_COMMENT:
        raise TuningRefused({"comment": f"说明不超过 {_LONGEST_COMMENT} 个字"})
    values = _changed(before.values, given)
    if values == dict(before.values):
        return before
    after = Tuned(_newest(session) + 1, MappingProxyType(values))
    _require_usable(after)
    session.add(
        TuningVersion(
            number=after.version, values=values, comment=comment.strip(), by=session.actor.name,
            changes={
                row.key: [before.values.get(row.key), values.get(row.key)]
                for row in ROWS
                if before.values.get(row.key) != values.get(row.key)
            },
        )
    )  # fmt: skip
    session.flush()
    return after


def _changed(before: Mapping[str, Value], given: Mapping[str, object]) -> dict[str, Value]:
    """What differs from the defaults after a change. Raises TuningRefused."""
    values, problems = dict(before), {}
    for key, text in given.items():
        row = BY_KEY.get(key)
        if row is None:
            problems[key] = f"没有名为「{key[:40]}」的权重或门槛"
            continue
        try:
            value = row.default if text is None else row.read(text)
        except ValueError as error:
            problems[key] = str(error)
            continue
        values.pop(key, None)
        if value != row.default:
            values[key] = value
    if problems:
        raise TuningRefused(problems)
    return {row.key: values[row.key] for row in ROWS if row.key in values}


def _require_usable(tuned: Tuned) -> None:
    """Raises TuningRefused for values that are possible one by one but not together."""
    made: dict[Group, Callable[[], BaseModel]] = {"priority": tuned.gaps, "ranking": tuned.ranking}
    for group, make in made.items():
        try:
            make()
        except ValidationError as error:
            reason = complaint(error.errors()[0])
            raise TuningRefused({group: f"{GROUPS[group]}：{reason}"}) from error


def _newest(session: WorkSession) -> int:
    return session.scalar(select(func.max(TuningVersion.number))) or 0


def history(session: WorkSession, *, limit: int | None = None) -> list[TuningVersion]:
    """The changes, newest first."""
    query = select(TuningVersion).order_by(TuningVersion.number.desc()).limit(limit)
    return list(session.scalars(query))


def changes_said(version: TuningVersion) -> list[str]:
    """``具备门槛 默认→0.8``, one for each value that a version changed."""
    return [
        f"{BY_KEY[key].label if key in BY_KEY else key} {_said(pair[0])}→{_said(pair[1])}"
        for key, pair in version.changes.items()
    ]


def _said(held: Any) -> str:
    return said(None if held is None else _value(held))


__all__ = [
    "InForce",
    "TuningRefused",
    "at",
    "change",
    "changes_said",
    "current",
    "history",
]
