"""Hostile texts in the facts and in what people write: no page and no file lets them run."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.config import Config
from chainscout.web import create_site
from tests.api.evil import EVIL, FORMULAS, LINK, REGION, evil_world, formulas, hostile_elements
from tests.api.people import signed_in, token, with_users
from workspace import SYSTEM, accounts

ASKED = {"region": REGION, "chain": "wind"}
PAGES: list[tuple[str, dict[str, str]]] = [
    ("/", {}), ("/", {"region": "330000"}), ("/", {"regions": f"{REGION},330200"}),
    ("/chain", {}), ("/chain", ASKED), ("/link", {"link": "wind.blade", "region": REGION}),
    ("/gaps", {**ASKED, "whole": "true"}), ("/gaps", {"region": REGION}), ("/targets", ASKED),
    ("/targets", {"link": "wind.blade", "known": "only"}), ("/explain", {**ASKED, "firm": EVIL}),
    ("/firms", {}), ("/firms", {"q": EVIL}), ("/firm", {"id": EVIL, "region": REGION}),
    ("/firm", {"id": LINK}), ("/map", {"region": "330000", "chain": "wind"}), ("/lists", {}),
    ("/lists/1", {}), ("/projects", {}), ("/projects/1", {}), ("/projects/tables", {}),
    ("/data", {}), ("/data/review", {}), ("/watch", {"since": "1"}), ("/settings", {}),
    ("/settings/users", {}), ("/settings/audit", {}),
]  # fmt: skip
REFLECTED = [
    ("/gaps", "region"), ("/gaps", "chain"), ("/link", "link"), ("/firm", "id"), ("/map", "show"),
    ("/projects", "q"), ("/settings/audit", "by"), ("/data/review", "kind"), ("/firms", "cursor"),
    ("/targets", "home"), ("/explain", "firm"),
]  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    path = tmp_path_factory.mktemp("hostile")
    place = evil_world(path).path  # type: ignore[attr-defined]  # a store in a file
    with_users(f"{place}.workspace.db")
    made = create_site(Config(str(place), login=True))
    with made.state.workspace.write(SYSTEM) as session:
        accounts.add_user(session, "hostile", "a long password", display=EVIL, unit=LINK)
    return made


@pytest.fixture(scope="module")
def client(app: FastAPI) -> TestClient:
    """An administrator's browser, after every form of the site was filled in with hostile texts."""
    made = signed_in(app, "admin")
    text = {"form_token": token(made, "/lists")}
    sent = [
        ("/lists/new", {"title": EVIL, "purpose": EVIL, "event": EVIL, "owner": EVIL}),
        ("/lists/1/firms", {"firm": EVIL, "reason": EVIL}),
        ("/lists/1/firms", {"firm": "=没有的企业", "reason": LINK}),
        ("/lists/1/tell", {"firm_id": EVIL, "kind": "lost", "why": EVIL, "note": EVIL}),
        ("/projects/new", {
            "name": EVIL, "firm": EVIL, "region": REGION, "chain": "wind", "link": "wind.blade",
            "owner": EVIL, "contact": EVIL, "next_step": EVIL, "source": LINK, "comment": EVIL,
            "amount": "1.5"}),
        ("/projects/1/contact", {
            "kind": "visit", "unit": EVIL, "who": EVIL, "whom": EVIL, "result": EVIL,
            "next_step": EVIL}),
        ("/projects/1/move", {"stage": "签约", "comment": EVIL}),
        ("/projects/1/status", {"do": "close", "why": EVIL}),
        ("/watch/add", {"kind": "firm", "target": EVIL}),
        ("/watch/add", {"kind": "list", "target": "1"}),
        ("/watch/add", {"kind": "gap", "target": "wind.blade", "region": REGION}),
    ]  # fmt: skip
    for path, form in sent:
        answer = made.post(path, data={**form, **text})
        assert answer.status_code == 303, (path, answer.text)
    wrong = {"name": EVIL, "password": EVIL, "next": LINK, **text}
    assert hostile_elements(made.post("/login", data=wrong).text) == []
    key = made.post("/settings/keys", data={"name": EVIL, "role": "viewer", **text})
    assert hostile_elements(key.text) == []
    return made


# ── pages ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("path", "asked"), PAGES)
def test_no_text_of_the_data_becomes_part_of_a_page(
    client: TestClient, path: str, asked: dict[str, str]
) -> None:
    page = client.get(path, params=asked)
    assert page.status_code == 200, page.text
    assert hostile_elements(page.text) == []
    assert "alert(2)</script>" not in page.text
    assert "49" not in page.text.partition("<main")[2] or "{{7*7}}" in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"


def test_the_texts_were_on_the_pages(client: TestClient) -> None:
    said = {path for path, asked in PAGES if "{{7*7}}" in client.get(path, params=asked).text}
    assert {path for path, _ in PAGES} - said <= {"/projects/tables"}


