"""关注: what changed about what somebody follows, as a page, as JSON, as a feed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as Xml

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from api.access import needs
from api.deps import Desk, DeskDep, HolderDep
from api.holder import SnapshotHolder
from chainscout.web.forms import FieldsDep, back
from chainscout.web.frame import page, query
from graph import Snapshot
from graph.lookup import find_chain, find_firm, find_link, find_region
from workspace import Role, lists, watch
from workspace.errors import Invalid
from workspace.watch import Digest

router = APIRouter(include_in_schema=False, prefix="/watch", dependencies=[needs(Role.viewer)])
KINDS = {"firm": "企业", "chain": "产业链", "gap": "缺口", "list": "清单"}
_ATOM = "http://www.w3.org/2005/Atom"


def _digest(here: Desk, holder: SnapshotHolder, since: int) -> Digest:
    with here.read() as session:
        return watch.digest(session, holder.store, since=since or None, snapshot=holder.snapshot)


@router.get("", response_class=HTMLResponse)
def digest(request: Request, here: DeskDep, holder: HolderDep, since: int = 0) -> HTMLResponse:
    """What changed since the last visit, or since a data version."""
    found = _digest(here, holder, since).to_dict()
    versions = [v.number for v in holder.store.versions()]
    return page(
        request, "pages/watch.html", title="关注", digest=found, kinds=KINDS, versions=versions,
        since=since,
    )  # fmt: skip


@router.get("/changes.json")
def as_json(here: DeskDep, holder: HolderDep, since: int = 0) -> JSONResponse:
    """The same as JSON."""
    return JSONResponse(_digest(here, holder, since).to_dict())


@router.get("/changes.atom")
def as_feed(request: Request, here: DeskDep, holder: HolderDep, since: int = 0) -> Response:
    """The same as a feed (Atom, RFC 4287)."""
    found = _digest(here, holder, since)
    base = str(request.base_url).rstrip("/")
    updated = found.created or datetime.now(UTC).isoformat()
    feed = Xml.Element("feed", xmlns=_ATOM)
    _text(feed, id=f"{base}/watch", title="关注的变化", updated=updated)
    Xml.SubElement(feed, "link", href=f"{base}/watch")
    _text(Xml.SubElement(feed, "author"), name="chainscout")
    for number, (about, change) in enumerate(
        (part.subscription.title, change) for part in found.followed for change in part.changes
    ):
        entry = Xml.SubElement(feed, "entry")
        Xml.SubElement(entry, "link", rel="alternate", href=base + _where(change.about))
        ident = f"urn:chainscout:change:{found.to}:{number}"
        _text(entry, id=ident, title=f"{about}：{change.text}", updated=updated)
        _text(entry, summary=f"{change.text}（来源：{change.source or '未注明'}）")
    return Response(
        Xml.tostring(feed, encoding="utf-8", xml_declaration=True),
        media_type="application/atom+xml",
    )


def _where(about: Mapping[str, Any]) -> str:
    """The page of what a change is about; that of all changes where there is none."""
    match about.get("kind"):
        case "firm":
            return f"/firm?{query(id=about['id'])}"
        case "link":
            return f"/link?{query(link=about['id'])}"
        case _:
            return "/watch"


def _text(parent: Xml.Element, **children: str) -> None:
    for name, text in children.items():
        kept = "".join(c for c in text if c >= " ")
        Xml.SubElement(parent, name).text = kept


@router.post("/add")
def add(request: Request, here: DeskDep, holder: HolderDep, given: FieldsDep) -> Response:
    """Follow something; everybody may."""
    kind = given.text("kind")
    with here.write() as session:
        if kind == "list":
            title = lists.get(session, _number(given.text("target"))).title
            target: dict[str, Any] = {"list_id": _number(given.text("target"))}
        else:
            title, target = _what(holder.snapshot, kind, given.text)
        watch.follow(session, kind, target, title)
    return back(request, "/watch", f"已关注「{title}」")


def _what(snapshot: Snapshot, kind: str, said: Any) -> tuple[str, dict[str, Any]]:
    """(title, ids) of a firm, a chain or a gap."""
    if kind == "firm":
        row = find_firm(snapshot, said("target"))
        return snapshot.firms.names[row].as_py(), {"firm_id": snapshot.firms.ids[row].as_py()}
    place = find_region(snapshot, said("region")) if said("region") else None
    code = None if place is None else snapshot.regions.codes[place]
    name = "" if place is None else snapshot.regions.names[place]
    if kind == "chain":
        chain = snapshot.chains[find_chain(snapshot, said("target"))]
        return f"{name}{chain.name}", {"chain_id": chain.id} | (
            {"region_code": code} if code else {}
        )
    if kind == "gap":
        if code is None:
            raise Invalid("关注缺口请写明地区")
        link = find_link(snapshot, said("target"), said("chain") or None)
        return f"{name}·{snapshot.links.names[link]}", {
            "region_code": code, "link_id": snapshot.links.ids[link],
        }  # fmt: skip
    raise Invalid(f"不能关注「{kind}」；可关注：{'、'.join(KINDS.values())}")


@router.post("/remove")
def remove(request: Request, here: DeskDep, given: FieldsDep) -> Response:
    """Follow no longer."""
    with here.write() as session:
        watch.unfollow(session, _number(given.text("subscription")))
    return back(request, "/watch", "已取消关注")


@router.post("/seen")
def seen(request: Request, here: DeskDep, holder: HolderDep) -> Response:
    """All of it is known now."""
    with here.write() as session:
        watch.mark_seen(session, holder.snapshot.data_version)
    return back(request, "/watch", "已全部标为看过")


def _number(text: str) -> int:
    if not text.isdigit() or len(text) > 9:
        raise Invalid(f"「{text[:40]}」不是编号")
    return int(text)


__all__ = ["router"]
