"""An office with users: signing in, the review queue, the whole way by keyboard, on paper."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Page, expect

from api.config import Config
from chainscout.web import create_site
from graph.store import Store
from ingest import review
from ingest.review import Question
from tests.api.people import PASSWORD, with_users
from tests.pages.conftest import Watched, serving
from tests.pages.world import small_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The small world with users, and one question that waits for a person."""
    path: Path = tmp_path_factory.mktemp("office")
    made = small_world(path)
    asked = Question(
        "link", "烟台钢厂", "烟台钢厂", "烟台钢厂", "叶片", "wind.blade", 0.5, None,
        "关键词：叶片", "test",
    )  # fmt: skip
    with made.write("asked") as writer:
        review.ask(writer, [asked])
    with_users(path / "world.duckdb.workspace.db")
    return made


@pytest.fixture(scope="module")
def address(world: Store) -> Iterator[str]:
    """Where the office's server answers; it replaces the one without users."""
    with serving(create_site(Config(world.uri, login=True, reload_seconds=0.1))) as started:
        yield started


def sign_in(watched: Watched, name: str) -> Page:
    page = watched.go("/login")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text(f"{name}（")).to_be_visible()
    return page


def test_who_was_sent_to_the_sign_in_comes_back_and_can_leave(watched: Watched) -> None:
    page = watched.go("/gaps?region=东营市&chain=wind")
    assert "/login" in page.url
    page.get_by_label("用户名").fill("viewer")
    page.get_by_label("密码").fill("wrong password")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不正确")
    # The browser notes a refusal in its console; nothing else may stand there.
    assert all("401" in text for text in watched.errors)
    watched.errors.clear()
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("东营市·海上风电装备")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    watched.go("/data")
    assert "/login" in page.url


def test_a_viewer_sees_no_form_that_would_be_refused(watched: Watched) -> None:
    page = sign_in(watched, "viewer")
    watched.go("/data")
    expect(page.get_by_role("button", name="上传并导入")).to_have_count(0)
    watched.go("/data/review")
    expect(page.get_by_text("需要编辑权限")).to_be_visible()
    expect(page.get_by_role("button", name="通过", exact=True)).to_have_count(0)


def test_a_question_is_decided_and_taken_back(watched: Watched, world: Store) -> None:
    page = sign_in(watched, "editor")
    watched.go("/data/review?kind=link")
    row = page.get_by_role("row").filter(has_text="关键词：叶片")
    row.get_by_role("button", name="通过", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已执行 1 项决定")
    held = {(r["firm_id"], r["link_id"]) for r in world.read("positions").to_pylist()}
    assert ("烟台钢厂", "wind.blade") in held
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("status")).to_contain_text("已撤销决定")
    expect(page.get_by_role("row").filter(has_text="关键词：叶片")).to_be_visible()


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until `selector` has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} is not reached by {most} tabs")


def test_the_main_way_takes_no_mouse(watched: Watched) -> None:
    page = watched.go("/login")
    tab_to(page, "#name")
    page.keyboard.type("editor")
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="产业链与地区一览")).to_be_visible()
    tab_to(page, "nav a[href='/chain']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="产业链图谱")).to_be_visible()
    tab_to(page, "#region")
    page.keyboard.type("东营市")
    tab_to(page, "#chain")
    while page.locator("#chain").input_value() != "wind":
        page.keyboard.press("ArrowDown")
    tab_to(page, "main button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("海上风电装备图谱")
    tab_to(page, "main p a[href^='/gaps']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("有什么、缺什么")
    tab_to(page, "td a[href^='/targets']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("找谁")
    # The form that takes the ticked firms stands before the table.
    tab_to(page, "input[name=pick]")
    page.keyboard.press("Space")
    page.keyboard.down("Shift")
    tab_to(page, "form#keep button")
    page.keyboard.up("Shift")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已把 1 家企业加入清单")).to_be_visible()
    tab_to(page, "a[href$='/book']")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".xlsx")


@pytest.mark.parametrize("path", ["/gaps", "/targets"])
def test_on_paper_the_table_stands_alone(watched: Watched, path: str) -> None:
    page = sign_in(watched, "viewer")
    watched.go(f"{path}?region=东营市&chain=wind")
    page.emulate_media(media="print")
    for hidden in ("nav", ".asking", ".who"):
        for part in page.locator(hidden).all():
            expect(part).to_be_hidden()
    expect(page.locator("main table").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    # A printed page has the shapes of characters, some of which stand for radicals too.
    text = unicodedata.normalize("NFKC", "".join(leaf.extract_text() for leaf in printed.pages))
    text = re.sub(r"\s", "", text).replace("⻚", "页")
    box = printed.pages[0].mediabox
    assert float(box.width) > float(box.height)
    assert "叶片" in text
    assert "导出" not in text
    assert "怎么算的" not in text  # what was not opened is not printed, nor the word for opening
    assert "薄弱薄弱" not in text
