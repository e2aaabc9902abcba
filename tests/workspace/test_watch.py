"""关注: who follows what, and the digest between two data versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.store import DuckStore
from recommender import recommend
from tests.workspace.worlds import answer, second_version, target, wind
from workspace import SYSTEM, Actor, Role, Workspace, lists, watch
from workspace.errors import Conflict, Invalid, NotAllowed, NotFound
from workspace.watch.digest import Digest

READER = Actor("小王", Role.viewer)


def _texts(digest: Digest) -> list[list[str]]:
    return [[change.text for change in part.changes] for part in digest.followed]


def test_a_viewer_follows_what_they_like(workspace: Workspace) -> None:
    with workspace.write(READER) as session:
        watch.follow(session, "firm", {"firm_id": "乙1"}, "乙1")
        gap = watch.follow(session, "gap", {"region_code": "330100", "link_id": "l"}, "甲市·l")
        with pytest.raises(Conflict, match="已在关注"):
            watch.follow(session, "firm", {"firm_id": "乙1"}, "乙1")
        for kind, ids in (("firm", {}), ("firm", {"firm_id": "a", "x": "b"}), ("moon", {})):
            with pytest.raises(Invalid):
                watch.follow(session, kind, ids, "?")
        with pytest.raises(NotFound):
            watch.follow(session, "list", {"list_id": 9}, "没有的清单")
    with workspace.write(Actor("小李", Role.viewer, ("440000",))) as session:
        assert watch.following(session) == []
        watch.follow(session, "firm", {"firm_id": "乙1"}, "乙1")
        with pytest.raises(NotFound):
            watch.unfollow(session, gap.id)
        with pytest.raises(NotAllowed):
            watch.follow(session, "gap", {"region_code": "330100", "link_id": "l"}, "甲市·l")
    with workspace.write(READER) as session:
        watch.unfollow(session, gap.id)
        assert [s.title for s in watch.following(session)] == ["乙1"]


def test_a_key_follows_for_its_user(light: Workspace) -> None:
    with light.write(Actor("小王（密钥 k）", Role.viewer, user="小王")) as session:
        watch.follow(session, "firm", {"firm_id": "乙1"}, "乙1")
    with light.read(READER) as session:
        assert [s.by for s in watch.following(session)] == ["小王"]


def test_the_digest_tells_what_changed(workspace: Workspace, tmp_path: Path) -> None:
    made = wind(tmp_path)
    listed = recommend(made.snapshot(), region="甲市", chain="风电", link="blade", top=4).to_dict()
    with workspace.write(SYSTEM) as session:
        ident = lists.create(session, "叶片", listed).id
        for kind, ids in (
            ("firm", {"firm_id": "乙1"}), ("firm", {"firm_id": "乙5"}),
            ("chain", {"chain_id": "wind", "region_code": "330100"}),
            ("gap", {"region_code": "330100", "link_id": "wind.blade"}),
            ("list", {"list_id": ident}),
        ):  # fmt: skip
            watch.follow(session, kind, ids, kind)
    second_version(made)
    with workspace.read(SYSTEM) as session:
        found = watch.digest(session, made)
        firm, quiet, chain, gap, listing = _texts(found)
    event = "乙1 2026-05 在浙江省甲市新增投资事件：blade，3 亿元"
    assert (found.to, found.followed[0].since) == (2, 1)
    assert firm == [event]
    assert quiet == []
    assert chain == [event]
    assert gap[0] == event
    assert any(text.startswith("丙 进入blade目标企业前 10 名") for text in gap)
    assert event in listing or "乙1" not in [t["firm"]["id"] for t in listed["targets"]]
    assert "乙2 的经营状态由 未知 变为 注销" in listing
    assert "乙3 在blade的卡位由「已确认」变为「待核实」" in listing
    assert any(text.startswith("丙 进入") for text in listing)
    assert found.to_dict()["changes"] == sum(map(len, _texts(found)))


def test_what_was_seen_is_not_told_again(light: Workspace, tmp_path: Path) -> None:
    made = wind(tmp_path)
    with light.write(SYSTEM) as session:
        watch.follow(session, "firm", {"firm_id": "乙1"}, "乙1")
    second_version(made)
    with light.write(SYSTEM) as session:
        found = watch.digest(session, made)
        assert found.changes == 1
        watch.mark_seen(session, found.to)
    with light.read(SYSTEM) as session:
        again = watch.digest(session, made)
        assert (again.changes, again.followed[0].since) == (0, 2)
        assert watch.digest(session, made, since=1).changes == 1
        assert watch.following(session)[0].seen_at is not None


def test_versions_no_longer_kept_are_stood_in_for(light: Workspace, tmp_path: Path) -> None:
    made = wind(tmp_path)
    assert isinstance(made, DuckStore)
    made.keep = 2
    second_version(made)
    with made.write("events gone") as writer:
        writer.delete("events", made.read("events").select(["event_id"]))
    second_version(made)
    with light.write(SYSTEM) as session:
        watch.follow(session, "firm", {"firm_id": "乙1"}, "乙1")
        kept = sorted(version.number for version in made.versions())
        found = watch.digest(session, made, since=1)
    assert kept[0] > 1
    assert found.followed[0].since == kept[0]
    assert found.followed[0].notice == f"第 1 版数据已不再保留，改与第 {kept[0]} 版比较"
    assert found.changes == 1


def test_a_list_that_went_out_of_scope_is_no_fault(light: Workspace, tmp_path: Path) -> None:
    made = wind(tmp_path)
    second_version(made)
    with light.write(SYSTEM) as session:
        ident = lists.create(session, "清单", answer(target(1, "乙1", {"fit": 0.5}))).id
    wide, narrow = Actor("小王", Role.viewer), Actor("小王", Role.viewer, ("440000",))
    with light.write(wide) as session:
        watch.follow(session, "list", {"list_id": ident}, "清单")
    with light.read(narrow) as session:
        found = watch.digest(session, made)
    assert (found.changes, "没有找到清单" in found.followed[0].notice) == (0, True)
