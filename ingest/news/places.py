"""Where and when: divisions and dates named near a project."""

from __future__ import annotations

import re
from functools import lru_cache

from graph.regions import Divisions
from ingest.values import ValueProblem, parse_date

_DATE = re.compile(
    "(?:(?P<y>20[0-9]{2})年)?(?:(?P<m>[0-9]{1,2})月份?)(?:(?P<d>[0-9]{1,2})[日号])?|(?P<only>20[0-9]{2})年"
)


@lru_cache(maxsize=4)
def _names(divisions: Divisions) -> re.Pattern[str]:
    names = {d.name for d in divisions if len(d.name) >= 3}
    return re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))


class Places:
    """Finds divisions by their whole names; the place of the document decides between namesakes."""

    def __init__(self, divisions: Divisions, home: str | None) -> None:
        self._divisions, self.home = divisions, home
        self._pattern = _names(divisions)

    def near(self, text: str) -> tuple[str | None, str | None]:
        """(name, code) of the last division a text names; of the document where it names none."""
        found = [match.group() for match in self._pattern.finditer(text)]
        name = found[-1] if found else self.home
        if name is None:
            return None, None
        return name, self._divisions.resolve(name, self.home if found else None).code

    def of_document(self, text: str) -> str | None:
        """The division that a document names most often, the first of equals."""
        counts: dict[str, int] = {}
        for match in self._pattern.finditer(text):
            counts[match.group()] = counts.get(match.group(), 0) + 1
        return max(counts, key=lambda name: counts[name], default=None)


def date_near(text: str, year: int | None) -> str | None:
    """The last date a text names; a month without a year is of `year`."""
    for match in reversed(list(_DATE.finditer(text))):
        own = match["only"] or match["y"] or year
        if own is None:
            continue
        month, day = match["m"], match["d"]
        written = f"{own}年" + (f"{month}月" if month else "") + (f"{day}日" if day else "")
        try:
            return parse_date(written)
        except ValueProblem:
            continue  # 13月: a slip of the text; an earlier date may be sound
    return str(year) if year else None


def year_of(text: str) -> int | None:
    """The year a document speaks of: the first it names."""
    match = re.search("(20[0-9]{2})(?:年|[-/.])", text)
    return int(match[1]) if match else None
