"""Areas of land in a sentence, in 亩."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ingest.news.clauses import Part

# 1 亩 is 666.67 m²: 15 to the hectare, 1,500 to the square kilometre.
_MU = {"亩": 1.0, "公顷": 15.0, "平方米": 15 / 10_000, "平米": 15 / 10_000, "平方公里": 1500.0}
_SIZE = (
    r"(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?)\s*(?P<ten>万)?余?多?"
    r"\s*(?P<unit>平方公里|平方米|平米|公顷|亩)"
)
_AREA = re.compile(
    f"(?:占地|用地|供地|拿地|摘牌|选址|征地|土地|地块)(?:面积|规模|总面积)?[^，,。;；0-9]{{0,6}}?{_SIZE}"
)
_IN_CELL = re.compile(_SIZE + "?")


class Land(NamedTuple):
    """An area in 亩 and where it stands; what is built on it (建筑面积) is none."""

    mu: float
    start: int
    end: int


def lands(sentence: Part) -> list[Land]:
    """The areas of land a sentence gives, in order."""
    return [
        Land(_mu(match, "亩"), sentence.start + match.start(), sentence.start + match.end())
        for match in _AREA.finditer(sentence.text)
    ]


def land_of(areas: Sequence[Land], start: int, end: int) -> float | None:
    """The first area between two offsets, in 亩."""
    return next((area.mu for area in areas if start <= area.start < end), None)


def mu_in(text: str, unit: str = "亩") -> float | None:
    """The area of a cell (420, 420亩, 28公顷), a bare number in `unit`; None where it has none."""
    match = _IN_CELL.search(text)
    return _mu(match, unit) if match else None


def _mu(match: re.Match[str], unit: str) -> float:
    number = float(match["number"].replace(",", "")) * (10_000 if match["ten"] else 1)
    return round(number * _MU[match["unit"] or unit], 2)
