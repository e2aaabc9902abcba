"""What every request goes through: an id that logs and answers carry, and limits."""

from __future__ import annotations

import asyncio
import json
import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-ID"
_USABLE = re.compile(r"[\w.\-]{1,64}", re.ASCII)
_UPLOADS = re.compile(r"/api/v1/(ingest|resolve|classify|extract)$|/data/upload$|/map/borders$")


class RequestId:
    """Gives each request an id: the caller's own where it is usable, else a new one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the request with ``scope["request_id"]`` set and the header on the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(HEADER.lower().encode(), b"").decode("latin-1")
        ident = given if _USABLE.fullmatch(given) else uuid.uuid4().hex
        scope["request_id"] = ident

        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = ident
            await send(message)

        await self.app(scope, receive, stamped)


class _TooLarge(HTTPException):
    """More came than the request said, or than it may hold."""

    def __init__(self, most: int) -> None:
        super().__init__(413, _size(most))


class Limits:
    """Refuses what is too large before it is read, and answers for what takes too long.

    Args:
        app: what answers.
        body: bytes of a request.
        upload: bytes of a request to an address that takes files.
        seconds: until an answer has to begin.
    """

    def __init__(self, app: ASGIApp, *, body: int, upload: int, seconds: float) -> None:
        self.app = app
        self._body, self._upload, self._seconds = body, upload, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the request within the limits."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = self._upload if _UPLOADS.search(scope["path"]) else self._body
        said = Headers(scope=scope).get("content-length", "0")
        if not said.isdigit() or int(said) > most:
            await _refuse(scope, send, 413, "too-large", "内容过大", _size(most))
            return
        await self._run(scope, receive, send, most)

    async def _run(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        begun, seen = asyncio.Event(), 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise _TooLarge(most)
            return message

        async def noted(message: Message) -> None:
            begun.set()
            await send(message)

        work = asyncio.ensure_future(self.app(scope, counted, noted))
        start = asyncio.ensure_future(begun.wait())
        try:
            await asyncio.wait({work, start}, timeout=self._seconds, return_when="FIRST_COMPLETED")
            if not work.done() and not begun.is_set():
                work.cancel()
                said = f"超过 {self._seconds:g} 秒没有算完，已停止；请缩小范围后再试"
                await _refuse(scope, send, 503, "too-slow", "处理时间过长", said)
                return
            await work
        except _TooLarge:
            await _refuse(scope, send, 413, "too-large", "内容过大", _size(most))
        finally:
            start.cancel()
            if not work.done():
                work.cancel()


def _size(most: int) -> str:
    return f"一次请求至多 {most / 2**20:g} MB；请拆成几个文件分别上传"


async def _refuse(scope: Scope, send: Send, status: int, code: str, title: str, said: str) -> None:
    body = {
        "type": f"urn:chainscout:problem:{code}",
        "title": title,
        "status": status,
        "detail": said,
        "instance": scope["path"],
        "code": code,
        "request_id": str(scope.get("request_id", "")),
    }
    headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


__all__ = ["HEADER", "Limits", "RequestId"]
