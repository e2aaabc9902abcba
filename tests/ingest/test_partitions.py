"""Files read and checked side by side, in processes or on a Dask cluster: the same result."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dask.distributed import LocalCluster

from graph import open_store
from graph.schema import LOAD_ORDER
from ingest import load
from ingest.errors import UnreadableFile
from ingest.partitions import Cluster, ClusterProblem, Processes, Workers, prepare
from ingest.report import LoadReport

CHAINS = "产业链\n风电\n"
LINKS = "产业链,环节,上中下游\n风电,叶片,中游\n风电,整机,下游\n风电,塔筒,地下\n"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Chains and links as CSV, firms and positions as two Parquet files each; some rows bad."""
    folder = tmp_path_factory.mktemp("parts")
    (folder / "产业链.csv").write_text(CHAINS, encoding="utf-8")
    (folder / "环节.csv").write_text(LINKS, encoding="gb18030")
    for part in range(2):
        names = [f"第{part}{i}号机械有限公司" for i in range(40)]
        firms: dict[str, list[Any]] = {
            "企业名称": [*names, "第00号机械有限公司", None],
            "所在地": ["东营市"] * 40 + ["烟台市", "东营市"],
            "注册资本": ["3亿美元", *["500万元"] * 41],
        }
        pq.write_table(pa.table(firms), folder / f"企业-{part}.parquet")
        positions = {"企业": [*names, "无此公司"], "环节": ["叶片"] * 40 + ["轮子"]}
        pq.write_table(pa.table(positions), folder / f"卡位-{part}.parquet")
    return folder


def _loaded(files: Path, place: Path, workers: Workers | None) -> tuple[Any, ...]:
    place.mkdir(exist_ok=True)
    store = open_store(place / "store.duckdb")
    report = load(store, [files], rejects=place / "rejects.csv", workers=workers)
    tables = {name: store.read(name).to_pylist() for name in LOAD_ORDER if name != "regions"}
    return _said(report), tables, (place / "rejects.csv").read_text(encoding="utf-8-sig")


def _said(report: LoadReport) -> dict[str, Any]:
    return report.to_dict() | {"rejects_file": None, "notices": sorted(report.notices)}


@pytest.fixture(scope="module")
def plain(files: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, ...]:
    return _loaded(files, tmp_path_factory.mktemp("plain"), None)


def test_what_is_expected(plain: tuple[Any, ...]) -> None:
    said, tables, rejects = plain
    assert said["tables"]["firms"]["rejected"] == 2
    assert said["tables"]["links"]["rejected"] == 1
    assert said["tables"]["positions"]["rejected"] == 2
    assert len(tables["firms"]) == 80
    assert rejects.count("企业表里没有「无此公司」") == 2


def test_processes(files: Path, plain: tuple[Any, ...], tmp_path: Path) -> None:
    assert _loaded(files, tmp_path, Processes(2, tmp_path)) == plain
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} <= {
        "store.duckdb.versions"
    }  # nothing prepared is left


@pytest.fixture(scope="module", params=[1, 2, 4])
def cluster(request: pytest.FixtureRequest) -> Iterator[str]:
    """A Dask cluster of that many processes on this machine."""
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=request.param, threads_per_worker=1, processes=True, dashboard_address=None
    ) as made:
        yield str(made.scheduler_address)


def test_a_dask_cluster(cluster: str, files: Path, plain: tuple[Any, ...], tmp_path: Path) -> None:
    assert _loaded(files, tmp_path, Cluster(cluster, tmp_path)) == plain


def test_a_part_is_made_of_its_file_alone(files: Path, tmp_path: Path) -> None:
    made = [prepare(files / "企业-1.parquet", tmp_path / str(i), None) for i in range(2)]
    first, second = (pq.read_table(found.parts[0].rows).to_pylist() for found in made)
    assert first == second
    assert len(first) == 42
    assert [row["_errors"] != [] for row in first].count(True) == 0  # no name: settled later


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "企业.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(UnreadableFile, match=r"企业\.parquet"):
        load(open_store(tmp_path / "s.duckdb"), [tmp_path / "企业.parquet"], workers=Processes(2))
    assert not (tmp_path / "s.duckdb").exists()


@pytest.mark.parametrize("address", ["localhost:1", "tcp://127.0.0.1:1"])
def test_a_cluster_that_is_not_there(address: str, files: Path, tmp_path: Path) -> None:
    with pytest.raises(ClusterProblem, match=address):
        load(open_store(tmp_path / "s.duckdb"), [files], workers=Cluster(address))
    assert not (tmp_path / "s.duckdb").exists()
