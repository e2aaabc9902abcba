"""Division codes as they come in: short, long, withdrawn, or the bureau's own."""

from __future__ import annotations

from collections.abc import Mapping

from graph.regions.match import RegionMatch
from graph.regions.table import Former
from graph.regions.tree import DivisionTree

_LENGTHS = (2, 4, 6, 9, 12)


def read_code(
    digits: str, tree: DivisionTree, old_codes: Mapping[str, Former]
) -> RegionMatch | None:
    """The division of a code of 2, 4, 6, 9 or 12 digits; None if it is none.

    Of a town's or village's code the county answers; of a withdrawn code the present division; of
    the statistical bureau's rows that are no divisions (市辖区, development zones) the city.
    """
    if len(digits) not in _LENGTHS:
        return None
    code = digits[:6].ljust(6, "0")
    if code in tree:
        return RegionMatch(code)
    former = old_codes.get(code)
    if former is not None:
        return RegionMatch(former.code, note=f"代码 {code}（{former.name}）现为 {former.code}")
    above = _division_of_other_row(code)
    if above is None or above not in tree:
        return None
    return RegionMatch(above, note=f"代码 {code} 不是行政区划，按 {above} 计")


def _division_of_other_row(code: str) -> str | None:
    """What is above 市辖区 (xxxx01; a municipality's xx0100), 直辖县级 (xx9000), zones (xxxx7x)."""
    if code[:2] in ("11", "12", "31", "50"):
        return code[:2] + "0000" if code[2:] in ("0100", "0200", "0101") else None
    if code.endswith("9000"):
        return code[:2] + "0000"
    if code.endswith("01") or code[4] == "7":
        return code[:4] + "00"
    return None
