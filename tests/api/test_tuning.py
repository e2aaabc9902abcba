"""The office's weights and thresholds over HTTP and on pages: every answer follows them at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access import FORM_FIELD
from chainscout.web import create_site
from recommender import RankSettings
from tests.api.people import signed_in, token, with_users
from tests.factory import chain, feed, firm, link, position, region, store

V1 = "/api/v1"
ASKED = {"region": "甲市", "chain": "wind"}
WANTED = {"chain": "wind", "link": "wind.blade", "region": "甲市"}


@pytest.fixture
def uri(tmp_path: Path) -> str:
    """甲市 has steel of strength 0.6; two firms of 乙市 make blades."""
    store(
        tmp_path,
        regions=[region("330000", "浙江省"),
                 region("330100", "甲市", "330000", lon=120.0, lat=30.0),
                 region("330200", "乙市", "330000", lon=121.0, lat=30.0)],
        chains=[chain("wind", "风电")],
        links=[link("wind.steel", "upstream"), link("wind.blade", "downstream")],
        feeds=[feed("wind.steel", "wind.blade")],
        firms=[firm("甲钢", "330100"), firm("乙叶一厂", "330200", employees=900),
               firm("乙叶二厂", "330200")],
        positions=[position("甲钢", "wind.steel", 0.6), position("乙叶一厂", "wind.blade"),
                   position("乙叶二厂", "wind.blade", 0.5)],
    )  # fmt: skip
    return str(tmp_path / "world.duckdb")


@pytest.fixture
def workers(uri: str) -> Iterator[tuple[TestClient, TestClient]]:
    """Two workers of one server: each has its own process's worth of everything kept."""
    one, other = (TestClient(create_site(uri, secret="s")) for _ in range(2))
    with one, other:
        yield one, other


