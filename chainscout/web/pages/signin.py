"""登录: a name and a password in, a session out."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import ANYBODY, FORM_COOKIE, FormKeeper, actor_of, needs
from api.access.accounts import SESSION_COOKIE
from chainscout.web.asking import Long
from chainscout.web.forms import FieldsDep
from chainscout.web.frame import keep_form_cookie, page
from workspace import Workspace, accounts
from workspace.errors import NotSignedIn, TooManyAttempts

router = APIRouter(include_in_schema=False, dependencies=[needs(ANYBODY)])


@router.get("/login", response_class=HTMLResponse)
def form(request: Request, next: Long = "") -> Response:  # noqa: A002  # as the address has it
    """The form; who is signed in already goes on."""
    if actor_of(request) is not None:
        return RedirectResponse(_inside(next), 303)
    return page(request, "pages/login.html", title="登录", next=next, problem="", name="")


@router.post("/login", response_class=HTMLResponse)
def sign_in(request: Request, given: FieldsDep) -> Response:
    """Open a session; too many failures close the door for a while."""
    workspace: Workspace = request.app.state.workspace
    name, address = given.text("name")[:200], request.client.host if request.client else ""
    # A password is taken as it was typed.
    password = (given.given.get("password") or [""])[0][:1000]
    try:
        opened = accounts.sign_in(workspace, name, password, address)
    except (NotSignedIn, TooManyAttempts) as error:
        status = 429 if isinstance(error, TooManyAttempts) else 401
        return page(
            request, "pages/login.html", status, title="登录", next=given.text("next"),
            problem=str(error), name=name,
        )  # fmt: skip
    answer = RedirectResponse(_inside(given.text("next")), 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(
        SESSION_COOKIE, opened.token, httponly=True, secure=secure, samesite="lax",
        expires=opened.expires,
    )  # fmt: skip
    # Forms that were handed out to nobody are no good for somebody.
    keep_form_cookie(request, answer, FormKeeper.cookie())
    return answer


@router.post("/logout")
def sign_out(request: Request) -> RedirectResponse:
    """End the session."""
    token = request.cookies.get(SESSION_COOKIE)
    if token:
        accounts.sign_out(request.app.state.workspace, token)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(SESSION_COOKIE)
    answer.delete_cookie(FORM_COOKIE)
    return answer


def _inside(way: str) -> str:
    """An address of this site; another one is not followed."""
    plain = way.startswith("/") and not way.startswith(("//", "/\\")) and "\n" not in way
    return way if plain else "/"


__all__ = ["router"]
