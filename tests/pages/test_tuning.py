"""An officer changes weights and thresholds on 设置, in a real browser; every page follows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Locator, Page, expect

from api.config import Config
from chainscout.web import create_site
from tests.api.people import with_users
from tests.pages.conftest import Watched, serving
from tests.pages.test_office import sign_in
from tests.pages.world import EVIL, small_world


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where an office's server answers, one of its own for each test."""
    made = small_world(tmp_path)
    with_users(tmp_path / "world.duckdb.workspace.db")
    with serving(create_site(Config(made.uri, login=True, reload_seconds=0.1))) as started:
        yield started


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_label(name, exact=True))


def turbine(page: Page) -> Locator:
    """The row of the link on the page of gaps."""
    return page.locator('tr[id="wind.turbine"]')


def save(page: Page) -> None:
    page.get_by_role("button", name="保存权重与门槛").click()


def test_what_an_officer_sets_is_what_every_page_computes_with(watched: Watched) -> None:
    page = sign_in(watched, "admin")
    watched.go("/gaps?region=东营市&chain=wind&whole=true")
    expect(turbine(page)).to_contain_text("优势")
    watched.go("/settings")
    expect(page.get_by_text("现为出厂设置")).to_be_visible()
    expect(page.get_by_text("还没有人改过")).to_be_visible()

    # A mistake is named, and nothing that was typed is lost.
    page.get_by_label("具备门槛", exact=True).fill("很多")
    page.get_by_label("环节契合权重", exact=True).fill("0.6")
    save(page)
    said = "「具备门槛」应为数字，大于 0，不大于 100，收到「很多」"
    expect(page.get_by_role("alert")).to_contain_text(said)
    assert all("422" in text for text in watched.errors)  # the browser notes the refusal
    watched.errors.clear()
    page.get_by_role("link", name=said).click()
    expect(page.get_by_label("具备门槛", exact=True)).to_be_in_viewport()
    expect(page.get_by_label("环节契合权重", exact=True)).to_have_value("0.6")
    page.get_by_label("具备门槛", exact=True).fill("1.5")
    page.get_by_label("为什么改").fill(EVIL)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已保存为第 1 版")

    line = page.get_by_role("row").filter(has_text="第 1 版")
    expect(line).to_contain_text("admin")
    expect(line).to_contain_text("具备门槛 默认→1.5；环节契合权重 默认→0.6")
    expect(line).to_contain_text(EVIL)
    expect(row(page, "具备门槛")).to_contain_text("已改")

    watched.go("/gaps?region=东营市&chain=wind&whole=true")
    expect(turbine(page)).to_contain_text("薄弱")
    watched.go("/targets?region=东营市&chain=wind")
    page.get_by_text("调整权重").click()
    expect(page.get_by_label("环节契合")).to_have_value("0.6")
    # A slider counts for this one question; what is the office's own stays out of the address.
    with page.expect_response(lambda r: "only=rows" in r.url):
        page.get_by_label("可达性").focus()
        page.keyboard.press("Home")
    page.wait_for_url("**w_reach=0**")
    assert "w_fit" not in page.url
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_label("可达性")).to_have_value("0")
    assert "w_fit" not in page.url


def test_defaults_come_back_one_by_one_and_all_at_once(watched: Watched) -> None:
    page = sign_in(watched, "admin")
    watched.go("/settings")
    for name, text in (("具备门槛", "0.8"), ("优势区位商", "2"), ("链主标签", "链主、龙头")):
        page.get_by_label(name, exact=True).fill(text)
    save(page)
    # The default is put into the field, beside what else is being changed, and saved with it.
    page.get_by_label("成链比例", exact=True).fill("0.3")
    page.get_by_role("button", name="具备门槛恢复默认").click()
    expect(page.get_by_label("具备门槛", exact=True)).to_have_value("0.5")
    save(page)
    expect(page.get_by_role("status")).to_contain_text("具备门槛 0.8→默认；成链比例 默认→0.3")
    page.get_by_text("全部恢复默认…").click()
    page.get_by_role("button", name="确认：全部恢复默认").click()
    expect(page.get_by_role("status")).to_contain_text("已保存为第 3 版")
    expect(page.get_by_text("与出厂设置不同的有 0 项")).to_be_visible()
    expect(page.get_by_label("链主标签", exact=True)).to_have_value(
        "链主、链主企业、500强、世界500强、中国500强"
    )


def test_without_the_script_a_default_comes_back_at_once(watched: Watched) -> None:
    page = sign_in(watched, "admin")
    watched.go("/settings")
    page.get_by_label("具备门槛", exact=True).fill("0.8")
    save(page)
    page.route("**/app.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    watched.go("/settings")
    page.get_by_role("button", name="具备门槛恢复默认").click()
    expect(page.get_by_role("status")).to_contain_text("具备门槛 0.8→默认")


def test_who_may_not_change_them_sees_them_and_who_did(watched: Watched) -> None:
    page = sign_in(watched, "admin")
    watched.go("/settings")
    page.get_by_label("具备门槛", exact=True).fill("0.8")
    save(page)
    page.get_by_role("button", name="退出").click()
    page = sign_in(watched, "editor")
    watched.go("/settings")
    expect(page.get_by_text("只有管理员可以修改")).to_be_visible()
    expect(page.get_by_role("button", name="保存权重与门槛")).to_have_count(0)
    expect(page.get_by_text("具备门槛 默认→0.8")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_form_with_mistakes(watched: Watched, scheme: str) -> None:
    page = sign_in(watched, "admin")
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    watched.go("/settings")
    page.get_by_label("具备门槛", exact=True).fill("0.8")
    save(page)
    page.get_by_label("具备门槛", exact=True).fill("x")
    save(page)
    expect(page.get_by_role("alert")).to_be_visible()
    watched.errors.clear()  # the browser notes the refusal
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    found = [
        hit["id"]
        for hit in Axe().run(page).response["violations"]
        if hit["impact"] in {"serious", "critical"}
    ]
    assert (found, wide) == ([], False)
