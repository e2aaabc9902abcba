from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from graph.schema import TABLES
from graph.store import (
    DuckStore,
    Store,
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreNotFound,
    connect,
)
from tests import factory
from tests.contracts.store import MakeStore, StoreContract, names, put


class TestDuckStore(StoreContract):
    @pytest.fixture
    def make_store(self, tmp_path: Path) -> MakeStore:
        def make(name: str = "world", *, keep: int = 5, wait: float = 60.0) -> Store:
            return DuckStore(tmp_path / f"{name}.duckdb", keep=keep, wait=wait)

        return make


@pytest.fixture
def store(tmp_path: Path) -> DuckStore:
    """Two versions of a store."""
    store = DuckStore(tmp_path / "world.duckdb")
    put(store, "firms", factory.firm("甲"))
    put(store, "firms", factory.firm("乙"))
    return store


def replaced(store: DuckStore, content: bytes) -> None:
    """The current version's file gets another content; older versions stay what they are."""
    fresh = store.path.with_suffix(".fresh")
    fresh.write_bytes(content)
    for name in (store.path, store.folder / "000002.duckdb"):
        name.unlink()
        os.link(fresh, name)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "a few bytes": lambda data: data[:100],
    "half": lambda data: data[: len(data) // 2],
    "random": lambda data: bytes(i * 37 % 251 for i in range(len(data))),
    "text": lambda data: "企业名称,地区\n甲,山东\n".encode(),
    "blanked middle": lambda data: data[:12288] + bytes(len(data) - 12288),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_called_so_with_the_way_back(store: DuckStore, damage: str) -> None:
    replaced(store, DAMAGE[damage](store.path.read_bytes()))
    for ask in (lambda: store.read("firms"), store.snapshot):
        with pytest.raises(StoreCorrupt, match=r"000001\.duckdb，复制回来即可恢复"):
            ask()
    shutil.copyfile(store.folder / "000001.duckdb", store.path)
    assert names(connect(store.path)) == ["甲"]


def test_wherever_a_file_is_cut_it_is_whole_or_called_damaged(store: DuckStore) -> None:
    data = store.path.read_bytes()
    answers = []
    for eighth in range(8):
        replaced(store, data[: len(data) * eighth // 8 + 17])
        try:
            answers.append(names(store))
        except StoreCorrupt:
            answers.append([])
    assert answers.count([]) >= 4
    assert all(answer in ([], ["乙", "甲"]) for answer in answers)


def test_without_an_older_version_the_backup_is_named(tmp_path: Path) -> None:
    (tmp_path / "only.duckdb").write_bytes(b"nonsense" * 1000)
    with pytest.raises(StoreCorrupt, match="备份"):
        connect(tmp_path / "only.duckdb").version()


def test_a_folder_and_a_foreign_duckdb_file_are_no_stores(tmp_path: Path) -> None:
    (tmp_path / "folder.duckdb").mkdir()
    with duckdb.connect(str(tmp_path / "foreign.duckdb")) as connection:
        connection.execute("CREATE TABLE t (i INTEGER)")
    for name in ("folder.duckdb", "foreign.duckdb"):
        with pytest.raises(StoreCorrupt, match=name):
            connect(tmp_path / name).version()
        with pytest.raises(StoreError, match=name), connect(tmp_path / name).write():
            pytest.fail("wrote over something that is not a store")
    assert (tmp_path / "folder.duckdb").is_dir()


def test_a_file_in_the_place_of_the_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="不能在这里写入"), connect(tmp_path / "file/w").write():
        pytest.fail("wrote below a file")


def test_a_read_only_disk_can_be_read_and_says_that_it_cannot_be_written(tiny_disk: Path) -> None:
    put(connect(tiny_disk / "world.duckdb"), "firms", factory.firm("甲"))
    (tiny_disk / "world.duckdb.lock").unlink(missing_ok=True)
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    store = connect(tiny_disk / "world.duckdb")
    assert names(store) == ["甲"]
    assert len(store.snapshot().firms) == 1
    with pytest.raises(StoreError, match="不能在这里写入"), store.write():
        pytest.fail("wrote to a read-only disk")


_FILL = """
import resource, sys
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from graph.store import StoreFull, connect
from tests import factory
store = connect(sys.argv[1])
try:
    with store.write() as writer:
        # Letters that do not compress well.
        import random
        draw = random.Random(1)
        rows = [factory.firm(f"f{i}", scope="%x" % draw.getrandbits(8000)) for i in range(4000)]
        writer.put("firms", factory.rows("firms", *rows))
except StoreFull as error:
    sys.exit(0 if "原有数据完好" in str(error) else str(error))
sys.exit("the write ended well")
"""


def test_no_room_leaves_the_old_version(store: DuckStore) -> None:
    limit = store.path.stat().st_size + 1_000_000
    done = subprocess.run(
        [sys.executable, "-c", _FILL, str(store.path), str(limit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (store.version().number, names(store)) == (2, ["乙", "甲"])
    assert not list(store.path.parent.glob(".*.draft*"))
    put(store, "firms", factory.firm("丙"))
    assert names(store) == ["丙", "乙", "甲"]


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB; needs the right to mount."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(command, check=False).returncode:
        pytest.skip("cannot mount a small file system here (not root)")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_leaves_the_old_version(tiny_disk: Path) -> None:
    store = connect(tiny_disk / "world.duckdb")
    put(store, "firms", factory.firm("甲"))
    rows = [factory.firm(f"f{i}", scope=os.urandom(2000).hex()) for i in range(4000)]
    with pytest.raises(StoreFull, match="原有数据完好"):
        put(store, "firms", *rows)
    assert (store.version().number, names(store)) == (1, ["甲"])
    put(store, "firms", factory.firm("乙"))
    assert names(store) == ["乙", "甲"]


def test_what_a_killed_writer_left_is_swept_by_the_next(store: DuckStore) -> None:
    draft = store.path.with_name(f".{store.path.name}.{'0' * 32}.draft")
    for leftover in (draft, Path(f"{draft}.wal")):
        leftover.write_bytes(b"half")
    spilled = Path(f"{draft}.tmp")
    spilled.mkdir()
    (spilled / "duckdb_temp_storage-0.tmp").write_bytes(b"half")
    shutil.copyfile(store.path, store.folder / "000003.duckdb")  # linked, never made current
    assert [v.number for v in store.versions()] == [2, 1]
    put(store, "firms", factory.firm("丙"))
    assert not list(store.path.parent.glob(".*.draft*"))
    assert names(store, 3) == ["丙", "乙", "甲"]


def test_without_hard_links_versions_are_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    store = DuckStore(tmp_path / "world.duckdb")
    for i in range(3):
        put(store, "firms", factory.firm(f"f{i}"))
    assert [names(store, v) for v in (1, 2, 3)] == [["f0"], ["f0", "f1"], ["f0", "f1", "f2"]]


def test_a_store_of_an_older_release_is_read_and_brought_up_to_date(store: DuckStore) -> None:
    older = store.path.with_suffix(".older")
    shutil.copyfile(store.path, older)
    with duckdb.connect(str(older)) as connection:
        connection.execute("ALTER TABLE firms DROP COLUMN tags")
        connection.execute("DROP TABLE parks")
        connection.execute("DROP TABLE reviews")
    replaced(store, older.read_bytes())
    assert store.read("firms", ["firm_id", "tags"])["tags"].to_pylist() == [None, None]
    assert store.fetch("firms", ["甲"])["tags"].to_pylist() == [None]
    assert store.read("parks").schema.equals(TABLES["parks"].arrow_schema)
    assert store.count("reviews") == 0
    assert store.fetch("reviews", ["q1"], ["kind"]).column_names == ["kind"]
    assert len(store.snapshot().firms) == 2
    with store.write():
        pass
    assert store.version().number == 2
    put(store, "firms", factory.firm("丙", tags=["上市"]))
    assert store.read("firms", ["tags"])["tags"].to_pylist() == [["上市"], None, None]
    assert store.count("parks") == 0


def test_a_store_is_an_ordinary_duckdb_file(store: DuckStore) -> None:
    with duckdb.connect(str(store.path), read_only=True) as connection:
        assert connection.execute("SELECT name FROM firms ORDER BY 1").fetchall() == [
            ("乙",),
            ("甲",),
        ]
        tables = {name for (name,) in connection.execute("SHOW TABLES").fetchall()}
    assert tables >= set(TABLES)


def test_connect_expands_home_and_refuses_what_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(StoreNotFound, match="chainscout"):
        connect("~/none.duckdb").version()
    put(connect("~/some.duckdb"), "firms", factory.firm("甲"))
    assert (tmp_path / "some.duckdb").exists()
