"""The start page: a form, the three answers, files to take away; nothing in the data is run."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from fastapi.testclient import TestClient

from chainscout.web import create_site

ASKED = {"region": "甲市", "chain": "wind"}


@pytest.fixture(scope="module")
def client(world: Path) -> Iterator[TestClient]:
    with TestClient(create_site(str(world))) as made:
        yield made


def test_the_start_page_offers_every_chain(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert '<option value="wind">风电</option>' in page.text
    assert "第 1 版" in page.text


def test_the_three_answers(client: TestClient) -> None:
    page = client.get("/", params=ASKED).text
    for heading in ("找谁", "缺什么", "有什么"):
        assert f"<h2>{heading}</h2>" in page
    assert "乙叶片厂" in page
    assert '<option value="wind" selected>' in page


def test_nothing_is_loaded_or_run(client: TestClient) -> None:
    page = client.get("/", params=ASKED)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for forbidden in ("<script", "<link", "src=", "@import", 'http://x")'):
        assert forbidden not in page.text
    evil = client.get("/", params={"region": "<script>alert(1)</script>", "chain": "wind"})
    assert evil.status_code == 404
    assert "<script" not in evil.text


@pytest.mark.parametrize(
    ("params", "status", "said"),
    [
        ({"region": "无此地", "chain": "wind"}, 404, "没有找到地区"),
        ({"region": "甲市", "chain": "风垫"}, 404, "没有找到产业链"),
        ({"region": "甲市"}, 422, "请同时给出地区和产业链"),
    ],
)
def test_what_is_wrong_is_said_on_the_page(
    client: TestClient, params: dict[str, str], status: int, said: str
) -> None:
    page = client.get("/", params=params)
    assert page.status_code == status
    assert said in page.text
    assert "<form" in page.text


@pytest.mark.parametrize("kind", ["xlsx", "docx", "html", "csv", "json"])
def test_downloads(client: TestClient, kind: str) -> None:
    answer = client.get("/download", params={**ASKED, "format": kind})
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    if kind == "xlsx":
        assert len(openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames) == 5


def test_other_kinds_of_files_are_refused(client: TestClient) -> None:
    assert client.get("/download", params={**ASKED, "format": "exe"}).status_code == 422
