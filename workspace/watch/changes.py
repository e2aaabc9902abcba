"""What changed about one thing that is followed, in sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from graph.gaps import find_gaps
from graph.gaps.rules import STATUSES
from graph.lookup import LookupProblem
from graph.snapshot import Snapshot
from recommender import RankSettings, recommend
from recommender.tuning import Tuned
from workspace.actor import within
from workspace.watch.facts import Row, Versions

# Which places of a ranking are near the top, and how many changes of one kind are told singly.
TOP, SHOWN = 10, 20
_STATUS = {"confirmed": "已确认", "uncertain": "待核实", "rejected": "已否定", None: "已确认"}
_FIELDS = {
    "name": "名称", "status": "经营状态", "region_code": "所在地", "registered_capital": "注册资本",
    "employees": "从业人数", "revenue": "营业收入", "tags": "标签",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One thing that changed.

    `kind`: event, position, firm, tie, gap, candidate, gone; `about` is a firm or a link
    ``{"kind", "id", "name"}``; `date` partial ISO where the fact has one.
    """

    kind: str
    text: str
    about: dict[str, Any]
    date: str | None = None
    source: str | None = None
    data: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "kind": self.kind, "text": self.text, "about": self.about, "date": self.date,
            "source": self.source, "data": self.data,
        }  # fmt: skip


# ── firms ───────────────────────────────────────────────────────────────────────────────────────


def firm_changes(versions: Versions, firms: Collection[str]) -> Iterator[Change]:
    """Events, positions, columns and ties of some firms."""
    for row in versions.new_events("firm_id", firms):
        yield _event(versions.after, row)
    for old, new in versions.positions("firm_id", firms):
        yield _position(versions, old, new)
    for old, new in versions.firms(firms):
        yield from _firm(versions, old, new)
    for tie in versions.new_ties(firms):
        yield _tie(versions.after, tie, firms)


def _event(snapshot: Snapshot, row: Row) -> Change:
    firm, place = firm_name(snapshot, row["firm_id"]), _region(snapshot, row["region_code"])
    link = link_name(snapshot, row["link_id"]) or _chain(snapshot, row["chain_id"])
    amount = "" if row["amount"] is None else f"，{row['amount']:g} 亿{_money(row)}"
    stage = f"，{row['stage']}" if row["stage"] else ""
    where = f"在{place}" if place else ""
    text = f"{firm} {row['date']} {where}新增投资事件：{link or '环节不详'}{amount}{stage}"
    return Change("event", text, _about(row["firm_id"], firm), row["date"], row["source"], row)


def _position(versions: Versions, old: Row | None, new: Row | None) -> Change:
    row = new or old
    assert row is not None  # pairs hold at least one
    snapshot = versions.after if new else versions.before
    firm, link = firm_name(snapshot, row["firm_id"]), link_name(snapshot, row["link_id"])
    if old is None:
        text = f"{firm} 新增卡位：{link}（{_STATUS.get(row['status'], row['status'])}）"
    elif new is None:
        text = f"{firm} 不再卡位于{link}"
    elif old["status"] != new["status"]:
        was, now = (_STATUS.get(r["status"], r["status"]) for r in (old, new))
        text = f"{firm} 在{link}的卡位由「{was}」变为「{now}」"
    elif old["role"] != new["role"]:
        text = f"{firm} 在{link}的角色由{_role(old)}变为{_role(new)}"
    else:
        text = f"{firm} 在{link}的强度由 {_or_unknown(old)} 变为 {_or_unknown(new)}"
    data = {"before": old, "after": new}
    return Change("position", text, _about(row["firm_id"], firm), None, row["source"], data)


def _firm(versions: Versions, old: Row | None, new: Row | None) -> Iterator[Change]:
    if new is None:
        assert old is not None  # pairs hold at least one
        text = f"{old['name']} 已不在数据中"
        yield Change("gone", text, _about(old["firm_id"], old["name"]))
    elif old is None:
        text = f"{new['name']} 新进入数据"
        yield Change("firm", text, _about(new["firm_id"], new["name"]))
    else:
        for name, label in _FIELDS.items():
            if old[name] != new[name]:
                was, now = (_shown(versions, name, row[name]) for row in (old, new))
                text = f"{new['name']} 的{label}由 {was} 变为 {now}"
                data = {"field": name, "before": old[name], "after": new[name]}
                yield Change("firm", text, _about(new["firm_id"], new["name"]), data=data)


def _tie(snapshot: Snapshot, row: Row, firms: Collection[str]) -> Change:
    own, other = ("from", "to") if row["from_id"] in firms else ("to", "from")
    firm = firm_name(snapshot, row[f"{own}_id"])
    end = row[f"{other}_id"]
    named = firm_name(snapshot, end) if row[f"{other}_kind"] == "firm" else end
    text = f"{firm} 新增关联：{row['kind']} {named}"
    about = _about(row[f"{own}_id"], firm)
    return Change("tie", text, about, row["date"], row["source"], row)


# ── chains and gaps ─────────────────────────────────────────────────────────────────────────────


