"""Backups: made whole, checked before use, put back into any store."""

from __future__ import annotations

from pathlib import Path

import pytest

from chainscout.backups import back_up, checksum_file, digest, restore
from chainscout.cli.errors import CommandProblem
from graph.schema import LOAD_ORDER
from graph.store import DuckStore, StoreCorrupt, StoreNotFound
from tests import factory
from tests.chainscout.conftest import Cli
from tests.contracts.store import names, put


def quiet(what: str, done: int, of: int) -> None:
    """Nobody watches."""


@pytest.fixture
def store(tmp_path: Path) -> DuckStore:
    """Two versions."""
    store = DuckStore(tmp_path / "world.duckdb")
    put(store, "firms", factory.firm("甲", aliases=["a"]))
    put(store, "positions", factory.position("甲", "w.a", None))
    return store


def test_a_backup_holds_the_version_and_restores_it(store: DuckStore, tmp_path: Path) -> None:
    made = back_up(store, tmp_path / "backups", quiet)
    assert made.file == tmp_path / "backups" / "world-000002.duckdb"
    assert (made.version, made.rows) == (store.version(), 2)
    assert checksum_file(made.file).read_text() == f"{digest(made.file)}  {made.file.name}\n"
    before = {name: store.read(name) for name in LOAD_ORDER}
    put(store, "firms", factory.firm("乙"))
    assert restore(made.file, store, quiet) == 2
    assert all(store.read(name).equals(before[name]) for name in LOAD_ORDER)
    assert (store.version().number, names(store, 3)) == (4, ["乙", "甲"])
    left = sorted(path.name for path in made.file.parent.iterdir())
    assert [name for name in left if not name.endswith(".lock")] == [
        "world-000002.duckdb",
        "world-000002.duckdb.sha256",
    ]


def test_a_backup_restores_onto_an_empty_place(store: DuckStore, tmp_path: Path) -> None:
    made = back_up(store, tmp_path / "b.duckdb", quiet)
    fresh = DuckStore(tmp_path / "fresh.duckdb")
    restore(made.file, fresh, quiet)
    assert names(fresh) == ["甲"]


def test_a_damaged_store_is_set_aside_and_restored(store: DuckStore, tmp_path: Path) -> None:
    made = back_up(store, tmp_path / "backups", quiet)
    for file in (store.path, *store.folder.iterdir()):
        file.unlink()
    store.path.write_bytes(b"nonsense" * 1000)
    with pytest.raises(StoreCorrupt, match=r"backups/world-000002\.duckdb.*chainscout restore"):
        store.version()
    restore(made.file, store, quiet)
    assert names(store) == ["甲"]
    assert store.path.with_name("world.duckdb.damaged").read_bytes()[:8] == b"nonsense"


@pytest.mark.parametrize("at", [0, 5000, -1])
def test_a_backup_with_a_changed_byte_is_not_used(
    store: DuckStore, tmp_path: Path, at: int
) -> None:
    made = back_up(store, tmp_path / "backups", quiet)
    content = bytearray(made.file.read_bytes())
    content[at] ^= 1
    made.file.write_bytes(bytes(content))
    with pytest.raises(CommandProblem, match="校验值不符"):
        restore(made.file, store, quiet)
    assert store.version().number == 2


def test_restoring_goes_on_from_the_newest_version_that_can_be_read(
    store: DuckStore, tmp_path: Path
) -> None:
    made = back_up(store, None, quiet)
    assert made.file == tmp_path / "backups" / "world-000002.duckdb"
    store.path.write_bytes(b"nonsense")  # its hard link among the versions as well
    restore(made.file, store, quiet)
    assert [version.number for version in store.versions()] == [2, 1]
    assert store.read("positions").num_rows == 1


def test_what_is_no_backup_is_refused_and_the_store_left_alone(
    store: DuckStore, tmp_path: Path
) -> None:
    other = tmp_path / "other.duckdb"
    other.write_bytes(b"text")
    for file, said in ((other, "不是可用的备份"), (tmp_path / "none.duckdb", "没有这个备份文件")):
        with pytest.raises(CommandProblem, match=said):
            restore(file, store, quiet)
    assert names(store) == ["甲"]


def test_an_old_backup_is_not_written_over(store: DuckStore, tmp_path: Path) -> None:
    back_up(store, tmp_path / "backups", quiet)
    with pytest.raises(CommandProblem, match="不覆盖"):
        back_up(store, tmp_path / "backups", quiet)
    with pytest.raises(StoreNotFound):
        back_up(DuckStore(tmp_path / "none.duckdb"), tmp_path / "elsewhere", quiet)
    assert not (tmp_path / "elsewhere").exists()


def test_the_commands_back_up_and_restore(store: DuckStore, tmp_path: Path, cli: Cli) -> None:
    where = tmp_path / "kept"
    done = cli("--store", str(store.path), "backup", str(where))
    assert (done.code, "已备份第 2 版共 2 行" in done.err) == (0, True)
    put(store, "firms", factory.firm("乙"))
    done = cli("--store", str(store.path), "restore", str(where / "world-000002.duckdb"))
    assert (done.code, "数据为第 4 版" in done.err) == (0, True)
    assert names(store) == ["甲"]
    assert cli("--store", str(store.path), "restore", str(tmp_path)).code == 2
