"""Status and gap type of a link in a region: the rules, written once as a table.

Neighbours are *direct* ones: `above` = some link that feeds this one is present in the region,
`below` = some link that this one feeds is. Reached through further links, the end of a chain would
lie below nearly everything, and every gap of an established chain would be a 补链.

| some firm | present | leading | status |
|---|---|---|---|
| no | no | – | missing |
| yes | no | – | weak |
| – | yes | no | present |
| – | yes | yes | strong |

| status | established | above | below | gap type |
|---|---|---|---|---|
| missing | no | – | – | build |
| missing | yes | yes | yes | fill |
| missing | yes | one of the two | | extend |
| missing | yes | no | no | build: a stretch of the chain that has to be begun from nothing |
| weak | – | – | – | strengthen |
| present, strong | – | – | – | none |
"""

from __future__ import annotations

from itertools import product
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Status: TypeAlias = Literal["missing", "weak", "present", "strong"]
GapType: TypeAlias = Literal["build", "fill", "extend", "strengthen"]

STATUSES: dict[Status, str] = {
    "missing": "缺失", "weak": "薄弱", "present": "具备", "strong": "优势",
}  # fmt: skip
GAP_TYPES: dict[GapType, str] = {
    "build": "建链", "fill": "补链", "extend": "延链", "strengthen": "强链",
}  # fmt: skip
NO_GAP = -1


def classify_link(
    *, some_firm: bool, present: bool, leading: bool, established: bool, above: bool, below: bool
) -> tuple[Status, GapType | None]:
    """Status and gap type of one link.

    Args:
        some_firm: an active firm with a position at the link is in the region.
        present: presence reaches the threshold.
        leading: a leader is at the link, or the location quotient reaches `lq_strong`.
        established: enough links of the chain are present in the region.
        above: a link that feeds it is present.
        below: a link that it feeds is present.
    """
    if present:
        return ("strong" if leading else "present"), None
    if some_firm:
        return "weak", "strengthen"
    if not established or not (above or below):
        return "missing", "build"
    return "missing", ("fill" if above and below else "extend")


def classify_links(
    *,
    some_firm: npt.NDArray[Any],
    present: npt.NDArray[Any],
    leading: npt.NDArray[Any],
    established: npt.NDArray[Any],
    above: npt.NDArray[Any],
    below: npt.NDArray[Any],
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]]:
    """`classify_link` of whole arrays: indexes into STATUSES and GAP_TYPES, NO_GAP for none."""
    case = np.zeros(np.broadcast(some_firm, established).shape, dtype=np.int64)
    for answer in (some_firm, present, leading, established, above, below):
        case = 2 * case + np.asarray(answer, dtype=np.int64)
    return _STATUS_OF[case], _TYPE_OF[case]


def _tabulated() -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]]:
    statuses, types = list(STATUSES), list(GAP_TYPES)
    found = [
        classify_link(
            some_firm=some_firm, present=present, leading=leading,
            established=established, above=above, below=below,
        )
        for some_firm, present, leading, established, above, below
        in product((False, True), repeat=6)
    ]  # fmt: skip
    return (
        np.array([statuses.index(status) for status, _ in found], dtype=np.int8),
        np.array([types.index(kind) if kind else NO_GAP for _, kind in found], dtype=np.int8),
    )


_STATUS_OF, _TYPE_OF = _tabulated()
