"""Making lists: from an answer of the recommender, from other lists, by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from ingest.names import name_key
from workspace.actor import Role
from workspace.audit import digest
from workspace.errors import Conflict, Invalid, NotFound
from workspace.models import Entry, ListVersion, TargetList
from workspace.session import WorkSession

Answer = dict[str, Any]
_COPIED = (
    "firm_id", "firm", "uscc", "region_code", "region", "tags", "link_id", "link", "score", "low",
    "high", "coverage", "components", "reasons", "paths",
)  # fmt: skip
_ABOUT = ("region_code", "region", "chain_id", "chain", "link_id", "link")


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


def get(session: WorkSession, list_id: int) -> TargetList:
    """A list. Raises NotFound, also for one that the actor may not see."""
    found = session.get(TargetList, list_id)
    if found is None or not session.actor.sees(found.region_code):
        raise NotFound.of("清单", list_id)
    return found


def all_lists(
    session: WorkSession, *, region: str | None = None, archived: bool = False
) -> list[TargetList]:
    """The lists that the actor may see, newest first; `region` (code) narrows to one region."""
    query = select(TargetList).order_by(TargetList.id.desc())
    if not archived:
        query = query.where(TargetList.archived.is_(False))
    if region is not None:
        query = query.where(TargetList.region_code == region)
    return [found for found in session.scalars(query) if session.actor.sees(found.region_code)]


def version_of(session: WorkSession, list_id: int, number: int | None = None) -> ListVersion:
    """One version of a list, the newest by default. Raises NotFound."""
    get(session, list_id)
    query = select(ListVersion).where(ListVersion.list_id == list_id)
    query = query.order_by(ListVersion.number.desc()).limit(1)
    if number is not None:
        query = query.where(ListVersion.number == number)
    found = session.scalar(query)
    if found is None:
        raise NotFound.of("清单的版本", f"{list_id} 第 {number or 1} 版")
    return found


# ── writing ─────────────────────────────────────────────────────────────────────────────────────


def create(  # what a list is about
    session: WorkSession,
    title: str,
    answer: Answer,
    *,
    purpose: str = "",
    event: str = "",
    owner: str = "",
    comment: str = "",
) -> TargetList:
    """A list from `answer`, the JSON of ``recommend``; purpose, event and owner in words.

    Raises:
        NotAllowed: the actor is no editor in the region of the answer.
        Invalid: the title is empty.
    """
    asked = answer["query"]
    made = _new_list(session, title, asked, purpose, event, owner)
    _add_version(session, made, "recommend", entries_of(answer), comment, answer)
    return made


def create_empty(  # what a list is about
    session: WorkSession,
    title: str,
    about: Answer | None = None,
    *,
    purpose: str = "",
    event: str = "",
    owner: str = "",
) -> TargetList:
    """A list to be filled by hand; `about` has region, chain, link as an answer's query has."""
    made = _new_list(session, title, about or {}, purpose, event, owner)
    _add_version(session, made, "edit", [], "")
    return made


def renew(  # what is known about a new version
    session: WorkSession,
    list_id: int,
    answer: Answer,
    *,
    arrived: Answer | None = None,
    departed: Answer | None = None,
    comment: str = "",
) -> ListVersion:
    """A new version from a new answer; see :func:`workspace.lists.rerun` for the usual way.

    An answer that lists the same in the same way makes no new version: the old one is returned.
    """
    target = _editable(session, list_id)
    entries = entries_of(answer)
    last = version_of(session, list_id)
    if last.data_version == answer["data_version"] and last.digest == _digest(entries, answer):
        return last
    made = _add_version(session, target, "recommend", entries, comment, answer)
    made.arrived, made.departed = arrived or {}, departed or {}
    session.flush()
    return made


def copy(session: WorkSession, list_id: int, title: str, *, owner: str = "") -> TargetList:
    """A new list that begins as the newest version of another one."""
    source, last = get(session, list_id), version_of(session, list_id)
    session.actor.must(Role.editor, source.region_code)
    made = TargetList(
        title=_titled(title), purpose=source.purpose, event=source.event,
        owner=owner or source.owner, by=session.actor.name,
        **{name: getattr(source, name) for name in _ABOUT},
    )  # fmt: skip
    session.add(made)
    session.flush()
    about = {**_basis(last), "query": last.query}
    _add_version(session, made, "copy", map(_again, last.entries), f"复制自清单 {list_id}", about)
    return made


