from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import pytest

from benchmarks import ranking, scale, scaling
from benchmarks.child import Measured
from benchmarks.scaling import standard
from benchmarks.synthetic import Size, World, generate, shards
from benchmarks.synthetic.draw import credit_codes
from benchmarks.synthetic.world import write_shards
from graph.regions import Divisions
from graph.store import connect
from ingest import load, uscc

SMALL = Size(firms=3000, positions=4500, chains=6, links=20, big=100)


@pytest.fixture(scope="module")
def world() -> World:
    return generate(SMALL, seed=3)


def test_as_many_rows_as_asked(world: World) -> None:
    rows = {name: table.num_rows for name, table in world.tables.items()}
    assert (rows["firms"], rows["positions"], rows["chains"]) == (3000, 4500, 6)
    assert pc.sum(pc.equal(world.tables["links"]["chain"], "c00")).as_py() == 100


def test_names_and_codes_are_each_firms_own(world: World) -> None:
    firms = world.tables["firms"]
    assert pc.count_distinct(firms["企业名称"]).as_py() == firms.num_rows
    assert pc.count_distinct(firms["统一社会信用代码"]).as_py() == firms.num_rows
    assert uscc.check_many(firms["统一社会信用代码"]).all()


def test_codes_equal_those_of_the_product() -> None:
    made = credit_codes(["330902", "110101"], np.array([0, 1, 1]), np.array([0, 30, 31**6 - 1]))
    expected = [
        uscc.make("330902", 0),
        uscc.make("110101", 30),
        uscc.make("110101", 31**6 - 1),
    ]
    assert made.to_pylist() == expected


def test_regions_are_in_the_national_table_and_differ_in_size(world: World) -> None:
    counts = pc.value_counts(world.tables["firms"]["行政区划代码"]).to_pylist()
    assert all(c["values"] in Divisions.national() for c in counts)
    sizes = sorted((c["counts"] for c in counts), reverse=True)
    assert sizes[0] >= 10 * sizes[len(sizes) // 2]


def test_feeds_are_acyclic_and_leave_no_island(world: World) -> None:
    feeds = world.tables["feeds"]
    graph = nx.DiGraph(
        zip(feeds["upstream"].to_pylist(), feeds["downstream"].to_pylist(), strict=True)
    )
    assert nx.is_directed_acyclic_graph(graph)
    assert nx.number_weakly_connected_components(graph) == SMALL.chains
    assert set(graph) == set(world.tables["links"]["link_id"].to_pylist())


def test_positions_refer_to_links_and_firms_and_are_unequally_popular(world: World) -> None:
    positions, firms = world.tables["positions"], world.tables["firms"]
    known = pa.concat_arrays(
        [firms[name].combine_chunks() for name in ("企业名称", "统一社会信用代码")]
    )
    assert pc.all(pc.is_in(positions["firm"], value_set=known)).as_py()
    counts = pc.value_counts(positions["link"]).field("counts").to_pylist()
    assert max(counts) >= 10 * np.median(counts)


def test_the_same_seed_gives_the_same_files_and_another_seed_others() -> None:
    size = Size(firms=200, positions=300, chains=3, links=10, big=12)
    assert generate(size, seed=1).tables == generate(size, seed=1).tables
    assert generate(size, seed=1).tables["firms"] != generate(size, seed=2).tables["firms"]


def test_files_hold_what_the_tables_hold(world: World, tmp_path: Path) -> None:
    csv = {file.stem: file for file in world.write(tmp_path)}
    parquet = {file.stem: file for file in world.write(tmp_path, "parquet")}
    assert csv.keys() == parquet.keys() == world.tables.keys()
    assert pyarrow.parquet.read_table(parquet["firms"]).equals(world.tables["firms"])
    assert pyarrow.csv.read_csv(csv["ties"]).num_rows == world.tables["ties"].num_rows


def test_more_positions_than_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        generate(Size(firms=10, positions=1000, chains=2, links=6, big=8))


def test_parts_of_a_registry_share_chains_and_no_code(tmp_path: Path) -> None:
    size = Size(firms=2500, positions=4000, chains=4, links=10, big=20)
    parts = list(shards(size, seed=3, shard=1000))
    assert [len(part.firms) for part in parts] == [1000, 1000, 500]
    assert len({part.tables["links"].num_rows for part in parts}) == 1
    codes = pa.chunked_array([part.firms.uscc for part in parts])
    assert pc.count_distinct(codes).as_py() == 2500
    rows = write_shards(shards(size, seed=3, shard=1000), tmp_path)
    assert rows["firms"] == 2500
    for name, count in rows.items():
        assert pyarrow.csv.read_csv(tmp_path / f"{name}.csv").num_rows == count
    events = pyarrow.csv.read_csv(tmp_path / "events.csv")["event_id"]
    assert pc.count_distinct(events).as_py() == rows["events"]


def test_ready_rows_make_the_store_that_the_files_make(tmp_path: Path) -> None:
    world = generate(Size(firms=400, positions=700, chains=3, links=8, big=12), seed=3)
    made = standard(world)
    world.write(tmp_path / "files")
    report = load(connect(tmp_path / "w.duckdb"), [tmp_path / "files"])
    assert {name: table.num_rows for name, table in made.items()} == {
        name: count.created for name, count in report.tables.items()
    }
    with connect(tmp_path / "w.duckdb").reading() as reader:
        columns = ["firm_id", "link_id", "strength", "role", "date"]
        stored = reader.read("positions", columns)
    order = [(name, "ascending") for name in columns[:2]]
    assert made["positions"].select(columns).sort_by(order).equals(stored.sort_by(order))


def test_the_steps_of_the_scale_benchmark(tmp_path: Path) -> None:
    store = str(tmp_path / "small.duckdb")
    assert scaling.build(store, "3000")["positions"] == 4500
    answers, batch = ranking.product(store, "2"), scaling.batch(store, "3", "4")
    assert (batch["questions"], batch["targets"]) == (12, 240)
    everybody = scaling.everybody(store, "2")
    assert everybody["considered"] > 100
    steps = {"answers": answers, "everybody": everybody, "batch": batch}
    found = {name: Measured(1, 1, 1, result) for name, result in steps.items()}
    section = scale.text(3000, found)
    assert "3,000 firms" in section
    assert "batch of 12 questions" in section
