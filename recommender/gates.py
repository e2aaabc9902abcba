"""Hard constraints: who is left out before anything is scored, and why.

The table :data:`GATES` is all there is to it. A firm is counted under the first gate it meets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.columns import Bool
from recommender.candidates import Candidates
from recommender.checks.judge import FAIL, verdicts
from recommender.checks.model import Check
from recommender.frame import Int64, any_in_group

# A threshold is reached in spite of rounding.
SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Gate:
    """One constraint.

    Attributes:
        name: English name.
        label: the reason shown, Chinese; the key in ``excluded``.
        stops: candidates → (g,) firms that must not be listed.
        by_row: `stops` gives (n,) rows; the firm is out when all its rows are.
        needs: what would have to change, Chinese.
    """

    name: str
    label: str
    stops: Callable[[Candidates], Bool]
    by_row: bool = False
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """What the gates leave.

    Attributes:
        rows: the rows of the frame that may be ranked, ascending.
        gate: (g,) index into `gates` of the gate that stopped each firm, −1 = none.
        gates: those that were applied.
    """

    rows: Int64
    gate: np.ndarray[tuple[int], np.dtype[np.int8]]
    gates: tuple[Gate, ...]

    def counts(self) -> dict[str, int]:
        """Firms left out by reason, in the order of the gates; only reasons that met somebody."""
        counted = (int(np.count_nonzero(self.gate == i)) for i in range(len(self.gates)))
        return {gate.label: n for gate, n in zip(self.gates, counted, strict=True) if n}


def _local(candidates: Candidates) -> Bool:
    return candidates.local


def _inactive(candidates: Candidates) -> Bool:
    return ~candidates.alive


def _blacklisted(candidates: Candidates) -> Bool:
    return candidates.static("blacklisted", _blacklist_mask, candidates.settings.blacklist)


def _blacklist_mask(candidates: Candidates) -> Bool:
    firms, wanted = candidates.snapshot.firms, pa.array(candidates.settings.blacklist, pa.string())
    rows = pa.array(candidates.frame.firms)
    mask = firms.tagged("黑名单", "严重违法失信")[candidates.frame.firms]
    if len(wanted):
        for column in (firms.ids, firms.names, firms.uscc):
            named = pc.is_in(column.take(rows), value_set=wanted)
            mask = mask | named.to_numpy(zero_copy_only=False)
    return mask


def no_gap(candidates: Candidates) -> Bool:
    """With a region and no link asked for, only links that are missing or weak there count."""
    query = candidates.query
    if query.region < 0 or query.link >= 0:
        return np.zeros(len(candidates), dtype=np.bool_)
    filled = candidates.presence >= candidates.settings.presence_threshold - SLACK
    return filled.take(candidates.frame.link)


def _at_link(candidates: Candidates) -> Bool:
    """Asked who else belongs at a link, those that are there are no answer."""
    frame, snapshot = candidates.frame, candidates.snapshot
    stopped = np.zeros(len(frame.start), dtype=np.bool_)
    if candidates.query.kind == "belongs":
        there = snapshot.positions.firm[snapshot.firms_at(candidates.query.link)]
        stopped[frame.groups_of(there)] = True
    return stopped


def _fails(candidates: Candidates, check: Check) -> Bool:
    failed: Bool = verdicts(candidates, check) == FAIL
    return failed


GATES: tuple[Gate, ...] = (
    Gate("local", "已在本地", _local, needs="本地企业不列入招引名单；增资扩产请在本地企业中安排"),
    Gate("at_link", "已在该环节", _at_link, needs="要看已在该环节的企业，请加 --at-link"),
    Gate("inactive", "非存续状态", _inactive, needs="登记状态恢复为存续、在业"),
    Gate("blacklisted", "黑名单", _blacklisted, needs="从黑名单中移出，或去掉失信标签"),
    Gate(
        "no_gap", "所在环节本地已具备", no_gap, by_row=True,
        needs="本地在该环节的集聚度低于具备门槛，或用 --link 指定这个环节",
    ),
)  # fmt: skip


def gates_of(candidates: Candidates) -> tuple[Gate, ...]:
    """:data:`GATES` and, from the check list of the settings, a gate for each line that excludes.

    A firm of which a line's subject is not known passes it.
    """
    given = candidates.settings.checks
    lines = given.checks if given is not None else ()
    return GATES + tuple(
        Gate(
            f"check:{check.item}", f"准入不符：{check.item}", partial(_fails, check=check),
            by_row=True, needs=f"{check.item}{check.limit}",
        )
        for check in lines
        if check.fails == "exclude" and not check.manual
    )  # fmt: skip


def stopped_by(candidates: Candidates, group: int) -> list[int]:
    """Indices into :func:`gates_of` of every gate that alone keeps a firm off the list."""
    whole = candidates.only(None)
    rows, _ = candidates.frame.rows_of(np.array([group]))
    found = []
    for number, gate in enumerate(gates_of(candidates)):
        stops = gate.stops(whole)
        if stops[rows].all() if gate.by_row else stops[group]:
            found.append(number)
    return found


def pass_gates(candidates: Candidates) -> Passed:
    """Apply all gates."""
    frame = candidates.frame
    allowed = np.ones(len(frame), dtype=np.bool_)
    gate = np.full(len(frame.start), -1, dtype=np.int8)
    gates = gates_of(candidates)
    for number, one in enumerate(gates):
        stopped = one.stops(candidates)
        if not stopped.any():
            continue
        if one.by_row:
            allowed &= ~stopped
            stopped = ~any_in_group(frame, np.flatnonzero(allowed))
        gate[stopped & (gate < 0)] = number
    allowed &= (gate < 0).take(frame.group)
    return Passed(np.flatnonzero(allowed), gate, gates)
