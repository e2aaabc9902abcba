"""What a park's row says as checks: its land, and the conditions in its `constraints` column."""

from __future__ import annotations

import re
from typing import Any

from graph.lookup import find_region
from graph.parks import find_park
from graph.snapshot import Snapshot
from recommender.checks.model import BUSINESS, CODES, Check, CheckList
from recommender.settings import RankSettings

_LEAST = re.compile(r"^(.+?)\s*(?:≥|>=|不低于|不少于|不小于|至少)\s*(\d+(?:\.\d+)?)\s*(.*)$")
_MOST = re.compile(r"^(.+?)\s*(?:≤|<=|不高于|不超过|不大于|至多)\s*(\d+(?:\.\d+)?)\s*(.*)$")
_FIRST = re.compile(r"^(?:最低|最小)(.+?)\s*(\d+(?:\.\d+)?)\s*(.*)$")
_BANNED = re.compile(r"^(?:不接收|不接受|不引进|禁止|禁入|负面清单)[:：]?\s*(.+)$")
_WITHOUT = re.compile(r"^(?:没有|无)\s*(岸线|码头|蒸汽|天然气|危废处置)$")
_NOT_CHEMICAL = ("非化工园区", "不是化工园区", "无化工定位")
# GB/T 4754: 25 oil, coal and nuclear fuel processing; 26 chemical raw materials and products.
_CHEMICAL = ("25", "26")
# Names under which the same thing is kept as an attribute of a firm.
_SAME = {
    "投资": ("计划投资", "计划投资额", "投资额"),
    "投资额": ("计划投资", "计划投资额", "投资额"),
    "投资强度": ("亩均投资", "亩均投资强度"),
    "亩均投资": ("亩均投资", "亩均投资强度"),
    "能耗": ("单位增加值能耗", "单位能耗", "能耗"),
}  # fmt: skip
LAND = ("用地需求", "用地面积")


def park_checks(snapshot: Snapshot, park: str) -> CheckList:
    """The conditions of a park as a list; what cannot be read as a limit is left to a person.

    Raises:
        graph.lookup.LookupProblem: no park, or several, of the name.
    """
    row = _row(snapshot, find_park(snapshot, park).id)
    basis = f"园区表：{row['name']}"
    checks = [] if row["land_available"] is None else [_land(float(row["land_available"]), basis)]
    for text in row["constraints"] or ():
        check = condition(str(text).strip(), basis)
        if check is not None and check.item not in {c.item for c in checks}:
            checks.append(check)
    return CheckList(name=f"{row['name']}准入条件", checks=tuple(checks))


def with_park(snapshot: Snapshot, settings: RankSettings, park: str) -> tuple[RankSettings, str]:
    """Settings with the park's conditions put to the check list, and the code of its region.

    Raises:
        graph.lookup.LookupProblem: no park, or several, of the name; its region is not known.
    """
    own = park_checks(snapshot, park)
    row = _row(snapshot, find_park(snapshot, park).id)
    region = snapshot.regions.codes[find_region(snapshot, str(row["region_code"]))]
    given = settings.checks
    whole = own if given is None else given.and_those_of(own)
    return settings.model_copy(update={"checks": whole}), region


def _row(snapshot: Snapshot, ident: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        row for row in snapshot.parks.to_pylist() if row["park_id"] == ident
    )
    return found


def _land(available: float, basis: str) -> Check:
    return Check(item="用地需求", of=LAND, unit="亩", at_most=available, group="要素", basis=basis)


def condition(text: str, basis: str) -> Check | None:
    """One condition as a check; None for an empty one."""
    if not text:
        return None
    if text in _NOT_CHEMICAL:
        return Check(item="化工项目须进化工园区", of=(CODES,), none_of=_CHEMICAL, basis=basis)
    if match := _BANNED.match(text):
        words = tuple(word for word in re.split(r"[、，,/和及]", match[1]) if word)
        return Check(item=text, of=(BUSINESS,), none_of=words, basis=basis)
    if match := _WITHOUT.match(text):
        need = f"{match[1]}需求"
        return Check(item=need, of=(need, f"需用{match[1]}"), at_most=0, basis=basis)
    for pattern, limit in ((_LEAST, "at_least"), (_MOST, "at_most"), (_FIRST, "at_least")):
        if match := pattern.match(text):
            item, value, unit = match[1].strip(), float(match[2]), match[3].strip()
            of = _SAME.get(item, (item,))
            return Check.model_validate(
                {"item": item, "of": of, "unit": unit, limit: value, "basis": basis}
            )
    return Check(item=text, of=(text,), fails="warn", basis=basis)
