"""Weights and thresholds of the office: versions, who may, how lists and watches follow them."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect

from recommender import recommend
from recommender.tuning import ROWS, Tuned
from tests.factory import position, rows
from tests.workspace.worlds import answer, target, wind
from workspace import SYSTEM, Actor, Role, Workspace, audit, lists, open_workspace, tuning, watch
from workspace.errors import Conflict, NotAllowed, NotFound
from workspace.migrations import config
from workspace.tuning import InForce, TuningRefused, changes_said

ADMIN = Actor("张三", Role.admin)


def _set(workspace: Workspace, **values: object) -> Tuned:
    with workspace.write(ADMIN) as session:
        return tuning.change(session, {key.replace("__", "."): v for key, v in values.items()})


def test_changes_are_numbered_kept_and_audited(workspace: Workspace) -> None:
    assert InForce(workspace).now() == Tuned()
    with workspace.write(ADMIN) as session:
        made = tuning.change(
            session, {"ranking.fit": "0.5", "presence_threshold": 0.8}, comment=" 本市口径 "
        )
        assert (made.version, made.values) == (1, {"ranking.fit": 0.5, "presence_threshold": 0.8})
    assert _set(workspace, ranking__fit=None).version == 2
    assert _set(workspace, leader_tags="链主、龙头").version == 3
    with workspace.read(Actor("看", Role.viewer)) as session:
        third, second, first = tuning.history(session)
        assert changes_said(first) == ["具备门槛 默认→0.8", "环节契合权重 默认→0.5"]
        assert changes_said(second) == ["环节契合权重 0.5→默认"]
        assert changes_said(third) == ["链主标签 默认→链主、龙头"]
        assert (first.by, first.comment) == ("张三", "本市口径")
        assert [v.number for v in tuning.history(session, limit=1)] == [3]
        assert tuning.at(session, 1).values == made.values
        assert tuning.at(session, None) == tuning.at(session, 0) == Tuned()
        assert tuning.current(session).values["leader_tags"] == ("链主", "龙头")
        with pytest.raises(NotFound, match="版本「9」"):
            tuning.at(session, 9)
    with workspace.read(ADMIN) as session:
        entries = audit.entries(session, kind="tuning")
        assert [(e.by, e.action) for e in entries] == [("张三", "create")] * 3


def test_a_value_equal_to_the_default_is_not_kept(light: Workspace) -> None:
    assert _set(light, ranking__fit=0.22).version == 0
    assert _set(light, ranking__fit=0.4).version == 1
    assert _set(light, ranking__fit=0.4).version == 1
    assert _set(light, ranking__fit="0.22") == Tuned(2, {})


def test_only_an_admin_changes_them(light: Workspace) -> None:
    for role in (Role.viewer, Role.editor):
        with light.write(Actor("人", role)) as session, pytest.raises(NotAllowed, match="管理"):
            tuning.change(session, {"ranking.fit": 0.5})
    assert InForce(light).now().version == 0


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_changed(light: Workspace) -> None:
    with light.write(ADMIN) as session, pytest.raises(TuningRefused) as refused:
        tuning.change(
            session, {"ranking.fit": "x", "lq_strong": -1, "nothing": 1, "supply_half": 3}
        )
    assert list(refused.value.problems) == ["ranking.fit", "lq_strong", "nothing"]
    assert "「环节契合权重」应为数字" in str(refused.value)
    assert "没有名为「nothing」" in str(refused.value)
    with light.write(ADMIN) as session, pytest.raises(TuningRefused, match="找谁的信号权重：权重"):
        tuning.change(session, {row.key: 0 for row in ROWS if row.group == "ranking"})
    with light.write(ADMIN) as session, pytest.raises(TuningRefused, match="缺口优先度的权重：除"):
        tuning.change(session, {row.key: 0 for row in ROWS if row.group == "priority"})
    with light.write(ADMIN) as session, pytest.raises(TuningRefused, match="说明不超过"):
        tuning.change(session, {"ranking.fit": 0.5}, comment="长" * 501)
    assert InForce(light).now().version == 0


def test_who_saw_older_values_is_refused(workspace: Workspace) -> None:
    _set(workspace, ranking__fit=0.5)
    with workspace.write(ADMIN) as session, pytest.raises(Conflict, match="现为第 1 版"):
        tuning.change(session, {"ranking.fit": 0.6}, seen=0)
    with workspace.write(ADMIN) as session:
        assert tuning.change(session, {"ranking.fit": 0.6}, seen=1).version == 2


def test_another_process_sees_a_change_at_its_next_look(address: str) -> None:
    one, other = open_workspace(address), open_workspace(address)
    looks = InForce(other)
    assert looks.now() == Tuned()
    for version, value in enumerate((0.4, 0.5, 0.6), start=1):
        _set(one, ranking__fit=value)
        assert looks.now() == Tuned(version, {"ranking.fit": value})
        assert looks.now() is looks.now()
    one.close()
    other.close()


def test_a_workspace_of_the_release_before_is_brought_up(
    workspace: Workspace,
) -> None:
    with workspace.write(SYSTEM) as session:
        lists.create(session, "旧清单", answer(target(1, "f1", {"fit": 0.9})))
    with workspace.engine.execution_options(chainscout_writes=True).begin() as connection:
        command.downgrade(config(connection), "211bca3b73ea")
        assert "tuning_versions" not in inspect(connection).get_table_names()
    again = open_workspace(workspace.engine.url.render_as_string(hide_password=False))
    assert _set(again, ranking__fit=0.5).version == 1
    with again.read(SYSTEM) as session:
        kept = lists.version_of(session, 1)
        assert (kept.to_dict()["settings_version"], len(kept.entries)) == (None, 1)
    again.close()


def test_a_list_follows_the_office_and_says_so(light: Workspace, tmp_path: Path) -> None:
    snapshot = wind(tmp_path).snapshot()
    first = _set(light, ranking__fit=0.3)
    told = recommend(
        snapshot, "甲市", "风电", settings=first.ranking(weights={"reach": 0.2}, draws=3)
    ).to_dict()
    with light.write(SYSTEM) as session:
        made = lists.create(session, "清单", told)
        assert lists.version_of(session, made.id).settings_version == 1
        assert lists.rerun(session, made.id, snapshot).number == 1
    _set(light, ranking__fit=0.9, ranking__reach=0.5, presence_threshold=0.7)
    with light.write(SYSTEM) as session:
        again = lists.rerun(session, made.id, snapshot)
        found = lists.diff(session, made.id)
    assert (again.number, again.settings_version) == (2, 2)
    # What was chosen for this list alone stays; the rest is what the office says now.
    assert (again.settings["weights"]["fit"], again.settings["weights"]["reach"]) == (0.9, 0.2)
    assert (again.settings["presence_threshold"], again.settings["draws"]) == (0.7, 3)
    assert [cause.text for cause in found.causes] == [
        "权重调整：环节契合 0.3→0.9",
        "参数调整：具备门槛 0.5→0.7",
        "本单位的权重与门槛由第 1 版改为第 2 版",
    ]
    moved = {cause.kind for change in found.moved for cause in change.causes}
    assert moved == {"weights"}


def test_another_number_alone_makes_no_new_version(light: Workspace, tmp_path: Path) -> None:
    snapshot = wind(tmp_path).snapshot()
    with light.write(SYSTEM) as session:
        made = lists.create(session, "清单", recommend(snapshot, "甲市", "风电").to_dict())
    _set(light, priority__supply=0.5)  # of 缺口 alone
    with light.write(SYSTEM) as session:
        assert lists.rerun(session, made.id, snapshot).number == 1


def test_a_watched_gap_is_judged_by_what_the_office_set(light: Workspace, tmp_path: Path) -> None:
    """In the newer data 甲市 has 0.6 at a link where it had nothing: present, or weak below 0.9."""
    made = wind(tmp_path)
    first = made.version().number
    with made.write("second") as writer:
        writer.put("positions", rows("positions", position("甲整机厂", "wind.blade", 0.6)))
    with light.write(ADMIN) as session:
        watch.follow(session, "gap", {"region_code": "330100", "link_id": "wind.blade"}, "叶片")

    def told() -> list[str]:
        with light.read(ADMIN) as session:
            found = watch.digest(session, made, since=first)
        return [c.text for c in found.followed[0].changes if c.kind == "gap"]

    assert [text[-10:] for text in told()] == ["「缺失」变为「具备」"]
    _set(light, presence_threshold=0.9)
    assert [text[-10:] for text in told()] == ["「缺失」变为「薄弱」"]
