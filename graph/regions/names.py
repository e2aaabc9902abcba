"""The ways people write the name of a division.

A key is a text under which a division can be looked up; its rank says how much of a name it is.
The rank decides between two divisions that share a text: 通化县 is the county, 通化 the city.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum

from graph.regions.table import Division, Former


class Rank(IntEnum):
    """From the whole name down to a guess that needs the place above it, or to be the only one."""

    FULL = 0
    FORMER = 1
    SHORT = 2
    FORMER_SHORT = 3
    OTHER_SUFFIX = 4


_PEOPLES = (
    "柯尔克孜 哈萨克 维吾尔 蒙古 塔吉克 锡伯 土家 达斡尔 布依 哈尼 景颇 傈僳 拉祜 仡佬 毛南 "
    "仫佬 保安 东乡 撒拉 裕固 布朗 普米 独龙 朝鲜 纳西 各 回 藏 苗 侗 瑶 壮 彝 白 傣 "
    "黎 畲 羌 满 水 土 佤 怒"
).split()
# A people's name of one character also ends place names (水, 白): stripped only together with 族.
_PEOPLE = re.compile("^(.{2,}?)(?:(?:" + "|".join(_PEOPLES) + ")族)+$")
# Peoples that stand without 族 in the names of divisions.
_BARE = ("柯尔克孜", "哈萨克", "蒙古", "塔吉克", "锡伯", "维吾尔")

_AUTONOMOUS = ("自治区", "自治州", "自治县", "自治旗")
_SUFFIXES = {
    "province": ("特别行政区", "省", "市"),
    "prefecture": ("地区", "盟", "市", "州"),
    "county": ("新区", "林区", "特区", "市", "县", "区", "旗"),
}
_SWAPS = {"prefecture": ("市", "地区", "州", "盟"), "county": ("县", "市", "区")}
_PROVINCE_LETTERS = dict(
    zip(
        "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀贵黔云滇藏陕秦甘陇青宁新台港澳",
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 51 52 52 53 53 54 "
        "61 61 62 62 63 64 65 71 81 82".split(),
        strict=True,
    )
)


def core(name: str, level: str) -> str:
    """The name without what it is: 定海区 → 定海, 景宁畲族自治县 → 景宁, 沙县 → 沙县.

    A core of one character is no name anybody uses; the whole name is returned then.
    """
    if name.endswith(_AUTONOMOUS):
        return _without_people(name[:-3])
    stems = (name[: -len(suffix)] for suffix in _SUFFIXES[level] if name.endswith(suffix))
    # 林区 is what 神农架 is, but a part of 万柏林区's name
    return next((s for s in stems if len(s) >= 2 and s != "万柏"), name)


def _without_people(stem: str) -> str:
    match = _PEOPLE.match(stem)
    if match:
        return match.group(1)
    for bare in _BARE:
        if len(stem) >= len(bare) + 2 and stem.endswith(bare):
            return stem[: -len(bare)]
    # 东乡族自治县: the people is the name
    return stem.removesuffix("族") if len(stem) > 2 else stem


def keys(division: Division, provinces: frozenset[str]) -> Iterator[tuple[str, Rank]]:
    """Texts under which the division is found, the best rank first.

    `provinces`: short names that are not guessed at with another suffix (海南市 is nothing).
    """
    name, level = division.name, division.level
    yield name, Rank.FULL
    short = core(name, level)
    if name.endswith(_AUTONOMOUS):
        yield short + name[-1], Rank.FORMER
    if short != name:
        yield short, Rank.SHORT
    if level == "province":
        yield short + "省", Rank.FORMER
        return
    if short != name and short not in provinces:
        for suffix in _SWAPS[level]:
            yield short + suffix, Rank.OTHER_SUFFIX


def former_keys(former: Former) -> Iterator[tuple[str, Rank]]:
    """Texts under which a former name is found."""
    yield former.name, Rank.FORMER
    if former.kind in ("alias", "zone"):
        return
    level = "prefecture" if former.name.endswith(("地区", "盟", "州")) else "county"
    short = core(former.name, level)
    if short != former.name:
        yield short, Rank.FORMER_SHORT


def province_letter(text: str) -> str | None:
    """京 → 110000, for a whole text of one character; None if it is no province."""
    digits = _PROVINCE_LETTERS.get(text)
    return digits + "0000" if digits else None