def chain_changes(versions: Versions, chain: str, region: str | None) -> Iterator[Change]:
    """Events and positions of a chain, in a region or everywhere."""
    for row in versions.new_events("chain_id", {chain}):
        if within(row["region_code"], region or ""):
            yield _event(versions.after, row)
    pairs = versions.positions("chain_id", {chain})
    moved = [pair for pair in pairs if _in_region(versions, pair, region)]
    for old, new in moved[:SHOWN]:
        yield _position(versions, old, new)
    if len(moved) > SHOWN:
        text = f"另有 {len(moved) - SHOWN} 个卡位有变化"
        about = {"kind": "chain", "id": chain, "name": _chain(versions.after, chain)}
        yield Change("position", text, about, data={"more": len(moved) - SHOWN})


def gap_changes(versions: Versions, region: str, link: str, tuned: Tuned) -> Iterator[Change]:
    """The status of a link in a region, events at it there, firms that are new near the top.

    Both versions are judged by the weights and thresholds of today, so that a change of those is
    not told as one of the data.
    """
    about = {"kind": "link", "id": link, "name": link_name(versions.after, link) or link}
    was, now = (_status(s, region, link, tuned) for s in (versions.before, versions.after))
    if was != now:
        place = _region(versions.after, region)
        text = f"{place}的{about['name']}由「{_word(was)}」变为「{_word(now)}」"
        yield Change("gap", text, about, data={"before": was, "after": now, "region": region})
    for row in versions.new_events("link_id", {link}):
        if within(row["region_code"], region):
            yield _event(versions.after, row)
    yield from new_candidates(versions, {"region": region, "link": link}, tuned.ranking())


def new_candidates(
    versions: Versions,
    question: dict[str, Any],
    settings: RankSettings,
    known: Collection[str] = (),
    top: int = TOP,
) -> Iterator[Change]:
    """Firms among the first `top` of a question now that were not before, `known` left out."""
    asked = {**question, "top": top, "settings": settings}
    try:
        now = recommend(versions.after, **asked).to_dict()["targets"]
    except LookupProblem:
        return
    try:
        was = recommend(versions.before, **asked).to_dict()["targets"]
    except LookupProblem:
        was = []
    before = {target["firm"]["id"] for target in was} | set(known)
    for target in now:
        firm, link = target["firm"], target["link"]["name"]
        if firm["id"] not in before:
            reason = f"：{target['reasons'][0]}" if target["reasons"] else ""
            text = f"{firm['name']} 进入{link}目标企业前 {top} 名（第 {target['rank']} 位）{reason}"
            data = {"rank": target["rank"], "score": target["score"], "link": target["link"]}
            yield Change("candidate", text, _about(firm["id"], firm["name"]), data=data)


# ── words ───────────────────────────────────────────────────────────────────────────────────────


def _about(firm_id: str, name: str) -> dict[str, Any]:
    return {"kind": "firm", "id": firm_id, "name": name}


def firm_name(snapshot: Snapshot, firm_id: str) -> str:
    """Its name; the id where the version has no such firm."""
    row = snapshot.firms.row(firm_id)
    return firm_id if row < 0 else str(snapshot.firms.names[row].as_py())


def link_name(snapshot: Snapshot, link: str | None) -> str:
    """Its name; the id where the version has no such link, "" for none."""
    row = snapshot.links.row.get(link or "")
    return (link or "") if row is None else snapshot.links.names[row]


def _chain(snapshot: Snapshot, chain: str | None) -> str:
    row = snapshot.chain_rows.get(chain or "")
    return (chain or "") if row is None else snapshot.chains[row].name


def _region(snapshot: Snapshot, code: str | None) -> str:
    row = snapshot.regions.row.get(code or "")
    return (code or "") if row is None else snapshot.regions.full_name(row)


def _status(snapshot: Snapshot, region: str, link: str, tuned: Tuned) -> str | None:
    row = snapshot.links.row.get(link)
    if row is None or region not in snapshot.regions.row:
        return None
    chain = snapshot.links.chain_ids[row]
    # A status hangs on no weight: the likelihood of first firms takes seconds and is left out.
    chosen = tuned.gaps(weights={"likelihood": 0.0, "bottleneck": 1.0})
    report = find_gaps(snapshot, region=region, chain=chain, settings=chosen)
    return next((str(gap.status) for gap in report.chains[0].links if gap.id == link), None)


def _word(status: str | None) -> str:
    return next((word for name, word in STATUSES.items() if str(name) == status), "未知")


def _in_region(versions: Versions, pair: tuple[Row | None, Row | None], region: str | None) -> bool:
    if not region:
        return True
    row = pair[1] or pair[0]
    assert row is not None  # pairs hold at least one
    for snapshot in (versions.after, versions.before):
        firm = snapshot.firms.row(row["firm_id"])
        home = int(snapshot.firms.region[firm]) if firm >= 0 else -1
        if home >= 0:
            return within(snapshot.regions.codes[home], region)
    return False


def _money(row: Row) -> str:
    currency = row["amount_currency"]
    return "元" if currency in (None, "CNY") else f" {currency}"


def _role(row: Row) -> str:
    return "链主" if row["role"] == "leader" else "成员"


def _or_unknown(row: Row) -> str:
    return "未知" if row["strength"] is None else f"{row['strength']:g}"


def _shown(versions: Versions, name: str, value: Any) -> str:
    if value is None or value == []:
        return "未知"
    if name == "region_code":
        return _region(versions.after, value)
    return "、".join(value) if isinstance(value, list) else str(value)


__all__ = [
    "SHOWN",
    "TOP",
    "Change",
    "chain_changes",
    "firm_changes",
    "firm_name",
    "gap_changes",
    "link_name",
    "new_candidates",
]