def merge(
    session: WorkSession, list_ids: Sequence[int], title: str, *, purpose: str = "", owner: str = ""
) -> TargetList:
    """A new list of all firms of some lists; of a firm on several the best entry counts.

    Best is the higher score, unknown last; scores of different questions are not strictly
    comparable, so that the reasons name the list an entry came from. Region, chain and link are
    kept where all lists agree.

    Raises:
        Invalid: fewer than two lists.
    """
    if len(set(list_ids)) < 2:
        raise Invalid("合并至少需要两份不同的清单")
    sources = [get(session, ident) for ident in dict.fromkeys(list_ids)]
    shared = {name: _same(getattr(s, name) for s in sources) for name in _ABOUT}
    for source in sources:
        session.actor.must(Role.editor, source.region_code)
    made = TargetList(
        title=_titled(title), purpose=purpose, owner=owner, event=_same(s.event for s in sources)
        or "", by=session.actor.name, **shared,
    )  # fmt: skip
    session.add(made)
    session.flush()
    comment = "合并自清单 " + "、".join(str(s.id) for s in sources)
    entries = _merged([(s, version_of(session, s.id)) for s in sources])
    _add_version(session, made, "merge", entries, comment)
    return made


def add_firm(
    session: WorkSession,
    list_id: int,
    firm: str,
    *,
    firm_id: str | None = None,
    reason: str = "",
    region: Answer | None = None,
    link: Answer | None = None,
) -> ListVersion:
    """A version with one more firm at its end; a firm that is not in the store has no `firm_id`.

    Raises:
        Conflict: the firm is on the list already.
    """
    target, last = _editable(session, list_id), version_of(session, list_id)
    ident = firm_id or unknown_firm_id(firm)
    if any(entry.firm_id == ident for entry in last.entries):
        raise Conflict(f"「{firm}」已在清单上")
    added = Entry(
        rank=len(last.entries) + 1, firm_id=ident, firm=firm.strip(),
        region_code=(region or {}).get("code"), region=(region or {}).get("name"),
        link_id=(link or {}).get("id"), link=(link or {}).get("name"),
        reasons=[reason or f"{session.actor.name} 手工加入"],
    )  # fmt: skip
    entries = [*map(_again, last.entries), added]
    return _edited(session, target, last, entries, f"加入 {firm.strip()}")


def add_targets(
    session: WorkSession, list_id: int, answer: Answer, targets: Sequence[Answer]
) -> tuple[int, int]:
    """One version with some targets of `answer` at its end; (added, on the list already).

    They keep score, components, reasons and ways in; the question is not the list's own, so that
    the list cannot be renewed by it.
    """
    target, last = _editable(session, list_id), version_of(session, list_id)
    there = {entry.firm_id for entry in last.entries}
    new = [_entry(found) for found in targets if found["firm"]["id"] not in there]
    if not new:
        return 0, len(targets)
    for rank, entry in enumerate(new, start=len(last.entries) + 1):
        entry.rank = rank
    basis = _basis(last)
    if not last.entries:
        basis |= {name: answer[name] for name in ("data_version", "model", "settings")}
    entries = [*map(_again, last.entries), *new]
    comment = f"加入 {new[0].firm}" + (f" 等 {len(new)} 家" if len(new) > 1 else "")
    _add_version(session, target, "edit", entries, comment, basis)
    return len(new), len(targets) - len(new)


def remove_firm(session: WorkSession, list_id: int, firm_id: str, why: str) -> ListVersion:
    """A version without a firm; `why` is kept. Raises NotFound, Invalid for an empty `why`."""
    target, last = _editable(session, list_id), version_of(session, list_id)
    if not why.strip():
        raise Invalid("请写明移出清单的原因")
    kept = [entry for entry in last.entries if entry.firm_id != firm_id]
    if len(kept) == len(last.entries):
        raise NotFound.of("清单中的企业", firm_id)
    entries = [_again(entry, rank) for rank, entry in enumerate(kept, start=1)]
    gone = next(entry.firm for entry in last.entries if entry.firm_id == firm_id)
    made = _edited(session, target, last, entries, f"移出 {gone}：{why.strip()}")
    made.departed = {firm_id: {"removed": why.strip()}}
    session.flush()
    return made


def set_archived(session: WorkSession, list_id: int, archived: bool = True) -> TargetList:
    """Put a list away, or bring it back."""
    target = _editable(session, list_id)
    target.archived = archived
    session.flush()
    return target


def describe(session: WorkSession, list_id: int, **words: str) -> TargetList:
    """Change title, purpose, event or owner."""
    target = _editable(session, list_id)
    for name, text in words.items():
        if name not in ("title", "purpose", "event", "owner"):
            raise Invalid(f"清单没有可修改的「{name}」")
        setattr(target, name, _titled(text) if name == "title" else text.strip())
    session.flush()
    return target


# ── entries ─────────────────────────────────────────────────────────────────────────────────────


def entries_of(answer: Answer) -> list[Entry]:
    """The targets of an answer as entries, copied."""
    return [_entry(target) for target in answer["targets"]]


def unknown_firm_id(name: str) -> str:
    """The id of a firm that the store does not know: ``name:`` and its name as compared.

    Raises:
        Invalid: the name has no letter or digit.
    """
    key = name_key(name)
    if not key:
        raise Invalid(f"「{name}」不是企业名称")
    return f"name:{key}"


