"""Web pages and the HTTP face."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Annotated

import typer

from chainscout import settings
from chainscout.cli.common import Context, state
from chainscout.cli.console import say
from chainscout.cli.errors import CommandProblem

LOCAL = ("127.0.0.1", "localhost", "::1")
REFUSED = {
    errno.EADDRINUSE: "该端口已被占用。请用 --port 换一个，或先停掉占用它的程序",
    errno.EADDRNOTAVAIL: "这台机器没有这个地址。请用 --host 换成本机的地址",
    errno.EACCES: "没有权限。1024 以下的端口要管理员权限，请用 --port 换一个",
}


def serve(  # one parameter an option
    context: Context,
    host: Annotated[
        str | None, typer.Option("--host", help="监听地址", show_default="127.0.0.1")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="端口", show_default="8000")
    ] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="进程数")] = 1,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help="HTTPS 证书（PEM），与 --key 一起给出")
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", help="HTTPS 私钥（PEM）")] = None,
) -> None:
    """Serve the pages and the HTTP face until interrupted.

    Without users only this machine is served, and nobody signs in. With users everybody signs in.
    """
    import uvicorn

    from api.config import Config
    from chainscout.modelfiles import folder_of
    from chainscout.web import listening
    from chainscout.web.main import hand_over
    from graph import open_store

    address = host or settings.text("host")
    number = port or int(settings.value("port"))
    uri = state(context).store_uri
    open_store(uri).version()  # a store that cannot be read is said here, not by every worker
    config = Config(
        uri,
        workspace=settings.text("workspace"),
        models=folder_of(uri),
        reload_seconds=float(settings.value("reload_seconds")),
    )
    login = _login(config.workspace_place, address)
    _require_free(address, number)
    hand_over(Config(**{**vars(config), "login": login}))
    scheme = "https" if certificate else "http"
    say(f"请用浏览器打开 {scheme}://{address}:{number}/ ，按 Ctrl+C 停止", "done")
    if not login:
        say("还没有用户：不设登录，只在本机可用", "warning")
    run = listening.run if workers > 1 and listening.SHARES else uvicorn.run
    run(
        "chainscout.web.main:site", factory=True, host=address, port=number, workers=workers,
        log_level="warning", server_header=False, timeout_worker_healthcheck=60,
        ssl_certfile=certificate, ssl_keyfile=key,
    )  # fmt: skip


def _require_free(address: str, number: int) -> None:
    """Raise CommandProblem where nothing can listen there."""
    from chainscout.web import listening

    try:
        listening.require_free(address, number)
    except OSError as error:
        said = REFUSED.get(error.errno or 0, f"{error.strerror}。请用 --host、--port 另选")
        raise CommandProblem(f"{address}:{number} 不能监听：{said}") from None


def _login(workspace: str, address: str) -> bool:
    """Whether callers have to sign in. Raises CommandProblem where they must but nobody could."""
    from workspace import SYSTEM, accounts, open_workspace

    opened = open_workspace(workspace)
    try:
        with opened.read(SYSTEM) as session:
            login = accounts.has_admin(session)
    finally:
        opened.close()
    if not login and address not in LOCAL:
        raise CommandProblem(
            f"监听地址 {address}：还没有用户，只能在本机使用（127.0.0.1）。要对外开放，"
            "请先建立管理员：chainscout users add 用户名 --role admin"
        )
    return login


__all__ = ["serve"]
