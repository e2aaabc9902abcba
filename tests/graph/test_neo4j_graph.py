"""What a Neo4j store does beyond the contract: same answers, batches, failures, queries."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.neo4j_server import Neo4jServer
from chainscout.copying import copy_store
from graph import Snapshot, find_gaps
from graph.lookup import find_firm, find_region
from graph.paths import find_ways
from graph.schema import LOAD_ORDER, TABLES
from graph.store import (
    DuckStore,
    Store,
    StoreError,
    StoreNotFound,
    StoreUnreachable,
    connect,
)
from graph.store.neo4j import Cache, Neo4jStore, pushdown, writing
from graph.store.neo4j.server import Address, Run
from recommender import recommend
from tests import factory
from tests.contracts.store import names, put, rows_of
from tests.factory import firm, position, tie
from tests.graph.neo4j_worlds import bolt, neo4j_server, store_at, wipe
from tests.recommender.worlds import wind

__all__ = ["bolt", "neo4j_server"]

TIES = [
    tie("宁波塔筒", "supplies", "舟山整机", weight=0.8),
    tie("深圳叶片", "partner_of", "宁波塔筒", weight=0.35),
    tie("深圳叶片", "customer_of", "宁波塔筒"),
    tie("person:裴", "native_of", "region:330900"),
    tie("person:裴", "leads", "深圳塔筒", weight=0.7),
    tie("协会", "member_of", "association:风能"),
    tie("association:风能", "member_of", "舟山整机"),
]
PEOPLE = [{"person_id": "李", "name": "李四", "firm_id": "深圳叶片", "native_code": "330900"}]


def world() -> dict[str, list[factory.Row]]:
    events = [factory.event("深圳塔筒", "330900", "wind.tower", "2023-05", amount=3.5)]
    return wind(ties=TIES, people=PEOPLE, events=events)


def filled(store: Store, tables: dict[str, list[factory.Row]]) -> Store:
    with store.write("world") as writer:
        for name, rows in tables.items():
            writer.put(name, factory.rows(name, *rows))
    return store


def copied(source: Store, target: Store, *, replace: bool = False) -> Store:
    copy_store(source, target, replace=replace, progress=lambda what, done, of: None)
    return target


def cypher(uri: str, query: str, **parameters: Any) -> list[dict[str, Any]]:
    return Neo4jStore(uri).server.read(query, **parameters)


# the same answers


@pytest.fixture
def both(bolt: str, tmp_path: Path) -> tuple[Snapshot, Snapshot]:
    embedded = filled(DuckStore(tmp_path / "world.duckdb"), world())
    return embedded.snapshot(), copied(embedded, store_at(bolt)).snapshot()


def test_gaps_targets_and_ways_are_the_same_to_the_last_digit(
    both: tuple[Snapshot, Snapshot],
) -> None:
    ask: list[Callable[[Snapshot], dict[str, Any]]] = [
        lambda s: find_gaps(s, region="舟山").to_dict(),
        lambda s: find_gaps(s, region="浙江省", chain="风电").to_dict(),
        lambda s: recommend(s, region="舟山", chain="风电").to_dict(),
        lambda s: recommend(s, chain="风电", link="tower", known="only").to_dict(),
        lambda s: find_ways(s, find_firm(s, "深圳叶片"), find_region(s, "舟山")).to_dict(),
    ]
    for question in ask:
        one, other = (question(snapshot) for snapshot in both)
        assert one == other
    assert recommend(both[1], region="舟山", chain="风电").to_dict()["targets"]


def test_copied_there_and_back_a_store_is_what_it_was(bolt: str, tmp_path: Path) -> None:
    there = store_at(bolt)

    @settings(max_examples=3, suppress_health_check=list(HealthCheck))
    @given(st.fixed_dictionaries({name: rows_of(TABLES[name], max_size=3) for name in LOAD_ORDER}))
    def round_trip(tables: dict[str, list[factory.Row]]) -> None:
        one = DuckStore(tmp_path / "one.duckdb")
        with one.write() as writer:
            for name, rows in tables.items():
                writer.delete(name, writer.read(name, list(TABLES[name].key)))
                writer.put(name, factory.rows(name, *rows))
        copied(one, there, replace=True)
        back = copied(there, DuckStore(tmp_path / "back.duckdb"), replace=True)
        for name in LOAD_ORDER:
            assert back.read(name).equals(one.read(name)), name

    round_trip()


def test_graphs_of_few_ids_keep_their_shape_whatever_is_replaced(bolt: str) -> None:
    """Rows that share ends, ends without rows, rows that come and go: always what was put."""
    store, held = store_at(bolt), dict[str, dict[tuple[Any, ...], Any]]()
    ids = st.sampled_from(["a", "b", "c"])
    ends = st.sampled_from(["firm", "person", "region", "club"])
    ties = st.builds(
        lambda a, b, c, d, k: tie(f"{a}:{b}", k, f"{c}:{d}"),
        ends, ids, ends, ids, st.sampled_from(["supplies", "leads"]),
    )  # fmt: skip
    places = st.builds(lambda f, k: position(f, f"w.{k}", 0.5), ids, ids)
    firms = st.builds(firm, ids, st.sampled_from(["110000", "120000", None]))
    changes = st.lists(st.tuples(st.booleans(), ties | places | firms), min_size=1, max_size=6)

    @settings(max_examples=8, suppress_health_check=list(HealthCheck))
    @given(changes)
    def change(steps: list[tuple[bool, factory.Row]]) -> None:
        with store.write() as writer:
            for putting, row in steps:
                name = next(n for n in ("ties", "positions", "firms") if _fits(n, row))
                found = factory.rows(name, row)
                keys = found.select(list(TABLES[name].key))
                key, rows = tuple(keys.to_pylist()[0].values()), held.setdefault(name, {})
                if putting:
                    writer.put(name, found)
                    rows[key] = found.to_pylist()[0]
                else:
                    writer.delete(name, keys)
                    rows.pop(key, None)
        for name, rows in held.items():
            assert store.read(name).to_pylist() == [rows[key] for key in sorted(rows)]

    change()
    lonely = "MATCH (s:Stub) WHERE NOT EXISTS { (s)--() } RETURN count(s) AS n"
    assert cypher(bolt, lonely) == [{"n": 0}]


def _fits(table: str, row: factory.Row) -> bool:
    return all(key in row for key in TABLES[table].key)


# the graph as people see it


def test_nodes_relationships_and_words_are_there_for_a_browser(bolt: str) -> None:
    filled(store_at(bolt), world())
    (blade,) = cypher(
        bolt,
        "MATCH (f:Firm {name: '深圳叶片'})-[:LOCATED_IN]->(r:Region)-[:BELONGS_TO]->(p:Region), "
        "(f)-[at:OPERATES_AT]->(l:Link)-[:PART_OF]->(c:Chain), (l)-[:FEEDS]->(d:Link) RETURN "
        "r.name AS city, p.`级别` AS level, at.`角色` AS role, l.`上中下游` AS stage, "
        "c.name AS chain, d.name AS next",
    )
    assert blade == {"city": "深圳市", "level": "省级", "role": "链主", "stage": "中游",
                     "chain": "风电", "next": "turbine"}  # fmt: skip
    kinds = cypher(
        bolt, "MATCH (:Person {person_id: '裴'})-[t:TIED_TO]->() RETURN t.`关系` AS k ORDER BY k"
    )
    assert [row["k"] for row in kinds] == ["任职", "籍贯"]
    words = cypher(
        bolt,
        "MATCH (c:ChainScoutColumn {table: 'firms', column: 'employees'}) RETURN c.`字段` AS w",
    )
    assert words == [{"w": "从业人数"}]


def test_what_has_no_row_is_a_stub_until_it_gets_one(bolt: str) -> None:
    store = store_at(bolt)
    put(store, "positions", position("甲", "w.a"))
    assert cypher(bolt, "MATCH (s:Stub) RETURN count(s) AS n") == [{"n": 2}]
    assert store.count("firms") == 0
    put(store, "firms", firm("甲", "110000"))
    assert cypher(bolt, "MATCH (:Firm:Stub) RETURN count(*) AS n") == [{"n": 0}]
    with store.write() as writer:
        writer.delete("firms", factory.rows("firms", firm("甲")).select(["firm_id"]))
    assert store.count("positions") == 1
    assert store.read("firms").num_rows == 0
    with store.write() as writer:
        writer.delete("positions", writer.read("positions", ["firm_id", "link_id"]))
    assert cypher(bolt, "MATCH (n:Firm) RETURN count(n) AS n") == [{"n": 0}]


# large writes, in many transactions


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "BATCH", 8)
    monkeypatch.setattr(writing, "WHOLE", 8)


class Killed(BaseException):
    """Ends a writer as a signal would: nothing of it is tidied up."""


def generation(store: Store, i: int) -> None:
    """Firms and positions of a moving window; every row of a version says which it is."""
    with store.write(f"generation {i}") as writer:
        for name in ("firms", "positions"):
            key = list(TABLES[name].key)
            oldest = writer.read(name, key).sort_by([(k, "ascending") for k in key]).slice(0, 10)
            writer.delete(name, oldest)
        window = [f"f{j:03d}" for j in range(i * 10, i * 10 + 30)]
        writer.put("firms", factory.rows("firms", *(firm(f, "110000", loaded=i) for f in window)))
        rows = [position(f, f"w.{j % 3}", loaded=i) for j, f in enumerate(window)]
        writer.put("positions", factory.rows("positions", *rows))


def seen(store: Store, version: int | None = None) -> list[list[factory.Row]]:
    return [store.read(name, None, version).to_pylist() for name in ("firms", "positions")]


@pytest.mark.usefixtures("small_batches")
def test_versions_of_large_writes_can_all_be_read(bolt: str, tmp_path: Path) -> None:
    stores: list[Store] = [store_at(bolt), DuckStore(tmp_path / "same.duckdb")]
    for i in range(4):
        for store in stores:
            generation(store, i)
    for version in range(1, 5):
        server, embedded = (seen(store, version) for store in stores)
        assert server == embedded
    assert stores[0].count("firms", 2) == stores[1].count("firms", 2)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("last", [1, 5, 11])
def test_a_writer_killed_after_any_batch_leaves_the_old_version(
    bolt: str, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    store = store_at(bolt)
    generation(store, 0)
    before = seen(store)
    done, fenced = [0], writing.Lock.fenced

    def dying(lock: writing.Lock, work: Callable[[Run], Any]) -> None:
        done[0] += 1
        if done[0] > last:
            raise Killed
        fenced(lock, work)

    with monkeypatch.context() as patch:
        patch.setattr(writing.Lock, "fenced", dying)
        with pytest.raises(Killed):
            generation(store, 1)
    assert (store.version().number, seen(store)) == (1, before)
    assert len(store.snapshot().firms) == 30
    with store.write():  # the next writer takes back what was left
        pass
    assert (store.version().number, seen(store)) == (1, before)
    assert cypher(bolt, "MATCH (n) WHERE n._v > 1 OR n._to = 2 RETURN count(n) AS n") == [{"n": 0}]
    generation(store, 1)
    assert {row["loaded"] for row in seen(store)[0][-30:]} == {1}


@pytest.mark.usefixtures("small_batches")
def test_who_was_taken_for_dead_writes_nothing_more(bolt: str) -> None:
    store = store_at(bolt)
    generation(store, 0)

    def overtaken() -> None:
        with store.write() as writer:
            writer.put("firms", factory.rows("firms", firm("迟")))
            steal = "MATCH (l:ChainScoutLock) SET l.owner = 'other', l.until = 0"
            Neo4jStore(bolt).server.write(lambda run: run(steal))

    with pytest.raises(StoreError, match="另一个写入接管"):
        overtaken()
    assert "迟" not in names(store)
    put(store, "firms", firm("早"))
    assert "早" in names(store)


def test_two_first_writers_take_turns(bolt: str) -> None:
    Neo4jStore(bolt).server.write(lambda run: run("MATCH (l:ChainScoutLock) DELETE l"))
    drop = "DROP CONSTRAINT chainscout_chainscoutlock_key IF EXISTS"
    Neo4jStore(bolt).server.declare([drop])
    failures: list[BaseException] = []

    def write(name: str) -> None:
        try:
            put(store_at(bolt), "firms", firm(name))
        except BaseException as error:  # noqa: BLE001  # looked at below
            failures.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not failures
    assert (names(store_at(bolt)), store_at(bolt).version().number) == (["a", "b", "c"], 3)


def test_a_killed_server_loses_nothing_and_the_write_can_be_repeated(
    neo4j_server: Neo4jServer, bolt: str, monkeypatch: pytest.MonkeyPatch, small_batches: None
) -> None:
    del small_batches
    monkeypatch.setattr("graph.store.neo4j.server.RETRY_SECONDS", 1.0)
    monkeypatch.setattr(writing, "LEASE_SECONDS", 2.0)
    store = store_at(bolt)
    generation(store, 0)
    before = seen(store)
    fenced, done = writing.Lock.fenced, [0]

    def cut_off(lock: writing.Lock, work: Callable[[Run], Any]) -> None:
        done[0] += 1
        if done[0] == 6:
            neo4j_server.kill()
        fenced(lock, work)

    try:
        with monkeypatch.context() as patch:
            patch.setattr(writing.Lock, "fenced", cut_off)
            with pytest.raises(StoreUnreachable, match="原有数据完好，服务恢复后重新运行即可"):
                generation(store, 1)
        with pytest.raises(StoreUnreachable):
            store.version()
    finally:
        if neo4j_server.pid is None:
            neo4j_server.start()
    assert (store.version().number, seen(store)) == (1, before)
    generation(store, 1)
    assert store.version().number == 2
    assert [row["loaded"] for row in seen(store)[0][-30:]] == [1] * 30


# the local cache


def test_a_version_is_read_once_from_the_server_then_from_the_disk(
    bolt: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = filled(store_at(bolt), world())
    first = store.snapshot()
    (file,) = (tmp_path / "cache").rglob("000001.duckdb")
    assert file.stat().st_size > 0
    monkeypatch.setattr("graph.store.neo4j.store.rows", None)  # whoever asks the server now fails
    again = connect(bolt).snapshot()
    assert again.firms.names.equals(first.firms.names)
    assert again.details([0], ["name"]) == first.details([0], ["name"])
    assert store.read("firms").num_rows == 6


def test_another_store_at_the_same_address_is_not_taken_for_the_cached_one(bolt: str) -> None:
    put(store_at(bolt), "firms", firm("甲"))
    assert len(store_at(bolt).snapshot().firms) == 1
    wipe(bolt)
    put(store_at(bolt), "firms", firm("乙"), firm("丙"))
    assert store_at(bolt).snapshot().firms.names.to_pylist() == ["丙", "乙"]


def test_without_room_for_a_cache_the_server_answers(bolt: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for cache in (Cache(tmp_path / "file"), Cache(None)):
        store = Neo4jStore(bolt, cache=cache)
        put(store, "firms", firm("甲"))
        assert len(store.snapshot().firms) == 1
        assert not store.cached()


# addresses and errors


def test_credentials_come_from_the_address_or_the_environment_and_are_never_shown(
    neo4j_server: Neo4jServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "p@ss/wörd"
    address = Address.of("bolt://me:p%40ss%2Fw%C3%B6rd@db.local:7687/facts", {})
    assert (address.user, address.password, address.database) == ("me", secret, "facts")
    assert address.text == "bolt://db.local:7687/facts"
    assert secret not in repr(address)
    for name, value in neo4j_server.credentials.items():
        monkeypatch.setenv(name, value)
    assert Address.of(neo4j_server.uri).password == neo4j_server.password
    port = neo4j_server.uri.rpartition(":")[2]
    wrong = connect(f"bolt://neo4j:geheim123@127.0.0.1:{port}")
    with pytest.raises(StoreError, match="CHAINSCOUT_NEO4J_PASSWORD") as caught:
        wrong.version()
    assert "geheim123" not in str(caught.value) + wrong.uri


@pytest.mark.parametrize("uri", ["bolt://", "bolt://:7687", "bolt://host:nine", "neo4j://u:p@:1"])
def test_an_address_without_host_or_with_a_wrong_port_is_refused(uri: str) -> None:
    with pytest.raises(StoreError, match="应为 bolt://主机:端口"):
        connect(uri)


def test_a_server_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.store.neo4j.server.RETRY_SECONDS", 0.2)
    with pytest.raises(StoreUnreachable, match=r"bolt://127\.0\.0\.1:1：连不上 Neo4j 服务器"):
        connect("bolt://127.0.0.1:1").version()


def test_a_database_that_is_not_there_holds_no_data(bolt: str) -> None:
    with pytest.raises(StoreNotFound, match="没有这个数据库"):
        connect(f"{bolt}/nowhere").version()


# questions answered by the server


def test_candidates_of_a_link_come_from_elsewhere_and_are_active(bolt: str) -> None:
    store = filled(store_at(bolt), world())
    assert isinstance(store, Neo4jStore)
    found = pushdown.candidates(store, "wind.blade", "330900")
    assert [(row["name"], row["region"], row["role"]) for row in found] == [
        ("深圳叶片", "深圳市", "leader")
    ]
    assert pushdown.candidates(store, "wind.blade", "440000") == []
    towers = pushdown.candidates(store, "wind.tower", "330900", top=1)
    assert [row["name"] for row in towers] == ["宁波塔筒"]


def test_presence_is_what_the_gaps_say(bolt: str) -> None:
    store = filled(store_at(bolt), world())
    assert isinstance(store, Neo4jStore)
    report = find_gaps(store.snapshot(), region="浙江省", chain="风电").to_dict()
    said = {
        row["link"]["id"]: (row["local_firms"], row["national_firms"])
        for row in report["chains"][0]["links"]
    }
    counted = {
        row["link_id"]: (row["local"], row["national"])
        for row in pushdown.presence(store, "wind", "330000")
    }
    assert counted == said


@pytest.mark.parametrize("steps", [1, 2, 3])
@pytest.mark.parametrize("target", ["深圳叶片", "深圳塔筒", "宁波塔筒", "停业叶片"])
def test_ways_by_cypher_are_those_of_the_snapshot(bolt: str, target: str, steps: int) -> None:
    store = filled(store_at(bolt), world())
    assert isinstance(store, Neo4jStore)
    snapshot = store.snapshot()
    ways = find_ways(
        snapshot, find_firm(snapshot, target), find_region(snapshot, "舟山"), steps=steps
    )
    wanted = {
        (
            tuple(f"{e.kind}:{e.id}" for e in (way.steps[0].start, *(s.end for s in way.steps))),
            way.strength,
        )
        for way in ways.ways
    }
    found = pushdown.ways(store, target, "330900", steps=steps)
    assert {(way.nodes, way.strength) for way in found} == wanted
    assert [way.strength for way in found] == sorted((w.strength for w in found), reverse=True)
