"""Web pages and the HTTP face."""

from __future__ import annotations

from typing import Annotated

import typer

from chainscout import settings
from chainscout.cli.common import Context, state
from chainscout.cli.console import say
from chainscout.cli.errors import CommandProblem

_LOCAL = ("127.0.0.1", "localhost", "::1")


def serve(
    context: Context,
    host: Annotated[
        str | None, typer.Option("--host", help="监听地址", show_default="127.0.0.1")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="端口", show_default="8000")
    ] = None,
) -> None:
    """Serve the pages and the HTTP face until interrupted."""
    import uvicorn

    from chainscout.web import create_site

    address = host or settings.text("host")
    if address not in _LOCAL:
        raise CommandProblem(
            f"监听地址 {address}：本版本的网页不设登录，只能在本机使用（127.0.0.1），不对外开放"
        )
    number = port or int(settings.value("port"))
    site = create_site(
        state(context).store_uri, reload_seconds=float(settings.value("reload_seconds"))
    )
    say(f"请用浏览器打开 http://{address}:{number}/ ，按 Ctrl+C 停止", "done")
    uvicorn.run(site, host=address, port=number, log_level="warning")
