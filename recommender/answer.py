"""What a ranking answers: targets, and why a firm is or is not among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from graph.paths import Path
from recommender.blend import Score
from recommender.candidates import Candidates
from recommender.cards import FirmCard
from recommender.changes import Change
from recommender.checks.judge import Sheet, sheets
from recommender.chosen import Chosen
from recommender.frame import Int64
from recommender.paths import paths_to
from recommender.reasons import reasons
from recommender.select import HeldBack
from recommender.stability import Stability

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("rank", "firm", "region", "link", "score", "low", "high", "coverage", "reasons", "path")
LABELS = (
    "名次",
    "企业",
    "所在地",
    "环节",
    "得分",
    "最低",
    "最高",
    "信息完整度",
    "理由",
    "对接路径",
)


@dataclass(frozen=True, slots=True)
class Target:
    """A firm at the link where it stands best, with what speaks for it.

    `probability` is the chance that it is the one that comes, where the model has learned that.
    """

    rank: int | None
    firm: FirmCard
    link_id: str
    link_name: str
    score: Score
    reasons: tuple[str, ...]
    paths: tuple[Path, ...]
    checks: Sheet | None = None
    stability: Stability | None = None
    probability: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The contract's target object."""
        return {
            "rank": self.rank,
            "firm": self.firm.to_dict(),
            "link": {"id": self.link_id, "name": self.link_name},
            "score": self.score.value,
            "interval": list(self.score.interval),
            "coverage": self.score.coverage,
            "probability": self.probability,
            "components": {share.name: share.to_dict() for share in self.score.shares},
            "reasons": list(self.reasons),
            "paths": [path.to_dict() for path in self.paths],
            "checks": self.checks.to_dict() if self.checks else None,
            "stability": self.stability.to_dict() if self.stability else None,
        }


@dataclass(frozen=True)
class Recommendation:
    """The answer to 找谁.

    Attributes:
        query: what was asked, with ids and names.
        data_version: of the facts it was computed from.
        model: kind, version, trained_on.
        settings: thresholds and weights it was computed with.
        considered: firms that were candidates before the gates.
        excluded: Chinese reason → firms left out for it.
        targets: best first.
        held_back: firms that a limit per group or link kept off the list.
        refused: firms that nothing but the check list kept off, best first, with their sheets.
    """

    query: dict[str, Any]
    data_version: int
    model: dict[str, Any]
    settings: dict[str, Any]
    considered: int
    excluded: Mapping[str, int]
    targets: tuple[Target, ...]
    held_back: tuple[HeldBack, ...] = ()
    refused: tuple[Target, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON."""
        return {
            "query": self.query,
            "data_version": self.data_version,
            "model": self.model,
            "settings": self.settings,
            "considered": self.considered,
            "excluded": dict(self.excluded),
            "targets": [target.to_dict() for target in self.targets],
            "held_back": [firm.to_dict() for firm in self.held_back],
            "refused": [target.to_dict() for target in self.refused],
        }

    @cached_property
    def rows(self) -> list[tuple[Any, ...]]:
        """One row a target, columns :data:`COLUMNS`."""
        return [
            (
                t.rank,
                t.firm.name,
                t.firm.region["name"] if t.firm.region else None,
                t.link_name,
                t.score.value,
                *t.score.interval,
                t.score.coverage,
                "\n".join(t.reasons),
                t.paths[0].text if t.paths else None,
            )
            for t in self.targets
        ]

    def to_frame(self, chinese: bool = False) -> pd.DataFrame:
        """One row a target; `chinese` gives Chinese headings."""
        import pandas as pd

        return pd.DataFrame(self.rows, columns=pd.Index(LABELS if chinese else COLUMNS))

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{label}</th>" for label in LABELS)
        body = "".join(
            f"<tr>{''.join(f'<td>{_cell(value)}</td>' for value in row)}</tr>" for row in self.rows
        )
        left_out = "；".join(f"{reason} {n} 家" for reason, n in self.excluded.items()) or "无"
        note = f"候选 {self.considered} 家；排除：{left_out}；数据版本 {self.data_version}"
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{note}</p>"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    return escape(text).replace("\n", "<br>")


@dataclass(frozen=True)
class Explanation:
    """Why a firm is on a list, or why not.

    Attributes:
        query, data_version, model, settings: as of :class:`Recommendation`.
        firm: whom it is about.
        listed: whether the firm is among the `top` of the query.
        excluded_by: label of the gate that stopped it, None if none did.
        target: its rank, score, components; None when it is no candidate at all.
        reasons: Chinese sentences.
        held_by: every gate or limit that keeps the firm off the list.
        rank_if_allowed: the place it would have without the gates; None if none stopped it.
        entry: score of the last one listed; None unless the firm fell short of it.
        changes: what each component would have to be to reach it, the smallest step first.
        stability: how its place fares under other weights.
    """

    query: dict[str, Any]
    data_version: int
    model: dict[str, Any]
    settings: dict[str, Any]
    firm: FirmCard
    listed: bool
    excluded_by: str | None
    target: Target | None
    reasons: tuple[str, ...]
    held_by: tuple[str, ...] = ()
    rank_if_allowed: int | None = None
    entry: float | None = None
    changes: tuple[Change, ...] = ()
    stability: Stability | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON with the components of the contract's targets."""
        target = self.target.to_dict() if self.target else {}
        parts = ("rank", "link", "score", "interval", "coverage")
        return {
            "query": self.query,
            "data_version": self.data_version,
            "model": self.model,
            "settings": self.settings,
            "firm": self.firm.to_dict(),
            "listed": self.listed,
            "excluded_by": self.excluded_by,
            **{part: target.get(part) for part in parts},
            "components": target.get("components", {}),
            "reasons": list(self.reasons),
            "paths": target.get("paths", []),
            "checks": target.get("checks"),
            "held_by": list(self.held_by),
            "rank_if_allowed": self.rank_if_allowed,
            "entry": self.entry,
            "changes": {change.name: change.to_dict() for change in self.changes},
            "stability": self.stability.to_dict() if self.stability else None,
        }

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(reason)}</li>" for reason in self.reasons)
        return f"<p><b>{escape(self.firm.name)}</b></p><ul>{items}</ul>"


def targets_at(
    candidates: Candidates, rows: Int64, scores: Sequence[Score], ranks: Sequence[int | None]
) -> list[Target]:
    """The targets of some candidate rows, in their order."""
    chosen, links = Chosen(candidates, rows), candidates.snapshot.links
    ways = (
        paths_to(candidates, chosen.firms)
        if candidates.query.region >= 0
        else [()] * len(chosen.firms)
    )
    judged = sheets(candidates, rows)
    return [
        Target(
            ranks[i],
            card,
            links.ids[chosen.link[i]],
            chosen.link_names[i],
            scores[i],
            (*reasons(chosen, i, scores[i], ways[i]), *(sheet.reasons if sheet else ())),
            ways[i],
            sheet,
        )
        for i, (card, sheet) in enumerate(zip(chosen.cards, judged, strict=True))
    ]
