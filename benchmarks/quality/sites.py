"""Where companies stood in the USA in 2019, for companies named as lists of plants name them."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
_JOINT = re.compile(r",(?! *(?:inc|llc|ltd|co)\b)|/| and |\(|\)|\bJV of\b", re.IGNORECASE)


@dataclass(frozen=True)
class Site:
    """A company's headquarters or plants in a state; `since` is a year, None = before 2018."""

    company: str
    state: str
    since: int | None


@dataclass(frozen=True)
class Sites:
    """The sites of known companies, and what they are called.

    Attributes:
        of: sites of each company.
        called: companies by each of their names, in words.
    """

    of: dict[str, tuple[Site, ...]]
    called: dict[tuple[str, ...], tuple[str, ...]]

    @classmethod
    def read(cls, path: Path = HERE / "us_sites.csv") -> Sites:
        """From a table `company,aliases,head,plants`; its head says what stands there."""
        of: dict[str, tuple[Site, ...]] = {}
        called: dict[tuple[str, ...], tuple[str, ...]] = defaultdict(tuple)
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(line for line in stream if not line.startswith("#")):
                name = row["company"]
                of[name] = _sites(name, f"{row['head']} {row['plants']}")
                for words in {_words(text) for text in (name, *row["aliases"].split(";")) if text}:
                    called[words] += (name,)
        return cls(of, dict(called))

    def companies(self, text: str) -> list[str]:
        """The known companies that a company's name names, each of the parties of a joint one.

        A party is known if it begins with a known name; the longest decides: 'LG Chem Ltd' is LG
        Chem's, not that of all that is called LG.
        """
        found: dict[str, None] = {}
        for party in parties(text):
            words = _words(party)
            starts = (words[:n] for n in range(len(words), 0, -1))
            known = next((start for start in starts if start in self.called), ())
            found |= dict.fromkeys(self.called.get(known, ()))
        return list(found)


def parties(company: str) -> list[str]:
    """'BlueOvalSK (JV of Ford and SK On)' → the three names in it."""
    return [part for part in _JOINT.split(company) if part.strip()]


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_&]+|&", text.lower().replace(".", "")))


def _sites(company: str, text: str) -> tuple[Site, ...]:
    """'CA NV NY@2019' → a site a state, the earliest of each."""
    found: dict[str, Site] = {}
    for word in text.split():
        state, _, year = word.partition("@")
        found.setdefault(state, Site(company, state, int(year) if year else None))
    return tuple(found.values())


__all__: Sequence[str] = ("Site", "Sites", "parties")
