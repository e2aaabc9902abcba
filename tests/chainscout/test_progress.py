"""Pages around the projects: where a number comes from, contacts, stages, who sees which forms."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import openpyxl
import pytest
from fastapi.testclient import TestClient

from api.access import FORM_FIELD
from api.config import Config
from chainscout.web import create_site
from tests.api.people import signed_in, with_users
from tests.workspace.worlds import wind

PAGES = {"Accept": "text/html"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_site(wind(tmp_path).uri), headers=PAGES) as made:
        yield made


def post(
    client: TestClient, path: str, fields: Mapping[str, object], came: str = "/projects"
) -> str:
    found = re.search(rf'name="{FORM_FIELD}" value="([^"]+)"', client.get(came).text)
    assert found, came
    answer = client.post(path, data={FORM_FIELD: found[1], **fields})
    assert answer.status_code in {200, 303}, answer.text
    return str(answer.text)


def test_a_number_of_the_tables_leads_to_the_projects_behind_it(client: TestClient) -> None:
    post(client, "/projects/new", {"name": "甲基地", "region": "甲市", "amount": "3"})
    post(client, "/projects/new", {"name": "乙基地", "region": "乙市", "amount": "9"})
    for ident in (1, 2):
        post(client, f"/projects/{ident}/move", {"stage": "签约", "on": "2026-03-05"})
    table = client.get("/projects/tables", params={"region": "甲市", "year": 2026}).text
    cell = re.search(r'href="(/projects/behind\?[^"]*figure=signed[^"]*)">1</a>', table)
    assert cell
    behind = client.get(cell[1].replace("&amp;", "&")).text
    assert 'href="/projects/1#log">甲基地' in behind
    assert "乙基地" not in behind
    assert "2026-03-05" in behind
    assert client.get("/projects/behind?period=2026&figure=x").status_code == 422
    asked = {"format": "xlsx", "year": 2026, "region": "甲市"}
    taken = client.get("/export/projects", params=asked)
    book = openpyxl.load_workbook(io.BytesIO(taken.content))
    sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    assert len(sheets) >= 3
    march = next(row for row in next(iter(sheets.values())) if row[0] == "2026-03")
    assert 1 in march
    assert "乙基地" not in str(sheets)
    batch = client.get("/projects", params={"batch": "签约一批", "region": "乙市"}).text
    assert ">乙基地</a>" in batch
    assert ">乙基地</a>" not in client.get("/projects", params={"batch": "在谈一批"}).text


def test_contacts_with_a_firm_that_has_no_project(client: TestClient) -> None:
    came = "/projects/contacts?firm=乙2"
    fields = {"firm": "乙2", "region": "甲市", "kind": "visit", "on": "2026-04-01",
              "unit": "甲局", "who": "张三", "whom": "李总", "result": "愿意来看"}  # fmt: skip
    assert "愿意来看" in post(client, "/projects/contacts", fields, came)
    assert "2026-04-01 走访，甲局：愿意来看" in client.get("/firm?id=乙2").text
    assert "愿意来看" in client.get("/projects/contacts?unit=甲局&year=2026").text
    assert "愿意来看" not in client.get("/projects/contacts?firm=乙1").text
    assert "愿意来看" not in client.get("/projects/contacts?unit=&year=2026").text
    post(client, "/projects/contacts/remove", {"contact": "1"}, came)
    assert "愿意来看" not in client.get("/projects/contacts?unit=甲局").text


def test_a_region_is_given_its_own_stages(client: TestClient) -> None:
    came = "/projects/stages?region=甲市"
    post(client, "/projects/stages", {"region": "330100", "set": "six"}, came)
    assert "<option>融资</option>" in client.get("/projects?region=甲市").text
    assert "<option>融资</option>" not in client.get("/projects?region=乙市").text
    fields = {
        "region": "330100", "order": ["2", "1", "3"], "name": ["签了", "谈着", ""],
        "milestone": ["signed", "talking", "reserve"], "words": ["已签 签订", "", ""],
        "days": ["3", "", "60", "30", "365", "180"],
        "batch": ["谈的一批", "签的一批", "", "", ""],
    }  # fmt: skip
    kept = post(client, "/projects/stages", fields, came)
    assert kept.index('value="谈着"') < kept.index('value="签了"')
    assert 'value="已签 签订"' in kept
    assert kept.count('name="days"') == 5
    page = client.get("/projects?region=甲市").text
    assert re.findall(r"<option>(.*?)</option>", page)[:2] == ["谈着", "签了"]
    assert "谈的一批" in page
    assert "落地一批" in page


def test_stages_that_cannot_be_are_refused(client: TestClient) -> None:
    token = re.search(rf'name="{FORM_FIELD}" value="([^"]+)"', client.get("/projects/stages").text)
    assert token
    six = {"days": ["1"] * 6, "batch": ["x"] * 5}
    for wrong in (
        {"set": "seven"}, {"order": ["1"], "name": ["a", "b"]},
        {"order": ["x"], "name": ["a"], "milestone": ["signed"], "words": [""], **six},
        {"order": ["1"], "name": ["a"], "milestone": ["x"], "words": [""], **six},
        {"order": ["1"], "name": ["a"], "milestone": ["signed"], "words": [""]},
    ):  # fmt: skip
        answer = client.post("/projects/stages", data={FORM_FIELD: token[1], **wrong})
        assert answer.status_code == 422, wrong


def test_who_may_not_edit_sees_no_form_to_edit(tmp_path: Path) -> None:
    world = wind(tmp_path)
    with_users(tmp_path / "world.duckdb.workspace.db")
    app = create_site(Config(world.uri, login=True))
    with signed_in(app, "editor") as editor:
        post(editor, "/projects/new", {"name": "甲基地", "region": "甲市"})
        post(editor, "/lists/new", {"title": "清单"}, "/lists")
    paths = ("/projects", "/projects/1", "/projects/contacts", "/projects/stages", "/lists",
             "/lists/1", "/firm?id=乙1", "/map", "/targets?region=甲市&chain=wind")  # fmt: skip
    with signed_in(app, "viewer") as viewer:
        for path in paths:
            forms = re.findall(r'method="post" action="([^"]+)"', viewer.get(path).text)
            assert set(forms) <= {"/logout", "/watch/add", "/projects/stages"}, path
        assert '<button class="main">保存' not in viewer.get("/projects/stages").text


def test_ticked_firms_come_onto_a_list_with_score_and_reasons(client: TestClient) -> None:
    asked = "/targets?region=甲市&chain=wind&w_fit=0.5"
    text = client.get(asked).text
    form = re.search(r'<form id="keep".*?</form>', text, re.DOTALL)
    assert form
    action = re.search(r'action="([^"]+)"', form[0])
    assert action
    assert "w_fit=0.5" in action[1]
    firms = re.findall(r'name="firm" value="([^"]+)" form="keep"', text)
    links = re.findall(r'name="at" value="([^"]+)" form="keep"', text)
    fields = {"list": "叶片", "firm": firms, "at": links, "pick": ["1", "0"]}
    made = post(client, action[1].replace("&amp;", "&"), fields, asked)
    assert "已把 2 家企业加入清单「叶片」" in made
    assert "得分构成" in made or "取值 0–1" in made
    assert "手工加入" not in made
    assert "据数据第 1 版" in made
    assert "第 <b>2</b> 版" in made  # the empty list, and one version with both
    again = post(client, action[1].replace("&amp;", "&"), fields, asked)
    assert "2 家原已在内" in again
    # A firm that the question no longer lists is put there by hand.
    fields = {"list": "叶片", "firm": ["甲整机厂"], "at": [""], "pick": ["0"]}
    assert "手工加入" in post(client, action[1].replace("&amp;", "&"), fields, asked)
    book = client.get("/lists/1/book").content
    token = re.search(rf'name="{FORM_FIELD}" value="([^"]+)"', made)
    assert token
    back = client.post(
        "/lists/1/book", data={FORM_FIELD: token[1]}, files={"file": ("a.xlsx", book)}
    )
    assert "进展 0 条，备注 0 条，未变 3 行，未接受 0 行" in back.text


def test_a_form_sent_after_the_session_ended_can_be_sent_again(tmp_path: Path) -> None:
    world = wind(tmp_path)
    with_users(tmp_path / "world.duckdb.workspace.db")
    app = create_site(Config(world.uri, login=True))
    with signed_in(app, "editor") as editor:
        found = re.search(rf'name="{FORM_FIELD}" value="([^"]+)"', editor.get("/projects").text)
        assert found
        fields = {FORM_FIELD: found[1], "name": "甲基地"}
        kept = {c.name: c.value or "" for c in editor.cookies.jar if "session" in c.name}
        assert kept
        for name in kept:
            editor.cookies.delete(name)
        ended = editor.post("/projects/new", data=fields)
        assert ended.status_code == 401
        assert "登录已过期" in ended.text
        assert 'href="/login"' in ended.text
        for name, value in kept.items():
            editor.cookies.set(name, value)
        assert editor.post("/projects/new", data=fields).status_code == 303
