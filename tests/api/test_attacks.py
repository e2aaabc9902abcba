"""Requests that no page of ours sends: too large, forged, crafted, or about a server in trouble."""

from __future__ import annotations

import asyncio
import io
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Message

from api.access import FORM_FIELD, routes_and_rules
from api.config import Config
from chainscout.web import create_site
from tests.api.people import PAGES, PASSWORD, signed_in, token, with_users
from tests.factory import chain, firm, link, position, region, store
from workspace import SYSTEM, accounts
from workspace.errors import WorkspaceUnavailable

UPLOADS = (
    "/api/v1/ingest",
    "/data/upload",
    "/map/borders",
    "/lists/1/book",
    "/projects/book",
    "/projects/report-file",
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("attacks")
    store(
        path,
        regions=[region("330000", "浙江省"), region("330100", "甲市", "330000")],
        chains=[chain("wind", "风电")],
        links=[link("wind.steel")],
        firms=[firm("甲钢", "330100")],
        positions=[position("甲钢", "wind.steel")],
    )
    with_users(path / "world.duckdb.workspace.db")
    return path


@pytest.fixture(scope="module")
def app(place: Path) -> FastAPI:
    return create_site(Config(str(place / "world.duckdb"), login=True))


@pytest.fixture(scope="module")
def admin(app: FastAPI) -> TestClient:
    return signed_in(app, "admin")


# ── size ────────────────────────────────────────────────────────────────────────────────────────


def ask(app: FastAPI, path: str, headers: dict[str, str], body: Iterator[bytes]) -> tuple[int, int]:
    """(status, bytes of the body that the server took) of a POST whose body comes in pieces."""
    sent: list[Message] = []
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        piece = next(body, None)
        taken += len(piece or b"")
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "server": ("testserver", 80), "client": ("127.0.0.1", 1),
        "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], taken


@pytest.mark.parametrize("path", UPLOADS)
def test_two_gigabytes_are_refused_before_a_byte_is_read(app: FastAPI, path: str) -> None:
    headers = {"Content-Length": str(2 << 30), "Content-Type": "multipart/form-data; boundary=x"}
    assert ask(app, path, headers, iter([b"x" * 100])) == (413, 0)


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "9" * 30])
def test_a_length_that_is_none_is_refused(app: FastAPI, length: str) -> None:
    assert ask(app, "/login", {"Content-Length": length}, iter([]))[0] == 413


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
def test_a_body_without_a_length_is_cut_off(place: Path, kind: str) -> None:
    small = Config(str(place / "world.duckdb"), body_limit=1 << 20, upload_limit=1 << 20)
    local = create_site(small)
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body = iter([b'{"chain": "' if "json" in kind else head, *[b"x" * 65536] * 3200])
    path = "/api/v1/recommend" if "json" in kind else "/api/v1/ingest"
    status, taken = ask(local, path, {"Content-Type": kind, "Host": "localhost"}, body)
    assert status == 413
    assert taken <= (1 << 20) + 2 * 65536
    assert not list((place / "world.duckdb.server").rglob("a.csv"))


