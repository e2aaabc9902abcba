"""Errors as ``application/problem+json`` (RFC 9457): one table from domain error to answer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from api.access import Forged
from api.jobs import JobUnknown
from api.paging import CursorInvalid
from api.uploads import UploadRefused
from api.validation import explained_errors
from graph.lookup import Ambiguous, LookupProblem, Unknown
from graph.store import StoreError, VersionMissing
from ingest.errors import IngestError
from recommender.checks import CheckListInvalid
from recommender.learned.files import NotTrained
from recommender.query import QueryError
from workspace import errors as work
from workspace.tuning import TuningRefused

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """How one domain error is answered: status, machine code, Chinese title.

    What a `private` error says names files and addresses of the server: it goes to the log.
    """

    status: int
    code: str
    title: str
    private: bool = False


# The first class that fits counts, so subclasses come before what they inherit from.
KINDS: Mapping[type[Exception], Kind] = {
    Unknown: Kind(404, "unknown-name", "找不到所查询的对象"),
    Ambiguous: Kind(409, "ambiguous-name", "名称对应多个对象，请明确其一"),
    LookupProblem: Kind(404, "lookup-failed", "无法确定所查询的对象"),
    CheckListInvalid: Kind(422, "invalid-checks", "准入清单无法使用"),
    NotTrained: Kind(409, "not-trained", "模型尚未训练"),
    QueryError: Kind(422, "incomplete-query", "问题不完整"),
    CursorInvalid: Kind(400, "invalid-cursor", "翻页标记无效"),
    VersionMissing: Kind(404, "unknown-version", "没有这个数据版本"),
    StoreError: Kind(503, "store-unavailable", "数据暂不可用", private=True),
    JobUnknown: Kind(404, "unknown-job", "没有这个导入任务"),
    UploadRefused: Kind(422, "upload-refused", "文件不能接收"),
    IngestError: Kind(422, "unusable-file", "文件无法使用"),
    Forged: Kind(403, "forged-request", "请求不是来自本系统的页面"),
    work.NotFound: Kind(404, "not-found", "没有这项内容"),
    work.NotAllowed: Kind(403, "not-allowed", "没有权限"),
    work.NotSignedIn: Kind(401, "not-signed-in", "尚未登录"),
    work.TooManyAttempts: Kind(429, "too-many-attempts", "尝试次数过多"),
    work.Conflict: Kind(409, "conflict", "与别人的改动冲突"),
    work.Invalid: Kind(422, "invalid-value", "内容不能接受"),
    work.WorkspaceUnavailable: Kind(503, "workspace-unavailable", "工作区暂不可用", private=True),
}
_SHOWN = 3
_ASK = "请把请求编号（request_id）告诉管理员，日志里有详细情况"
_INVALID = Kind(422, "invalid-parameters", "请求参数不正确")
_INTERNAL = Kind(500, "internal-error", "服务器内部错误")
_HTTP = {
    400: Kind(400, "bad-request", "请求格式不正确"),
    404: Kind(404, "not-found", "没有这个地址"),
    413: Kind(413, "too-large", "内容过大"),
    405: Kind(405, "method-not-allowed", "该地址不支持这种请求方法"),
}


def kind_of(error: Exception) -> Kind | None:
    """How `error` is answered; None for one that is not a domain error."""
    return next((kind for cls, kind in KINDS.items() if isinstance(error, cls)), None)


def install(app: FastAPI) -> None:
    """Let `app` answer every error as a problem."""
    for cls in KINDS:
        app.add_exception_handler(cls, _domain)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _domain(request: Request, error: Exception) -> Response:
    kind = kind_of(error) or _INTERNAL
    more: dict[str, Any] = {}
    if isinstance(error, Unknown):
        more["nearest"] = list(error.nearest)
    if isinstance(error, Ambiguous):
        more["choices"] = [str(choice) for choice in error.choices]
    if isinstance(error, TuningRefused):
        more["errors"] = [
            {"where": f"body.values.{key}", "loc": ["body", "values", key], "message": said}
            for key, said in error.problems.items()
        ]
    headers = {}
    if isinstance(error, work.TooManyAttempts):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, work.NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    if kind.private:
        log.error("%s, request %s: %s", kind.code, request_id(request), error)
    detail = _ASK if kind.private else str(error)
    return problem(request, kind, detail, more, headers)


def _validation(request: Request, error: Exception) -> Response:
    errors = explained_errors(request, error)
    shown = "；".join(one["message"] for one in errors[:_SHOWN])
    more = f"；另有 {len(errors) - _SHOWN} 处" if len(errors) > _SHOWN else ""
    return problem(request, _INVALID, shown + more, {"errors": errors})


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    kind = _HTTP.get(status, Kind(status, f"http-{status}", "请求未能完成"))
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return problem(request, kind, f"{request.method} {request.url.path}", headers=headers)


def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected error, request %s", request_id(request), exc_info=error)
    return problem(request, _INTERNAL, _ASK)


def problem(
    request: Request,
    kind: Kind,
    detail: str,
    more: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem as a response: JSON, or a page where a browser asks for pages."""
    page = getattr(request.app.state, "problem_page", None)
    if page is not None and "text/html" in request.headers.get("accept", ""):
        made: Response | None = page(request, kind, detail, dict(more or {}))
        if made is not None:
            made.headers.update({"X-Request-ID": request_id(request), **(headers or {})})
            return made
    body = {
        "type": f"urn:chainscout:problem:{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "instance": request.url.path,
        "code": kind.code,
        "request_id": request_id(request),
        **(more or {}),
    }
    sent = {"X-Request-ID": request_id(request), **(headers or {})}
    return JSONResponse(body, kind.status, sent, media_type=MEDIA_TYPE)


def request_id(request: Request) -> str:
    """The id of this request, as :class:`api.requests.RequestId` gave it."""
    return str(request.scope.get("request_id", ""))


__all__ = ["KINDS", "MEDIA_TYPE", "Kind", "install", "kind_of", "problem", "request_id"]
