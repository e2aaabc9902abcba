"""What is generally known of the industries that links belong to, through their GB/T 4754 codes.

`divisions.csv` says for each division (two digits; three where a group differs from its division):

- technology: 1 for manufacturing of high or medium-high technology by R&D intensity (OECD 2001) and
  for knowledge-intensive services of high technology (Eurostat 2006: telecommunications, internet,
  software, research), else 0. Their ISIC divisions were carried over to GB/T 4754-2017 by hand:
  26, 27, 34 to 40 without ships (373), and 63, 64, 65, 73.
- group: divisions that share inputs and skills, 21 in all; an editors' choice.

The intensities are those of the 1990s. Groups and the carrying-over were written later, from how
the industries work; neither says anything of single firms.

References:
    OECD (2001), Science, Technology and Industry Scoreboard, annex 1.
    Hatzichronoglou, T. (1997), Revision of the High-Technology Sector and Product Classification,
    OECD STI Working Papers 1997/2.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
DIVISION, GROUP = 0.7, 0.3
"""How alike two links are that share a division, a group; both if they share a division."""


@dataclass(frozen=True)
class Industries:
    """What is known of each link.

    Attributes:
        technology: share of the link's codes that are of high technology, nan without a code.
        alike: links × links in [0, 1], zero on the diagonal and without a code.
    """

    technology: Floats
    alike: Floats

    @classmethod
    def of(cls, codes: Sequence[Sequence[str]]) -> Industries:
        """Of links with these GB/T 4754 codes, at any level below the section."""
        rows = [[row for row in map(_row, link) if row] for link in codes]
        technology = [np.mean([r.technology for r in row]) if row else np.nan for row in rows]
        division = _shares([[r.division for r in row] for row in rows])
        group = _shares([[r.group for r in row] for row in rows])
        alike = DIVISION * (division @ division.T) + GROUP * (group @ group.T)
        np.fill_diagonal(alike, 0.0)
        return cls(np.array(technology, dtype=np.float64), np.asarray(alike))

    @classmethod
    def unknown(cls, links: int) -> Industries:
        """Nothing is known of any link."""
        return cls.of([()] * links)


@dataclass(frozen=True)
class _Row:
    division: str
    group: str
    technology: float


@cache
def _table() -> dict[str, _Row]:
    file = resources.files("graph.likelihood") / "divisions.csv"
    return {
        row["code"]: _Row(row["code"][:2], row["group"], float(row["technology"]))
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    }


def _row(code: str) -> _Row | None:
    return _table().get(code[:3]) or _table().get(code[:2])


def _shares(names: Sequence[Sequence[str]]) -> Floats:
    """Rows × distinct names: share of the row's entries, all zero without any."""
    column = {name: i for i, name in enumerate(sorted({name for row in names for name in row}))}
    table = np.zeros((len(names), len(column)))
    for i, row in enumerate(names):
        for name in row:
            table[i, column[name]] += 1.0 / len(row)
    return table
