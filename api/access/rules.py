"""The rule of a route: which role it takes. A route without one stops the server from starting.

    router = APIRouter(dependencies=[needs(Role.viewer)])
    @router.post("/lists", dependencies=[needs(Role.editor)])

The strictest rule on the way counts, since each of them is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.params import Depends
from fastapi.routing import iter_route_contexts
from starlette.concurrency import run_in_threadpool

from api.access.forms import FORM_COOKIE, FORM_FIELD, FormKeeper
from workspace.actor import Actor, Role
from workspace.errors import NotAllowed, NotSignedIn, WorkspaceError

ANYBODY: Literal["anybody"] = "anybody"
Rule = Literal["anybody"] | Role
_ORDER: list[Rule] = [ANYBODY, *Role]
_UNKNOWN = object()
_SAFE = ("GET", "HEAD", "OPTIONS")
_OWN = (None, "", "same-origin", "none")
# What a form of any site can send without asking first.
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_SIMPLE = (*_FORMS, "text/plain", "")


class Forged(WorkspaceError):
    """An unsafe request that does not come from one of our own pages."""


class RuleMissing(RuntimeError):
    """A route says nothing about who may use it."""


class Access(Protocol):
    """Recognises callers; an application has one as ``app.state.access``."""

    forms: FormKeeper
    waits: bool
    """Whether recognising somebody may take a while (a password hash, a database)."""

    def identify(self, request: Request) -> Actor | None:
        """Who asks; None for nobody that is known."""


def actor_of(request: Request) -> Actor | None:
    """Who asks, found out once a request; None for nobody that is known."""
    found = getattr(request.state, "actor", _UNKNOWN)
    if found is _UNKNOWN:
        access: Access = request.app.state.access
        found = request.state.actor = access.identify(request)
    assert found is None or isinstance(found, Actor)
    return found


class Needs:
    """The rule itself, asked as a dependency before the route runs."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    async def __call__(self, request: Request) -> None:
        """Raises NotSignedIn, NotAllowed, Forged."""
        access: Access = request.app.state.access
        # Another thread costs more than a look at the address does.
        actor = await run_in_threadpool(actor_of, request) if access.waits else actor_of(request)
        if self.rule != ANYBODY and actor is None:
            raise NotSignedIn("请先登录，或在请求中带上接口密钥（Authorization: Bearer …）")
        if actor is not None and self.rule != ANYBODY:
            actor.must(self.rule)
        if request.method not in _SAFE and (actor is None or actor.via != "key"):
            await _own_page(request)


async def _own_page(request: Request) -> None:
    """An unsafe request of a browser has to come from a page of ours."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if origin is None and site is None and not request.cookies:
        return  # a program: browsers name the page that an unsafe request comes from
    if site not in _OWN or (origin and urlsplit(origin).netloc != request.headers.get("host")):
        raise Forged("请求来自别的网站，已拒绝")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _SIMPLE or (not kind and request.method != "POST"):
        return
    token = request.headers.get("x-form-token")
    if token is None and kind in _FORMS:
        token = str((await request.form()).get(FORM_FIELD) or "")
    forms: FormKeeper = request.app.state.access.forms
    if not forms.good(request.cookies.get(FORM_COOKIE), token):
        raise Forged("页面已过期或不是本系统的页面：请刷新页面后重新提交")


def needs(rule: Rule) -> Any:
    """The dependency that lets callers with this role or a higher one through."""
    return Depends(Needs(rule))


def routes_and_rules(app: FastAPI) -> Iterator[tuple[str, str, Rule]]:
    """(method, path, rule) of every route of `app`.

    Raises:
        RuleMissing: a route has no rule, or is of a kind that cannot have one.
    """
    for context in iter_route_contexts(app.routes):
        path = getattr(context, "path_format", None) or getattr(context, "path", "?")
        dependant = getattr(context, "dependant", None)
        rules = [found.rule for found in _rules(dependant)] if dependant else []
        if not rules:
            raise RuleMissing(f"{path}: no rule says who may use it; add needs(role)")
        strictest = max(rules, key=_ORDER.index)
        for method in sorted(getattr(context, "methods", None) or ()):
            yield method, str(path), strictest


def _rules(dependant: Dependant) -> Iterator[Needs]:
    if isinstance(dependant.call, Needs):
        yield dependant.call
    for part in dependant.dependencies:
        yield from _rules(part)


def check_rules(app: FastAPI) -> None:
    """Raises RuleMissing for an application with a route that has no rule."""
    for _ in routes_and_rules(app):
        pass


__all__ = [
    "ANYBODY", "Access", "Forged", "Needs", "NotAllowed", "NotSignedIn", "Rule", "RuleMissing",
    "actor_of", "check_rules", "needs", "routes_and_rules",
]  # fmt: skip
