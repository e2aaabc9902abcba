"""Whole ways through the product in a real browser, offline."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.pages.conftest import Watched

FIRMS = "企业名称,所在地,主营产品\n上传叶片公司,青岛市,风电叶片\n,青岛市,叶片\n"
POSITIONS = "企业,产业链,环节,强度\n上传叶片公司,海上风电装备,叶片,1\n"


def test_from_an_upload_to_the_map_the_gap_the_list_and_the_file(
    watched: Watched, tmp_path: Path
) -> None:
    firms, positions = tmp_path / "企业.csv", tmp_path / "卡位.csv"
    firms.write_text(FIRMS, encoding="utf8")
    positions.write_text(POSITIONS, encoding="utf8")

    page = watched.go("/data")
    page.get_by_label("文件（CSV").set_input_files([firms, positions])
    page.get_by_role("button", name="上传并导入").click()
    expect(page.get_by_text("已完成，数据为第 2 版")).to_be_visible(timeout=60_000)

    # The row without a name is mended on the page.
    page.get_by_label("企业名称").fill("改好的公司")
    page.get_by_role("button", name="重新导入勾选的行").click()
    expect(page.get_by_text("已完成，数据为第 3 版")).to_be_visible(timeout=60_000)
    page.wait_for_timeout(1500)

    page = watched.go("/firms?q=上传叶片")
    expect(page.get_by_role("link", name="上传叶片公司")).to_be_visible()
    page = watched.go("/chain?chain=wind&region=东营市")
    page.locator(".picture a", has_text="叶片").first.click()
    expect(page.get_by_role("heading", name="叶片（海上风电装备）")).to_be_visible()
    page.get_by_role("link", name="为这个环节找企业").click()

    row = page.get_by_role("row").filter(has_text="上传叶片公司")
    row.get_by_role("checkbox").check()
    row.get_by_text("全部理由").click()
    expect(row.get_by_text("得分构成").last).to_be_visible()
    page.get_by_label("选中的加入清单").fill("风洽会名单")
    page.get_by_role("button", name="加入清单").click()
    expect(page.get_by_role("heading", name="风洽会名单")).to_be_visible()
    expect(page.get_by_role("link", name="上传叶片公司")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    cells = [str(c.value) for sheet in book for line in sheet for c in line if c.value]
    assert "上传叶片公司" in cells


def test_a_slider_ranks_again_without_loading_the_page(watched: Watched) -> None:
    page = watched.go("/targets?link=wind.blade&known=only")
    page.evaluate("window.same = true")
    page.get_by_text("调整权重").click()
    slider = page.get_by_label("环节契合")
    with page.expect_response(lambda r: "only=rows" in r.url):
        slider.focus()
        page.keyboard.press("End")
    page.get_by_text("全部理由").first.click()
    weight = page.get_by_role("row", name="环节契合").first
    expect(weight).to_contain_text("0.50")
    assert page.evaluate("window.same")
    assert "w_fit=0.5" in page.url


def test_a_project_from_talks_to_a_signature(watched: Watched) -> None:
    page = watched.go("/projects")
    page.get_by_label("项目名称").fill("叶片基地")
    page.locator("#n-region").fill("东营市")
    page.locator("#n-amount").fill("12.5")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("heading", name="叶片基地")).to_be_visible()
    page.get_by_label("进入阶段").select_option("签约")
    page.get_by_role("button", name="推进").click()
    expect(page.get_by_text("已进入「签约」")).to_be_visible()
    page.get_by_label("结果").fill("已走访，意向明确")
    page.locator("form[action$=contact]").get_by_role("button").click()
    expect(page.get_by_text("已走访，意向明确")).to_be_visible()
    watched.go("/projects/tables")
    expect(page.get_by_text("12.50").first).to_be_visible()


def test_the_offices_own_borders(watched: Watched, tmp_path: Path) -> None:
    ring = [[118, 37], [119, 37], [119, 38], [118, 37]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    file = tmp_path / "边界.geojson"
    file.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": shape}))
    page = watched.go("/map?region=山东省")
    assert page.locator("path.outline").count() == 0
    page.get_by_text("本单位的边界文件").click()
    page.get_by_label("文件", exact=True).set_input_files(file)
    page.get_by_role("button", name="上传").click()
    watched.go("/map?region=山东省")
    expect(page.locator("path.outline")).to_have_count(1)
    page.get_by_text("本单位的边界文件").click()
    page.get_by_role("button", name="不再显示").click()
    expect(page.locator("path.outline")).to_have_count(0)


def test_following_a_firm(watched: Watched) -> None:
    page = watched.go("/firm?id=青岛叶片厂")
    page.get_by_role("button", name="关注").click()
    watched.go("/watch")
    expect(page.get_by_role("heading", name="企业：青岛叶片厂")).to_be_visible()


def test_by_keyboard_alone(watched: Watched) -> None:
    page = watched.go("/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page = watched.go("/gaps?region=东营市&chain=wind")
    page.locator("summary", has_text="怎么算的").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("数据覆盖率").first).to_be_visible()


@pytest.mark.parametrize("width", [1366, 390])
def test_no_page_is_wider_than_the_screen(watched: Watched, width: int) -> None:
    page = watched.page
    page.set_viewport_size({"width": width, "height": 768})
    for path in (
        "/", "/chain?chain=wind&region=东营市", "/gaps?region=东营市&chain=wind", "/lists",
        "/targets?region=东营市&chain=wind", "/firm?id=青岛叶片厂&region=东营市", "/map",
        "/projects", "/data", "/settings", "/watch", "/firms", "/projects/stages",
        "/projects/contacts", "/explain?firm=青岛叶片厂&region=东营市&chain=wind",
    ):  # fmt: skip
        watched.go(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
