"""Opening, migrating, transactions and two writers at once, on both engines."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from workspace import SYSTEM, Workspace, accounts, lists, open_workspace, projects
from workspace.actor import Actor, Role, within
from workspace.errors import Conflict, NotAllowed, WorkspaceUnavailable
from workspace.migrations import config
from workspace.models import Base, Project
from workspace.session import ReadOnly


def test_the_migrated_schema_is_that_of_the_models(workspace: Workspace) -> None:
    with workspace.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert set(inspect(connection).get_table_names()) == {
            *Base.metadata.tables,
            "alembic_version",
        }


def test_steps_can_be_undone_and_applied_again(workspace: Workspace) -> None:
    with workspace.engine.execution_options(chainscout_writes=True).begin() as connection:
        command.downgrade(config(connection), "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        command.upgrade(config(connection), "head")
    with workspace.write(SYSTEM) as session:
        assert projects.add(session, "项目").id == 1


def test_many_open_a_new_workspace_at_once(empty_address: str) -> None:
    start = threading.Barrier(4)

    def opened(_: int) -> int:
        start.wait()
        found = open_workspace(empty_address)
        with found.read(SYSTEM) as session:
            users = accounts.all_users(session)
        found.close()
        return len(users)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(opened, range(4))) == [0, 0, 0, 0]


def test_processes_open_a_new_workspace_at_once(empty_address: str, root: Path) -> None:
    code = (
        "import sys; from workspace import open_workspace; print(open_workspace(sys.argv[1]).name)"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, empty_address], cwd=root,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        )
        for _ in range(2)
    ]  # fmt: skip
    outputs = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0], outputs


def test_a_schema_from_the_future_is_not_touched(workspace: Workspace, address: str) -> None:
    with workspace.engine.execution_options(chainscout_writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'ffffffffffff'"))
    with pytest.raises(WorkspaceUnavailable, match="升级 chainscout"):
        open_workspace(address)


def test_an_address_that_leads_nowhere_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceUnavailable, match="打不开") as caught:
        open_workspace("postgresql://user:secret@127.0.0.1:1/none")
    assert "secret" not in str(caught.value)
    with pytest.raises(WorkspaceUnavailable, match="mysql"):
        open_workspace("mysql://host/db")
    with pytest.raises(WorkspaceUnavailable, match="打不开"):
        open_workspace(tmp_path / "no" / "such" / "folder.db")


def test_a_failed_block_changes_nothing(workspace: Workspace) -> None:
    with pytest.raises(NotAllowed), workspace.write(Actor("甲", Role.editor)) as session:
        projects.set_pipeline(session, projects.add(session, "项目").name, projects.DEFAULT)
    with workspace.read(SYSTEM) as session:
        assert projects.find(session) == []


def test_a_reader_cannot_write(workspace: Workspace) -> None:
    with pytest.raises(ReadOnly), workspace.read(SYSTEM) as session:
        projects.add(session, "项目")


def test_two_writers_at_once_lose_nothing(workspace: Workspace) -> None:
    with workspace.write(SYSTEM) as session:
        project = projects.add(session, "项目", paid_in=0.0)
        target = lists.create_empty(session, "清单")
    start = threading.Barrier(2)

    def work(name: str) -> None:
        start.wait()
        for i in range(8):
            with workspace.write(Actor(name, Role.editor)) as session:
                projects.add_funds(session, project.id, 1.0, on="2026-01-01")
                lists.add_firm(session, target.id, f"{name}{i}公司")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, ["甲", "乙"]))
    with workspace.read(SYSTEM) as session:
        found = projects.get(session, project.id)
        assert found.paid_in == 16.0
        assert [event.number for event in found.events] == list(range(1, 18))
        assert projects.replay(found.events) == found.state()
        last = lists.version_of(session, target.id)
        assert (last.number, len(last.entries)) == (17, 16)


def test_who_changes_an_old_copy_is_refused(workspace: Workspace) -> None:
    with workspace.write(SYSTEM) as session:
        seen = projects.add(session, "项目").version
    with workspace.write(SYSTEM) as session:
        projects.edit(session, 1, amount=3.0, version=seen)
    with pytest.raises(Conflict, match="已被他人改动"), workspace.write(SYSTEM) as session:
        projects.edit(session, 1, amount=4.0, version=seen)
    with workspace.read(SYSTEM) as session:
        assert projects.get(session, 1).amount == 3.0


def test_a_write_that_meets_another_is_told_so(workspace: Workspace) -> None:
    with workspace.write(SYSTEM) as session:
        projects.add(session, "项目", key="x")
    with pytest.raises(Conflict), workspace.write(SYSTEM) as session:
        session.add(Project(name="另一个", key="x", stage="在谈", currency="CNY", status="open"))


@pytest.mark.parametrize(
    ("code", "area", "inside"),
    [
        ("330902", "330900", True),
        ("330902", "330000", True),
        ("330902", "330902", True),
        ("330900", "330902", False),
        ("340902", "330000", False),
        ("330902", "", True),
        (None, "330000", False),
        (None, "", True),
    ],
)
def test_regions_lie_in_one_another_by_their_digits(
    code: str | None, area: str, inside: bool
) -> None:
    assert within(code, area) is inside


def test_roles_and_regions_bound_what_is_done(light: Workspace) -> None:
    viewer, local = Actor("看", Role.viewer), Actor("舟山", Role.editor, ("330900",))
    with pytest.raises(NotAllowed, match="查看"), light.write(viewer) as session:
        projects.add(session, "项目")
    with light.write(local) as session:
        projects.add(session, "项目", region_code="330902")
    with pytest.raises(NotAllowed, match="地区"), light.write(local) as session:
        projects.add(session, "项目", region_code="330200")
