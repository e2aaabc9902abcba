"""Lists of an office's own firms: no place in the rows, the region given beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.lookup import Ambiguous, Unknown
from graph.store import Store, connect
from ingest import Care, load
from ingest.partitions import Processes

LIST = "企业名称,主营产品\n甲叶片厂,叶片\n乙塔筒厂,塔筒\n"
CHANGXING, SUZHOU = "330522", "320500"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return connect(tmp_path / "world.duckdb")


def listed(folder: Path, text: str = LIST, name: str = "名单.csv") -> list[Path]:
    (folder / name).write_text(text, encoding="utf8")
    return [folder / name]


def places(store: Store) -> dict[str, str | None]:
    rows = store.read("firms", ["name", "region_code"]).to_pylist()
    return {row["name"]: row["region_code"] for row in rows}


def test_firms_that_name_no_place_are_where_the_load_says(store: Store, tmp_path: Path) -> None:
    report = load(store, listed(tmp_path), care=Care(region="长兴"))
    assert places(store) == {"甲叶片厂": CHANGXING, "乙塔筒厂": CHANGXING}
    assert any("按浙江省湖州市长兴县计" in notice for notice in report.notices)
    again = load(store, listed(tmp_path), care=Care(region="长兴"))
    assert again.data_version == report.data_version


def test_a_place_that_is_known_counts_more(store: Store, tmp_path: Path) -> None:
    load(store, listed(tmp_path, "企业名称,所在地\n甲叶片厂,苏州市\n", "旧.csv"))
    load(store, listed(tmp_path, LIST + "丙厂,轴承\n"), care=Care(region="长兴县"))
    assert places(store) == {"甲叶片厂": SUZHOU, "乙塔筒厂": CHANGXING, "丙厂": CHANGXING}
    rows = "企业名称,所在地,主营产品\n丁厂,,电缆\n丁厂,苏州市,\n戊厂,,电缆\n"
    load(store, listed(tmp_path, rows), care=Care(region="长兴县"))
    assert places(store)["丁厂"] == SUZHOU
    assert places(store)["戊厂"] == CHANGXING


def test_without_it_the_load_says_that_the_firms_count_nowhere(
    store: Store, tmp_path: Path
) -> None:
    report = load(store, listed(tmp_path))
    assert set(places(store).values()) == {None}
    assert any("不算在任何地区" in notice for notice in report.notices)
    placed = load(store, listed(tmp_path, "企业名称,地址\n己厂,浙江省长兴县画溪街道1号\n"))
    assert not any("不算在任何地区" in notice for notice in placed.notices)


def test_it_holds_for_files_read_side_by_side(store: Store, tmp_path: Path) -> None:
    load(store, listed(tmp_path), care=Care(region=CHANGXING), workers=Processes(1))
    assert set(places(store).values()) == {CHANGXING}


@pytest.mark.parametrize(("region", "problem"), [("长兴庄", Unknown), ("朝阳区", Ambiguous)])
def test_a_region_that_is_none_changes_nothing(
    store: Store, tmp_path: Path, region: str, problem: type[Exception]
) -> None:
    with pytest.raises(problem, match=region):
        load(store, listed(tmp_path), care=Care(region=region))
    assert not (tmp_path / "world.duckdb").exists()


def test_a_version_names_the_files_it_is_of_and_counts_the_rest(
    store: Store, tmp_path: Path
) -> None:
    files = [*(listed(tmp_path, f"企业名称\n甲{i}厂\n", f"名单{i}.csv")[0] for i in range(5))]
    load(store, files)
    load(store, listed(tmp_path))
    notes = [version.note for version in store.versions()]
    assert notes == ["名单.csv", "名单0.csv、名单1.csv、名单2.csv 等 5 个文件"]
