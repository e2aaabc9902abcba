"""Whether firms pass the lines of a check list: 1 yes, 0 no, −1 unknown, 2 not asked of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from recommender.candidates import Candidates
from recommender.checks.model import BUSINESS, CODES, Check, CheckList
from recommender.checks.values import column_of, number
from recommender.frame import Int64

Verdicts = npt.NDArray[np.int8]
FAIL, PASS, UNKNOWN, NOT_ASKED = 0, 1, -1, 2
WORDS = {FAIL: "fail", PASS: "pass", UNKNOWN: "unknown"}
_BUSINESS_COLUMNS = ("products", "industry")


def verdicts(candidates: Candidates, check: Check) -> Verdicts:
    """(rows of the frame,) what a check says of each."""
    return candidates.static("check", lambda c: _verdicts(c, check), check)


def _verdicts(candidates: Candidates, check: Check) -> Verdicts:
    frame = candidates.frame
    by_link = np.full(len(frame.links), UNKNOWN, dtype=np.int8)
    by_firm = np.full(len(frame.start), UNKNOWN, dtype=np.int8)
    for name in check.of if not check.manual else ():
        if name == CODES:
            by_link = _first_known(by_link, _codes(candidates, check))
        elif name == BUSINESS:
            by_link = _first_known(by_link, _link_names(candidates, check))
            by_firm = _first_known(by_firm, _business(candidates, check))
        else:
            found = _judged(column_of(candidates.snapshot, name), check)
            by_firm = _first_known(by_firm, found[frame.firms])
    rows = _both(by_link[frame.link], by_firm[frame.group], check)
    rows[~_asked(candidates, check)[frame.link]] = NOT_ASKED
    return rows


def _first_known(old: Verdicts, new: Verdicts) -> Verdicts:
    return np.where(old == UNKNOWN, new, old)


def _both(by_link: Verdicts, by_firm: Verdicts, check: Check) -> Verdicts:
    """What link and firm say together: one word of a negative list is enough on either side."""
    decisive = PASS if check.one_of else FAIL
    either = (by_link == decisive) | (by_firm == decisive)
    found: Verdicts = np.where(either, decisive, np.maximum(by_link, by_firm)).astype(np.int8)
    return found


def _asked(candidates: Candidates, check: Check) -> npt.NDArray[np.bool_]:
    """(m,) links of the frame that the check is limited to."""
    links, chains = candidates.snapshot.links, candidates.snapshot.chains
    named = {chain.id for chain in chains if {chain.id, chain.name} & set(check.chains)}
    found = [
        (not check.chains or links.chain_ids[i] in named)
        and (not check.links or bool({links.ids[i], links.names[i]} & set(check.links)))
        for i in candidates.frame.links.tolist()
    ]
    return np.array(found, dtype=np.bool_)


def _codes(candidates: Candidates, check: Check) -> Verdicts:
    """By the industry codes of links; one without codes is not known."""
    links = candidates.snapshot.links

    def judge(codes: tuple[str, ...]) -> int:
        if not codes:
            return UNKNOWN
        inside = [code.startswith(check.one_of + check.none_of) for code in codes]
        return int(any(inside)) if check.one_of else int(not all(inside))

    return np.array([judge(links.codes[i]) for i in candidates.frame.links], dtype=np.int8)


def _link_names(candidates: Candidates, check: Check) -> Verdicts:
    names = candidates.snapshot.links.names
    found = [_worded(names[i], check) for i in candidates.frame.links.tolist()]
    return np.array(found, dtype=np.int8)


def _business(candidates: Candidates, check: Check) -> Verdicts:
    firms = candidates.frame.firms
    found = np.full(len(firms), UNKNOWN, dtype=np.int8)
    for name in _BUSINESS_COLUMNS:
        more = _judged(column_of(candidates.snapshot, name), check)[firms]
        found = _both(found, more, check)
    return found


def _judged(column: pa.Array, check: Check) -> Verdicts:
    """(firms,) by the values of a column, each different value looked at once."""
    numeric = check.at_least is not None or check.at_most is not None
    judge: Callable[[Any, Check], int] = _numbered if numeric else _worded
    if pa.types.is_list(column.type):
        return _listed(column, check)
    coded = column.dictionary_encode()
    each = [judge(value, check) for value in coded.dictionary.to_pylist()]
    at = coded.indices.fill_null(len(each)).to_numpy(zero_copy_only=False)
    found: Verdicts = np.array([*each, UNKNOWN], dtype=np.int8)[at]
    return found


def _listed(column: pa.Array, check: Check) -> Verdicts:
    """A list passes a negative list if all its words do, a positive one if one of them does."""
    words = _judged(column.flatten(), check)
    owner = pc.list_parent_indices(column).to_numpy(zero_copy_only=False)
    decisive = PASS if check.one_of else FAIL
    found = np.full(len(column), UNKNOWN, dtype=np.int8)
    found[owner] = PASS + FAIL - decisive
    found[owner[words == decisive]] = decisive
    return found


def _worded(value: Any, check: Check) -> int:
    if value is None or value == "":
        return UNKNOWN
    words = check.one_of or check.none_of
    inside = any(word in str(value) for word in words)
    return int(inside) if check.one_of else int(not inside)


def _numbered(value: Any, check: Check) -> int:
    found = number(value, check.unit)
    if found is None:
        return UNKNOWN
    low = check.at_least is None or found >= check.at_least
    high = check.at_most is None or found <= check.at_most
    return int(low and high)


# ── score sheets ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet: what a check says of one firm at one link."""

    check: Check
    verdict: int
    value: str | None

    @property
    def said(self) -> str:
        """The line as a clause."""
        known = f"{self.check.item} {self.value}" if self.value else self.check.item
        basis = f"，依据：{self.check.basis}" if self.check.basis else ""
        return f"{known}（要求{self.check.limit}{basis}）"

    def to_dict(self) -> dict[str, Any]:
        """The line as JSON."""
        check = self.check
        return {
            "group": check.group, "item": check.item, "verdict": WORDS[self.verdict],
            "value": self.value, "limit": check.limit, "fails": check.fails,
            "points": check.points, "basis": check.basis or None,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """The score sheet of one firm at one link; points of 100, None where nothing is known."""

    name: str
    lines: tuple[Line, ...]

    def _points(self, *verdicts: int) -> float:
        return sum(line.check.points for line in self.lines if line.verdict in verdicts)

    @property
    def score(self) -> float | None:
        """Points of the lines passed, of those that are known."""
        known = self._points(PASS, FAIL)
        return 100 * self._points(PASS) / known if known else None

    @property
    def interval(self) -> tuple[float, float]:
        """The score if every unknown line failed, or passed."""
        whole = self._points(*WORDS) or 1.0
        return 100 * self._points(PASS) / whole, 100 * self._points(PASS, UNKNOWN) / whole

    @property
    def reasons(self) -> tuple[str, ...]:
        """What has to be said of it, Chinese."""
        failed = [line.said for line in self.lines if line.verdict == FAIL]
        unknown = [line.check.item for line in self.lines if line.verdict == UNKNOWN]
        said = [f"准入提示：{'；'.join(failed)}未达要求。"] if failed else []
        if unknown:
            said.append(f"准入未知：{'、'.join(unknown)}，接洽时请核实。")
        return tuple(said)

    def to_dict(self) -> dict[str, Any]:
        """The sheet as JSON."""
        return {
            "name": self.name,
            "score": self.score,
            "interval": list(self.interval),
            "lines": [line.to_dict() for line in self.lines],
        }


def sheets(candidates: Candidates, rows: Int64) -> list[Sheet | None]:
    """The score sheets of some rows of the frame; None without a check list."""
    given: CheckList | None = candidates.settings.checks
    if given is None:
        return [None] * len(rows)
    firms = pa.array(candidates.frame.firm[rows])
    columns = []
    for check in given.checks:
        said = verdicts(candidates, check)[rows].tolist()
        columns.append(list(zip(said, _values(candidates, check, firms), strict=True)))
    return [
        Sheet(
            given.name,
            tuple(
                Line(check, *column[i])
                for check, column in zip(given.checks, columns, strict=True)
                if column[i][0] != NOT_ASKED
            ),
        )
        for i in range(len(rows))
    ]


def _values(candidates: Candidates, check: Check, firms: pa.Array) -> list[str | None]:
    """What is known of each firm under the check's subjects, as text."""
    found: list[str | None] = [None] * len(firms)
    for name in check.of if not check.manual else ():
        if name in (BUSINESS, CODES):
            continue
        values = column_of(candidates.snapshot, name).take(firms).to_pylist()
        found = [
            _text(v, check) if old is None else old for old, v in zip(found, values, strict=True)
        ]
    return found


def _text(value: Any, check: Check) -> str | None:
    if value is None:
        return None
    if isinstance(value, int | float):
        return f"{value:g} {check.unit}".rstrip()
    if isinstance(value, list):
        return "、".join(map(str, value)) or None
    bare = number(value, "") is not None and str(value).strip()[-1:].isdigit()
    return f"{value} {check.unit}".rstrip() if bare else str(value)
