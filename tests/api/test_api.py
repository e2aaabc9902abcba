"""The HTTP face: answers of the contract, problems of RFC 9457, tags of the data version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.answering import Answers
from api.app import create_app
from graph import find_gaps, open_store
from graph.schema import TABLES
from recommender import destinations, recommend
from recommender.learned import train
from tests.factory import store
from tests.recommender.past_world import past

V1 = "/api/v1"
ROUTES = [
    "/chains", "/links?chain=wind", "/regions", "/firms", "/gaps?region=甲市", "/stats",
    "/recommend?region=甲市&chain=wind", "/explain?firm=乙一&region=甲市&chain=wind", "/healthz",
    "/paths?firm=乙一&region=甲市", "/destinations?firm=乙一&chain=wind",
    "/versions", "/lists", "/projects", "/ingest",
]  # fmt: skip


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_answers(client: TestClient, route: str) -> None:
    answer = client.get(V1 + route)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"]


def test_answers_are_those_of_the_library(client: TestClient, uri: str) -> None:
    snapshot = open_store(uri).snapshot()
    gaps = client.get(f"{V1}/gaps", params={"region": "甲市", "chain": "风电"}).json()
    assert gaps == find_gaps(snapshot, region="甲市", chain="风电").to_dict()
    wanted = recommend(snapshot, region="甲市", chain="风电", top=1).to_dict()
    query = {"region": "甲市", "chain": "风电", "top": 1}
    assert client.get(f"{V1}/recommend", params=query).json() == wanted
    assert client.post(f"{V1}/recommend", json=query).json() == wanted
    assert wanted["targets"][0]["firm"]["name"] == "乙叶一厂"
    where = {"firm": "乙叶一厂", "chain": "风电", "link": "wind.blade", "level": "province"}
    found = destinations(snapshot, **where, top=2).to_dict()  # type: ignore[arg-type]
    assert client.get(f"{V1}/destinations", params={**where, "top": 2}).json() == found
    assert found["regions"]


@pytest.mark.parametrize(
    ("route", "status", "code"),
    [
        ("/gaps?region=亚特兰蒂斯", 404, "unknown-name"),
        ("/gaps?region=丙区", 409, "ambiguous-name"),
        ("/gaps", 422, "invalid-parameters"),
        ("/recommend", 422, "incomplete-query"),
        ("/recommend?chain=wind&top=0", 422, "invalid-parameters"),
        ("/destinations?firm=乙一", 422, "invalid-parameters"),
        ("/destinations?firm=无此企业&chain=wind", 404, "unknown-name"),
        ("/destinations?firm=乙一&chain=wind&level=village", 422, "invalid-parameters"),
        ("/firms?cursor=!!", 400, "invalid-cursor"),
        ("/firms?limit=100000", 422, "invalid-parameters"),
        ("/nothing", 404, "not-found"),
    ],
)
def test_problems(client: TestClient, route: str, status: int, code: str) -> None:
    answer = client.get(V1 + route)
    problem = answer.json()
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert (problem["status"], problem["code"]) == (status, code)
    assert {"type", "title", "detail", "instance", "request_id"} <= set(problem)
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert any("\u4e00" <= c <= "\u9fff" for c in problem["title"])


def test_the_firms_at_a_link_and_those_that_could_be(client: TestClient) -> None:
    names = {}
    for known in ("without", "only"):
        params = {"link": "wind.blade", "known": known}
        found = client.get(f"{V1}/recommend", params=params).json()["targets"]
        names[known] = [target["firm"]["name"] for target in found]
    assert names["only"] == ["乙叶一厂", "乙叶二厂"]
    assert set(names["without"]) <= {"甲钢"}


def test_limits_weights_and_lists_reach_the_ranking(client: TestClient) -> None:
    query = {"region": "甲市", "chain": "风电"}
    free = client.get(f"{V1}/recommend", params=query).json()["targets"]
    assert len(free) == 2
    held = client.get(f"{V1}/recommend", params={**query, "max_per_link": 1, "stability": True})
    assert [t["firm"]["id"] for t in held.json()["targets"]] == [free[0]["firm"]["id"]]
    assert held.json()["targets"][0]["stability"] is not None
    checks = {"name": "准入", "checks": [{"item": "在册", "of": "name", "none_of": ["二厂"]}]}
    told = client.post(f"{V1}/recommend", json={**query, "checks": checks, "weights": {"fit": 1}})
    assert [t["firm"]["name"] for t in told.json()["targets"]] == ["乙叶一厂"]
    assert told.json()["settings"]["weights"]["fit"] == 1
    why = {**query, "firm": "乙叶二厂"}
    assert client.get(f"{V1}/explain", params={**why, "top": 2}).json()["listed"] is True
    assert client.get(f"{V1}/explain", params={**why, "top": 1}).json()["listed"] is False
    assert client.post(f"{V1}/explain", json={**why, "checks": checks}).json()["listed"] is False
    wrong = client.post(f"{V1}/recommend", json={**query, "weights": {"luck": 1}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid-parameters")


def test_kept_answers_make_room_oldest_first() -> None:
    answers = Answers(room=10)
    answers.put("a", b"12345")
    answers.put("b", b"12345")
    assert answers.get("a") == b"12345"
    answers.put("c", b"123")
    assert [answers.get(key) for key in "abc"] == [b"12345", None, b"123"]
    answers.put("d", b"12345678901")
    assert [answers.get(key) for key in "acd"] == [None, None, None]


def test_problems_offer_the_next_step(client: TestClient) -> None:
    unknown = client.get(f"{V1}/links", params={"chain": "风店"}).json()
    assert unknown["nearest"] == ["风电（wind）"]
    several = client.get(f"{V1}/gaps", params={"region": "丙区"}).json()
    assert len(several["choices"]) == 2
    wrong = client.post(f"{V1}/recommend", json={"chain": "wind", "tops": 1}).json()
    assert wrong["errors"][0]["where"] == "body.tops"
    assert client.post(f"{V1}/chains").json()["code"] == "method-not-allowed"


def test_a_fault_is_a_problem_without_details(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("api.listing.chains", broken)
    answer = client.get(f"{V1}/chains")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal-error"
    assert "secret" not in answer.text


def test_the_tag_saves_an_answer(client: TestClient) -> None:
    first = client.get(f"{V1}/chains")
    again = client.get(f"{V1}/chains", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = client.get(f"{V1}/chains", headers={"If-None-Match": 'W/"old"'})
    assert other.status_code == 200


@pytest.mark.parametrize(("given", "kept"), [("abc-1.2", True), ("x" * 65, False), ("a b", False)])
def test_the_callers_request_id_is_kept_where_usable(
    client: TestClient, given: str, kept: bool
) -> None:
    answer = client.get(f"{V1}/healthz", headers={"X-Request-ID": given})
    assert (answer.headers["x-request-id"] == given) is kept


def test_firms_page_by_page(client: TestClient) -> None:
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        params = {"limit": 1, **({"cursor": cursor} if cursor else {})}
        page = client.get(f"{V1}/firms", params=params).json()
        seen += [firm["name"] for firm in page["firms"]]
        cursor = page["next"]
        assert page["total"] == 3
    assert sorted(seen) == ["乙叶一厂", "乙叶二厂", "甲钢"]
    assert cursor is None


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"q": "叶"}, {"乙叶一厂", "乙叶二厂"}),
        ({"q": "乙一"}, {"乙叶一厂"}),
        ({"q": "600002"}, {"乙叶二厂"}),
        ({"region": "甲市"}, {"甲钢"}),
        ({"q": "没有"}, set()),
    ],
)
def test_search(client: TestClient, params: dict[str, str], names: set[str]) -> None:
    page = client.get(f"{V1}/firms", params=params).json()
    assert {firm["name"] for firm in page["firms"]} == names
    assert page["total"] == len(names)


def test_an_export_is_the_whole_search(client: TestClient) -> None:
    answer = client.get(f"{V1}/firms/export", params={"region": "乙市"})
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    names = [json.loads(line)["name"] for line in answer.text.splitlines()]
    assert sorted(names) == ["乙叶一厂", "乙叶二厂"]


@pytest.mark.parametrize("asked", ["乙叶二厂", "600002"])
def test_one_firm_whole(client: TestClient, asked: str) -> None:
    found = client.get(f"{V1}/firms/{asked}").json()
    assert found["firm"]["name"] == "乙叶二厂"
    assert set(found["firm"]) == {name for name, _ in TABLES["firms"].stored}
    assert found["region"] == {"code": "330200", "name": "浙江省乙市"}
    (position,) = found["positions"]
    assert (position["id"], position["strength"], position["chain"]["id"]) == (
        "wind.blade", 0.5, "wind",
    )  # fmt: skip
    assert found["events"] == found["ties"] == found["people"] == []


def test_a_firm_that_is_not_there(client: TestClient) -> None:
    answer = client.get(f"{V1}/firms/没有/这家")
    assert answer.status_code == 404
    assert "没有/这家" in answer.json()["detail"]


def test_shapes_of_rows_are_those_of_the_domain_model(client: TestClient) -> None:
    shapes = client.get("/openapi.json").json()["components"]["schemas"]
    for table in ("firms", "events", "people"):
        fields = shapes[f"{table.capitalize()}Row"]["properties"]
        for name, column in TABLES[table].stored:
            assert fields[name]["title"].startswith(column.label)
            assert fields[name]["description"] == column.doc
    assert "万元" in shapes["FirmsRow"]["properties"]["revenue"]["title"]


def test_a_trained_model_answers_where_it_is_asked_for(tmp_path: Path) -> None:
    store(tmp_path, **past())
    app = create_app(str(tmp_path / "world.duckdb"))
    with TestClient(app) as asking:
        plain = {"region": "舟山", "chain": "风电", "link": "blade"}
        question = {**plain, "model": "learned"}
        untrained = asking.get(f"{V1}/recommend", params=question)
        assert (untrained.status_code, untrained.json()["code"]) == (409, "not-trained")
        automatic = {**question, "model": "auto"}
        first = asking.get(f"{V1}/recommend", params=automatic)
        assert first.json()["model"]["kind"] == "weights"
        app.state.models.keep(train(app.state.holder.snapshot), 1)
        tag = {"If-None-Match": first.headers["etag"]}
        second = asking.get(f"{V1}/recommend", params=automatic, headers=tag)
        assert second.status_code == 200, "a model that came later changes the answer"
        assert second.json()["model"]["kind"] == "learned"
        firm = second.json()["targets"][0]["firm"]["id"]
        why = asking.post(f"{V1}/explain", json={**question, "firm": firm}).json()
        assert (why["model"]["kind"], why["rank"]) == ("learned", 1)
        unasked = asking.get(f"{V1}/recommend", params=plain)
        assert unasked.json()["model"]["kind"] == "weights"


def test_no_page_of_it_loads_anything_from_the_internet(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert "://" not in page.text
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js"):
        assert f"/docs/{asset}" in page.text
        assert client.get(f"/docs/{asset}").status_code == 200
    assert client.get("/docs/../app.py").status_code == 404
    assert client.get("/openapi.json").json()["openapi"].startswith("3.")
