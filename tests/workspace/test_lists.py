"""Target lists: versions, differences with causes, progress, hit rate, labels, workbooks."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import RankSettings, recommend
from tests.workspace.worlds import answer, second_version, target, wind
from workspace import SYSTEM, Actor, Role, Workspace, lists, projects
from workspace.errors import Conflict, Invalid, NotAllowed, NotFound
from workspace.lists.diff import compare, mean_score
from workspace.models import Entry, ListVersion
from workspace.sheets import shield, unshield


def test_a_list_is_a_copy_of_the_answer(workspace: Workspace) -> None:
    told = answer(target(1, "f1", {"fit": 0.9, "momentum": None}), target(2, "f2", {"fit": 0.5}))
    with workspace.write(SYSTEM) as session:
        made = lists.create(
            session, " 风电招商 ", told, purpose="链博会", event="2026 链博会", owner="链办"
        )
    with workspace.read(SYSTEM) as session:
        found, version = lists.get(session, made.id), lists.version_of(session, made.id)
        assert found.to_dict()["title"] == "风电招商"
        assert found.to_dict()["region"] == {"code": "330100", "name": "甲市"}
        assert [e.to_dict() for e in version.entries] == told["targets"]
        head = version.to_dict(entries=False)
        assert (head["data_version"], head["considered"]) == (1, 9)
        assert head["settings"] == told["settings"]


def test_the_same_answer_makes_no_new_version(workspace: Workspace) -> None:
    told = answer(target(1, "f1", {"fit": 0.9}))
    with workspace.write(SYSTEM) as session:
        made = lists.create(session, "清单", told)
        assert lists.renew(session, made.id, told).number == 1
        newer = answer(target(1, "f1", {"fit": 0.9}), version=2)
        assert lists.renew(session, made.id, newer).number == 2
        assert lists.version_of(session, made.id, 1).data_version == 1
        with pytest.raises(NotFound, match="版本"):
            lists.version_of(session, made.id, 9)


def test_lists_out_of_scope_are_not_there(light: Workspace) -> None:
    with light.write(SYSTEM) as session:
        lists.create(session, "清单", answer())
    elsewhere = Actor("外地", Role.editor, ("440000",))
    with light.write(elsewhere) as session:
        assert lists.all_lists(session) == []
        with pytest.raises(NotFound):
            lists.get(session, 1)
        with pytest.raises(NotAllowed):
            lists.create(session, "清单", answer())
    with light.write(Actor("看", Role.viewer)) as session:
        assert len(lists.all_lists(session)) == 1
        with pytest.raises(NotAllowed):
            lists.copy(session, 1, "另一份")


def test_causes_are_told_apart(light: Workspace) -> None:
    """f1: data; f2: out by a gate; f3: only its place; f4: new firm; then weights alone."""
    first = answer(
        target(1, "f1", {"fit": 0.9, "momentum": 0.9}), target(2, "f2", {"fit": 0.8}),
        target(3, "f3", {"fit": 0.7}),
    )  # fmt: skip
    second = answer(
        target(1, "f4", {"fit": 0.95}), target(2, "f3", {"fit": 0.7}),
        target(3, "f1", {"fit": 0.9, "momentum": 0.3}), version=2,
    )  # fmt: skip
    heavy = {"fit": 0.2, "momentum": 0.8}
    third = answer(
        target(1, "f4", {"fit": 0.95}, heavy), target(2, "f3", {"fit": 0.7}, heavy),
        target(3, "f1", {"fit": 0.9, "momentum": 0.3}, heavy),
        version=2, settings={"weights": heavy},
    )  # fmt: skip
    with light.write(SYSTEM) as session:
        made = lists.create(session, "清单", first)
        lists.renew(
            session, made.id, second,
            arrived={"f4": {"new_firm": True}}, departed={"f2": {"gate": "非存续状态"}},
        )  # fmt: skip
        found = lists.diff(session, made.id)
        lists.renew(session, made.id, third)
        reweighted = lists.diff(session, made.id, 2, 3)
    assert found.summary == "第 1 版 → 第 2 版：+1 −1，2 家变动，0 家不变"
    assert [c.kind for c in found.causes] == ["data"]
    assert [c.kind for c in found.added[0].causes] == ["new_firm"]
    assert found.removed[0].causes[0].text == "新被排除：非存续状态"
    f3, f1 = found.moved
    assert ([c.kind for c in f3.causes], f3.rank) == (["others"], (3, 2))
    assert f1.causes[0].detail["component"] == "momentum"
    assert f1.causes[0].detail["effect"] == pytest.approx(-0.24)
    assert [c.kind for c in reweighted.causes] == ["weights"]
    (moved,) = reweighted.moved
    assert [c.kind for c in moved.causes] == ["weights"]
    assert moved.causes[0].detail["effect"] == pytest.approx(moved.score[1] - moved.score[0])  # type: ignore[operator]


def test_another_model_is_a_cause(light: Workspace) -> None:
    with light.write(SYSTEM) as session:
        made = lists.create(session, "清单", answer(target(1, "f1", {"fit": 0.5})))
        learned = target(1, "f1", {"fit": 0.5})
        learned["score"] = 0.8
        lists.renew(session, made.id, answer(learned, model={"kind": "learned", "version": "2"}))
        found = lists.diff(session, made.id)
    assert found.causes[0].text == "排序模型由 weights 1 换为 learned 2"
    assert [c.kind for c in found.moved[0].causes] == ["model"]


_VALUES = st.dictionaries(
    st.sampled_from(["fit", "momentum"]), st.none() | st.floats(0, 1), min_size=1
)
_LISTS = st.dictionaries(st.sampled_from([f"f{i}" for i in range(6)]), _VALUES, max_size=5)


def _version(number: int, firms: dict[str, dict[str, float | None]]) -> ListVersion:
    told = answer(*(target(i, f, v) for i, (f, v) in enumerate(firms.items(), 1)), version=number)
    return ListVersion(
        number=number, origin="recommend", comment="", by="x", data_version=number,
        model=told["model"], query=told["query"], settings=told["settings"], arrived={},
        departed={}, entries=lists.make.entries_of(told), digest="",
    )  # fmt: skip


@given(_LISTS)
def test_a_version_does_not_differ_from_itself(
    firms: dict[str, dict[str, float | None]],
) -> None:
    version = _version(1, firms)
    found = compare(version, version)
    assert found.empty
    assert found.same == len(firms)


@given(_LISTS, _LISTS)
def test_a_difference_accounts_for_every_firm(
    old: dict[str, dict[str, float | None]], new: dict[str, dict[str, float | None]]
) -> None:
    a, b = _version(1, old), _version(2, new)
    found, back = compare(a, b), compare(b, a)
    assert {c.firm_id for c in found.added} == set(new) - set(old)
    assert {c.firm_id for c in found.removed} == set(old) - set(new)
    assert len(found.moved) + found.same == len(set(old) & set(new))
    assert {c.firm_id for c in back.added} == {c.firm_id for c in found.removed}
    assert all(change.causes for change in (*found.added, *found.removed))
    for change in found.moved:
        effects = [c.detail.get("effect") for c in change.causes if c.kind == "data"]
        if len(effects) == 1 and None not in (*effects, *change.score):
            # One component moved: its effect is all of the change.
            assert effects[0] == pytest.approx(change.score[1] - change.score[0])  # type: ignore[operator]


@given(_VALUES)
def test_the_mean_is_that_of_the_known(values: dict[str, float | None]) -> None:
    told = target(1, "f", values)
    weights = {n: part["weight"] for n, part in told["components"].items()}
    assert mean_score(told["components"], weights) == pytest.approx(told["score"])


def test_a_list_asked_again_says_why_it_changed(light: Workspace, tmp_path: Path) -> None:
    made = wind(tmp_path)
    old = made.snapshot()
    with light.write(SYSTEM) as session:
        told = recommend(old, region="甲市", chain="风电", link="blade", top=4).to_dict()
        ident = lists.create(session, "叶片", told).id
        before = [e.firm_id for e in lists.version_of(session, ident).entries]
    second_version(made)
    new = made.snapshot()
    with light.write(SYSTEM) as session:
        again = lists.rerun(session, ident, new)
        after = [e.firm_id for e in again.entries]
        found = lists.diff(session, ident)
        same = lists.rerun(session, ident, new)
        assert same.number == again.number
    assert (len(before), len(after), "丙" in after, "乙2" in before) == (4, 4, True, True)
    assert [c.text for c in found.causes] == ["数据由第 1 版更新到第 2 版"]
    (came,) = [c for c in found.added if c.firm_id == "丙"]
    assert came.causes[0].kind == "new_firm"
    (went,) = [c for c in found.removed if c.firm_id == "乙2"]
    assert went.causes[0].kind == "gated"
    with light.write(SYSTEM) as session:
        weights = RankSettings(weights={"capacity": 3.0})
        lists.rerun(session, ident, new, settings=weights)
        assert "weights" in {c.kind for c in lists.diff(session, ident).causes}


def test_lists_are_copied_merged_and_edited(workspace: Workspace) -> None:
    with workspace.write(SYSTEM) as session:
        one = lists.create(
            session, "一", answer(target(1, "f1", {"fit": 0.9}), target(2, "f2", {"fit": 0.5}))
        )
        two = lists.create(session, "二", answer(target(1, "f2", {"fit": 0.8})))
        copied = lists.copy(session, one.id, "副本")
        merged = lists.merge(session, [one.id, two.id], "合并")
        entries = lists.version_of(session, merged.id).entries
        assert [(e.rank, e.firm_id, round(e.score or 0, 6)) for e in entries] == [
            (1, "f1", 0.9),
            (2, "f2", 0.8),
        ]
        assert entries[1].reasons[0] == "来自清单「二」第 1 位"
        assert merged.region_code == "330100"
        assert len(lists.version_of(session, copied.id).entries) == 2
        lists.add_firm(session, copied.id, "新来公司", reason="领导推荐")
        with pytest.raises(Conflict, match="已在清单上"):
            lists.add_firm(session, copied.id, "新来 公司")
        lists.remove_firm(session, copied.id, "f1", "已去外地")
        last = lists.version_of(session, copied.id)
        assert [(e.rank, e.firm) for e in last.entries] == [(1, "f2公司"), (2, "新来公司")]
        gone = lists.diff(session, copied.id).removed[0]
        assert "已去外地" in gone.causes[0].text
        with pytest.raises(Invalid, match="手工编制"):
            lists.question(lists.version_of(session, merged.id))
        with pytest.raises(Invalid, match="至少"):
            lists.merge(session, [one.id, one.id], "合并")
        lists.describe(session, one.id, title="改名", owner="投促局")
        lists.set_archived(session, two.id)
        assert [found.title for found in lists.all_lists(session)] == ["合并", "副本", "改名"]


def test_the_last_outcome_is_the_status(workspace: Workspace) -> None:
    with workspace.write(SYSTEM) as session:
        made = lists.create(session, "清单", answer(*_firms(3)))
        lists.add_outcome(session, made.id, "f0", "talking", on="2026-03")
        lists.add_outcome(session, made.id, "f0", "contacted", on="2026-01")
        lists.add_note(session, made.id, "f0", "很感兴趣")
        lists.add_note(session, made.id, "f0", "要地 50 亩")
        known = lists.states(session, made.id)
        assert (known["f0"].label, known["f0"].note and known["f0"].note.text) == (
            "在谈", "要地 50 亩",
        )  # fmt: skip
        assert [o.kind for o in lists.outcomes_of(session, made.id, "f0")] == [
            "contacted", "talking",
        ]  # fmt: skip
        with pytest.raises(Invalid, match="原因"):
            lists.add_outcome(session, made.id, "f1", "lost")
        with pytest.raises(NotFound, match="企业"):
            lists.add_note(session, made.id, "f9", "不在")
        with pytest.raises(Invalid, match="可用"):
            lists.add_outcome(session, made.id, "f1", "won")


def _firms(n: int) -> list[dict[str, object]]:
    return [target(i + 1, f"f{i}", {"fit": 0.5}) for i in range(n)]


def test_184_listed_9_signed(light: Workspace) -> None:
    with light.write(SYSTEM) as session:
        made = lists.create(session, "石化图谱", answer(*_firms(184)))
        for i in range(60):
            lists.add_outcome(session, made.id, f"f{i}", "contacted", on="2026-01")
        for i in range(21):
            lists.add_outcome(session, made.id, f"f{i}", "talking", on="2026-02")
        for i in range(9):
            lists.add_outcome(session, made.id, f"f{i}", "signed", on="2026-03")
        lists.add_outcome(session, made.id, "f20", "lost", on="2026-04", why="用地")
        lists.add_outcome(session, made.id, "f8", "lost", on="2026-05", why="资金")
        again = lists.create(session, "另一份", answer(*_firms(10)))
        rate = lists.hit_rate(session)
        assert lists.hit_rate(session, [again.id]).signed == 0
    assert rate.text == (
        "184 家入选，已联系 60 家，在谈 21 家，签约 9 家，未成 2 家："
        "命中率 4.9%（95% 区间 2.6%–9.0%）"
    )


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate(counted: tuple[int, int]) -> None:
    hits, of = counted
    low, high = lists.wilson(hits, of)
    assert 0 <= low <= hits / of <= high <= 1
    assert low < high


def test_projects_tell_the_lists_and_both_teach(workspace: Workspace) -> None:
    with workspace.write(SYSTEM) as session:
        made = lists.create(session, "清单", answer(*_firms(4)))
        shared = {"region_code": "330100", "chain_id": "wind", "link_id": "wind.blade"}
        a = projects.add(session, "甲项目", firm_id="f0", firm="f0公司", on="2026-01", **shared)
        b = projects.add(session, "乙项目", firm_id="f1", firm="f1公司", on="2026-01", **shared)
        projects.add(session, "外地项目", firm_id="f2", firm="f2公司", region_code="440100")
        maybe = projects.add(session, "传闻", firm_id="f3", status="uncertain", **shared)
        projects.move(session, a.id, "签约", on="2026-04-02")
        projects.close(session, b.id, "选了外地", on="2026-05")
        projects.close(session, maybe.id, "不属实")
        known = lists.states(session, made.id)
        assert {firm: state.kind for firm, state in known.items()} == {
            "f0": "signed", "f1": "lost",
        }  # fmt: skip
        rows = {row["firm_id"]: row for row in lists.training_rows(session)}
    assert {firm: (row["outcome"], row["date"], row["region"]) for firm, row in rows.items()} == {
        "f0": ("signed", "2026-04-02", "330100"),
        "f1": ("lost", "2026-05", "330100"),
        "f2": ("talking", rows["f2"]["date"], "440100"),
    }
    assert rows["f1"]["why"] == "选了外地"
    assert rows["f0"]["link"] == "wind.blade"


# ── workbooks ───────────────────────────────────────────────────────────────────────────────────


def _saved(content: bytes, path: Path) -> Path:
    path.write_bytes(content)
    return path


def test_a_workbook_that_comes_back_unchanged_changes_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    with workspace.write(SYSTEM) as session:
        made = lists.create(session, "清单", answer(*_firms(3)))
        lists.add_outcome(session, made.id, "f0", "lost", on="2026-03", why="=1+1")
        lists.add_note(session, made.id, "f1", "-多行\n备注")
        path = _saved(lists.export_book(session, made.id), tmp_path / "清单.xlsx")
        back = lists.import_book(session, made.id, path)
    assert back.to_dict() == {"outcomes": 0, "notes": 0, "unchanged": 3, "rejected": []}


def test_what_was_filled_in_comes_back(workspace: Workspace, tmp_path: Path) -> None:
    with workspace.write(SYSTEM) as session:
        made = lists.create(session, "清单", answer(*_firms(4)))
        path = _saved(lists.export_book(session, made.id), tmp_path / "清单.xlsx")
        book = openpyxl.load_workbook(path)
        sheet = book.active
        assert sheet is not None
        at = {cell.value: i for i, cell in enumerate(sheet[1], 1)}
        sheet.cell(2, at["进展"]).value = "在谈"
        sheet.cell(2, at["进展日期"]).value = "2026年3月5日"
        sheet.cell(3, at["备注"]).value = "已通电话"
        sheet.cell(4, at["进展"]).value = "未成"
        sheet.cell(5, at["进展"]).value = "飞了"
        sheet.cell(6, at["企业名称"]).value = "别家公司"
        sheet.cell(6, at["备注"]).value = "x"
        book.save(path)
        back = lists.import_book(session, made.id, path)
        assert (back.outcomes, back.notes, back.unchanged) == (1, 1, 0)
        assert [(r.row, r.reason[:6]) for r in back.rejected] == [
            (4, "未成请写明原"), (5, "没有「飞了」"), (6, "清单上没有「"),
        ]  # fmt: skip
        known = lists.states(session, made.id)
        assert (known["f0"].outcome and known["f0"].outcome.on, known["f0"].kind) == (
            "2026-03-05", "talking",
        )  # fmt: skip
        mended = _saved(back.rejects(), tmp_path / "退回.xlsx")
        book = openpyxl.load_workbook(mended)
        sheet = book.active
        assert sheet is not None
        at = {cell.value: i for i, cell in enumerate(sheet[1], 1)}
        sheet.cell(2, at["未成原因"]).value = "没有土地"
        book.save(mended)
        again = lists.import_book(session, made.id, mended)
        assert (again.outcomes, len(again.rejected)) == (1, 2)


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@x", "＝1", "\t=1", "'=1", "  =1"])
def test_no_cell_is_a_formula(light: Workspace, tmp_path: Path, start: str) -> None:
    evil = f"{start}|cmd"
    with light.write(SYSTEM) as session:
        made = lists.create_empty(session, "清单")
        lists.add_firm(session, made.id, evil, reason=evil)
        firm = lists.version_of(session, made.id).entries[0].firm_id
        lists.add_note(session, made.id, firm, evil)
        path = _saved(lists.export_book(session, made.id), tmp_path / "清单.xlsx")
        back = lists.import_book(session, made.id, path)
    assert (back.unchanged, back.rejected) == (1, [])
    for row in openpyxl.load_workbook(path).active.iter_rows(min_row=2):  # type: ignore[union-attr]
        for cell in row:
            assert cell.data_type in ("s", "n", "inlineStr")
            assert not str(cell.value or "").lstrip().startswith(("=", "+", "-", "@", "＝"))


@given(st.text(max_size=30))
def test_what_is_shielded_can_be_read_again(text: str) -> None:
    assert unshield(shield(text)) == text


def test_an_entry_can_be_loaded_with_its_version(light: Workspace) -> None:
    with light.write(SYSTEM) as session:
        lists.create(session, "清单", answer(*_firms(2)))
    with light.read(SYSTEM) as session:
        assert session.query(Entry).count() == 2
