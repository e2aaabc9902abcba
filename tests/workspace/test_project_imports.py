"""Projects from news, from the store and from workbooks."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factory import chain as chain_row
from tests.factory import firm, link, region, rows, store
from workspace import SYSTEM, Workspace, projects
from workspace.directory import Directory
from workspace.errors import Invalid
from workspace.projects.duplicates import Asked, same

# ── what comes from elsewhere ───────────────────────────────────────────────────────────────────


def _said(name: str, **more: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("firm", "currency", "amount_yi", "stage", "region_code", "date"))
    return {"name": name, **empty, "evidence": [0, 9], **more}


def test_extracted_projects_wait_for_confirmation(workspace: Workspace) -> None:
    news = {
        "file": "日报.txt",
        "projects": [
            _said("叶片制造项目", firm="甲公司", amount_yi=5.0, stage="签约", date="2026-03",
                  region_code="330902"),
            _said("年产10万套轴承项目", stage="在建", region_code="330902"),
            _said("", stage="签约"),
        ],
    }  # fmt: skip
    with workspace.write(SYSTEM) as session:
        first = projects.from_extract(session, news)
        again = projects.from_extract(session, [news])
        assert (first.created, [why for _, why in first.rejected]) == ([1, 2], ["请给出项目名称"])
        assert ([i for i, _ in again.known], again.created) == ([1, 2], [])
        found = projects.get(session, 1)
        assert (found.status, found.stage, found.source) == ("uncertain", "签约", "日报.txt")
        assert [e.kind for e in found.events] == ["created", "report"]
        projects.from_extract(session, news)
        assert len(found.events) == 2, "the same news twice says nothing new"
        assert projects.report_table(session, 2026, "year")[0].now.signed == 0
        projects.confirm(session, 1)
        projects.confirm(session, 2)
        table = {r.period: r.now for r in projects.report_table(session, 2026)}
        assert table["2026-03"].signed == 1
        assert (table["2026"].started, table["日期不详"].started) == (0, 1), "news without a date"
        with pytest.raises(Invalid, match="extract"):
            projects.from_extract(session, [{"rows": []}])


@pytest.mark.parametrize(
    ("asked", "sure"),
    [
        (Asked("叶片基地项目"), True),
        (Asked("叶片基地", region_code="330900"), True),
        (Asked("叶片基地", region_code="440100"), None),
        (Asked("叶片基地", firm="乙公司"), None),
        (Asked("海上风电叶片基地建设项目", firm="甲 公司"), True),
        (Asked("塔筒工厂", firm="甲公司", amount=5.0), False),
        (Asked("塔筒工厂", firm="甲公司", amount=6.0), None),
        (Asked("塔筒工厂", amount=5.0), None),
    ],
)
def test_a_project_is_known_by_name_firm_and_place(
    light: Workspace, asked: Asked, sure: bool | None
) -> None:
    with light.write(SYSTEM) as session:
        projects.add(session, "叶片基地", firm="甲公司", region_code="330902", amount=5.0)
        found = same(asked, projects.find(session))
    assert (found and found.sure) is sure


def test_the_table_of_the_store_comes_over_once(light: Workspace, tmp_path: Path) -> None:
    world = {"regions": [region("330902", "定海区")], "firms": [firm("甲公司")],
             "chains": [chain_row("wind", "风电")], "links": [link("wind.blade")]}  # fmt: skip
    made = store(tmp_path, **world)
    row = {"project_id": "p1", "name": "叶片基地", "firm_id": "甲公司", "region_code": "330902",
           "chain_id": "wind", "link_id": "wind.blade", "stage": "签约", "amount": 5.0,
           "date": "2026-03", "owner": "招商局", "source": "台账"}  # fmt: skip
    with made.write("projects") as writer:
        writer.put("projects", rows("projects", row, row | {"project_id": "p2", "name": "传闻",
                                                            "status": "uncertain"}))  # fmt: skip
    with light.write(SYSTEM) as session:
        first, again = projects.from_store(session, made), projects.from_store(session, made)
        found = projects.get(session, 1)
        assert (len(first.created) + len(first.likely), again.created, len(again.known)) == (
            2,
            [],
            2,
        )
        assert (found.firm, found.region, found.chain, found.link, found.stage, found.owner) == (
            "甲公司", "定海区", "风电", "blade", "签约", "招商局",
        )  # fmt: skip
        assert projects.get(session, 2).status == "uncertain"


# ── workbooks ───────────────────────────────────────────────────────────────────────────────────

_NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=15)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"name": _NAMES.filter(lambda t: t.strip() and t.strip() not in ("-", "—"))},
            optional={
                "firm": _NAMES, "owner": _NAMES, "next_step": _NAMES,
                "amount": st.floats(0, 9e4).map(lambda x: round(x, 4)),
                "due": st.dates(dt.date(2000, 1, 1), dt.date(2050, 1, 1)),
                "currency": st.sampled_from(["CNY", "USD"]),
            },
        ),
        max_size=4,
    )
)  # fmt: skip
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_workbook_that_comes_back_unchanged_changes_nothing(
    shared: Workspace, given_rows: list[dict[str, Any]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, shared.write(SYSTEM) as session:
        unit = f"单位{uuid4().hex}"  # an id() may come again
        made = [projects.add(session, **{**row, "owner": unit}) for row in given_rows]
        path = Path(folder) / "项目.xlsx"
        path.write_bytes(projects.export_book(session, owner=unit))
        if not made:
            return
        states = [project.state() for project in made]
        back = projects.import_book(session, path)
        assert (back.unchanged, back.changed, back.rejected) == (len(made), [], [])
        assert [project.state() for project in made] == states


def _book(path: Path, *sheet_rows: list[Any], title: str = "项目") -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = title
    for row in sheet_rows:
        book.active.append(row)
    book.save(path)
    return path


def test_good_rows_are_kept_and_bad_ones_handed_back(workspace: Workspace, tmp_path: Path) -> None:
    path = _book(
        tmp_path / "台账.xlsx",
        ["招商项目", "投资方", "落地地区", "阶段", "时间", "金额(亿元)", "牵头单位", "办理期限"],
        [
            "叶片基地",
            "甲公司",
            "舟山市定海区",
            "签约",
            "2026年3月",
            "5亿美元",
            "招商局",
            "2026-12-31",
        ],
        ["轴承厂", "乙公司", "亚特兰蒂斯", "签约", "2026", 3, "招商局", None],
        ["塔筒厂", "丙公司", "330900", "起飞", "2026", 3, "招商局", None],
        ["主机厂", "丁公司", "330900", "在谈", "2026-13", 3, "招商局", "2026-12"],
        ["", "戊公司", "330900", "在谈", "2026", 3, "招商局", None],
        ["=cmd|x", "己公司", "330900", "在谈", None, -3, "招商局", None],
        ["叶片基地项目", "甲公司", "定海区", "签约", None, None, None, None],
    )
    with workspace.write(SYSTEM) as session:
        done = projects.import_book(session, path)
        found = projects.get(session, done.created[0])
        assert (found.region_code, found.amount, found.currency, found.events[0].on) == (
            "330902", 5.0, "USD", "2026-03",
        )  # fmt: skip
        assert (len(done.created), [row for row, _ in done.known]) == (1, [8])
        reasons = {r.row: r.reason for r in done.rejected}
        assert sorted(reasons) == [3, 4, 5, 6, 7]
        assert "亚特兰蒂斯" in reasons[3]
        assert "没有「起飞」这个阶段" in reasons[4]
        assert "缺少项目名称" in reasons[6]
        mended = tmp_path / "退回.xlsx"
        mended.write_bytes(done.rejects())
        book = openpyxl.load_workbook(mended)
        assert book.active is not None
        at = {cell.value: i for i, cell in enumerate(book.active[1], 1)}
        book.active.cell(2, at["地区"]).value = "舟山"
        book.active.cell(3, at["阶段"]).value = "在谈"
        book.save(mended)
        again = projects.import_book(session, mended)
        assert (len(again.created), len(again.rejected)) == (2, 3)
    assert json.dumps(done.to_dict(), ensure_ascii=False)


def test_what_an_extraction_calls_doubtful_is_uncertain(light: Workspace, tmp_path: Path) -> None:
    path = _book(
        tmp_path / "抽取.xlsx",
        ["招商项目", "阶段", "认定状态"],
        ["一", "签约", "存疑"],
        ["二", "签约", "确认"],
        ["三", "签约", "已否定"],
        title="招商项目",
    )
    with light.write(SYSTEM) as session:
        done = projects.import_book(session, path)
        assert [p.status for p in projects.find(session)] == ["uncertain", "open"]
    assert [(r.row, r.reason) for r in done.rejected] == [(4, "状态为「已否定」的项目不再登记")]


def test_a_changed_workbook_changes_projects(workspace: Workspace, tmp_path: Path) -> None:
    with workspace.write(SYSTEM) as session:
        made = projects.add(session, "叶片基地", amount=5.0, on="2026-01")
        other = projects.add(session, "轴承厂", amount=2.0)
        path = tmp_path / "项目.xlsx"
        path.write_bytes(projects.export_book(session))
        book = openpyxl.load_workbook(path)
        sheet = book["项目"]
        at = {cell.value: i for i, cell in enumerate(sheet[1], 1)}
        sheet.cell(2, at["阶段"]).value = "签约"
        sheet.cell(2, at["阶段日期"]).value = "2026-04-01"
        sheet.cell(2, at["金额(亿元)"]).value = 8
        sheet.cell(3, at["金额(亿元)"]).value = 9
        book["联系记录"].append([None, made.id, None, None, "走访", "2026-04-02", "招商局"])
        book.save(path)
        projects.edit(session, other.id, amount=3.0)  # somebody was faster
        done = projects.import_book(session, path)
        assert (done.changed, done.contacts) == ([made.id], 1)
        assert [(r.row, r.reason[:3]) for r in done.rejected] == [(3, "导出之")]
        assert (made.stage, made.amount, made.events[-1].on) == ("签约", 8.0, "2026-04-01")
        assert other.amount == 3.0
        assert projects.contacts(session)[0].unit == "招商局"


def test_a_file_of_something_else_is_refused(light: Workspace, tmp_path: Path) -> None:
    path = _book(tmp_path / "别的.xlsx", ["菜名", "价格"], ["鱼", 3], title="菜单")
    with light.write(SYSTEM) as session, pytest.raises(Invalid, match="没有项目"):
        projects.import_book(session, path)


def test_firms_and_links_are_found_in_the_store(light: Workspace, tmp_path: Path) -> None:
    made = store(
        tmp_path, regions=[region("330902", "定海区")], chains=[chain_row("wind", "风电")],
        links=[link("wind.blade")], firms=[firm("甲公司", aliases=["小甲"])],
    )  # fmt: skip
    known = Directory(made.snapshot())
    path = _book(
        tmp_path / "项目.xlsx",
        ["项目", "企业", "地区", "产业链", "环节"],
        ["一", "小甲", "定海", "风电产业链", "blade"],
        ["二", "没听过公司", "定海区", "氢能", "电堆"],
    )
    with light.write(SYSTEM) as session:
        projects.import_book(session, path, known)
        one, two = projects.find(session)
    assert (one.firm_id, one.firm, one.chain_id, one.link_id) == (
        "甲公司", "甲公司", "wind", "wind.blade",
    )  # fmt: skip
    assert (two.firm_id, two.firm, two.chain_id, two.chain) == (None, "没听过公司", None, "氢能")
