"""How much the order of gaps hangs on the weights that somebody chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from graph.gaps.report import GapReport

if TYPE_CHECKING:
    import pandas as pd

DRAWS, TOP, CONCENTRATION = 1000, 5, 20.0
HEADINGS = {
    "chain": "产业链", "link": "环节", "priority": "优先度", "rank": "名次",
    "best": "名次上限", "worst": "名次下限", "top_share": "进入前列的比例", "sentence": "说明",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RankRange:
    """One gap under all weights drawn.

    Attributes:
        rank: with the chosen weights, 1 = first.
        best, worst: 5th and 95th percentile of its rank.
        top_share: share of draws in which it is among the first.
    """

    chain: str
    link: str
    name: str
    priority: float
    rank: int
    best: int
    worst: int
    top_share: float


@dataclass(frozen=True)
class Sensitivity:
    """All gaps of a report with a known priority, in their order with the chosen weights."""

    draws: int
    top: int
    gaps: tuple[RankRange, ...]

    def sentence(self, gap: RankRange) -> str:
        """What the draws say of one gap, in Chinese."""
        return (
            f"{gap.name}：现排第 {gap.rank}，{self.draws:,} 次权重抽样中有 {gap.top_share:.0%} "
            f"位于前 {self.top}，名次多在第 {gap.best} 至第 {gap.worst} 之间。"
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON: draws, top and one object a gap."""
        return {
            "draws": self.draws,
            "top": self.top,
            "gaps": [
                {
                    "chain": gap.chain, "link": {"id": gap.link, "name": gap.name},
                    "priority": round(gap.priority, 6), "rank": gap.rank,
                    "rank_interval": [gap.best, gap.worst], "top_share": round(gap.top_share, 4),
                    "sentence": self.sentence(gap),
                }
                for gap in self.gaps
            ],
        }  # fmt: skip

    def to_frame(self, *, chinese: bool = False) -> pd.DataFrame:
        """One row a gap; `chinese` gives headings for people."""
        import pandas as pd  # heavy, and only needed where a table is asked for

        rows = [
            {
                "chain": gap.chain, "link": gap.name, "priority": gap.priority, "rank": gap.rank,
                "best": gap.best, "worst": gap.worst, "top_share": gap.top_share,
                "sentence": self.sentence(gap),
            }
            for gap in self.gaps
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=list(HEADINGS))
        return frame.rename(columns=HEADINGS) if chinese else frame

    def _repr_html_(self) -> str:
        return str(self.to_frame(chinese=True).to_html(index=False))


def weight_sensitivity(
    report: GapReport,
    *,
    draws: int = DRAWS,
    top: int = TOP,
    concentration: float = CONCENTRATION,
    seed: int = 0,
) -> Sensitivity:
    """The order of gaps under weights drawn around the chosen ones.

    Weights are drawn from a Dirichlet distribution with mean the chosen weights; with the default
    concentration of 20 a weight of 0.2 has a standard deviation of 0.09. A weight of 0 stays 0.
    Unknown components are left out of the mean in each draw, as they are in the priority.

    Args:
        report: of `find_gaps`.
        draws: number of weightings.
        top: what counts as the first ones.
        concentration: how near the draws stay to the chosen weights; larger = nearer.
        seed: of the draws; the same seed gives the same answer.

    Raises:
        ValueError: `draws`, `top` or `concentration` is not above zero.
    """
    if draws < 1 or top < 1 or concentration <= 0:
        raise ValueError(
            f"draws、top、concentration 都应大于 0；现为 {draws}、{top}、{concentration:g}"
        )
    gaps = [(chain, link) for chain, link in report.gaps() if link.priority is not None]
    if not gaps:
        return Sensitivity(draws, top, ())
    weights = {name: part.weight for name, part in gaps[0][1].components.items() if part.weight > 0}
    values = np.array(
        [
            [np.nan if (v := link.components[n].value) is None else v for n in weights]
            for _, link in gaps
        ]
    )
    chosen = np.array(list(weights.values()))
    drawn = np.random.default_rng(seed).dirichlet(concentration * chosen / chosen.sum(), draws)
    ranks = _ranks(values, drawn)
    low, high = np.percentile(ranks, [5, 95], axis=0)
    within = (ranks <= top).mean(axis=0)
    return Sensitivity(
        draws,
        top,
        tuple(
            RankRange(
                chain.id, link.id, link.name, float(link.priority or 0.0), i + 1,
                int(np.floor(low[i])), int(np.ceil(high[i])), float(within[i]),
            )
            for i, (chain, link) in enumerate(gaps)
        ),
    )  # fmt: skip


def _ranks(
    values: npt.NDArray[np.float64], drawn: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Draws × gaps: the rank of each; equal priorities keep the order of the gaps."""
    known = ~np.isnan(values)
    total = drawn @ known.T
    priority = np.divide(
        drawn @ np.where(known, values, 0.0).T, total, out=np.zeros_like(total), where=total > 0
    )
    order = np.argsort(-np.round(priority, 12), axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, order.shape[1] + 1)[None, :], axis=1)
    return ranks
