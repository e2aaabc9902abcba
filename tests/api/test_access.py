"""Every route × every role; sessions, keys, forms, scopes, the log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from api.access import FORM_FIELD, RuleMissing, check_rules, routes_and_rules
from api.app import add_routes
from api.config import Config
from chainscout.web import create_site
from tests.api.people import PAGES, PASSWORD, signed_in, token, with_users
from tests.factory import chain, feed, firm, link, position, region, store
from workspace import SYSTEM, Role, audit

ROLES = ("anonymous", "viewer", "editor", "admin")
# What a route answers to a caller it lets through: all but the refusals.
REFUSED = {401, 403}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("access")
    store(
        path,
        regions=[region("330000", "浙江省"), region("330100", "甲市", "330000"),
                 region("330200", "乙市", "330000")],
        chains=[chain("wind", "风电")],
        links=[link("wind.steel", "upstream"), link("wind.blade", "downstream")],
        feeds=[feed("wind.steel", "wind.blade")],
        firms=[firm("甲钢", "330100"), firm("乙叶", "330200")],
        positions=[position("甲钢", "wind.steel"), position("乙叶", "wind.blade")],
    )  # fmt: skip
    return path / "world.duckdb"


@pytest.fixture(scope="module")
def keys(place: Path) -> dict[str, str]:
    return with_users(f"{place}.workspace.db")


@pytest.fixture(scope="module")
def app(place: Path, keys: dict[str, str]) -> FastAPI:
    return create_site(Config(str(place), login=True))


@pytest.fixture(scope="module")
def site(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as made:
        yield made


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


# ── the matrix ──────────────────────────────────────────────────────────────────────────────────


def test_every_route_lets_in_whom_it_should_and_nobody_else(
    app: FastAPI, site: TestClient, keys: dict[str, str]
) -> None:
    order = ("anybody", "viewer", "editor", "admin")
    wrong, seen = [], 0
    for method, path, rule in routes_and_rules(app):
        url = re.sub(r"\{[^}]+\}", "1", path)
        for role in ROLES:
            headers = bearer(keys[role]) if role != "anonymous" else {}
            answer = site.request(method, url, headers={**headers, "Content-Length": "0"})
            allowed = order.index(str(rule)) <= ROLES.index(role)
            # The sign-in itself answers 401 to no password.
            refused = answer.status_code in REFUSED and path not in {"/login", "/logout"}
            if refused == allowed or answer.status_code >= 500:
                wrong.append((method, path, role, answer.status_code))
            seen += 1
    assert not wrong
    assert seen > 300


def test_what_anybody_may_see_is_a_short_list(app: FastAPI) -> None:
    open_to_all = {path for _, path, rule in routes_and_rules(app) if rule == "anybody"}
    assert open_to_all == {
        "/login", "/logout", "/static/{name}", "/openapi.json", "/docs/start.js", "/docs/{name}",
        "/api/v1/healthz",
    }  # fmt: skip


def test_writing_takes_an_editor_but_for_ones_own_affairs(app: FastAPI) -> None:
    own = {
        "/login", "/logout", "/watch/add", "/watch/remove", "/watch/seen", "/settings/password",
        "/settings/keys", "/settings/keys/disable",
    }  # fmt: skip
    asking = {
        f"/api/v1/{name}" for name in ("recommend", "explain", "resolve", "classify", "extract")
    }
    for method, path, rule in routes_and_rules(app):
        if method not in {"GET", "HEAD"} and path not in own | asking:
            assert rule in {Role.editor, Role.admin}, path


def test_a_route_without_a_rule_stops_the_server() -> None:
    bare, router = FastAPI(openapi_url=None, docs_url=None, redoc_url=None), APIRouter()
    router.add_api_route("/new", lambda: None)
    add_routes(bare, router)
    with pytest.raises(RuleMissing, match="/new"):
        check_rules(bare)


# ── sessions and keys ───────────────────────────────────────────────────────────────────────────


def test_signing_in_and_out(app: FastAPI) -> None:
    client = signed_in(app, "viewer")
    page = client.get("/", headers=PAGES)
    assert page.status_code == 200
    assert "viewer" in page.text
    cookie = client.cookies.get("chainscout_session")
    assert client.post("/logout", data={FORM_FIELD: token(client, "/")}).status_code == 303
    client.cookies.set("chainscout_session", cookie or "")
    assert client.get("/", headers=PAGES).status_code == 303


def test_cookies_are_out_of_reach_of_scripts_and_of_plain_http(app: FastAPI) -> None:
    client = TestClient(app, base_url="https://office", follow_redirects=False)
    form = {"name": "viewer", "password": PASSWORD, FORM_FIELD: token(client)}
    answer = client.post("/login", data=form)
    for cookie in answer.headers.get_list("set-cookie"):
        assert {"HttpOnly", "Secure", "SameSite=lax"} <= {p.strip() for p in cookie.split(";")}


def test_who_is_nobody_is_sent_to_the_sign_in_and_back(app: FastAPI) -> None:
    client = TestClient(app, headers=PAGES, follow_redirects=False)
    answer = client.get("/gaps?region=330100")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fgaps%3Fregion%3D330100"
    form = {"name": "viewer", "password": PASSWORD, "next": "/gaps?region=330100"}
    done = client.post("/login", data={**form, FORM_FIELD: token(client)})
    assert done.headers["location"] == "/gaps?region=330100"


@pytest.mark.parametrize("way", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_the_sign_in_leads_nowhere_else(app: FastAPI, way: str) -> None:
    client = TestClient(app, headers=PAGES, follow_redirects=False)
    form = {"name": "editor", "password": PASSWORD, "next": way, FORM_FIELD: token(client)}
    assert client.post("/login", data=form).headers["location"] == "/"


def test_a_door_tried_too_often_closes(app: FastAPI) -> None:
    client = TestClient(app, headers=PAGES)
    form = {"name": "nobody-like-this", "password": "wrong", FORM_FIELD: token(client)}
    statuses = [client.post("/login", data=form).status_code for _ in range(7)]
    assert statuses[0] == 401
    assert statuses[-1] == 429


@pytest.mark.parametrize("key", ["", "cs_x_y", "nonsense", "cs_" + "0" * 12 + "_x"])
def test_a_wrong_key_is_refused(site: TestClient, key: str) -> None:
    answer = site.get("/api/v1/chains", headers=bearer(key))
    assert answer.status_code == 401
    assert answer.json()["code"] == "not-signed-in"
    assert answer.headers["www-authenticate"] == "Bearer"


# ── forms ───────────────────────────────────────────────────────────────────────────────────────


def test_a_form_needs_its_token(app: FastAPI) -> None:
    client = signed_in(app, "editor")
    for extra in ({}, {FORM_FIELD: "made up"}, {FORM_FIELD: token(signed_in(app, "admin"), "/")}):
        assert client.post("/lists/new", data={"title": "x", **extra}).status_code == 403
    own = {"title": "x", FORM_FIELD: token(client, "/lists")}
    assert client.post("/lists/new", data=own).status_code == 303


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_site_cannot_act_for_who_is_signed_in(
    app: FastAPI, headers: dict[str, str]
) -> None:
    client = signed_in(app, "editor")
    form = {"title": "x", FORM_FIELD: token(client, "/lists")}
    assert client.post("/lists/new", data=form, headers=headers).status_code == 403
    json = client.post("/api/v1/lists", json={"title": "x"}, headers=headers)
    assert json.status_code == 403


def test_a_simple_request_with_a_cookie_is_no_way_round(app: FastAPI) -> None:
    client = signed_in(app, "editor")
    body = b'{"title": "x"}'
    answer = client.post("/api/v1/lists", content=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 403


def test_the_server_of_one_machine_answers_to_its_own_names_alone(place: Path) -> None:
    local = create_site(Config(str(place)))
    for host, status in (("127.0.0.1:8000", 200), ("localhost", 200), ("evil.example", 401)):
        client = TestClient(local, base_url=f"http://{host}")
        assert client.get("/api/v1/chains").status_code == status


# ── scopes and the log ──────────────────────────────────────────────────────────────────────────


def test_a_region_bounds_what_an_editor_may_write(site: TestClient, keys: dict[str, str]) -> None:
    jia = bearer(keys["jia"])
    own = site.post("/api/v1/lists", json={"title": "甲", "region": "甲市"}, headers=jia)
    other = site.post("/api/v1/lists", json={"title": "乙", "region": "乙市"}, headers=jia)
    assert (own.status_code, other.status_code) == (201, 403)
    made = site.post(
        "/api/v1/lists", json={"title": "乙", "region": "乙市"}, headers=bearer(keys["editor"])
    ).json()
    assert site.get(f"/api/v1/lists/{made['list']}", headers=jia).status_code == 404
    files = {"file": ("企业.csv", "企业名称\n丙\n".encode())}
    assert site.post("/api/v1/ingest", files=files, headers=jia).status_code == 403


def test_every_write_and_export_is_in_the_log(
    app: FastAPI, site: TestClient, keys: dict[str, str]
) -> None:
    editor = bearer(keys["editor"])
    made = site.post("/api/v1/lists", json={"title": "记一笔"}, headers=editor).json()
    site.get(f"/api/v1/lists/{made['list']}/book", headers=editor)
    site.get("/export/gaps?region=330100&format=csv", headers=bearer(keys["viewer"]))
    with app.state.workspace.read(SYSTEM) as session:
        log = [(e.action, e.kind, e.by.partition("（")[0]) for e in audit.entries(session)]
    assert ("create", "list", "editor") in log
    assert ("export", "list", "editor") in log
    assert ("export", "answer", "viewer") in log
