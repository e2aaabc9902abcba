"""What all pages share: the layout with its facts, security headers, the token of forms."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment
from markupsafe import Markup

from api.access import FORM_COOKIE, FORM_FIELD, FormKeeper, actor_of
from api.holder import SnapshotHolder
from chainscout import settings
from chainscout.output import words
from chainscout.output.page import templates
from chainscout.web.forms import SAID
from graph.draw import ways_in
from workspace import Role

# Pages run and load only what this server has; text from the data can therefore do nothing.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "private, no-cache",
}
NAV = (
    ("/", "首页"), ("/chain", "产业链图谱"), ("/gaps", "缺口"), ("/targets", "找谁"),
    ("/firms", "企业"), ("/map", "地图"), ("/lists", "清单"), ("/projects", "项目"),
    ("/watch", "关注"), ("/data", "数据"), ("/settings", "设置"),
)  # fmt: skip
_CARRIED = ("/", "/chain", "/gaps", "/targets", "/map")


@dataclass(frozen=True)
class Frame:
    """What stands around the text of a page."""

    nav: list[dict[str, Any]]
    assets: str
    version: int | None
    updated: str
    age: str
    firms: int
    chains: int
    links: int
    office: str
    person: str
    role: str
    can_leave: bool
    may_edit: bool
    notices: list[str] = field(default_factory=list)


def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """The page `template` makes of `context`; gives the browser its form cookie if it has none."""
    cookie = request.cookies.get(FORM_COOKIE)
    fresh = cookie or FormKeeper.cookie()
    forms: FormKeeper = request.app.state.access.forms
    token = forms.token(fresh)
    hidden = Markup('<input type="hidden" name="{}" value="{}">').format(FORM_FIELD, token)
    text = (
        environment()
        .get_template(template)
        .render(frame=_frame(request), csrf=lambda: hidden, form_token=token, **context)
    )
    response = HTMLResponse(text, status, HEADERS)
    if SAID in request.cookies:
        response.delete_cookie(SAID)
    if cookie is None:
        keep_form_cookie(request, response, fresh)
    return response


def part(template: str, **context: Any) -> HTMLResponse:
    """A piece of a page, for a script that puts it in place."""
    return HTMLResponse(environment().get_template(template).render(**context), headers=HEADERS)


def keep_form_cookie(request: Request, response: Response, value: str) -> None:
    """Give the browser a form cookie."""
    secure = request.url.scheme == "https"
    response.set_cookie(FORM_COOKIE, value, httponly=True, samesite="lax", secure=secure)


def attachment(name: str) -> dict[str, str]:
    """Headers of a download called `name`."""
    return {**HEADERS, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


def query(**given: Any) -> str:
    """A query string of what is not empty."""
    return urlencode({k: v for k, v in given.items() if v not in {None, ""}})


@cache
def environment() -> Environment:
    """The templates for pages."""
    made = templates()
    made.globals.update(words=words, query=query, drawn_ways=drawn_ways)
    made.filters["local"] = local_time
    return made


def drawn_ways(paths: Sequence[Mapping[str, Any]]) -> Markup:
    """Ways in as a picture whose firms lead to their pages."""
    drawn = ways_in(
        paths, href=lambda kind, ident: f"/firm?{query(id=ident)}" if kind == "firm" else ""
    )
    return Markup(drawn.svg)  # made by graph.draw, which escapes what it is given


@cache
def assets() -> str:
    """A tag that changes with the style sheet and the script."""
    digest = hashlib.sha256()
    for file in sorted(resources.files("chainscout").joinpath("web/static").iterdir(), key=str):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _frame(request: Request) -> Frame:
    holder: SnapshotHolder = request.app.state.holder
    snapshot, actor = holder.snapshot, actor_of(request)
    created = snapshot.version.created
    return Frame(
        nav=_nav(request),
        assets=assets(),
        version=snapshot.data_version if actor else None,
        updated=local_time(created),
        age=_age(created),
        firms=len(snapshot.firms),
        chains=len(snapshot.chains),
        links=len(snapshot.links),
        office=settings.text("office"),
        person=actor.name if actor else "",
        role=actor.role.label if actor else "",
        can_leave=actor is not None and actor.via == "session",
        may_edit=actor is not None and actor.may(Role.editor),
        notices=_said(request),
    )


def _said(request: Request) -> list[str]:
    """What the action before this page said of itself."""
    try:
        text = bytes.fromhex(request.cookies.get(SAID, "")).decode()
    except ValueError:
        return []
    return [text] if text else []


def _nav(request: Request) -> list[dict[str, Any]]:
    """The main pages; those about a region and a chain keep what was asked."""
    asked = query(**{k: request.query_params.get(k, "")[:200] for k in ("region", "chain")})
    here = request.url.path
    return [
        {
            "href": f"{path}?{asked}" if asked and path in _CARRIED else path,
            "label": label,
            "here": here == path or (path != "/" and here.startswith(path)),
        }
        for path, label in NAV
    ]


def local_time(created: str | None) -> str:
    """An ISO moment as a local date and time; empty for none."""
    if not created:
        return ""
    return datetime.fromisoformat(created).astimezone().strftime("%Y-%m-%d %H:%M")


def _age(created: str) -> str:
    if not created:
        return ""
    moment = datetime.fromisoformat(created)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    seconds = max(0.0, (datetime.now(UTC) - moment).total_seconds())
    for size, word in ((86400, "天"), (3600, "小时"), (60, "分钟")):
        if seconds >= size:
            return f"{int(seconds // size)} {word}前"
    return "刚刚"


__all__ = [
    "HEADERS", "attachment", "environment", "keep_form_cookie", "local_time", "page", "part",
    "query",
]  # fmt: skip
