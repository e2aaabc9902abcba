from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from graph.store import DuckStore
from ingest import IngestError, LoadReport, load
from tests.ingest.broken.kinds import WORLD, Refused, Sorted
from tests.ingest.broken.make import SORTED, write_all
from tests.ingest.broken.refused import REFUSED


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that holds the world."""
    folder = tmp_path_factory.mktemp("world")
    for name, content in WORLD.items():
        (folder / name).write_text(content, "utf8")
    store = DuckStore(folder / "store" / "w.duckdb")
    report = load(store, [folder / name for name in WORLD])
    assert (report.rejected, report.data_version) == (0, 1)
    return folder / "store"


@pytest.fixture
def store(world: Path, tmp_path: Path) -> DuckStore:
    shutil.copytree(world, tmp_path / "store")
    return DuckStore(tmp_path / "store" / "w.duckdb")


@pytest.fixture
def inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for the files of a case, which is the working folder too."""
    folder = tmp_path / "in"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def digest(store: DuckStore) -> str:
    return hashlib.sha256(store.path.read_bytes()).hexdigest()


def paths(made: Path | list[Path]) -> list[Path]:
    return made if isinstance(made, list) else [made]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refused_with_a_message_and_nothing_changed(
    case: Refused, store: DuckStore, inputs: Path
) -> None:
    before = digest(store), store.version()
    given = paths(case.make(inputs))
    with pytest.raises(IngestError) as caught:
        load(store, given, mapping=inputs / case.mapping if case.mapping else None)
    message = str(caught.value)
    assert [part for part in case.says if part not in message] == [], message
    assert len(message) < 1200
    assert (digest(store), store.version()) == before
    assert not list(inputs.glob("*rejects*"))


@pytest.mark.parametrize("case", SORTED, ids=lambda case: case.name)
def test_each_row_is_loaded_or_handed_back(case: Sorted, store: DuckStore, inputs: Path) -> None:
    given = paths(case.make(inputs))
    report = load(store, given, rejects=inputs / "back.rejects.xlsx")
    counted = report.tables[case.table].to_dict()
    assert counted["read"] == case.read
    assert counted["rejected"] == len(case.rejected)
    assert_balanced(report)
    assert store.version().number == report.data_version
    if case.rejected:
        found = {row["_行号"]: row["_原因"] for row in rejected(report)}
        assert sorted(found) == sorted(case.rejected)
        assert {n: t for n, t in case.rejected.items() if t not in found[n]} == {}, found
    else:
        assert report.rejects_file is None
    again = load(store, given, rejects=inputs / "again.xlsx")
    assert again.data_version == report.data_version, again.to_dict()
    if case.mend is not None:
        assert_mended(store, report, case)
    assert_stored(store, case)


def assert_balanced(report: LoadReport) -> None:
    for name, count in report.to_dict()["tables"].items():
        kept = count["created"] + count["updated"] + count["unchanged"]
        assert count["read"] == count["accepted"] + count["rejected"], name
        assert count["read"] == kept + count["rejected"], name
        assert min(count.values()) >= 0, count


def rejected(report: LoadReport) -> list[dict[str, Any]]:
    assert report.rejects_file is not None
    rows = []
    for sheet in openpyxl.load_workbook(report.rejects_file):
        head, *body = sheet.iter_rows(values_only=True)
        rows += [dict(zip(map(str, head), row, strict=True)) for row in body]
    return rows


def assert_mended(store: DuckStore, report: LoadReport, case: Sorted) -> None:
    """Mend the cells in the rejects file as a person would, and load that file."""
    assert case.mend is not None
    assert report.rejects_file is not None
    book = openpyxl.load_workbook(report.rejects_file)
    (sheet,) = book.worksheets
    heads = {str(cell.value): i for i, cell in enumerate(sheet[1], start=1)}
    places = {sheet.cell(r, heads["_行号"]).value: r for r in range(2, sheet.max_row + 1)}
    for row in sorted(case.mend, key=lambda n: -places[n]):
        cells = case.mend[row]
        if cells is None:
            sheet.delete_rows(places[row])
            continue
        for heading, value in cells.items():
            column = heads.setdefault(heading, len(heads) + 1)
            sheet.cell(1, column, heading)
            sheet.cell(places[row], column).value = value or None
    book.save(report.rejects_file)
    if not any(case.mend.get(row, {}) is not None for row in case.rejected):
        return  # nothing is left to load
    mended = load(store, [report.rejects_file])
    count = mended.tables[case.table].to_dict()
    left = len(case.rejected) - sum(cells is None for cells in case.mend.values())
    assert (count["read"], count["rejected"]) == (left, 0), mended.notices
    assert_balanced(mended)


def assert_stored(store: DuckStore, case: Sorted) -> None:
    rows = {row["name"]: row for row in store.read("firms").to_pylist()} if case.stored else {}
    for name, values in case.stored.items():
        assert name in rows
        assert {k: rows[name][k] for k in values} == values


def test_there_are_many_cases_and_each_has_a_name_of_its_own(tmp_path: Path) -> None:
    names = [case.name for case in REFUSED] + [case.name for case in SORTED]
    assert len(set(names)) == len(names) >= 100
    assert write_all(tmp_path / "all") == len(names)


# ways of handing back ------------------------------------------------------------------------