@pytest.mark.parametrize(("path", "name"), REFLECTED)
@pytest.mark.parametrize("text", [f"</title>{EVIL}", f"x' autofocus onfocus='alert(1) {LINK}"])
def test_no_text_of_a_question_becomes_part_of_a_page(
    client: TestClient, path: str, name: str, text: str
) -> None:
    asked = {"region": REGION, "chain": "wind", name: text}
    page = client.get(path, params=asked)
    assert page.status_code < 500
    assert hostile_elements(page.text) == []
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_the_feed_stays_a_feed(client: TestClient) -> None:
    feed = client.get("/watch/changes.atom?since=1")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert "<script" not in feed.text
    assert client.get("/watch/changes.json?since=1").headers["content-type"] == "application/json"


# ── files ───────────────────────────────────────────────────────────────────────────────────────


def _of_workbook(content: bytes) -> Iterator[object]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate, cell.value)
                assert cell.hyperlink is None or not str(cell.hyperlink.target).startswith("java")
                yield cell.value


def _of_csv(content: bytes) -> Iterator[object]:
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
        yield from (cell for cell in row if not _number(cell))


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    "path",
    [
        "/export/targets?region=330100&chain=wind&format=xlsx",
        "/export/targets?link=wind.blade&known=only&format=xlsx",
        "/export/gaps?region=330100&format=xlsx",
        "/lists/1/book", "/api/v1/lists/1/book", "/projects/book", "/api/v1/projects/book",
        "/data/template.xlsx",
    ],
)  # fmt: skip
def test_no_cell_of_a_workbook_is_a_formula(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    cells = list(_of_workbook(answer.content))
    if "template" not in path:  # names to choose from are cells of text, as they are
        assert formulas(iter(cells)) == []
        assert any(isinstance(c, str) and c.startswith("'=") for c in cells)


@pytest.mark.parametrize("what", ["targets?link=wind.blade&known=only", "gaps?region=330100"])
def test_no_cell_of_a_csv_is_a_formula(client: TestClient, what: str) -> None:
    answer = client.get(f"/export/{what}&format=csv")
    cells = list(_of_csv(answer.content))
    assert formulas(iter(cells)) == []
    if what.startswith("targets"):
        assert {f"'{text}" for text in FORMULAS} <= set(cells)


def test_an_exported_page_runs_nothing(client: TestClient) -> None:
    page = client.get("/export/targets?region=330100&chain=wind&format=html").text
    assert [e for e in hostile_elements(page) if e != "<style>"] == []


def test_a_name_makes_no_header(client: TestClient) -> None:
    title = 'x"\r\nSet-Cookie: evil=1\r\n\r\n<script>.xlsx'
    form = {"title": title, "form_token": token(client, "/lists")}
    made = client.post("/lists/new", data=form)
    assert made.status_code == 303
    book = client.get(made.headers["location"] + "/book")
    assert book.status_code == 200
    assert "evil" not in book.headers.get("set-cookie", "")
    assert "\r" not in book.headers["content-disposition"]


# ── uploads ─────────────────────────────────────────────────────────────────────────────────────


def test_a_file_name_leads_nowhere_and_rejected_rows_stay_text(
    app: FastAPI, client: TestClient
) -> None:
    firms = f"企业名称,所在地,{EVIL}\n,乙市,=1+1\n,@SUM(1),x\n".encode()
    names = ["../../../outside.csv", "..\\..\\企业.csv", "/etc/企业名单.csv", "企业<img src=x>.csv"]
    files = [("file", (name, firms)) for name in names]
    form = {"form_token": token(client, "/data")}
    made = client.post("/data/upload", files=files, data=form)
    assert made.status_code == 303, made.text
    job = made.headers["location"].rpartition("/")[2]

    folder: Path = app.state.jobs.folder
    kept = [file.relative_to(folder) for file in folder.rglob("*.csv")]
    assert len(kept) == len(names)
    assert {place.parts[:2] for place in kept} == {(job, "files")}
    assert not list(folder.parent.glob("*.csv"))

    end = time.monotonic() + 90
    while client.get(f"/api/v1/ingest/{job}").json()["status"] not in {"done", "failed"}:
        assert time.monotonic() < end
        time.sleep(0.3)
    page = client.get(f"/data/jobs/{job}").text
    assert "重新导入勾选的行" in page
    assert hostile_elements(page) == []
    assert str(folder.parent) not in page
    rejects = f"/api/v1/ingest/{job}/rejects?format="
    # Rows to be mended are cells of text; in CSV, which knows none, an apostrophe stands before.
    assert {"=1+1", "@SUM(1)"} <= set(_of_workbook(client.get(rejects + "xlsx").content))
    cells = list(_of_csv(client.get(rejects + "csv").content))
    assert formulas(iter(cells)) == []
    assert {"'=1+1", "'@SUM(1)"} <= set(cells)
    lines = client.get(rejects + "jsonl").text.splitlines()
    assert any("=1+1" in json.loads(line).values() for line in lines)


@pytest.mark.parametrize("job", ["%2e%2e%2f..", "..%2f..", "%00", "jobs%5c..", "~"])
def test_a_job_is_no_path(client: TestClient, job: str) -> None:
    for path in (f"/data/jobs/{job}", f"/api/v1/ingest/{job}", f"/api/v1/ingest/{job}/rejects"):
        assert client.get(path).status_code in {303, 404}
