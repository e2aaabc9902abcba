"""The office's weights and thresholds on the page 设置: a form for admins, and who changed what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.deps import Desk
from chainscout.web.forms import Fields
from recommender.tuning import BY_KEY, GROUPS, ROWS, Row, Tuned, said
from workspace import Role, tuning
from workspace.errors import Invalid
from workspace.tuning import TuningRefused

_SHOWN = 30
ALL = "all"


@dataclass(frozen=True)
class Line:
    """A row of the form: what stands in its field, and what is wrong with that."""

    row: Row
    text: str
    default: str
    changed: bool
    problem: str = ""


def context(
    here: Desk, given: Fields | None = None, refused: TuningRefused | None = None
) -> dict[str, Any]:
    """What the page shows; with `given` and `refused` a form that could not be taken."""
    with here.read() as session:
        now = tuning.current(session)
        found = tuning.history(session, limit=_SHOWN + 1)
        changes = [
            {**one.to_dict(), "said": tuning.changes_said(one), "at": one.at.isoformat()}
            for one in found[:_SHOWN]
        ]
    problems = refused.problems if refused else {}
    return {
        "tuned": now,
        "groups": {
            GROUPS[group]: [_line(row, now, given, problems) for row in ROWS if row.group == group]
            for group in GROUPS
        },
        "problems": problems,
        "keys_of_rows": set(BY_KEY),
        "seen": given.text("seen") if given else now.version,
        "comment": given.text("comment") if given else "",
        "may_tune": here.actor.may(Role.admin),
        "changes": changes,
        "more_changes": len(found) > _SHOWN,
        "all": ALL,
    }


def _line(row: Row, now: Tuned, given: Fields | None, problems: Mapping[str, str]) -> Line:
    text = said(now.value(row))
    if given is not None and row.key in given.given:
        text = given.text(row.key)
    changed = row.key in now.values
    return Line(row, text, said(row.default), changed, problems.get(row.key, ""))


def tune(here: Desk, given: Fields) -> str:
    """Do what the form says; what is to be told about it.

    Raises:
        TuningRefused: values that cannot be.
        Conflict: somebody changed them meanwhile.
    """
    seen, reset = given.text("seen"), given.text("reset")
    if not (seen.isascii() and seen.isdigit() and len(seen) < 10):
        raise Invalid("页面不完整：没有写明所见的版本，请刷新后重试")
    wanted: dict[str, str | None]
    if reset:
        wanted = dict.fromkeys(BY_KEY) if reset == ALL else {reset: None}
    else:
        wanted = {key: given.text(key) for key in BY_KEY if key in given.given}
    with here.write() as session:
        made = tuning.change(session, wanted, comment=given.text("comment"), seen=int(seen))
        if made.version == int(seen):
            return "没有改动：与现在的设置相同"
        told = "；".join(tuning.changes_said(tuning.history(session, limit=1)[0]))
    return f"已保存为第 {made.version} 版，即刻起各页面、命令和接口都用它：{told}"


__all__ = ["context", "tune"]
