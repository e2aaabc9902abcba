"""The site: the HTTP face with the pages."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from typing import Any

from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from api.access import ANYBODY, check_rules, needs
from api.app import PREFIX, add_routes, create_app
from api.config import Config
from api.problems import Kind, request_id
from chainscout.web.borders import BordersInvalid
from chainscout.web.frame import page, query
from chainscout.web.pages import ROUTERS
from graph import Snapshot

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript", ".svg": "image/svg+xml"}
_BORDERS = Kind(422, "borders-invalid", "边界文件无法使用")

router = APIRouter(include_in_schema=False)


def create_site(
    store: str | Config, first: Callable[[], Snapshot] | None = None, **given: Any
) -> FastAPI:
    """The HTTP face with the pages; arguments as of :func:`api.app.create_app`.

    Raises:
        StoreError: the store cannot be read.
        WorkspaceUnavailable: the workspace cannot be opened.
        RuleMissing: a route does not say who may use it.
    """
    app = create_app(store, first, **given)
    for pages in (*ROUTERS, router):
        add_routes(app, pages)
    app.state.problem_page = problem_page
    app.add_exception_handler(BordersInvalid, _borders)
    check_rules(app)
    return app


@router.get("/static/{name}", dependencies=[needs(ANYBODY)])
def static(name: str) -> Response:
    """Style sheet, script, icon."""
    files = {f.name: f for f in resources.files("chainscout").joinpath("web/static").iterdir()}
    suffix = name[name.rfind(".") :]
    if name not in files or suffix not in _TYPES:
        raise HTTPException(404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    headers["X-Content-Type-Options"] = "nosniff"
    return Response(files[name].read_bytes(), media_type=_TYPES[suffix], headers=headers)


def problem_page(
    request: Request, kind: Kind, detail: str, more: dict[str, Any]
) -> Response | None:
    """A problem as a page; None where a program asked. Who is nobody is sent to the sign-in."""
    if request.url.path.startswith(PREFIX):
        return None
    if kind.code == "not-signed-in" and request.method == "GET":
        way = str(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?{query(next=way)}", 303)
    signed_out = kind.code == "not-signed-in"
    return page(
        request,
        "problem.html",
        kind.status,
        title=kind.title,
        detail="登录已过期，刚才的内容没有保存。" if signed_out else detail,
        signed_out=signed_out,
        choices=_choices(request, detail, more),
        ident=request_id(request) if kind.status >= 500 else "",
    )


def _choices(request: Request, detail: str, more: dict[str, Any]) -> list[tuple[str, str]]:
    """(what is offered, the address that asks for it) where a name was unknown or ambiguous."""
    offered = more.get("choices") or more.get("nearest") or []
    kinds = {"地区": "region", "产业链": "chain", "环节": "link", "企业": "id"}
    field = next((name for word, name in kinds.items() if f"{word}“" in detail[:12]), None)
    if field is None or request.method != "GET":
        return [(text, "") for text in offered]
    if field == "id" and "firm" in request.query_params:
        field = "firm"
    asked = dict(request.query_params)
    return [(text, f"?{query(**{**asked, field: _ident(text)})}") for text in offered]


def _ident(text: str) -> str:
    """``名称（编号）`` → 编号."""
    name, _, rest = text.rpartition("（")
    return rest.removesuffix("）").partition("，")[0] if name else text


def _borders(request: Request, error: Exception) -> Response:
    from api.problems import problem

    return problem(request, _BORDERS, str(error))


__all__ = ["create_site", "problem_page"]
