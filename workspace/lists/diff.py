"""Two versions of a list compared: who came, who went, who moved, and why.

A score is a weighted mean of known components, so that its change can be taken apart exactly: the
same weights over the new values (the data moved), then the new weights over them (the weights
moved); what is left is the model's. What a version cannot know of a firm that is not on it, it
was told when it was made (`arrived`, `departed`, see :mod:`workspace.lists.rerun`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isnan
from typing import Any

from recommender.signals import BY_NAME
from recommender.tuning import BY_KEY
from workspace.lists.make import version_of
from workspace.models import Entry, ListVersion
from workspace.session import WorkSession

# Changes of a score below this are noise of rounding.
SMALL = 1e-6
Components = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Cause:
    """Why something changed: `kind` for programs, `text` (Chinese) for people.

    Kinds: data, weights, model, settings, query, gated, gone, new_firm, outranked,
    entered, others, edited.
    """

    kind: str
    text: str
    detail: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {"kind": self.kind, "text": self.text, "detail": self.detail}


@dataclass(frozen=True)
class Change:
    """One firm: its rank and score before and after (None = not on the list), and why."""

    firm_id: str
    firm: str
    rank: tuple[int | None, int | None]
    score: tuple[float | None, float | None]
    causes: tuple[Cause, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "firm": {"id": self.firm_id, "name": self.firm},
            "rank": list(self.rank),
            "score": list(self.score),
            "causes": [cause.to_dict() for cause in self.causes],
        }


@dataclass(frozen=True)
class Difference:
    """From version `before` to version `after`.

    `causes` are those that hold for the whole list; `moved` are firms on both whose rank or score
    changed, by their new rank; `same` counts the rest.
    """

    before: int
    after: int
    causes: tuple[Cause, ...]
    added: tuple[Change, ...]
    removed: tuple[Change, ...]
    moved: tuple[Change, ...]
    same: int

    @property
    def empty(self) -> bool:
        return not (self.causes or self.added or self.removed or self.moved)

    @property
    def summary(self) -> str:
        """``第 1 版 → 第 2 版：+12 −5，38 家变动，4 家不变``."""
        return (
            f"第 {self.before} 版 → 第 {self.after} 版：+{len(self.added)} −{len(self.removed)}，"
            f"{len(self.moved)} 家变动，{self.same} 家不变"
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "before": self.before, "after": self.after, "summary": self.summary,
            "causes": [cause.to_dict() for cause in self.causes],
            "added": [change.to_dict() for change in self.added],
            "removed": [change.to_dict() for change in self.removed],
            "moved": [change.to_dict() for change in self.moved], "same": self.same,
        }  # fmt: skip


def diff(
    session: WorkSession, list_id: int, before: int | None = None, after: int | None = None
) -> Difference:
    """Two versions of a list by number: by default the newest and the one before it.

    Raises:
        NotFound: no such list or version.
    """
    new = version_of(session, list_id, after)
    old = version_of(session, list_id, max(1, new.number - 1) if before is None else before)
    return compare(old, new)


def compare(old: ListVersion, new: ListVersion) -> Difference:
    """Any two versions, of one list or of two."""
    was = {entry.firm_id: entry for entry in old.entries}
    now = {entry.firm_id: entry for entry in new.entries}
    general = tuple(_general(old, new))
    added = tuple(
        Change(e.firm_id, e.firm, (None, e.rank), (None, e.score), _came(e, old, new))
        for e in new.entries
        if e.firm_id not in was
    )
    removed = tuple(
        Change(e.firm_id, e.firm, (e.rank, None), (e.score, None), _went(e, old, new))
        for e in old.entries
        if e.firm_id not in now
    )
    both = [(was[e.firm_id], e) for e in new.entries if e.firm_id in was]
    moved = tuple(_moved(a, b, general) for a, b in both if _differ(a, b))
    return Difference(
        old.number, new.number, general, added, removed, moved, len(both) - len(moved)
    )


# ── the list as a whole ─────────────────────────────────────────────────────────────────────────


def _general(old: ListVersion, new: ListVersion) -> list[Cause]:
    found = []
    if old.data_version != new.data_version:
        versions = [old.data_version, new.data_version]
        text = f"数据由第 {_or_none(versions[0])} 版更新到第 {_or_none(versions[1])} 版"
        found.append(Cause("data", text, {"data_version": versions}))
    if changed := _weights_changed(old, new):
        said = "、".join(f"{_label(n)} {_number(a)}→{_number(b)}" for n, (a, b) in changed.items())
        found.append(Cause("weights", f"权重调整：{said}", {"weights": changed}))
    if old.model != new.model:
        text = f"排序模型由 {_model(old)} 换为 {_model(new)}"
        found.append(Cause("model", text, {"model": [old.model, new.model]}))
    found += _query(old, new)
    found += _settings(old, new)
    if new.origin in ("edit", "merge", "copy") and new.comment:
        found.append(Cause("edited", f"{new.by}：{new.comment}"))
    return found


def _query(old: ListVersion, new: ListVersion) -> list[Cause]:
    found = []
    for name, label in (("region", "地区"), ("chain", "产业链"), ("link", "环节")):
        pair = [(v.query.get(name) or {}).get("name") for v in (old, new)]
        if pair[0] != pair[1]:
            text = f"{label}由 {_or_none(pair[0])} 改为 {_or_none(pair[1])}"
            found.append(Cause("query", text, {name: pair}))
    top = [v.query.get("top") for v in (old, new)]
    if top[0] != top[1]:
        text = f"列出家数由 {_or_none(top[0])} 改为 {_or_none(top[1])}"
        found.append(Cause("query", text, {"top": top}))
    return found


def _settings(old: ListVersion, new: ListVersion) -> list[Cause]:
    """Thresholds that changed, and that the office changed what it had set."""
    found = []
    changed = {
        name: [old.settings.get(name), new.settings.get(name)]
        for name in sorted({*old.settings, *new.settings} - {"weights", "version"})
        if old.settings.get(name) != new.settings.get(name)
    }
    if changed:
        said = "、".join(
            f"{BY_KEY[name].label if name in BY_KEY else name} {a}→{b}"
            for name, (a, b) in changed.items()
        )
        found.append(Cause("settings", f"参数调整：{said}", {"settings": changed}))
    numbers = [old.settings_version, new.settings_version]
    if numbers[0] != numbers[1]:
        was, now = (f"第 {n} 版" if n else "默认" for n in numbers)
        text = f"本单位的权重与门槛由{was}改为{now}"
        found.append(Cause("settings", text, {"settings_version": numbers}))
    return found


def _weights_changed(old: ListVersion, new: ListVersion) -> dict[str, list[float | None]]:
    was, now = _weights(old), _weights(new)
    return {
        name: [was.get(name), now.get(name)]
        for name in sorted({*was, *now})
        if was.get(name) != now.get(name)
    }


def _weights(version: ListVersion) -> dict[str, float]:
    return dict(version.settings.get("weights") or {})


# ── firms that came, went, moved ────────────────────────────────────────────────────────────────


def _came(entry: Entry, old: ListVersion, new: ListVersion) -> tuple[Cause, ...]:
    if new.origin != "recommend":
        return (Cause("edited", new.comment or "手工编辑"),)
    known = new.arrived.get(entry.firm_id, {})
    if known.get("new_firm"):
        return (Cause("new_firm", f"数据中新增的企业（第 {old.data_version} 版还没有）"),)
    if known.get("was_gated"):
        return (Cause("gated", f"原先被排除（{known['was_gated']}），现已不再排除", known),)
    if known.get("was_rank"):
        text = f"原排第 {known['was_rank']} 位，未进入前 {len(old.entries)}"
        return (Cause("entered", text, known), *_because(known.get("components"), entry, old))
    last = min((e.score for e in old.entries if e.score is not None), default=None)
    if last is not None and entry.score is not None and entry.score > last + SMALL:
        return (Cause("entered", f"得分 {entry.score:.3f}，高于上版末位的 {last:.3f}"),)
    return (Cause("entered", "因名单扩大或其他企业离开而进入"),)


def _because(was: Components | None, entry: Entry, old: ListVersion) -> tuple[Cause, ...]:
    return _data_causes(was, entry.components, _weights(old)) if was else ()


def _went(entry: Entry, old: ListVersion, new: ListVersion) -> tuple[Cause, ...]:
    known = new.departed.get(entry.firm_id, {})
    if known.get("removed"):
        return (Cause("edited", f"{new.by} 移出：{known['removed']}", known),)
    if new.origin != "recommend":
        return (Cause("edited", new.comment or "手工编辑"),)
    if known.get("gate"):
        return (Cause("gated", f"新被排除：{known['gate']}", known),)
    if known.get("gone"):
        return (Cause("gone", "数据中已没有这家企业"),)
    if known.get("rank"):
        text = f"降至第 {known['rank']} 位，未进入前 {len(new.entries)}"
        causes = _data_causes(entry.components, known.get("components") or {}, _weights(old))
        return (Cause("outranked", text, {"rank": known["rank"]}), *causes)
    if known.get("absent"):
        return (Cause("gone", known["absent"]),)
    return (Cause("outranked", "未进入名单"),)


def _differ(old: Entry, new: Entry) -> bool:
    return old.rank != new.rank or _score_change(old, new) is not None


def _score_change(old: Entry, new: Entry) -> float | None:
    if old.score is None or new.score is None:
        return None if old.score == new.score else float("nan")
    change = new.score - old.score
    return change if abs(change) > SMALL else None


def _moved(old: Entry, new: Entry, general: tuple[Cause, ...]) -> Change:
    causes: tuple[Cause, ...] = ()
    change = _score_change(old, new)
    if change is None:
        causes = (Cause("others", "得分未变，因其他企业进出或升降而移位"),)
    elif not isnan(change):  # both scores are known
        causes = _taken_apart(old, new, change)
    if not causes:
        causes = tuple(c for c in general if c.kind in ("model", "query", "edited", "settings"))
    return Change(new.firm_id, new.firm, (old.rank, new.rank), (old.score, new.score), causes)


def _taken_apart(old: Entry, new: Entry, change: float) -> tuple[Cause, ...]:
    """The change of a score into what data, weights and model did."""
    before, after = _weights_of(old.components), _weights_of(new.components)
    half_way = mean_score(new.components, before)
    start, end = mean_score(old.components, before), mean_score(new.components, after)
    if half_way is None or start is None or end is None:
        return ()
    causes = list(_data_causes(old.components, new.components, before))
    if abs(end - half_way) > SMALL and before != after:
        moved = {n: [before.get(n), after.get(n)] for n in sorted({*before, *after})
                 if before.get(n) != after.get(n)}  # fmt: skip
        text = f"权重调整使得分 {_signed(end - half_way)}"
        causes.append(Cause("weights", text, {"effect": end - half_way, "weights": moved}))
    rest = change - (end - start)
    if abs(rest) > 1e-3:
        text = f"模型变化使得分 {_signed(rest)}"
        causes.append(Cause("model", text, {"effect": rest}))
    return tuple(causes)


def _data_causes(
    old: Components, new: Components, weights: Mapping[str, float]
) -> tuple[Cause, ...]:
    """Components whose value moved, with the effect of each alone, the strongest first."""
    found = []
    base = mean_score(old, weights)
    for name in sorted({*old, *new}):
        was, now = _value(old, name), _value(new, name)
        if was == now:
            continue
        alone = mean_score({**old, name: {**old.get(name, {}), "value": now}}, weights)
        effect = None if base is None or alone is None else alone - base
        told = "" if effect is None else f"，使得分 {_signed(effect)}"
        source = new.get(name, {}).get("source") or old.get(name, {}).get("source")
        text = f"数据变化：{_label(name)} {_number(was)}→{_number(now)}{told}"
        detail = {"component": name, "value": [was, now], "effect": effect, "source": source}
        found.append((abs(effect or 0.0), Cause("data", text, detail)))
    return tuple(cause for _, cause in sorted(found, key=lambda pair: -pair[0]))


def mean_score(components: Components, weights: Mapping[str, float]) -> float | None:
    """Σ w v / Σ w over the known components; None where none that weighs is known."""
    known = [
        (weights.get(name, 0.0), float(part["value"]))
        for name, part in components.items()
        if part.get("value") is not None
    ]
    total = sum(weight for weight, _ in known)
    return sum(weight * value for weight, value in known) / total if total > 0 else None


def _weights_of(components: Components) -> dict[str, float]:
    return {name: float(part.get("weight") or 0.0) for name, part in components.items()}


def _value(components: Components, name: str) -> float | None:
    value = components.get(name, {}).get("value")
    return None if value is None else float(value)


def _label(component: str) -> str:
    """The Chinese name of a component; its own where a model has one of its own."""
    signal = BY_NAME.get(component)
    return signal.label if signal else component


def _model(version: ListVersion) -> str:
    kind, number = version.model.get("kind", "无"), version.model.get("version", "")
    return f"{kind} {number}".strip()


def _number(value: float | None) -> str:
    return "未知" if value is None else f"{value:.3g}"


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")


def _or_none(value: object) -> object:
    return "无" if value is None else value


__all__ = ["SMALL", "Cause", "Change", "Difference", "compare", "diff", "mean_score"]
