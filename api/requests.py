"""What every request goes through: an id that logs and answers carry."""

from __future__ import annotations

import re
import uuid

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-ID"
_USABLE = re.compile(r"[\w.\-]{1,64}", re.ASCII)


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


__all__ = ["HEADER", "RequestId"]