def bomb() -> bytes:
    """A workbook of some 170 kB whose one sheet unpacks to 160 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (160 << 20))
    return out.getvalue()


def test_a_small_workbook_that_unpacks_to_much_is_refused(admin: TestClient) -> None:
    content, form = bomb(), {FORM_FIELD: token(admin, "/lists")}
    made = admin.post("/lists/new", data={"title": "空", **form})
    uploads = (f"{made.headers['location']}/book", "/projects/book", "/projects/report-file")
    for path, name in zip(uploads, ("表.xlsx", "表.xlsx", "报道.docx"), strict=True):
        begin = time.monotonic()
        answer = admin.post(path, files={"file": (name, content)}, data=form)
        assert answer.status_code == 422
        assert "压缩炸弹" in answer.text
        assert time.monotonic() - begin < 10
    sent = admin.post("/data/upload", files={"file": ("企业.xlsx", content)}, data=form)
    job = sent.headers["location"].rpartition("/")[2]
    end, state = time.monotonic() + 90, {"status": "waiting", "problem": ""}
    while state["status"] in {"waiting", "running"} and time.monotonic() < end:
        time.sleep(0.3)
        state = admin.get(f"/api/v1/ingest/{job}").json()
    assert state["status"] == "failed"
    assert "压缩炸弹" in state["problem"]


def test_deep_and_odd_bodies_are_mistakes_of_the_caller(admin: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    for body in (b"[" * 200_000, b'{"chain": ' * 50_000, b"\xff\xfe", b'{"top": 1e999}', b"NaN"):
        answer = admin.post("/api/v1/recommend", content=body, headers=headers)
        assert 400 <= answer.status_code < 500, body[:20]
    nested = b'{"type": "FeatureCollection", "features": [' * 20_000
    form = {FORM_FIELD: token(admin, "/map")}
    answer = admin.post("/map/borders", files={"file": ("b.json", nested)}, data=form)
    assert answer.status_code == 422


# ── forged requests and sessions ────────────────────────────────────────────────────────────────


def test_no_form_of_a_session_goes_without_its_token(app: FastAPI) -> None:
    client, tried = signed_in(app, "admin"), 0
    foreign = token(signed_in(app, "editor"), "/lists")
    for method, path, _ in routes_and_rules(app):
        if method in {"GET", "HEAD"}:
            continue
        url = re.sub(r"\{[^}]+\}", "1", path)
        for form in ({"a": "b"}, {FORM_FIELD: foreign}):
            assert client.request(method, url, data=form).status_code == 403, (method, path)
        answer = client.request(method, url, json={}, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403, (method, path)
        tried += 1
    assert tried > 30
    assert client.get("/").status_code == 200  # nobody was signed out by it


def test_a_session_that_was_handed_to_somebody_is_not_taken_up(app: FastAPI) -> None:
    client = TestClient(app, headers=PAGES, follow_redirects=False)
    client.cookies.set("chainscout_session", "known-to-the-attacker")
    client.cookies.set("chainscout_form", "known-too")
    form = {"name": "viewer", "password": PASSWORD, FORM_FIELD: token(client)}
    answer = client.post("/login", data=form)
    given = dict(c.partition(";")[0].split("=", 1) for c in answer.headers.get_list("set-cookie"))
    assert given["chainscout_session"] != "known-to-the-attacker"
    assert given["chainscout_form"] != "known-too"
    stranger = TestClient(app, headers=PAGES, follow_redirects=False)
    stranger.cookies.set("chainscout_session", "known-to-the-attacker")
    assert stranger.get("/").status_code == 303


def test_a_new_password_or_a_barred_user_ends_sessions(app: FastAPI) -> None:
    workspace = app.state.workspace
    with workspace.write(SYSTEM) as session:
        accounts.add_user(session, "leaver", PASSWORD)
    first, second = signed_in(app, "leaver"), signed_in(app, "leaver")
    new = {"password": "another horse", "again": "another horse"}
    done = first.post("/settings/password", data={**new, FORM_FIELD: token(first, "/settings")})
    assert done.status_code == 303
    assert {first.get("/").status_code, second.get("/").status_code} == {303}
    with workspace.write(SYSTEM) as session:
        accounts.set_password(session, "leaver", PASSWORD)
    third = signed_in(app, "leaver")
    with workspace.write(SYSTEM) as session:
        accounts.set_disabled(session, "leaver", True)
    assert third.get("/").status_code == 303


# ── what errors tell ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize("path", ["/chain", "/api/v1/chains", "/api/v1/versions", "/lists"])
def test_an_error_tells_nothing_about_the_server(
    app: FastAPI, admin: TestClient, monkeypatch: pytest.MonkeyPatch, accept: str, path: str
) -> None:
    secret = "/srv/secret/world.duckdb postgresql://office:hunter2@db"

    def broken(*_: object, **__: object) -> None:
        raise (WorkspaceUnavailable if path == "/lists" else OSError)(secret)

    monkeypatch.setattr("api.listing.chains", broken)
    monkeypatch.setattr("api.listing.version", broken)
    monkeypatch.setattr("workspace.lists.all_lists", broken)
    if path == "/chain":
        monkeypatch.setattr("chainscout.web.asking.Asked.chains", broken)
    answer = admin.get(path, headers={"Accept": accept})
    assert answer.status_code in {500, 503}
    for word in ("secret", "hunter2", "Traceback", ".py", "duckdb"):
        assert word not in answer.text
    assert answer.headers["x-request-id"] in answer.text


def test_no_page_names_the_folders_of_the_server(admin: TestClient, place: Path) -> None:
    for path in (
        "/", "/data", "/settings", "/data/jobs/none", "/chain?chain=%00", "/gaps?region=none",
        "/static/none", "/docs/none", "/lists/77", "/projects/77", "/api/v1/stats", "/nowhere",
    ):  # fmt: skip
        for accept in ("text/html", "application/json"):
            answer = admin.get(path, headers={"Accept": accept})
            assert answer.status_code < 500
            assert str(place) not in answer.text
            assert "site-packages" not in answer.text


@pytest.mark.parametrize("number", ["9" * 25, "-1", "1e9", "NaN", "x", "2147483648"])
def test_silly_numbers_are_no_fault(admin: TestClient, number: str) -> None:
    for path in (
        "/settings/audit?before={}", "/watch?since={}", "/watch/changes.json?since={}",
        "/lists/{}", "/projects/{}", "/lists/{}/book", "/api/v1/lists/{}", "/targets?top={}",
        "/projects/tables?year={}", "/api/v1/firms?limit={}", "/api/v1/lists?cursor={}",
        "/targets?chain=wind&w_fit={}", "/api/v1/lists/1/diff?a={}&b={}", "/lists/1?version={}",
    ):  # fmt: skip
        answer = admin.get(path.replace("{}", number))
        assert answer.status_code < 500, (path, number)
    form = {FORM_FIELD: token(admin, "/lists"), "name": "x", "amount": number, "days": number}
    for path in ("/projects/new", "/settings/keys", "/projects/1/funds", "/watch/remove"):
        answer = admin.post(path, data={**form, "subscription": number, "role": "viewer"})
        assert answer.status_code < 500, (path, number)
