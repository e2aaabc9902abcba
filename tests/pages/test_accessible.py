"""Every page under axe: nothing serious; and nothing in the data runs."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser

from tests.pages.world import EVIL

PATHS = (
    "/", "/chain", "/chain?chain=wind&region=东营市", "/link?link=wind.blade&region=东营市",
    "/gaps", "/gaps?region=东营市&chain=wind&whole=true", "/gaps?region=东营市", "/targets",
    "/targets?region=东营市&chain=wind", "/explain?firm=青岛叶片厂&region=东营市&chain=wind",
    "/firms", "/firm?id=青岛叶片厂&region=东营市", "/map?region=山东省", "/lists", "/projects",
    "/projects/tables", "/projects/stages", "/projects/contacts",
    "/projects/behind?period=2026", "/data", "/data/review", "/watch", "/settings",
    "/settings/users", "/settings/audit", "/gaps?region=nowhere",
)  # fmt: skip


DARK = (
    "/", "/link?link=wind.blade&region=东营市", "/gaps?region=东营市&chain=wind&whole=true",
    "/targets?region=东营市&chain=wind", "/firm?id=青岛叶片厂&region=东营市", "/projects", "/data",
    "/chain?chain=wind&region=东营市", "/projects/stages",
)  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    browser: Browser, address: str, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(locale="zh-CN", color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    found: dict[str, list[tuple[str, list[str]]]] = {}
    page.on("dialog", lambda dialog: pytest.fail(f"a text ran: {dialog.message}"))
    # What is said and in which order does not change with the colours.
    options = {"runOnly": ["color-contrast"]} if scheme == "dark" else None
    for path in PATHS if scheme == "light" else DARK:
        page.goto(address + path)
        for details in page.locator("details").all()[:3]:
            details.evaluate("e => e.open = true")
        for hit in Axe().run(page, options=options).response["violations"]:
            if hit["impact"] in {"serious", "critical"}:
                where = [node["html"][:160] for node in hit["nodes"][:3]]
                found.setdefault(f"{hit['id']}: {hit['help']}", []).append((path, where))
    context.close()
    assert not found


def test_no_text_becomes_an_element(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    for path in [*PATHS, f"/firm?id={EVIL}", f"/firms?q={EVIL}"]:
        page.goto(address + path)
        assert page.locator("img").count() == 0, path
        assert page.locator("script:not([src^='/static/'])").count() == 0, path
    context.close()
