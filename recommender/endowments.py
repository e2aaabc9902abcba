"""What a place has that a kind of project looks for: jobs in a trade, deposits, ports.

Location-choice models add to where others went what the places offer (McFadden 1974; Head and Mayer
2004). Two tables say it: amounts by region, and which of them a chain or link looks for.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graph.snapshot import Snapshot
from recommender.frame import Float64, Int64

Table = Mapping[str, Mapping[str, float]]


class EndowmentsInvalid(ValueError):
    """A table of endowments or needs cannot be used; the message names file and line."""


@dataclass(frozen=True, eq=False)
class Endowments:
    """Amounts ≥ 0 by region code and indicator, needs ≥ 0 by chain or link id and indicator.

    A region without a row has none of it. Give the amounts for regions of one level: those of
    smaller regions are added up where larger ones are asked for.
    """

    amounts: Table
    needs: Table

    @classmethod
    def read(cls, amounts: Path, needs: Path) -> Endowments:
        """From two CSV files: `region,<indicator>…` and `id,<indicator>…`; an empty cell is 0.

        Lines that begin with # are left out.

        Raises:
            EndowmentsInvalid: no such file or column, no number, or an indicator without amounts.
        """
        found = cls(_read(amounts, "region"), _read(needs, "id"))
        known = {name for row in found.amounts.values() for name in row}
        if other := sorted({name for row in found.needs.values() for name in row} - known):
            raise EndowmentsInvalid(f"{needs}：指标 {'、'.join(other)} 在 {amounts} 中没有")
        return found

    def unknown(self, snapshot: Snapshot) -> list[str]:
        """Regions, chains and links of the tables that the data do not have."""
        known = snapshot.chain_rows.keys() | snapshot.links.row.keys()
        regions = [code for code in self.amounts if code not in snapshot.regions.row]
        return regions + [ident for ident in self.needs if ident not in known]

    def of(self, snapshot: Snapshot, level: int, places: Int64, asked: Sequence[str]) -> Float64:
        """(p,) in [0, 1]: how much of what is looked for each of `places` (region rows) has.

        Looked for is what the first of `asked` (ids, link before chain) that has needs looks for;
        0 everywhere where none has. Each indicator counts as shares of its sum, the weighted sum x
        of the shares as ln(1 + x / mean), relative to the largest.
        """
        needs = next((self.needs[ident] for ident in asked if ident in self.needs), {})
        mixed = np.zeros(len(places))
        for name, weight in needs.items():
            amount = self._amounts(snapshot, level, name)[places]
            total = float(amount.sum())
            mixed += weight * amount / total if total > 0 else 0.0
        if not mixed.any():
            return mixed
        logged = np.log1p(mixed / mixed.mean())
        found: Float64 = logged / logged.max()
        return found

    def _amounts(self, snapshot: Snapshot, level: int, name: str) -> Float64:
        """(regions,) of an indicator, at the regions of a level."""
        regions = snapshot.regions
        amounts = np.zeros(len(regions))
        for code, row in self.amounts.items():
            at = int(regions.at_level[level, regions.row[code]]) if code in regions.row else -1
            if at >= 0:
                amounts[at] += row.get(name, 0.0)
        return amounts


def _read(path: Path, key: str) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(line for line in stream if not line.startswith("#"))
            if key not in (rows.fieldnames or ()):
                raise EndowmentsInvalid(f"{path}：缺少 {key} 列")
            for number, row in enumerate(rows, 1):
                ident = row.pop(key)
                found[ident] = dict(_numbers(row, f"{path} 第 {number} 行数据"))
    except (OSError, UnicodeDecodeError) as problem:
        raise EndowmentsInvalid(f"{path}：无法读取（{problem}）") from problem
    return found


def _numbers(row: Mapping[str, str], where: str) -> Iterator[tuple[str, float]]:
    for name, text in row.items():
        if not text:
            continue
        try:
            value = float(text)
        except (TypeError, ValueError):
            value = math.nan
        if not 0 <= value < math.inf:
            raise EndowmentsInvalid(f"{where}：{name} 应为不小于 0 的数，现为 {text!r}")
        yield name, value
