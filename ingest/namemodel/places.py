"""Places as they stand in firm names: a lexicon from the table of divisions, and letters."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from graph.regions import Divisions
from graph.regions.abroad import is_abroad
from graph.regions.names import Rank, core, former_keys, keys, province_letter
from graph.regions.table import read_former

COUNTRY = "000000"
COUNTY = 3
_COUNTRY_NAMES = ("中国", "中华", "全国")
_ABROAD = "990000"
# Letters that stand for a city or province but are no part of its present name; those of the
# provinces come with the table of divisions. A letter can mean several places (宁).
_CITY_LETTERS = {
    "申": ("310000",), "深": ("440300",), "穗": ("440100",), "鹏": ("440300",), "甬": ("330200",),
    "蓉": ("510100",), "榕": ("350100",), "鹭": ("350200",), "厦": ("350200",), "汉": ("420100",),
    "宁": ("320100", "330200"), "邕": ("450100",), "庐": ("340100",), "洪": ("360100",),
    "杭": ("330100",), "莞": ("441900",), "锡": ("320200",), "秦": ("610000",), "燕": ("110000",),
    "温": ("330300",), "绍": ("330600",), "烟": ("370600",), "青": ("370200",), "沈": ("210100",),
    "武": ("420100",), "苏": ("320500",), "常": ("320400",), "通": ("320600",), "洛": ("410300",),
}  # fmt: skip


class Place(NamedTuple):
    """A text that names a place, the divisions it can mean, and how it is written.

    `level`: 0 country, 1 province, 2 prefecture, 3 county, 4 abroad. `full`: with its suffix (市).
    """

    text: str
    codes: tuple[str, ...]
    level: int
    full: bool


@lru_cache(maxsize=1)
def lexicon() -> dict[str, Place]:
    """Every text of two characters or more that means a division, with the divisions it means.

    Of several readings the best written one is kept, then the one of the highest level, as in
    :meth:`graph.regions.Divisions.resolve`.
    """
    national = Divisions.national()
    provinces = frozenset(core(d.name, d.level) for d in national if d.level == "province")
    levels = {"province": 1, "prefecture": 2, "county": 3}
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for division in national:
        for key, rank in keys(division, provinces):
            if rank != Rank.OTHER_SUFFIX:
                found.setdefault(key, {})[division.code] = (int(rank), levels[division.level])
    for old in read_former():
        for key, rank in former_keys(old):
            if len(key) >= 2 and old.kind in ("renamed", "merged", "recoded"):
                at = found.setdefault(key, {})
                at.setdefault(old.code, (int(rank), levels[national[old.code].level]))
    places = {text: Place(text, (COUNTRY,), 0, True) for text in _COUNTRY_NAMES}
    places.update({text: _place(text, at) for text, at in found.items() if len(text) >= 2})
    return places


def _place(text: str, at: dict[str, tuple[int, int]]) -> Place:
    best = min(at.values())
    codes = tuple(sorted(code for code, how in at.items() if how == best))
    return Place(text, codes, best[1], best[0] in (Rank.FULL, Rank.FORMER))


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(map(len, lexicon()))


def places_at(text: str) -> list[Place]:
    """Every place that the text begins with, the longest first."""
    words = lexicon()
    hits = (words.get(text[:n]) for n in range(min(len(text), _longest()), 1, -1))
    found = [place for place in hits if place is not None]
    if not found and is_abroad(text):
        length = next(n for n in range(2, len(text) + 1) if is_abroad(text[:n]))
        found.append(Place(text[:length], (_ABROAD,), 4, True))
    return found


def whole_place(text: str) -> Place | None:
    """The place that the whole text names, None if it is none."""
    return next((place for place in places_at(text) if place.text == text), None)


@lru_cache(maxsize=4096)
def letter_codes(char: str) -> tuple[str, ...]:
    """Divisions that one character stands for: 沪 → 310000, 宁 → Nanjing, Ningbo, Ningxia."""
    province = province_letter(char)
    return (*_CITY_LETTERS.get(char, ()), *((province,) if province else ()))


@lru_cache(maxsize=65536)
def compatible(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether two places can be one: the same, or one inside the other; unknown fits anything."""
    if not first or not second or COUNTRY in first or COUNTRY in second:
        return True
    return any(_inside(a, b) or _inside(b, a) for a in first for b in second)


def _inside(code: str, area: str) -> bool:
    return code.startswith(area[:2] if area[2:] == "0000" else area.removesuffix("00"))
