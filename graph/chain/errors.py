"""What can be wrong with the structure of a chain. Messages are for the user."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class ChainError(ValueError):
    """A chain whose structure cannot be analysed; the message is for the user."""


class ChainCycleError(ChainError):
    """Feeds that lead back to where they started.

    Attributes:
        cycle: link ids in the order of the feeds, the first one not repeated at the end.
    """

    def __init__(self, cycle: Iterable[str], names: Mapping[str, str] | None = None) -> None:
        self.cycle = tuple(cycle)
        shown = [(names or {}).get(link, link) for link in (*self.cycle, self.cycle[0])]
        super().__init__(
            f"供给关系成环：{' → '.join(shown)}（共 {len(self.cycle)} 个环节）；"
            "产业链须由上游指向下游，请删除或改正其中一条供给关系"
        )


class FeedWeightError(ChainError):
    """A feed whose weight is not a finite number ≥ 0."""

    def __init__(self, upstream: str, downstream: str, weight: object) -> None:
        self.feed = (upstream, downstream)
        super().__init__(
            f"供给关系 {upstream} → {downstream} 的权重为 {weight!r}；"
            "权重须为不小于 0 的数，未知时请留空"
        )


class UnknownLinkError(ChainError):
    """A link id that the chain does not have."""

    def __init__(self, unknown: Iterable[str], expected: str) -> None:
        self.links = tuple(sorted(unknown))
        super().__init__(f"不认识的环节：{'、'.join(self.links)}；应为{expected}")