BAD = (
    "企业名称,成立日期,备注\n丙有限公司,9999,=1+1\n=SUM(A1)公司,9999,-5\n丁有限公司,2001,\n"
    '"a\nb有限公司",9999,\'引号\n'
)
POSITIONS = "企业,环节\n甲重工有限公司,支架\n甲重工有限公司,无此环节\n"


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".jsonl"])
def test_rejects_of_every_kind_load_again(suffix: str, store: DuckStore, inputs: Path) -> None:
    (inputs / "企业.csv").write_text(BAD, "utf8")
    (inputs / "卡位.csv").write_text(POSITIONS, "utf8")
    target = inputs / f"back{suffix}"
    first = load(store, [inputs / "企业.csv", inputs / "卡位.csv"], rejects=target)
    assert {n: t.rejected for n, t in first.tables.items()} == {"firms": 3, "positions": 2}
    second = load(store, [target], rejects=inputs / f"still{suffix}")
    assert {n: t.to_dict() for n, t in second.tables.items()} == {
        name: dict.fromkeys(("read", "rejected"), n)
        | dict.fromkeys(("accepted", "created", "updated", "unchanged"), 0)
        for name, n in (("firms", 3), ("positions", 2))
    }
    assert second.data_version == first.data_version
    mend = {"9999": "2002", "无此环节": "叶片", "支架": "wind.mount"}
    rewrite(target, mend)
    third = load(store, [target])
    assert third.rejected == 0
    assert {n: t.accepted for n, t in third.tables.items()} == {"firms": 3, "positions": 2}
    firms = {row["name"]: row for row in store.read("firms").to_pylist()}
    assert json.loads(firms["丙有限公司"]["attributes"]) == {"备注": "=1+1"}
    assert json.loads(firms["=SUM(A1)公司"]["attributes"]) == {"备注": "-5"}
    assert json.loads(firms["a b有限公司"]["attributes"]) == {"备注": "'引号"}


def rewrite(path: Path, values: dict[str, str]) -> None:
    """The file with some cells changed, written as the programs of an office write it."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        for cell in (c for sheet in book for row in sheet for c in row):
            if str(cell.value) in values:  # a text set anew may become a formula
                cell.value = values[str(cell.value)]
        book.save(path)
    elif path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [[values.get(cell, cell) for cell in row] for row in csv.reader(file)]
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows(rows)
    else:
        records = [json.loads(line) for line in path.read_text("utf8").splitlines()]
        changed = [{k: values.get(str(v), v) for k, v in row.items()} for row in records]
        path.write_text(json.dumps(changed, ensure_ascii=False, indent=1), "utf8")


def test_a_csv_of_rejects_holds_no_formulas(store: DuckStore, inputs: Path) -> None:
    (inputs / "企业.csv").write_text(BAD, "utf8")
    load(store, [inputs / "企业.csv"], rejects=inputs / "back.csv")
    with (inputs / "back.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert "'=SUM(A1)公司" in cells
    assert not [c for c in cells if c.startswith(("=", "+", "@"))]


def test_strict_changes_nothing_and_hands_back_all(store: DuckStore, inputs: Path) -> None:
    (inputs / "企业.csv").write_text(BAD, "utf8")
    before = digest(store)
    with pytest.raises(IngestError, match=r"3 行被退回.*未写入"):
        load(store, [inputs / "企业.csv"], strict=True)
    assert digest(store) == before
    assert (inputs / "企业.rejects.xlsx").exists()


def test_strict_loads_what_is_good(store: DuckStore, inputs: Path) -> None:
    (inputs / "企业.csv").write_text("企业名称\n丙有限公司\n", "utf8")
    assert load(store, [inputs / "企业.csv"], strict=True).data_version == 2


@pytest.mark.parametrize(
    ("target", "says"), [("back.docx", "只能是"), ("企业.csv/back.csv", "没有导入任何数据")]
)
def test_no_place_for_rejects_means_no_load(
    target: str, says: str, store: DuckStore, inputs: Path
) -> None:
    (inputs / "企业.csv").write_text(BAD, "utf8")
    before = digest(store)
    with pytest.raises(IngestError, match=says):
        load(store, [inputs / "企业.csv"], rejects=inputs / target)
    assert digest(store) == before


def test_rows_a_mapping_cannot_read_come_back_once(store: DuckStore, inputs: Path) -> None:
    (inputs / "m.yaml").write_text(
        "name: m\nsources:\n  - columns: [公司, 环]\n    tables:\n"
        "      - {table: firms, distinct: [name], columns: {name: 公司}}\n"
        "      - {table: positions, columns: {firm: 公司, chain: {const: wind}, link: 环}}\n",
        "utf8",
    )
    (inputs / "x.csv").write_text(
        "公司,环\n丙有限公司,叶片\n丁有限公司,叶片,多\n丙有限公司,塔筒\n", "utf8"
    )
    report = load(store, [inputs / "x.csv"], mapping=inputs / "m.yaml", rejects=inputs / "b.xlsx")
    assert {n: (t.read, t.rejected) for n, t in report.tables.items()} == {
        "firms": (2, 1),
        "positions": (2, 0),
    }
    (row,) = rejected(report)
    assert (row["_行号"], row["_原文"]) == (3, "丁有限公司,叶片,多")


@contextmanager
def without_rights() -> Iterator[None]:
    """As another user where the tests run as root, whom no permission stops."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_unreadable_files_and_folders_are_named(store: DuckStore) -> None:
    before = digest(store)
    folder = Path(tempfile.mkdtemp())
    closed, inside = folder / "企业.csv", folder / "closed" / "企业.csv"
    try:
        inside.parent.mkdir()
        for file in (closed, inside):
            file.write_text("企业名称\n丙有限公司\n", "utf8")
        folder.chmod(stat.S_IRWXU | stat.S_IROTH | stat.S_IXOTH)
        closed.chmod(0)
        inside.parent.chmod(0)
        with without_rights():
            for path in (closed, inside, inside.parent):
                with pytest.raises(IngestError, match="没有读取权限"):
                    load(store, [path])
    finally:
        inside.parent.chmod(stat.S_IRWXU)
        shutil.rmtree(folder)
    assert digest(store) == before
