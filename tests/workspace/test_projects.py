"""The pipeline: log and state, stages, lights, contacts, tables, imports, workbooks."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workspace import SYSTEM, Actor, Role, Workspace, projects
from workspace.errors import Conflict, Invalid, NotAllowed, NotFound, WorkspaceError
from workspace.models import ProjectEvent
from workspace.projects.lights import Facts, light
from workspace.projects.replay import LogBroken, Step, reached
from workspace.projects.stages import DEFAULT, LIGHTS, SETS, LightRule, Pipeline

TODAY = dt.date(2026, 9, 1)


def test_a_project_goes_its_way(workspace: Workspace) -> None:
    with workspace.write(Actor("小王", Role.editor)) as session:
        made = projects.add(
            session, "叶片基地", stage="洽谈", on="2026-01", firm="甲公司", region_code="330902",
            amount=12.5, owner="招商局", due="2026年3月1日",
        )  # fmt: skip
        assert (made.stage, made.due) == ("在谈", dt.date(2026, 3, 1))
        projects.move(session, made.id, "签约", on="2026-03-02", comment="签约仪式")
        projects.edit(session, made.id, amount=15.0, owner="招商局")
        projects.add_funds(session, made.id, 2.0, on="2026-04")
        projects.add_funds(session, made.id, 1.5, on="2026-05")
        projects.move(session, made.id, "开工")
    with workspace.read(SYSTEM) as session:
        found = projects.get(session, made.id)
        assert found.stage == "动建"  # what this region calls it
        assert found.paid_in == 3.5
        assert projects.replay(found.events) == found.state()
        told = [(e.kind, e.on, e.by) for e in found.events]
    assert told[:3] == [
        ("created", "2026-01", "小王"), ("stage", "2026-03-02", "小王"),
        ("edit", dt.date.today().isoformat(), "小王"),
    ]  # fmt: skip
    assert found.events[2].changes == {"amount": [12.5, 15.0]}
    assert found.version == 6


_MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.sampled_from(["在谈", "签约", "动建", "投产", "落地", "?"])),
        st.tuples(st.just("amount"), st.none() | st.floats(0, 1e6) | st.just(-1.0)),
        st.tuples(st.just("text"), st.text(max_size=12)),
        st.tuples(st.just("due"), st.sampled_from(["2026-01-01", "2027-02-03", "2026", "x"])),
        st.tuples(st.just("funds"), st.floats(-5, 5)),
        st.tuples(st.just("close"), st.sampled_from(["", "用地"])),
        st.tuples(st.just("reopen"), st.none()),
        st.tuples(st.just("confirm"), st.none()),
    ),
    max_size=12,
)


@given(_MOVES, st.sampled_from(["open", "uncertain"]))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_log_played_again_gives_the_state(
    shared: Workspace, moves: list[tuple[str, Any]], status: str
) -> None:
    with shared.write(SYSTEM) as session:
        made = projects.add(session, "项目", on="2026-01", status=status)
        steps: dict[str, Callable[[Any], object]] = {
            "move": lambda x: projects.move(session, made.id, x),
            "amount": lambda x: projects.edit(session, made.id, amount=x),
            "text": lambda x: projects.edit(session, made.id, owner=x, next_step=x),
            "due": lambda x: projects.edit(session, made.id, due=x),
            "funds": lambda x: projects.add_funds(session, made.id, x),
            "close": lambda x: projects.close(session, made.id, x),
            "reopen": lambda _: projects.reopen(session, made.id),
            "confirm": lambda _: projects.confirm(session, made.id),
        }
        for name, value in moves:
            before = made.state()
            try:
                steps[name](value)
            except WorkspaceError:
                assert made.state() == before, "what was refused changed something"
        ident = made.id
    with shared.read(SYSTEM) as session:
        found = projects.get(session, ident)
        assert projects.replay(found.events) == found.state()
        assert [e.number for e in found.events] == list(range(1, len(found.events) + 1))


def test_a_log_that_was_tampered_with_is_told() -> None:
    first = ProjectEvent(number=1, kind="created", on="2026", changes={"stage": [None, "在谈"]})
    second = ProjectEvent(number=2, kind="stage", on="2026", changes={"stage": ["签约", "投产"]})
    assert projects.replay([first])["stage"] == "在谈"
    with pytest.raises(LogBroken, match="entry 2"):
        projects.replay([first, second])


# ── stages ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("stages", "word", "meant"),
    [
        ("four", "签约", "签约"), ("four", "开工", "动建"), ("four", "奠基", "动建"),
        ("four", "落地", "签约"), ("four", "到位", "签约"), ("four", "竣工投产", "投产"),
        ("six", "投产", "开工"), ("six", "储备", "储备"), ("six", "融资", "融资"),
        ("five", "落户", "落地"), ("five", "洽谈", "在谈"),
    ],
)  # fmt: skip
def test_words_of_reports_mean_stages_never_more_than_said(
    stages: str, word: str, meant: str
) -> None:
    pipeline = DEFAULT.model_copy(update={"stages": SETS[stages]})
    assert pipeline.stage(word).name == meant


def test_an_unknown_stage_names_those_there_are() -> None:
    with pytest.raises(Invalid, match="没有「飞升」这个阶段；可用：在谈、签约、动建、投产"):
        DEFAULT.stage("飞升")


def test_a_region_has_its_own_pipeline(workspace: Workspace) -> None:
    six = projects.read_pipeline({"stages": [s.model_dump() for s in SETS["six"]]})
    with workspace.write(SYSTEM) as session:
        projects.set_pipeline(session, "330900", six)
        projects.set_pipeline(session, "330000", DEFAULT.model_copy(update={"lights": ()}))
        assert projects.pipeline_of(session, "330902") == six
        assert projects.pipeline_of(session, "330200").lights == ()
        assert projects.pipeline_of(session, "440100") == DEFAULT
        assert projects.add(session, "项目", stage="储备", region_code="330902").stage == "储备"
    with workspace.write(Actor("市", Role.admin, ("330900",))) as session:
        with pytest.raises(NotAllowed):
            projects.set_pipeline(session, "330200", six)
        with pytest.raises(NotAllowed):
            projects.set_pipeline(session, "330000", six)


@pytest.mark.parametrize(
    "value", [{"stages": []}, {"stages": [{"name": "a", "milestone": "moon"}]}, {"x": 1}, []]
)
def test_a_pipeline_is_checked(value: object) -> None:
    with pytest.raises(Invalid, match="项目阶段设置有误"):
        projects.read_pipeline(value)


_PATHS = st.lists(st.sampled_from(["在谈", "签约", "动建", "投产"]), min_size=1, max_size=6)


@given(_PATHS)
def test_a_milestone_holds_while_the_project_does_not_fall_below_it(path: list[str]) -> None:
    order = ["在谈", "签约", "动建", "投产"]
    walked = [Step(stage, f"2026-{i:02d}", i == 1) for i, stage in enumerate(path, 1)]
    found = reached(walked, DEFAULT, "signed")
    assert (found is not None) == (order.index(path[-1]) >= 1)
    if found is not None:
        since = int(found.on[-2:])
        assert all(order.index(stage) >= 1 for stage in path[since - 1 :])
        assert since == 1 or path[since - 2] == "在谈"
        assert found.inferred == (path[since - 1] != "签约")


# ── lights ──────────────────────────────────────────────────────────────────────────────────────


def _facts(**more: Any) -> Facts:
    begun = {"began": TODAY, "in_stage": TODAY, "contact": TODAY, "due": None}
    return Facts(**{"milestone": "talking", "stage": "在谈", **begun, **more})


@pytest.mark.parametrize(
    ("more", "colour", "said"),
    [
        ({}, "green", ""),
        ({"due": dt.date(2026, 8, 31)}, "red", "超期 1 天"),
        ({"due": dt.date(2026, 9, 1)}, "yellow", "今天到期"),
        ({"due": dt.date(2026, 9, 8)}, "yellow", "还剩 7 天"),
        ({"due": dt.date(2026, 9, 9)}, "green", ""),
        ({"contact": dt.date(2026, 8, 2)}, "yellow", "30 天没有联系"),
        ({"contact": dt.date(2026, 7, 3)}, "red", "60 天没有联系"),
        ({"contact": None, "began": dt.date(2026, 7, 1)}, "red", "没有联系记录"),
        ({"in_stage": dt.date(2026, 3, 5)}, "yellow", "在「在谈」阶段已 180 天"),
        ({"in_stage": dt.date(2025, 9, 1)}, "red", "已 365 天"),
        ({"in_stage": dt.date(2020, 1, 1), "milestone": "producing"}, "green", ""),
    ],
)
def test_lights_follow_the_rules(more: dict[str, Any], colour: str, said: str) -> None:
    found = light(_facts(**more), LIGHTS, TODAY)
    assert found.colour == colour
    assert said in "；".join(found.reasons)
    assert bool(found.reasons) == (colour != "green")


def test_rules_are_the_regions_own() -> None:
    rule = LightRule(light="yellow", when="no_due", days=10)
    assert light(_facts(began=dt.date(2026, 8, 20)), (rule,), TODAY).reasons == (
        "登记 12 天仍未定期限",
    )


@given(st.dates(dt.date(2020, 1, 1), TODAY), st.dates(dt.date(2020, 1, 1), TODAY))
def test_a_later_contact_never_makes_a_light_worse(one: dt.date, other: dt.date) -> None:
    order = ["green", "yellow", "red"]
    early, late = sorted([one, other])
    worse = light(_facts(contact=early), LIGHTS, TODAY).colour
    better = light(_facts(contact=late), LIGHTS, TODAY).colour
    assert order.index(better) <= order.index(worse)


def test_only_open_projects_have_a_light(light: Workspace) -> None:
    with light.write(SYSTEM) as session:
        projects.add(session, "甲", on="2020-01")
        projects.add(session, "乙", status="uncertain", on="2020-01")
        projects.close(session, projects.add(session, "丙").id, "没戏")
        shown = projects.lights(session, projects.find(session), TODAY)
    assert {i: s.label for i, s in shown.items()} == {1: "红", 2: "—", 3: "—"}


# ── contacts ────────────────────────────────────────────────────────────────────────────────────


def test_contacts_are_logged_and_counted_by_unit(workspace: Workspace) -> None:
    with workspace.write(SYSTEM) as session:
        made = projects.add(session, "项目", firm="甲公司", region_code="330902")
        for kind, unit in (("走访", "招商局"), ("call", "招商局"), ("接待", "商务局")):
            projects.add_contact(
                session, kind, on="2026-08-01", project_id=made.id, unit=unit, who="小王",
                whom="张总", result="有意向", next_step="发资料", next_on="2026-08-10",
            )  # fmt: skip
        projects.add_contact(session, "电话", on="2026-01-05", firm="乙公司", unit="招商局")
        counted = projects.counts_by_unit(session, since=dt.date(2026, 7, 1))
        first = projects.contacts(session, project_id=made.id)[-1].to_dict()
        assert (first["firm"], first["region_code"], first["next_on"]) == (
            "甲公司", "330902", "2026-08-10",
        )  # fmt: skip
        assert len(projects.contacts(session, region="330000")) == 3
        for wrong, message in (
            ({"kind": "飞鸽", "firm": "x"}, "联系方式"), ({"kind": "call"}, "哪家企业"),
            ({"kind": "call", "firm": "x", "on": "2026-08"}, "写到日"),
            ({"kind": "call", "firm": "x", "on": f"{dt.date.today().year + 1}-01-01"}, "将来"),
        ):  # fmt: skip
            with pytest.raises(Invalid, match=message):
                projects.add_contact(session, **wrong)  # type: ignore[arg-type]
    assert [(row["unit"], row["visit"], row["call"], row["total"]) for row in counted] == [
        ("招商局", 1, 1, 2), ("商务局", 0, 0, 1),
    ]  # fmt: skip


# ── tables ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def year(light: Workspace) -> Workspace:
    """2025: one signed in March. 2026: two in March (one in dollars), one in May, one undated."""
    with light.write(SYSTEM) as session:
        old = projects.add(session, "旧", on="2025-01", amount=10.0, owner="甲局", region="舟山市")
        projects.move(session, old.id, "签约", on="2025-03-05")
        one = projects.add(session, "一", on="2026-01", amount=4.0, owner="甲局", region="舟山市")
        projects.move(session, one.id, "签约", on="2026-03-01")
        projects.add_funds(session, one.id, 1.25, on="2026-03-20")
        projects.move(session, one.id, "动建", on="2026-06")
        two = projects.add(session, "二", on="2026-01", amount=2.0, currency="USD", owner="乙局")
        projects.move(session, two.id, "签约", on="2026-03")
        projects.add(session, "三", stage="动建", on="2026-05-01", amount=6.0, owner="乙局")
        projects.add(session, "四", stage="签约", on="2026", amount=1.0, owner="乙局")
        projects.add(session, "五", stage="签约", on="不详", amount=1.0, owner="乙局")
        projects.add(session, "六", stage="签约", on="2026-03", amount=99.0, status="uncertain")
        back = projects.add(session, "七", stage="签约", on="2026-03", amount=99.0)
        projects.move(session, back.id, "在谈", on="2026-04")
    return light


def test_months_and_the_year_before(year: Workspace) -> None:
    with year.read(SYSTEM) as session:
        table = {row.period: row for row in projects.report_table(session, 2026)}
    march = table["2026-03"]
    assert (march.now.signed, march.now.amount, march.now.foreign) == (2, 4.0, {"USD": 2.0})
    assert (march.before.signed, march.change("signed"), march.change("amount")) == (1, 1.0, -0.6)
    assert march.now.paid_in == 1.25
    assert (table["2026-05"].now.signed, table["2026-05"].now.inferred) == (1, 1)
    assert (table["2026-06"].now.started, table["2026-05"].now.started) == (1, 1)
    assert (table["2026 月份不详"].now.signed, table["日期不详"].now.signed) == (1, 1)
    assert (table["2026"].now.signed, table["2026"].now.amount) == (4, 11.0)
    assert table["2026-04"].change("signed") is None


def test_quarters_and_groups_add_up(year: Workspace) -> None:
    with year.read(SYSTEM) as session:
        whole = projects.report_table(session, 2026, "quarter")
        units = projects.report_table(session, 2026, "quarter", by="owner")
        places = projects.report_table(session, 2026, "year", by="region")
    for row in whole:
        parts = [unit.now.signed for unit in units if unit.period == row.period]
        assert sum(parts) == row.now.signed
    quarters = [row.now.signed for row in whole if "Q" in row.period or "不详" in row.period]
    assert sum(quarters) == next(r for r in whole if r.period == "2026").now.signed + 1
    assert {(r.group, r.now.signed) for r in places if r.period == "2026"} == {
        ("舟山市", 1), ("未注明", 3),
    }  # fmt: skip


def test_every_number_is_the_sum_of_what_stands_behind_it(year: Workspace) -> None:
    with year.read(SYSTEM) as session:
        for row in [
            *projects.report_table(session, 2026),
            *projects.report_table(session, 2026, "quarter"),
        ]:
            for figure in projects.FIGURES:
                found = projects.behind(session, row.period, figure)
                told = getattr(row.now, figure)
                if figure in {"amount", "paid_in"}:
                    yuan = [f.amount or 0.0 for f in found if f.project.currency == "CNY"]
                    assert sum(yuan) == pytest.approx(told), (row.period, figure)
                else:
                    assert len(found) == told, (row.period, figure)
        assert projects.behind(session, "2026", "signed", region="330200") == []
        with pytest.raises(Invalid, match="没有「x」这一项"):
            projects.behind(session, "2026", "x")


def test_batches_hold_every_open_project_once(year: Workspace) -> None:
    with year.read(SYSTEM) as session:
        found = projects.batches(session)
        listed = [p.id for batch in found for p in batch.projects]
        open_ones = [p.id for p in projects.find(session, status="open")]
    assert sorted(listed) == open_ones
    assert [(b.name, len(b.projects), b.amount, b.unknown) for b in found] == [
        ("在谈一批", 1, 99.0, 0), ("签约一批", 4, 12.0, 1), ("落地一批", 0, 0, 0),
        ("开工一批", 2, 10.0, 0), ("投产一批", 0, 0, 0),
    ]  # fmt: skip


def test_units_are_ranked(year: Workspace) -> None:
    with year.write(SYSTEM) as session:
        projects.add_contact(session, "走访", on="2026-02-01", firm="x", unit="丙局")
        table = projects.league(session, 2026, today=TODAY)
        busy = projects.league(session, 2026, measure="contacts", today=TODAY)
    assert [(r["rank"], r["unit"], r["signed"], r["amount"]) for r in table] == [
        (1, "乙局", 3, 7.0), (2, "甲局", 1, 4.0), (3, "丙局", 0, 0.0), (3, "未注明", 0, 0.0),
    ]  # fmt: skip
    assert busy[0]["unit"] == "丙局"


def test_projects_are_found_by_what_narrows(light: Workspace) -> None:
    with light.write(SYSTEM) as session:
        projects.add(session, "100%国产叶片", region_code="330902", chain="风电", owner="甲局")
        projects.add(session, "轴承", region_code="330200", firm="国产公司")
        assert len(projects.find(session, region="330000")) == 2
        assert [p.id for p in projects.find(session, region="330900")] == [1]
        assert [p.id for p in projects.find(session, text="100%")] == [1]
        assert [p.id for p in projects.find(session, text="国产")] == [1, 2]
        assert projects.find(session, text="_") == []
        assert [p.id for p in projects.find(session, chain="风电", owner="甲局")] == [1]
    with light.read(Actor("宁波", Role.viewer, ("330200",))) as session:
        assert [p.id for p in projects.find(session)] == [2]
        with pytest.raises(NotFound):
            projects.get(session, 1)


def test_what_cannot_be_is_refused(light: Workspace) -> None:
    with light.write(SYSTEM) as session:
        made = projects.add(session, "项目")
        refused: list[Callable[[], object]] = [
            lambda: projects.move(session, made.id, "在谈"),
            lambda: projects.edit(session, made.id, stage="签约"),
            lambda: projects.edit(session, made.id, amount=float("nan")),
            lambda: projects.edit(session, made.id, name=" "),
            lambda: projects.add_funds(session, made.id, -1.0),
            lambda: projects.add_funds(session, made.id, float("inf")),
            lambda: projects.confirm(session, made.id),
            lambda: projects.reopen(session, made.id),
            lambda: projects.close(session, made.id, " "),
            lambda: projects.add(session, "x", status="closed"),
        ]
        for wrong in refused:
            with pytest.raises(Invalid):
                wrong()
        projects.close(session, made.id, "没有土地")
        with pytest.raises(Invalid, match="已终止"):
            projects.move(session, made.id, "签约")
    with light.write(Actor("宁波", Role.editor, ("330200",))) as session:
        with pytest.raises(Invalid, match="所在地区"):
            projects.add(session, "没有地区")
        own = projects.add(session, "有地区", region_code="330203")
        with pytest.raises(NotAllowed):
            projects.edit(session, own.id, region_code="330900")
        with pytest.raises(Conflict):
            projects.edit(session, own.id, amount=1.0, version=own.version + 1)


def test_a_pipeline_reads_back_as_it_was_written() -> None:
    assert projects.read_pipeline(json.loads(DEFAULT.model_dump_json())) == DEFAULT
    assert isinstance(projects.read_pipeline({}), Pipeline)
