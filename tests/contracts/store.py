"""What every graph store must do: an engine's test inherits StoreContract, says `make_store`."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, ClassVar, Protocol

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graph.schema import LOAD_ORDER, TABLES, Table
from graph.store import EMPTY, Store, StoreBusy, StoreNotFound, VersionMissing
from tests import factory

Row = dict[str, Any]
_TEXT = st.text(max_size=12)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": _TEXT,
    "double": st.floats(allow_nan=False, allow_infinity=False),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "list<item: string>": st.lists(_TEXT, max_size=3),
}
# Writes "n" to one firm n times, each in a version of its own; run in processes of their own.
_COUNT_UP = """
import sys
from graph.store import connect
from tests import factory

store = connect(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with store.write(sys.argv[3]) as writer:
        seen = {r["firm_id"]: r for r in writer.read("firms").to_pylist()}
        n = int(seen.get("甲", {"revenue": 0})["revenue"]) + 1
        writer.put("firms", factory.rows("firms", factory.firm("甲", revenue=float(n))))
"""


class MakeStore(Protocol):
    """A new handle on the place called `name`, the same place each time."""

    def __call__(self, name: str = "world", *, keep: int = 5, wait: float = 60.0) -> Store: ...


def rows_of(table: Table, *, max_size: int = 6) -> st.SearchStrategy[list[Row]]:
    """Rows of a table with unique keys, any value or None in the other columns."""
    cells = {
        name: (_VALUES["string"] if name in table.key else st.none() | _VALUES[str(c.arrow_type)])
        for name, c in table.stored
    }
    return st.lists(
        st.fixed_dictionaries(cells),
        max_size=max_size,
        unique_by=lambda row: tuple(row[k] for k in table.key),
    )


def in_key_order(table: str, rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: [row[k] for k in TABLES[table].key])


def put(store: Store, table: str, *rows: Row, note: str = "") -> None:
    with store.write(note) as writer:
        writer.put(table, factory.rows(table, *rows))


def fail_half_way(store: Store) -> None:
    with store.write() as writer:
        writer.put("firms", factory.rows("firms", factory.firm("乙")))
        writer.delete("firms", keys_of("firms", factory.rows("firms", factory.firm("甲"))))
        raise RuntimeError("half way")


def keys_of(table: str, rows: pa.Table) -> pa.Table:
    return rows.select(list(TABLES[table].key))


def names(store: Store, version: int | None = None) -> list[str]:
    found: list[str] = store.read("firms", ["firm_id"], version)["firm_id"].to_pylist()
    return found


class StoreContract:
    """Tests of the port, the same for every engine."""

    # Whether at least one older version stays readable after a write.
    TIME_TRAVEL: ClassVar[bool] = True

    @pytest.fixture
    def make_store(self) -> MakeStore:
        raise NotImplementedError("an engine's test says how its store is made")

    @pytest.fixture
    def store(self, make_store: MakeStore) -> Store:
        return make_store()

    # places and versions

    def test_where_nothing_is_nothing_is_found(self, store: Store) -> None:
        for ask in (store.version, lambda: store.read("firms"), store.snapshot, store.versions):
            with pytest.raises(StoreNotFound, match="还没有数据"):
                ask()

    def test_an_empty_transaction_makes_an_empty_store(self, store: Store) -> None:
        with store.write() as writer:
            assert writer.next_version == 1
        assert store.version() == EMPTY
        assert store.versions() == [EMPTY]
        for table in LOAD_ORDER:
            assert store.count(table) == 0
            assert store.read(table).schema.equals(TABLES[table].arrow_schema)
        assert len(store.snapshot().firms) == 0

    def test_versions_count_up_and_keep_note_and_time(self, store: Store) -> None:
        put(store, "firms", factory.firm("甲"), note="第一次")
        put(store, "firms", factory.firm("乙"), note="第二次 'quoted'")
        found = store.versions()
        assert store.version() == found[0]
        assert (found[0].number, found[0].note) == (2, "第二次 'quoted'")
        assert found[0].created.endswith("+00:00")
        if self.TIME_TRAVEL:
            assert [v.number for v in found] == [2, 1]

    def test_a_write_without_change_makes_no_version(self, store: Store) -> None:
        put(store, "firms", factory.firm("甲"))
        before = store.version()
        with store.write() as writer:
            writer.put("firms", factory.rows("firms"))
            writer.delete("firms", keys_of("firms", factory.rows("firms", factory.firm("不在"))))
            assert writer.read("firms").num_rows == 1
        assert store.version() == before

    def test_another_handle_sees_the_same(self, make_store: MakeStore) -> None:
        put(make_store(), "firms", factory.firm("甲"))
        assert names(make_store()) == ["甲"]
        with pytest.raises(StoreNotFound):
            make_store("other").version()

    # rows

    @pytest.mark.parametrize("table", LOAD_ORDER)
    def test_rows_come_back_as_they_were_put(self, store: Store, table: str) -> None:
        @settings(max_examples=6, suppress_health_check=list(HealthCheck))
        @example([])
        @given(rows_of(TABLES[table]))
        def round_trip(rows: list[Row]) -> None:
            with store.write() as writer:
                writer.delete(table, keys_of(table, writer.read(table)))
                writer.put(table, factory.rows(table, *rows))
            found = store.read(table)
            assert found.schema.equals(TABLES[table].arrow_schema)
            assert found.to_pylist() == in_key_order(table, rows)
            assert store.count(table) == len(rows)

        round_trip()

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " \t\n\r",
            "𠮷野家👨‍👩‍👧",
            "e\u0301 \u202eright-to-left",
            "\u0000zero",
            "'; DROP TABLE firms; --",
            "长" * 2_000_000,
        ],
    )
    def test_any_text_survives_in_every_kind_of_text_column(self, store: Store, text: str) -> None:
        row = factory.firm("甲", scope=text, tags=[text, "", text], aliases=[], attributes=None)
        put(store, "firms", row)
        (found,) = store.fetch("firms", ["甲"]).to_pylist()
        assert (found["scope"], found["tags"], found["aliases"]) == (text, [text, "", text], [])
        assert found["attributes"] is None

    @pytest.mark.parametrize("table", LOAD_ORDER)
    def test_put_replaces_by_key_and_delete_removes_by_key(self, store: Store, table: str) -> None:
        blank: Row = {name: None for name, _ in TABLES[table].stored}
        key = TABLES[table].key
        one, two = ({**blank, **{k: f"{k}{i}" for k in key}} for i in (1, 2))
        put(store, table, {**one, "source": "旧"}, {**two, "source": "旧"})
        put(store, table, {**one, "source": "新"})
        assert [r["source"] for r in store.read(table).to_pylist()] == ["新", "旧"]
        with store.write() as writer:
            writer.delete(table, keys_of(table, factory.rows(table, one)))
        assert [r[key[0]] for r in store.read(table).to_pylist()] == [two[key[0]]]

    def test_a_key_of_several_columns_is_compared_whole(self, store: Store) -> None:
        rows = [factory.position(firm, link) for firm in ("甲", "乙") for link in ("w.a", "w.b")]
        put(store, "positions", *rows)
        put(store, "positions", factory.position("甲", "w.b", 0.5))
        found = {(r["firm_id"], r["link_id"]): r["strength"] for r in _rows(store, "positions")}
        assert found == {
            ("甲", "w.a"): 1,
            ("甲", "w.b"): 0.5,
            ("乙", "w.a"): 1,
            ("乙", "w.b"): 1,
        }

    def test_read_orders_by_key_and_chooses_columns(self, store: Store) -> None:
        put(store, "firms", *(factory.firm(n) for n in ("乙", "a", "B", "甲", "é", "z")))
        assert names(store) == sorted(["乙", "a", "B", "甲", "é", "z"])
        assert store.read("firms", ["name", "firm_id"]).column_names == ["name", "firm_id"]

    def test_fetch_keeps_the_order_asked_for_and_leaves_out_the_unknown(self, store: Store) -> None:
        put(store, "firms", *(factory.firm(n) for n in "abcd"))
        found = store.fetch("firms", ["d", "?", "a", "c"], ["firm_id", "tags"])
        assert found["firm_id"].to_pylist() == ["d", "a", "c"]
        assert found.column_names == ["firm_id", "tags"]
        assert store.fetch("firms", []).num_rows == 0

    # transactions

    def test_inside_a_transaction_its_own_changes_are_seen_outside_not(self, store: Store) -> None:
        put(store, "firms", factory.firm("甲"))
        with store.write() as writer:
            writer.put("firms", factory.rows("firms", factory.firm("乙")))
            assert sorted(writer.read("firms", ["name"])["name"].to_pylist()) == ["乙", "甲"]
            assert names(store) == ["甲"]
            assert store.version().number == 1
            assert len(store.snapshot().firms) == 1
        assert names(store) == ["乙", "甲"]

    def test_an_exception_leaves_the_store_as_it_was(self, store: Store) -> None:
        put(store, "firms", factory.firm("甲"))
        before = store.version()
        with pytest.raises(RuntimeError, match="half way"):
            fail_half_way(store)
        assert (store.version(), names(store)) == (before, ["甲"])
        put(store, "firms", factory.firm("丙"))
        assert store.version().number == 2

    def test_an_exception_in_the_first_write_leaves_no_store(self, store: Store) -> None:
        with pytest.raises(RuntimeError, match="half way"):
            fail_half_way(store)
        with pytest.raises(StoreNotFound):
            store.version()

    def test_a_snapshot_stays_what_it_was(self, store: Store) -> None:
        put(store, "firms", factory.firm("甲", scope="旧"))
        snapshot = store.snapshot()
        put(store, "firms", factory.firm("甲", scope="新"), factory.firm("乙"))
        assert (snapshot.data_version, len(snapshot.firms)) == (1, 1)
        if self.TIME_TRAVEL:
            assert snapshot.details([0], ["scope"]) == [{"scope": "旧"}]

    def test_older_versions_can_be_read(self, store: Store) -> None:
        if not self.TIME_TRAVEL:
            assert store.versions() == [store.version()]
            return
        for i in range(1, 4):
            put(store, "firms", factory.firm(f"f{i}"))
        for i in range(1, 4):
            assert names(store, i) == [f"f{j}" for j in range(1, i + 1)]
            assert store.count("firms", i) == i
        assert store.fetch("firms", ["f1", "f3"], ["firm_id"], 2).num_rows == 1

    @pytest.mark.parametrize("number", [0, 3, 99, -1])
    def test_a_version_that_is_not_there_is_named_with_those_that_are(
        self, store: Store, number: int
    ) -> None:
        put(store, "firms", factory.firm("甲"))
        put(store, "firms", factory.firm("乙"))
        with pytest.raises(VersionMissing, match=rf"没有数据版本 {number}.*2"):
            store.read("firms", version=number)

    def test_only_so_many_versions_are_kept(self, make_store: MakeStore) -> None:
        store = make_store(keep=2)
        for i in range(4):
            put(store, "firms", factory.firm(f"f{i}"))
        assert [v.number for v in store.versions()] == [4, 3][: 2 if self.TIME_TRAVEL else 1]
        with pytest.raises(VersionMissing):
            store.read("firms", version=1)

    # several at once

    def test_threads_write_one_after_the_other(self, make_store: MakeStore) -> None:
        def work(name: str) -> Callable[[], None]:
            def run() -> None:
                for i in range(3):
                    with make_store().write() as writer:
                        seen = writer.read("firms").num_rows
                        row = factory.firm(f"{name}{i}", employees=seen)
                        writer.put("firms", factory.rows("firms", row))

            return run

        _together([work(n) for n in "abc"])
        found = make_store().read("firms", ["employees"])["employees"].to_pylist()
        assert sorted(found) == list(range(9))
        assert make_store().version().number == 9

    def test_processes_write_one_after_the_other(self, make_store: MakeStore) -> None:
        store = make_store()
        command = [sys.executable, "-c", _COUNT_UP, store.uri, "4"]
        children = [subprocess.Popen([*command, name]) for name in ("a", "b")]
        assert [child.wait(60) for child in children] == [0, 0]
        assert store.version().number == 8
        assert store.read("firms", ["revenue"])["revenue"].to_pylist() == [8.0]

    def test_who_will_not_wait_is_told_that_another_writes(self, make_store: MakeStore) -> None:
        hasty = make_store(wait=0.1)
        with make_store().write() as writer:
            writer.put("firms", factory.rows("firms", factory.firm("甲")))
            with pytest.raises(StoreBusy, match="另一个写入"), hasty.write():
                pytest.fail("two writers at once")
        assert names(hasty) == ["甲"]

    def test_readers_see_whole_versions_while_somebody_writes(self, make_store: MakeStore) -> None:
        store, done = make_store(keep=1), threading.Event()
        put(store, "firms", *_generation(0))

        def write() -> None:
            try:
                for i in range(1, 9):
                    put(store, "firms", *_generation(i))
            finally:
                done.set()

        seen: list[tuple[int, int]] = []

        def read() -> None:
            while not done.is_set():
                found = make_store(keep=1).read("firms", ["employees"])["employees"].to_pylist()
                seen.append((len(found), len(set(found))))
                assert len(store.snapshot().firms) == 50

        _together([write, read, read])
        assert set(seen) == {(50, 1)}


def _generation(i: int) -> list[Row]:
    return [factory.firm(f"f{j:02d}", employees=i) for j in range(50)]


def _rows(store: Store, table: str) -> list[Row]:
    found: list[Row] = store.read(table).to_pylist()
    return found


def _together(work: list[Callable[[], None]]) -> None:
    """Run all at once in threads; the first exception of any comes back."""
    failures: list[BaseException] = []

    def guarded(one: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                one()
            except BaseException as error:  # noqa: BLE001  # handed back to the test's own thread
                failures.append(error)

        return run

    threads = [threading.Thread(target=guarded(one)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a thread hangs"
    if failures:
        raise failures[0]


__all__ = ["MakeStore", "StoreContract", "names", "put"]
