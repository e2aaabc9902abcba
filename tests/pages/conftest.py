"""A real server over a small world, and a real browser that may not leave this machine."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from api.config import Config
from chainscout.web import create_site
from tests.pages.world import EVIL, small_world

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


@contextmanager
def serving(site: FastAPI) -> Iterator[str]:
    """A server of `site`; where it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(site, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the server answers."""
    path: Path = tmp_path_factory.mktemp("pages")
    small_world(path)
    with serving(create_site(Config(str(path / "world.duckdb"), reload_seconds=0.1))) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    place = shutil.which("chromium")
    if place is None:
        pytest.skip("no chromium: apt-get install chromium")
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=place, args=ARGUMENTS)
        yield started
        started.close()


@dataclass
class Watched:
    """A page, and what went wrong in it."""

    page: Page
    address: str
    away: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open an address of the server."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status < 400, (path, answer.status)
        return self.page


@pytest.fixture
def watched(browser: Browser, address: str) -> Iterator[Watched]:
    """A page in which every request that leaves the machine and every fault of a script counts."""
    context: BrowserContext = browser.new_context(locale="zh-CN", accept_downloads=True)
    context.set_default_timeout(20_000)
    made = Watched(context.new_page(), address)

    def asked(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:", "about:")):
            made.away.append(request.url)

    context.on("request", asked)
    made.page.on("pageerror", lambda error: made.errors.append(str(error)))
    made.page.on(
        "console", lambda said: made.errors.append(said.text) if said.type == "error" else None
    )
    made.page.on("dialog", lambda dialog: made.errors.append(f"dialog {dialog.message}"))
    yield made
    context.close()
    assert made.away == []
    assert made.errors == []


__all__ = ["EVIL", "Watched", "serving"]
