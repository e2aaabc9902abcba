"""What would have to change for a firm to reach a score: one component at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from recommender.blend import Score

# A value is reached in spite of rounding.
SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Change:
    """One component: what it is, what it would have to be if all others stayed as they are.

    Attributes:
        value: now; None unknown.
        needed: the smallest value in [0, 1] that reaches the score; None where none does.
    """

    name: str
    label: str
    value: float | None
    needed: float | None
    step: float | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "label": self.label, "value": self.value, "needed": self.needed, "step": self.step,
        }  # fmt: skip

    @property
    def said(self) -> str:
        """``环节契合由 0.40 到 0.71``."""
        now = "由未知" if self.value is None else f"由 {self.value:.2f} "
        return f"{self.label}{now}到 {self.needed:.2f}" if self.needed is not None else self.label


def changes(score: Score, wanted: float) -> tuple[Change, ...]:
    """For each component the value that lifts the score to `wanted`, the smallest step first.

    With S = Σ w v over the known parts and W = Σ w of them: a known part needs
    v' = v + (wanted · W − S) / w; an unknown one joins the mean, so it needs
    v' = (wanted · (W + w) − S) / w, and its step is counted from the score, which is what the mean
    takes it for. Above 1 a part alone cannot do it.
    """
    known = sum(share.weight for share in score.shares if share.value is not None)
    total = score.value * known
    found = []
    for share in score.shares:
        unknown = share.value is None
        whole = known + share.weight if unknown else known
        base = 0.0 if share.value is None else share.value
        needed = base + (wanted * whole - total) / share.weight
        possible = needed <= 1 + SLACK
        needed = min(1.0, max(0.0, needed))
        step = needed - (score.value if share.value is None else share.value)
        found.append(
            Change(
                share.name, share.label, share.value,
                needed if possible else None, step if possible else None,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda c: (c.step is None, c.step or 0.0)))


def joint(score: Score, wanted: float) -> tuple[str, ...]:
    """Labels of few components that together, at their highest, lift the score to `wanted`.

    Those that gain most come first; all of them together always do.
    """
    values = {share.name: share.value for share in score.shares}
    weights = {share.name: share.weight for share in score.shares}
    labels = {share.name: share.label for share in score.shares}

    def gain(name: str) -> float:
        value = values[name]
        return weights[name] * (1.0 - (score.value if value is None else value))

    chosen: list[str] = []
    for name in sorted(values, key=lambda n: (-gain(n), n)):
        chosen.append(name)
        raised = {n: 1.0 if n in chosen else v for n, v in values.items()}
        known = [(weights[n], v) for n, v in raised.items() if v is not None]
        if sum(w * v for w, v in known) >= (wanted - SLACK) * sum(w for w, _ in known):
            break
    return tuple(labels[name] for name in chosen)
