"""Every list route keeps its word: a limit limits, a cursor goes on, a filter narrows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.jobs import Job, save
from api.paging import CursorInvalid, cursor_of, page_behind, page_of
from tests.factory import chain, firm, link, region, rows, store
from workspace import SYSTEM, lists, projects, tuning

V1 = "/api/v1"
# route → the key of its rows, what has to be asked besides.
LISTS: dict[str, tuple[str, dict[str, str]]] = {
    "/chains": ("chains", {}),
    "/links": ("links", {"chain": "wind"}),
    "/regions": ("regions", {}),
    "/firms": ("firms", {}),
    "/versions": ("versions", {}),
    "/ingest": ("jobs", {}),
    "/lists": ("lists", {}),
    "/projects": ("projects", {}),
    "/contacts": ("contacts", {}),
    "/settings/history": ("changes", {}),
}
# Lists that are one answer: every link of a chain, every row of a table, so many ways in.
WHOLE = {
    "/gaps", "/recommend", "/explain", "/destinations", "/paths", "/reports", "/pipeline", "/stats",
    "/settings",
}  # fmt: skip
# (route, filter, value, how many rows are left)
FILTERS = [
    ("/regions", "q", "甲", 2), ("/regions", "level", "county", 1),
    ("/firms", "q", "乙", 1), ("/firms", "region", "甲市", 2),
    ("/projects", "region", "甲市", 2), ("/projects", "stage", "签约", 1),
    ("/projects", "owner", "发改局", 1), ("/projects", "status", "uncertain", 1),
    ("/projects", "q", "轴承", 1),
    ("/contacts", "region", "甲市", 2), ("/contacts", "project", "1", 1),
    ("/contacts", "firm_id", "乙叶", 1), ("/contacts", "since", "2026-03-01", 2),
    ("/contacts", "until", "2026-02-01", 1),
]  # fmt: skip
PAGING = {"limit", "cursor"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """At least three rows of everything."""
    path = tmp_path_factory.mktemp("paging")
    made = store(
        path,
        regions=[region("330000", "浙江省"), region("330100", "甲市", "330000"),
                 region("330200", "乙市", "330000"), region("330101", "丙县", "330100")],
        chains=[chain("wind", "风电"), chain("sun", "光伏"), chain("steel", "钢铁")],
        links=[link("wind.c", "downstream"), link("wind.a", "upstream"), link("wind.b")],
        firms=[firm("甲钢", "330100"), firm("甲叶", "330101"), firm("乙叶", "330200")],
    )  # fmt: skip
    for name in ("丙钢", "丁钢"):
        with made.write(name) as writer:
            writer.put("firms", rows("firms", firm(name)))
    app = create_app(str(path / "world.duckdb"))
    for number in range(3):
        folder = app.state.folder / "jobs" / f"2026010{number}-aaaa"
        folder.mkdir(parents=True)
        save(folder, Job(folder.name, "done", "某人", ["a.csv"], "2026-01-01T00:00:00+00:00"))
    with app.state.workspace.write(SYSTEM) as session:
        _work(session)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def _work(session: Any) -> None:
    for title in ("一", "二", "三"):
        lists.create_empty(session, title, {})
    projects.add(session, "叶片项目", stage="签约", region_code="330100", owner="发改局")
    projects.add(session, "轴承项目", region_code="330101", status="uncertain")
    projects.add(session, "塔筒项目", region_code="330200")
    for weight in (0.3, 0.4, 0.5):
        tuning.change(session, {"ranking.fit": weight})
    projects.add_contact(session, "visit", on="2026-01-05", project_id=1, unit="甲局")
    projects.add_contact(session, "call", on="2026-03-05", firm_id="甲钢", firm="甲钢",
                         region="330101", unit="甲局")  # fmt: skip
    projects.add_contact(session, "call", on="2026-04-05", firm_id="乙叶", firm="乙叶",
                         region="330200", unit="乙局")  # fmt: skip


def asked(served: TestClient, route: str, **params: Any) -> dict[str, Any]:
    answer = served.get(V1 + route, params={**LISTS[route][1], **params})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("route", LISTS)
def test_pages_of_every_size_give_all_rows_once(served: TestClient, route: str) -> None:
    name = LISTS[route][0]
    whole = asked(served, route)
    assert len(whole[name]) == whole["total"] >= 3
    assert whole["next"] is None
    for limit in (1, 2, whole["total"], whole["total"] + 1):
        seen, cursor, pages = [], None, 0
        while pages == 0 or cursor:
            params = {"limit": limit} | ({"cursor": cursor} if cursor else {})
            page = asked(served, route, **params)
            assert 0 < len(page[name]) <= limit
            assert page["total"] == whole["total"]
            seen += page[name]
            cursor, pages = page["next"], pages + 1
        assert seen == whole[name]
        assert pages == -(-whole["total"] // limit)


@pytest.mark.parametrize("route", LISTS)
def test_a_limit_or_cursor_that_cannot_be_is_refused(served: TestClient, route: str) -> None:
    must = LISTS[route][1]
    for wrong in ("0", "-1", "x", "1000000"):
        assert served.get(V1 + route, params={**must, "limit": wrong}).status_code == 422
    for wrong in ("§", cursor_of("没有这一行\n"), "ff"):
        answer = served.get(V1 + route, params={**must, "cursor": wrong})
        if route == "/firms" and answer.status_code == 200:
            continue  # its cursor is a place in the order of ids, whether or not a firm has it
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid-cursor"), wrong


@pytest.mark.parametrize(("route", "name", "value", "left"), FILTERS)
def test_a_filter_narrows(served: TestClient, route: str, name: str, value: str, left: int) -> None:
    found = asked(served, route, **{name: value})
    assert (len(found[LISTS[route][0]]), found["total"]) == (left, left)
    if "by_unit" in found:
        assert sum(unit["total"] for unit in found["by_unit"]) == left


def test_no_list_route_and_no_parameter_of_one_is_left_out(served: TestClient) -> None:
    document = served.get("/openapi.json").json()
    tried = {(route, name) for route, name, _, _ in FILTERS}
    for path, operations in document["paths"].items():
        route = path.removeprefix(V1)
        if "get" not in operations or "{" in path or not _has_rows(document, operations["get"]):
            continue
        if route in WHOLE:
            continue
        assert route in LISTS, f"{path} lists rows: it takes limit and cursor, and is tried here"
        named = {p["name"] for p in operations["get"].get("parameters", [])}
        assert named >= PAGING, path
        for name in named - PAGING - set(LISTS[route][1]):
            assert (route, name) in tried, f"{path}: nothing shows that {name} does anything"


def _has_rows(document: dict[str, Any], operation: dict[str, Any]) -> bool:
    content = operation["responses"]["200"].get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    shape = document["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {})
    return any(p.get("type") == "array" for p in shape.get("properties", {}).values())


def test_a_page_of_numbered_rows_goes_on_when_a_row_is_gone() -> None:
    page, cursor = page_of([9, 7, 5, 3], int, 2, None)
    assert page == [9, 7]
    assert page_of([9, 5, 3], int, 2, cursor) == ([5, 3], None)


def test_a_page_behind_a_row_that_is_gone_is_refused() -> None:
    page, cursor = page_behind(["b", "a", "c"], str, 1, None)
    assert page == ["b"]
    assert page_behind(["b", "a", "c"], str, None, cursor) == (["a", "c"], None)
    with pytest.raises(CursorInvalid, match="第一页"):
        page_behind(["a", "c"], str, 1, cursor)
