"""The pages: what they show, what is wrong is said on them, nothing in them runs or loads."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from fastapi.testclient import TestClient

from chainscout.web import create_site
from ingest.headings import meaning, table_for
from recommender.learned import train
from tests.chainscout.conftest import EVIL
from tests.factory import store
from tests.recommender.past_world import past

ASKED = {"region": "甲市", "chain": "wind"}


@pytest.fixture(scope="module")
def client(world: Path) -> Iterator[TestClient]:
    with TestClient(create_site(str(world)), headers={"Accept": "text/html"}) as made:
        yield made


def test_the_start_page_has_every_chain_and_says_how_old_the_data_are(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    for name in ("风电", "光伏", "浙江"):
        assert name in page.text
    assert "数据第 1 版" in page.text
    assert "刚刚" in page.text or "前）" in page.text


@pytest.mark.parametrize("regions", ["甲市，乙市", "330100,330200"])
def test_the_start_page_shows_chosen_regions(client: TestClient, regions: str) -> None:
    page = client.get("/", params={"regions": regions}).text
    assert re.search(r"甲市·风电：已具备 1/3 个环节", page)
    assert re.search(r"乙市·风电：已具备 2/3 个环节", page)


@pytest.mark.parametrize(
    ("path", "params", "said"),
    [
        ("/chain", {}, ["风电", "光伏"]),
        ("/chain", ASKED, ["<svg", "/link?link=wind.blade", "turbine"]),
        ("/link", {"link": "wind.blade", "region": "甲市"}, ["乙叶片厂", "主营", "test", "优先度"]),
        ("/gaps", {}, ["先填一个地区"]),
        ("/gaps", ASKED, ["blade", "怎么算的", "名次稳不稳", "依据"]),
        ("/gaps", {"region": "甲市"}, ["各产业链", "风电", "光伏"]),
        ("/targets", {}, ["先选产业链"]),
        ("/targets", ASKED, ["乙叶片厂", "得分构成", "对接路径", "甲整机厂", "对接路径图"]),
        ("/explain", {**ASKED, "firm": "@丙钢厂"}, ["@丙钢厂", "得分构成"]),
        ("/firms", {"q": "叶片"}, ["乙叶片厂", "1 家"]),
        ("/firms", {"q": "yyp"}, ["乙叶片厂"]),
        ("/firms", {"q": "没有这样的"}, ["请少写几个字试试"]),
        ("/firm", {"id": "乙叶片厂", "region": "甲市"}, ["91330000142913043H", "对接路径", "<svg"]),
        ("/map", {"chain": "wind"}, ["甲市", "<circle", "不画边界"]),
    ],
)  # fmt: skip
def test_pages(client: TestClient, path: str, params: dict[str, str], said: list[str]) -> None:
    page = client.get(path, params=params)
    assert page.status_code == 200
    for text in said:
        assert text in page.text, text


def test_nothing_from_the_data_runs_and_nothing_is_loaded_from_elsewhere(
    client: TestClient,
) -> None:
    page = client.get("/link", params={"link": "wind.blade"})
    assert EVIL.replace('"', "&#34;") in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.findall(r'(?:src|href)="(?!/|\?|#)', page.text)
    assert not re.search(r"<script(?! src=\"/static/)", page.text)
    evil = client.get("/gaps", params={"region": "<script>alert(1)</script>"})
    assert evil.status_code == 404
    assert "<script>" not in evil.text


@pytest.mark.parametrize(
    ("path", "params", "status", "said"),
    [
        ("/gaps", {"region": "无此地"}, 404, "没有找到地区"),
        ("/gaps", {"region": "甲市", "chain": "风垫"}, 404, "没有找到产业链"),
        ("/targets", {**ASKED, "w_fit": "5"}, 422, "应在 0 与 1 之间"),
        ("/targets", {**ASKED, "top": "0"}, 422, "查询参数 top：不能小于 1，收到「0」"),
        ("/firm", {"id": "没有"}, 404, "没有找到企业"),
        ("/nowhere", {}, 404, "没有这个地址"),
    ],
)
def test_what_is_wrong_is_said_on_a_page(
    client: TestClient, path: str, params: dict[str, str], status: int, said: str
) -> None:
    page = client.get(path, params=params)
    assert page.status_code == status
    assert said in page.text
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_an_unknown_name_is_offered_again_rightly(client: TestClient) -> None:
    page = client.get("/gaps", params={"region": "甲市", "chain": "风店"})
    assert "chain=wind" in page.text


def test_weights_change_the_ranking_without_and_with_the_script(client: TestClient) -> None:
    plain = client.get("/targets", params={"link": "wind.blade", "known": "only"})
    only = {"link": "wind.blade", "known": "only", "w_fit": "1", "only": "rows"}
    rows = client.get("/targets", params=only)
    assert "<html" in plain.text
    assert "<html" not in rows.text
    assert "1.00" in rows.text


def test_filters(client: TestClient) -> None:
    page = client.get("/targets", params={**ASKED, "home": "乙市"}).text
    assert "乙叶片厂" in page
    assert "没有符合条件的企业" in client.get("/targets", params={**ASKED, "tag": "央企"}).text


@pytest.mark.parametrize("kind", ["xlsx", "docx", "html", "csv", "json"])
@pytest.mark.parametrize("what", ["targets", "gaps"])
def test_downloads(client: TestClient, kind: str, what: str) -> None:
    answer = client.get(f"/export/{what}", params={**ASKED, "format": kind})
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    if kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        cells = [str(cell.value) for sheet in book for row in sheet for cell in row if cell.value]
        assert not any(cell.startswith(("=", "@")) for cell in cells)


def test_the_check_list_is_asked_on_the_page_and_goes_into_files(client: TestClient) -> None:
    page = client.get("/targets", params=ASKED).text
    assert "示例清单（门槛仅为示例）" in page
    assert "checks-result" not in page
    page = client.get("/targets", params={**ASKED, "checks": "example"}).text
    for text in ("准入评分", "已知项得分", "待核实", "template 填报.xlsx"):
        assert text in page, text
    assert "checks=example" in page, "files and explanations are asked with the same list"
    why = client.get("/explain", params={**ASKED, "checks": "example", "firm": "@丙钢厂"}).text
    for text in ("准入条件：七评一看准入清单（示例）", "不低于 300 万元/亩", "checks=example"):
        assert text in why, text
    book = client.get("/export/targets", params={**ASKED, "checks": "example", "format": "xlsx"})
    assert "准入评分" in openpyxl.load_workbook(io.BytesIO(book.content)).sheetnames


def test_a_list_of_the_office_that_cannot_be_read_is_said(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rules = tmp_path / "清单.yaml"
    rules.write_text("checks: [{item: 产品, of: products, none_of: 叶片, fails: warn}]", "utf-8")
    monkeypatch.setenv("CHAINSCOUT_CHECKS", str(rules))
    page = client.get("/targets", params=ASKED).text
    assert "本单位的清单" in page
    assert "按「清单」逐项评分" in page
    assert "checks-result" not in client.get("/targets", params={**ASKED, "checks": "none"}).text
    rules.write_text("checks: 1", "utf-8")
    answer = client.get("/targets", params=ASKED)
    assert answer.status_code == 422
    assert "准入清单无法使用" in answer.text


def test_a_csv_of_a_page_is_for_people_and_is_understood_when_it_is_loaded(
    client: TestClient,
) -> None:
    def table(what: str) -> list[list[str]]:
        content = client.get(f"/export/{what}", params={**ASKED, "format": "csv"}).content
        assert content.startswith(b"\xef\xbb\xbf"), "Excel takes it for UTF-8 only with a mark"
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))

    headings, *rows = table("targets")
    assert not [heading for heading in headings if heading.isascii()]
    assert all(len(row[headings.index("得分")]) <= len("0.1234") for row in rows)
    known = {meaning("firms", heading) for heading in headings}
    assert {"firm_id", "name", "uscc", "region", "tags"} <= known
    assert table_for("目标企业清单.csv", headings, "") == "firms"
    headings, *rows = table("gaps")
    for column, words in (
        ("位置", "上中下游"),
        ("现状", "优势具备薄弱缺失"),
        ("类型", "建补延强链"),
    ):
        said = {row[headings.index(column)] for row in rows} - {""}
        assert said
        assert set("".join(said)) <= set(words)


def test_other_kinds_of_files_are_refused(client: TestClient) -> None:
    assert client.get("/export/gaps", params={**ASKED, "format": "exe"}).status_code == 422


@pytest.mark.parametrize(
    ("path", "params", "first"),
    [
        ("regions", {"q": "js"}, "浙江省甲市"),
        ("regions", {"q": "3302"}, "浙江省乙市"),
        ("links", {"q": "钢板", "chain": "wind"}, "steel"),
        ("firms", {"q": "叶片"}, "乙叶片厂"),
    ],
)
def test_choices(client: TestClient, path: str, params: dict[str, str], first: str) -> None:
    assert client.get(f"/pick/{path}", params=params).json()[0]["value"] == first


@pytest.mark.parametrize("name", ["app.css", "app.js", "icon.svg"])
def test_static_files(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 200


@pytest.mark.parametrize("name", ["..%2fsite.py", "__init__.py", "%2e%2e/site.py", "x.css"])
def test_no_other_file_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_a_trained_model_can_be_chosen_where_there_is_one(tmp_path: Path) -> None:
    store(tmp_path, **past())
    app = create_site(str(tmp_path / "world.duckdb"))
    with TestClient(app, headers={"Accept": "text/html"}) as asking:
        asked = {"region": "舟山", "chain": "风电", "link": "blade"}
        assert "排序方法" not in asking.get("/targets", params=asked).text
        app.state.models.keep(train(app.state.holder.snapshot), 1)
        page = asking.get("/targets", params={**asked, "model": "auto"}).text
        assert "从以往投资学到的模型" in page
        assert "产品契合" in page, "the parts of the learned score are named"
        firm = re.search(r"/firm\?id=([^&\"]+)", page)
        assert firm is not None
        why = asking.get("/explain", params={**asked, "model": "auto", "firm": unquote(firm[1])})
        assert "产品契合" in why.text