def change(client: TestClient, **values: Any) -> dict[str, Any]:
    given = {key.replace("__", "."): value for key, value in values.items()}
    answer = client.patch(V1 + "/settings", json={"values": given})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def got(client: TestClient, path: str, **params: Any) -> dict[str, Any]:
    answer = client.get(V1 + path, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def steel(client: TestClient) -> str:
    links = got(client, "/gaps", **ASKED)["chains"][0]["links"]
    return next(str(one["status"]) for one in links if one["link"]["id"] == "wind.steel")


def test_a_change_at_one_worker_is_in_the_next_answer_of_the_other(
    workers: tuple[TestClient, TestClient],
) -> None:
    """Answers are kept, and told by their tag not to have changed; both have to know better."""
    one, other = workers
    before = [got(client, "/recommend", **WANTED) for client in workers]
    assert [steel(client) for client in workers] == ["strong", "strong"]
    tags = [c.get(V1 + "/gaps", params=ASKED).headers["etag"] for c in workers]
    again = other.get(V1 + "/gaps", params=ASKED, headers={"If-None-Match": tags[1]})
    assert (again.status_code, tags[0]) == (304, tags[1])
    change(one, presence_threshold=0.8, ranking__fit=0.9)
    again = other.get(V1 + "/gaps", params=ASKED, headers={"If-None-Match": tags[1]})
    assert again.status_code == 200
    assert [steel(client) for client in workers] == ["weak", "weak"]
    for client, old in zip(workers, before, strict=True):
        now = got(client, "/recommend", **WANTED)
        assert (old["settings"]["version"], now["settings"]["version"]) == (None, 1)
        assert now["targets"][0]["components"]["fit"]["weight"] == 0.9
        assert now["targets"][0]["score"] != old["targets"][0]["score"]
        why = got(client, "/explain", firm="乙叶一厂", **WANTED)
        assert why["settings"] == now["settings"]
    change(other, presence_threshold=None, ranking__fit=None)
    assert [steel(client) for client in workers] == ["strong", "strong"]
    last = got(one, "/recommend", **WANTED)
    assert last["targets"] == before[0]["targets"]
    assert last["settings"]["version"] == 2


def test_a_weight_in_the_question_comes_before_the_stored_one(
    workers: tuple[TestClient, TestClient],
) -> None:
    change(workers[0], ranking__fit=0.9, ranking__reach=0.3)
    body = {**WANTED, "weights": {"fit": 0.1}}
    found = workers[1].post(V1 + "/recommend", json=body).json()["settings"]["weights"]
    assert (found["fit"], found["reach"]) == (0.1, 0.3)
    assert found["pull"] == RankSettings().weights["pull"]
    page = workers[1].get("/export/targets", params={**ASKED, "w_fit": "0.2", "format": "json"})
    assert page.json()["settings"]["weights"] == found | {"fit": 0.2}


def test_every_page_and_file_follows(workers: tuple[TestClient, TestClient]) -> None:
    one, other = workers
    paths = {
        "/gaps": "具备门槛", "/chain": "wind", "/link": "甲钢", "/map": "甲市", "/": "风电",
        "/targets": "排序参数", "/explain": "乙叶一厂",
    }  # fmt: skip
    more = {"/link": {"link": "wind.steel"}, "/explain": {"firm": "乙叶一厂"}}
    asked = {path: {**ASKED, **more.get(path, {})} for path in paths}
    before = {path: other.get(path, params=asked[path]).text for path in paths}
    assert all(text in before[path] for path, text in paths.items())
    change(one, presence_threshold=0.8, ranking__capacity=0.9)
    for path in paths:
        assert other.get(path, params=asked[path]).text != before[path], path
    gaps = other.get("/export/gaps", params={**ASKED, "format": "json"}).json()
    assert (gaps["settings"]["presence_threshold"], gaps["settings"]["version"]) == (0.8, 1)
    told = other.get("/export/targets", params={**ASKED, "format": "html"}).text
    assert "排序参数：设置版本" in told
    assert "缺口参数：设置版本" in told


def test_lists_know_their_settings_and_why_they_changed(
    workers: tuple[TestClient, TestClient],
) -> None:
    one, other = workers
    made = one.post(V1 + "/lists", json={"title": "清单", **ASKED})
    assert made.json()["settings_version"] is None
    change(other, ranking__capacity=0.9)
    again = one.post(V1 + f"/lists/{made.json()['list']}/rerun").json()
    assert (again["version"], again["settings_version"]) == (2, 1)
    page = one.get(f"/lists/{again['list']}").text
    assert "权重与门槛第 1 版" in page
    assert "权重调整：投资能力 0.06→0.9" in page


def test_the_settings_are_told_and_their_changes_kept(
    workers: tuple[TestClient, TestClient],
) -> None:
    one, other = workers
    found = got(one, "/settings")
    assert found["version"] == 0
    assert not any(row["changed"] for row in found["settings"])
    change(one, presence_threshold="0.8", leader_tags=["龙头"])
    answer = other.patch(
        V1 + "/settings", json={"values": {"lq_strong": 2}, "comment": "严一些", "seen": 1}
    )
    rows = {row["key"]: row for row in answer.json()["settings"] if row["changed"]}
    assert {key: row["value"] for key, row in rows.items()} == {
        "presence_threshold": 0.8, "leader_tags": ["龙头"], "lq_strong": 2.0,
    }  # fmt: skip
    history = got(one, "/settings/history")
    assert (history["total"], history["next"]) == (2, None)
    assert history["changes"][0]["changes"] == {"lq_strong": [None, 2.0]}
    assert history["changes"][0]["comment"] == "严一些"
    late = one.patch(V1 + "/settings", json={"values": {"lq_strong": 3}, "seen": 1})
    assert (late.status_code, late.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("body", "where", "said"),
    [
        ({"values": {"ranking.fit": 2}}, "body.values.ranking.fit", "「环节契合权重」应为数字"),
        ({"values": {"nothing": 2}}, "body.values.nothing", "没有名为「nothing」的权重或门槛"),
        ({"values": {"lq_strong": [1]}}, "body.values.lq_strong", "请求体 values"),
        ({"value": {}}, "body.value", "没有这一项，可用：values、comment、seen"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    workers: tuple[TestClient, TestClient], body: dict[str, Any], where: str, said: str
) -> None:
    answer = workers[0].patch(V1 + "/settings", json=body)
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert any(row["where"].startswith(where) and said in row["message"] for row in errors)
    assert got(workers[1], "/settings")["version"] == 0


def test_only_administrators_change_them_and_only_from_our_pages(uri: str) -> None:
    keys = with_users(f"{uri}.workspace.db")
    site = create_site(uri, login=True)
    body = {"values": {"ranking.fit": 0.5}}
    api = TestClient(site)
    assert api.patch(V1 + "/settings", json=body).status_code == 401
    for name, status in (("viewer", 403), ("editor", 403), ("jia", 403), ("admin", 200)):
        sent = {"Authorization": f"Bearer {keys[name]}"}
        assert api.patch(V1 + "/settings", json=body, headers=sent).status_code == status
        assert api.get(V1 + "/settings", headers=sent).status_code == 200
    editor, admin = signed_in(site, "editor"), signed_in(site, "admin")
    form = {"seen": "1", "ranking.fit": "0.6"}
    assert 'name="ranking.fit"' not in editor.get("/settings").text
    good = {**form, FORM_FIELD: token(editor, "/settings")}
    assert editor.post("/settings/tuning", data=good).status_code == 403
    assert admin.post("/settings/tuning", data=form).status_code == 403
    good = {**form, FORM_FIELD: token(admin, "/settings")}
    assert admin.post("/settings/tuning", data=good).status_code == 303
    page = admin.get("/settings").text
    assert "已保存为第 2 版" in page
    assert "环节契合权重 0.5→0.6" in editor.get("/settings").text
    assert "权重与门槛" in admin.get("/settings/audit").text


def test_a_form_that_cannot_be_taken_comes_back_as_it_was_filled_in(
    workers: tuple[TestClient, TestClient],
) -> None:
    client = workers[0]
    form = {
        "seen": "0", "presence_threshold": "很多", "ranking.fit": "0.5", "comment": "因为",
        FORM_FIELD: token(client, "/settings"),
    }  # fmt: skip
    answer = client.post("/settings/tuning", data=form)
    assert answer.status_code == 422
    assert "「具备门槛」应为数字，大于 0，不大于 100，收到「很多」" in answer.text
    assert all(f'value="{text}"' in answer.text for text in ("很多", "0.5", "因为"))
    assert got(workers[1], "/settings")["version"] == 0
    form |= {"presence_threshold": "０．８"}
    assert client.post("/settings/tuning", data=form, follow_redirects=False).status_code == 303
    late = client.post("/settings/tuning", data=form | {"ranking.fit": "0.7"})
    assert (late.status_code, "已被他人改动" in late.text) == (409, True)
    for reset, left in (("ranking.fit", {"presence_threshold"}), ("all", set())):
        version = got(client, "/settings")["version"]
        done = {"seen": str(version), "reset": reset, FORM_FIELD: form[FORM_FIELD]}
        assert client.post("/settings/tuning", data=done).status_code == 200
        rows = got(workers[1], "/settings")["settings"]
        assert {row["key"] for row in rows if row["changed"]} == left
    assert client.post("/settings/tuning", data={**form, "seen": "x"}).status_code == 422
