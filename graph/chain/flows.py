"""Weights of feeds from an input–output table, through the industry codes of the links.

A direct input coefficient ``a[i, j]`` is what one unit of output of sector j takes of sector i. A
feed whose two links stand in sectors i and j gets ``a[i, j]``; links with several codes get the
mean over the pairs of their sectors. Sectors are far wider than links, so this is a source for
feeds that nobody weighed, not better knowledge than a given weight.

References:
    Leontief, W. (1936), Quantitative input and output relations in the economic systems of the
    United States, Review of Economics and Statistics 18(3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from graph.snapshot import Snapshot


@dataclass(frozen=True)
class InputCoefficients:
    """A square table; `values[i, j]`: input of sector i for one unit of output of sector j."""

    sectors: tuple[str, ...]
    values: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        wanted = (len(self.sectors), len(self.sectors))
        if self.values.shape != wanted:
            raise ValueError(f"投入系数表应为 {wanted}，实为 {self.values.shape}")


class Sectors:
    """Which sector an industry code belongs to: the one with the longest prefix of the code."""

    def __init__(self, codes: Mapping[str, Iterable[str]]) -> None:
        self._of = {code: sector for sector, own in codes.items() for code in own}

    def of(self, industry: str) -> str | None:
        """The sector of a GB/T 4754 code of two to four digits; None = in no sector."""
        starts = (industry[:length] for length in range(len(industry), 0, -1))
        return next((self._of[start] for start in starts if start in self._of), None)

    def among(self, industries: Iterable[str]) -> list[str]:
        """The distinct sectors of several codes, in order."""
        found = (self.of(code) for code in industries)
        return list(dict.fromkeys(sector for sector in found if sector is not None))


@dataclass(frozen=True, slots=True)
class FlowWeight:
    """One feed by link ids; `weight` and `back` are None where a link is in no sector.

    Attributes:
        given: the weight that the data have.
        weight: mean coefficient along the feed.
        back: mean coefficient against it, to see whether the direction is plausible.
        same_sector: both links stand in one sector only, the same one.
    """

    chain: str
    upstream: str
    downstream: str
    given: float | None
    weight: float | None
    back: float | None
    same_sector: bool


def flow_weights(
    snapshot: Snapshot, table: InputCoefficients, sectors: Sectors
) -> Iterator[FlowWeight]:
    """All feeds of the data with their coefficients, in the order of the data."""
    place = {sector: row for row, sector in enumerate(table.sectors)}
    links = snapshot.links
    at = [[place[s] for s in sectors.among(codes) if s in place] for codes in links.codes]
    for upstream, downstream, facts in snapshot.feeds.edges(data=True):
        up, down = links.row[upstream], links.row[downstream]
        yield FlowWeight(
            links.chain_ids[up], upstream, downstream, facts["weight"],
            _mean(table.values, at[up], at[down]), _mean(table.values, at[down], at[up]),
            len(at[up]) == 1 and at[up] == at[down],
        )  # fmt: skip


def _mean(
    values: npt.NDArray[np.float64], rows: Sequence[int], columns: Sequence[int]
) -> float | None:
    if not rows or not columns:
        return None
    return float(values[np.ix_(rows, columns)].mean())
