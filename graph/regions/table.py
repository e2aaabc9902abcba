"""The two tables of this package, read into plain records.

See README.md beside this file for what they hold and where the facts come from.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Literal, get_args

Level = Literal["province", "prefecture", "county"]
LEVELS: tuple[Level, ...] = get_args(Level)
FormerKind = Literal["renamed", "recoded", "merged", "split", "zone", "alias"]


class DivisionsInvalid(ValueError):
    """A table of divisions contradicts itself: a code twice, a missing parent, an unknown level."""


class DivisionUnknown(KeyError):
    """A code that the table of divisions does not hold."""

    def __init__(self, code: object) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return f"地区代码“{self.code}”不在区划表中"


@dataclass(frozen=True, slots=True)
class Division:
    """One administrative division; `lon`, `lat` in degrees, None where not known."""

    code: str
    name: str
    level: Level
    parent: str | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Former:
    """A name or code that is no longer, or never was, in the table, and what answers for it."""

    name: str
    old_code: str | None
    code: str
    year: str
    kind: FormerKind
    under: str | None


def _rows(file: str) -> Iterable[dict[str, str]]:
    source = resources.files("graph.regions").joinpath(file)
    with source.open(encoding="utf-8") as stream:
        yield from csv.DictReader(stream)


def read_divisions() -> list[Division]:
    """The national table, sorted by code."""
    return [
        division_of(row["code"], row["name"], row["level"], row["parent"], row["lon"], row["lat"])
        for row in _rows("divisions.csv")
    ]


def read_former() -> list[Former]:
    """Former names and codes, zones and other ways of writing."""
    return [
        Former(
            row["name"], row["old_code"] or None, row["code"], row["year"],
            row["kind"], row["under"] or None,  # type: ignore[arg-type]  # checked by a test
        )
        for row in _rows("former.csv")
    ]  # fmt: skip


def division_of(
    code: str, name: str, level: str, parent: str | None, lon: str = "", lat: str = ""
) -> Division:
    """A checked record out of texts; an empty text means: not known.

    Raises:
        DivisionsInvalid: code or name empty, or a level that does not exist.
    """
    if not code or not name:
        raise DivisionsInvalid(f"地区表有一行缺代码或名称：代码“{code}”，名称“{name}”")
    for known in LEVELS:
        if level == known:
            break
    else:
        raise DivisionsInvalid(
            f"地区 {code} {name} 的级别“{level}”不认识，应为 {'、'.join(LEVELS)}"
        )
    position = (float(lon), float(lat)) if lon and lat else (None, None)
    return Division(code, name, known, parent or None, *position)


def check_tree(divisions: Iterable[Division]) -> dict[str, Division]:
    """Divisions by code, in the order given.

    Raises:
        DivisionsInvalid: a code twice, a parent that is not there, or not of a higher level.
    """
    by_code: dict[str, Division] = {}
    for division in divisions:
        if division.code in by_code:
            raise DivisionsInvalid(f"地区代码 {division.code} 出现了两次")
        by_code[division.code] = division
    for division in by_code.values():
        if division.parent is None:
            continue
        above = by_code.get(division.parent)
        if above is None:
            raise DivisionsInvalid(
                f"地区 {division.code} {division.name} 的上级 {division.parent} 不在表中"
            )
        if LEVELS.index(above.level) >= LEVELS.index(division.level):
            raise DivisionsInvalid(
                f"地区 {division.code} {division.name} 的上级 {above.name} 级别不比它高"
            )
    return by_code