def _entry(target: Answer) -> Entry:
    firm, link = target["firm"], target.get("link") or {}
    region = firm.get("region") or {}
    low, high = target.get("interval") or (None, None)
    return Entry(
        rank=target["rank"], firm_id=firm["id"], firm=firm["name"], uscc=firm.get("uscc"),
        region_code=region.get("code"), region=region.get("name"), tags=firm.get("tags") or [],
        link_id=link.get("id"), link=link.get("name"), score=target.get("score"), low=low,
        high=high, coverage=target.get("coverage"), components=target.get("components") or {},
        reasons=target.get("reasons") or [], paths=target.get("paths") or [],
    )  # fmt: skip


def _again(entry: Entry, rank: int | None = None) -> Entry:
    copied = {name: getattr(entry, name) for name in _COPIED}
    return Entry(rank=entry.rank if rank is None else rank, **copied)


def _merged(sources: Sequence[tuple[TargetList, ListVersion]]) -> list[Entry]:
    best: dict[str, tuple[Entry, str]] = {}
    for source, version in sources:
        for entry in version.entries:
            known = best.get(entry.firm_id)
            if known is None or _worth(entry) > _worth(known[0]):
                best[entry.firm_id] = (entry, source.title)
    ordered = sorted(best.values(), key=lambda pair: (-_worth(pair[0]), pair[0].firm_id))
    merged = []
    for rank, (entry, title) in enumerate(ordered, start=1):
        again = _again(entry, rank)
        again.reasons = [f"来自清单「{title}」第 {entry.rank} 位", *entry.reasons]
        merged.append(again)
    return merged


def _worth(entry: Entry) -> float:
    return -1.0 if entry.score is None else entry.score


# ── steps shared by the above ───────────────────────────────────────────────────────────────────


def _new_list(  # what a list is about
    session: WorkSession, title: str, about: Answer, purpose: str, event: str, owner: str
) -> TargetList:
    region, chain, link = (about.get(key) or {} for key in ("region", "chain", "link"))
    session.actor.must(Role.editor, region.get("code"))
    made = TargetList(
        title=_titled(title), purpose=purpose, event=event, owner=owner, by=session.actor.name,
        region_code=region.get("code"), region=region.get("name"), chain_id=chain.get("id"),
        chain=chain.get("name"), link_id=link.get("id"), link=link.get("name"),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _editable(session: WorkSession, list_id: int) -> TargetList:
    """The list, locked until the transaction ends: versions are made one after another."""
    target = get(session, list_id)
    session.actor.must(Role.editor, target.region_code)
    session.execute(select(TargetList.id).where(TargetList.id == list_id).with_for_update())
    return target


def _edited(
    session: WorkSession, target: TargetList, last: ListVersion, entries: list[Entry], comment: str
) -> ListVersion:
    return _add_version(session, target, "edit", entries, comment, _basis(last))


def _basis(version: ListVersion) -> Answer:
    """What a version was computed from, in the words of an answer."""
    names = ("data_version", "model", "query", "settings", "considered", "excluded")
    return {name: getattr(version, name) for name in names}


def _add_version(  # the parts of a version
    session: WorkSession,
    target: TargetList,
    origin: str,
    entries: Iterable[Entry],
    comment: str,
    answer: Answer | None = None,
) -> ListVersion:
    basis = answer or {}
    newest = select(ListVersion.number).where(ListVersion.list_id == target.id)
    last = session.scalar(newest.order_by(ListVersion.number.desc()).limit(1)) or 0
    held = list(entries)
    version = ListVersion(
        list_id=target.id, number=last + 1, origin=origin, comment=comment,
        by=session.actor.name, data_version=basis.get("data_version"),
        model=basis.get("model") or {}, query=basis.get("query") or {},
        settings=basis.get("settings") or {}, considered=basis.get("considered"),
        excluded=basis.get("excluded") or {}, entries=held, digest=_digest(held, basis),
    )  # fmt: skip
    session.add(version)
    session.flush()
    return version


def _digest(entries: Sequence[Entry], basis: Answer) -> str:
    told = [{name: getattr(entry, name) for name in ("rank", *_COPIED)} for entry in entries]
    # A column that was not given yet reads None; stored it would read as its default.
    told = [{k: v for k, v in row.items() if v not in (None, [], {})} for row in told]
    settings = basis.get("settings")
    if settings:  # what the office set is told by its values; another number alone is no change
        settings = {name: value for name, value in settings.items() if name != "version"}
    return digest([told, basis.get("model"), settings, basis.get("query")])


def _titled(title: str) -> str:
    if not title.strip():
        raise Invalid("请给清单一个名称")
    return title.strip()


def _same(values: Iterable[Any]) -> Any:
    """The value, where all are equal; else None."""
    found = list(values)
    return found[0] if all(value == found[0] for value in found) else None


__all__ = [
    "add_firm",
    "all_lists",
    "copy",
    "create",
    "create_empty",
    "describe",
    "entries_of",
    "get",
    "merge",
    "remove_firm",
    "renew",
    "set_archived",
    "unknown_firm_id",
    "version_of",
]
