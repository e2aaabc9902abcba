"""Projects out of reports and contacts, over HTTP and on the page."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import openpyxl
import pytest
from fastapi.testclient import TestClient

from api.access import FORM_FIELD
from api.config import Config
from chainscout.web import create_site
from chainscout.web.forms import SAID, going
from tests.api.people import signed_in, token, with_users
from tests.factory import chain, firm, link, region, store

REPORT = "3月5日，明阳智能与东营市签约，总投资20亿元建设海上风电叶片项目。"


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    path = tmp_path_factory.mktemp("work")
    store(
        path,
        regions=[region("370000", "山东省"), region("370500", "东营市", "370000")],
        chains=[chain("wind", "海上风电装备")],
        links=[link("wind.叶片", "upstream")],
        firms=[firm("明阳智能", "370500", products=["叶片"])],
    )
    place = path / "world.duckdb"
    with_users(f"{place}.workspace.db")
    with TestClient(create_site(Config(str(place), login=True))) as served:
        yield signed_in(served.app, "editor")  # type: ignore[arg-type]


def test_a_report_becomes_a_project_that_waits(editor: TestClient) -> None:
    sent = {"texts": [REPORT], "region": "东营市"}
    answer = editor.post("/api/v1/projects/extracted", json=sent)
    assert answer.status_code == 201, answer.text
    (ident,) = answer.json()["created"]
    project = editor.get(f"/api/v1/projects/{ident}").json()
    assert (project["status"], project["amount"], project["stage"]) == ("uncertain", 20.0, "签约")
    again = editor.post("/api/v1/projects/extracted", json=sent).json()
    assert [one["project"] for one in again["known"]] == [ident]
    assert not again["created"]


def test_a_report_is_pasted_or_uploaded_on_the_page(editor: TestClient) -> None:
    form = {FORM_FIELD: token(editor, "/projects")}
    text = "4月，恒通轴承有限公司总投资5亿元的轴承项目在东营市开工。"
    page = editor.post("/projects/report", data={"report": text, **form}, follow_redirects=True)
    assert "新增 1 个待核实项目" in page.text
    assert "轴承" in page.text
    file = {"file": ("报道.txt", text.encode())}
    page = editor.post("/projects/report-file", data=form, files=file, follow_redirects=True)
    assert "已有 1 个" in page.text
    page = editor.post(
        "/projects/report", data={"report": "今天天气很好。", **form}, follow_redirects=True
    )
    assert "没有找到项目" in page.text
    assert editor.post("/projects/report", data={"report": " ", **form}).status_code == 422


def test_contacts_are_logged_and_counted_by_unit(editor: TestClient) -> None:
    sent = {
        "kind": "visit", "firm": "明阳智能", "region": "东营市", "on": "2026-03-05",
        "unit": "招商一局", "who": "张三", "whom": "李四", "result": "有意向",
    }  # fmt: skip
    made = editor.post("/api/v1/contacts", json=sent)
    assert made.status_code == 201, made.text
    assert made.json()["firm"] == "明阳智能"
    found = editor.get("/api/v1/contacts", params={"region": "山东省"}).json()
    assert [one["id"] for one in found["contacts"]] == [made.json()["id"]]
    assert found["by_unit"][0] | {"unit": "招商一局", "visit": 1, "firms": 1} == found["by_unit"][0]
    assert not editor.get("/api/v1/contacts", params={"since": "2026-04-01"}).json()["contacts"]
    late = {**sent, "on": "2999-01-01"}
    assert editor.post("/api/v1/contacts", json=late).status_code == 422


def test_a_report_of_an_unknown_region_is_refused(editor: TestClient) -> None:
    sent = {"texts": [REPORT], "region": "没有的地方"}
    answer = editor.post("/api/v1/projects/extracted", json=sent)
    assert answer.status_code == 404


def test_what_is_reported_about_projects(editor: TestClient) -> None:
    for name, day, amount in (("旧基地", "2025-03-01", 2.0), ("新基地", "2026-03-05", 3.0)):
        sent = {"name": name, "stage": "签约", "on": day, "amount": amount, "region": "东营市",
                "owner": "报表局"}  # fmt: skip
        assert editor.post("/api/v1/projects", json=sent).status_code == 201
    asked = {"region": "东营市", "year": 2026, "period": "quarter", "by": "owner"}
    told = editor.get("/api/v1/reports", params=asked).json()
    first = next(r for r in told["table"] if (r["period"], r["group"]) == ("2026Q1", "报表局"))
    assert (first["signed"], first["amount"], first["change"]["amount"]) == (1, 3.0, 0.5)
    assert [b["name"] for b in told["batches"]][:2] == ["在谈一批", "签约一批"]
    assert "报表局" in {row["unit"] for row in told["league"]}
    assert editor.get("/api/v1/reports", params={"year": 1}).status_code == 422


def test_stages_of_a_region_are_read_by_all_and_set_by_administrators(editor: TestClient) -> None:
    found = editor.get("/api/v1/pipeline", params={"region": "东营市"}).json()
    assert [s["name"] for s in found["stages"]] == ["在谈", "签约", "动建", "投产"]
    refused = editor.put("/api/v1/pipeline", params={"region": "东营市"}, json=found)
    assert refused.status_code == 403
    assert refused.json()["code"]
    with signed_in(editor.app, "admin") as admin:  # type: ignore[arg-type]
        place = {"region": "东营市"}
        found["stages"][0]["name"] = "洽谈中"
        kept = admin.put("/api/v1/pipeline", params=place, json=found)
        assert kept.status_code == 200, kept.text
        found["stages"][1]["name"] = "洽谈中"
        twice = admin.put("/api/v1/pipeline", params=place, json=found)
        assert twice.status_code == 422
    assert editor.get("/api/v1/pipeline", params=place).json()["stages"][0]["name"] == "洽谈中"
    assert editor.get("/api/v1/pipeline").json()["stages"][0]["name"] == "在谈"


def test_a_name_entered_twice_is_asked_about_and_both_are_possible(editor: TestClient) -> None:
    sent = {"name": "塔筒制造项目", "region": "东营市", "amount": 3}
    first = editor.post("/api/v1/projects", json=sent).json()
    assert first["warnings"] == []
    again = editor.post("/api/v1/projects", json=sent)
    assert again.status_code == 201
    (doubt,) = again.json()["warnings"]
    assert (doubt["code"], doubt["project"]) == ("likely-duplicate", first["id"])
    assert "「塔筒制造项目」" in doubt["message"]
    elsewhere = editor.post("/api/v1/projects", json={"name": "塔筒项目", "region": "山东省"})
    assert elsewhere.json()["warnings"] == []


def test_the_page_asks_before_it_enters_a_name_again(editor: TestClient) -> None:
    form = {FORM_FIELD: token(editor, "/projects"), "name": "法兰项目", "region": "东营市",
            "stage": "签约", "amount": "2.5", "owner": "发改局"}  # fmt: skip
    assert editor.post("/projects/new", data=form).status_code == 303
    asked = editor.post("/projects/new", data=form)
    assert asked.status_code == 409
    assert "是同一个吗？" in asked.text
    for text in ("法兰项目", "发改局", 'name="amount" value="2.5"', 'name="anyway"'):
        assert text in asked.text, text
    assert editor.get("/api/v1/projects", params={"q": "法兰"}).json()["total"] == 1
    assert editor.post("/projects/new", data={**form, "anyway": "1"}).status_code == 303
    assert editor.get("/api/v1/projects", params={"q": "法兰"}).json()["total"] == 2


def test_a_workbook_brought_twice_says_which_projects_are_there(editor: TestClient) -> None:
    book = io.BytesIO()
    sheet = openpyxl.Workbook()
    assert sheet.active is not None
    sheet.active.title = "项目"
    for row in (
        ("项目名称", "企业", "地区", "金额(亿元)"),
        ("海缆项目", "明阳智能", "东营市", 7),
        ("另一海工项目", "明阳智能", "东营市", 7),
    ):
        sheet.active.append(row)  # fmt: skip
    sheet.save(book)
    sent = {"data": {FORM_FIELD: token(editor, "/projects")},
            "files": {"file": ("项目.xlsx", book.getvalue())}}  # fmt: skip
    first = editor.post("/projects/book", follow_redirects=True, **sent).text
    assert "新增 2 个" in first
    assert re.search(r"可能重复：已有项目 \d+「海缆项目」", first)
    again = editor.post("/projects/book", follow_redirects=True, **sent).text
    assert "新增 0 个" in again
    assert re.search(r"第 2 行已有项目 \d+「海缆项目」.*未重复登记.*单独登记", again)


def test_a_long_word_after_a_form_is_cut_not_lost(editor: TestClient) -> None:
    name = "字" * 190
    form = {FORM_FIELD: token(editor, "/projects"), "name": name}
    assert (
        f"已登记项目「{name}」"
        in editor.post("/projects/new", data=form, follow_redirects=True).text
    )
    said = going("/", "长" * 2000).headers["set-cookie"]
    shown = bytes.fromhex(re.findall(f"{SAID}=([0-9a-f]+)", said)[0]).decode()
    assert (len(shown), shown[-1]) == (450, "…")
    assert len(said) < 4096
