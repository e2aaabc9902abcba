"""Files prepared side by side: reading and checking is done for each file on its own.

What a file says does not depend on the others until its rows are joined with the store, so the
first half of an ingest, file → checked values, is a pure function of one file (`prepare`). It runs
in this process, in processes of this machine, or on the workers of a Dask cluster; the second half,
identity and merge, runs here, over the prepared files in the order in which they were given. So the
result is the same for any number of workers.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from graph.regions import Divisions
from graph.schema import TABLES
from ingest.cells import Cells
from ingest.errors import IngestError
from ingest.mapping import Mapping
from ingest.parse import parse
from ingest.readers import Sheet
from ingest.sorter import Sorter
from ingest.workbench import Workbench, quoted

if TYPE_CHECKING:
    from dask.distributed import Client

_Job: TypeAlias = tuple[Path, Path, "Mapping | None"]
_Files: TypeAlias = Sequence[Path]
DASK = ("tcp://", "tls://", "ucx://", "ws://", "wss://")


class ClusterProblem(IngestError):
    """The cluster cannot be used."""


@dataclass(frozen=True)
class Part:
    """One standard table out of one sheet, as Parquet files: `rows` checked, `cells` as read."""

    table: str
    rows: str
    cells: str
    faults: str | None
    file: Path
    sheet: str
    headings: tuple[str, ...]

    def cells_in(self, workbench: Workbench, index: int) -> Cells:
        """The part as views in `workbench`; its rows belong to the source `index`."""
        views = [_view(workbench, path, index) for path in (self.cells, self.rows)]
        faults = None if self.faults is None else _view(workbench, self.faults, None)
        sheet = Sheet(self.file, self.sheet, list(self.headings), "", faults)
        return Cells(TABLES[self.table], views[0], sheet, index, parsed=views[1])


@dataclass(frozen=True)
class Prepared:
    """One file, read and checked."""

    parts: tuple[Part, ...]
    notices: tuple[str, ...]

    def hand_over(self, sorter: Sorter) -> None:
        """Add the parts to what `sorter` took."""
        sorter.notices += self.notices
        for part in self.parts:
            sorter.add(part.cells_in(sorter.workbench, sorter.sheets))


class Workers(Protocol):
    """Something that runs `prepare` for many files."""

    @property
    def scratch(self) -> Path | None:
        """Where a folder for prepared files is made; None = in the system's own place."""
        ...

    def map(self, files: _Files, folder: Path, mapping: Mapping | None) -> Iterator[Prepared]:
        """What `prepare` makes of each file, in their order. Raises IngestError as it does."""
        ...


@dataclass(frozen=True)
class Processes:
    """Processes of this machine."""

    number: int
    scratch: Path | None = None

    def map(self, files: _Files, folder: Path, mapping: Mapping | None) -> Iterator[Prepared]:
        """In `number` processes. A fresh start each: a fork would inherit locks of threads."""
        with ProcessPoolExecutor(self.number, mp_context=get_context("spawn")) as pool:
            yield from pool.map(_prepare, _jobs(files, folder, mapping))


@dataclass(frozen=True)
class Cluster:
    """Workers of a Dask cluster; they see the files and `scratch` under the same paths."""

    address: str
    scratch: Path | None = None

    def map(self, files: _Files, folder: Path, mapping: Mapping | None) -> Iterator[Prepared]:
        """One task a file. Raises ClusterProblem where the cluster does not answer."""
        with _client(self.address) as client:
            for task in client.map(_prepare, _jobs(files, folder, mapping), pure=False):
                yield task.result()


@contextmanager
def _client(address: str) -> Iterator[Client]:
    try:
        from dask.distributed import Client
    except ImportError as error:
        raise ClusterProblem(
            "使用 Dask 集群需要安装附加组件：pip install 'chainscout[cluster]'"
        ) from error
    if not address.startswith(DASK):
        raise ClusterProblem(f"{address}：集群地址应形如 tcp://主机:8786")
    try:
        client = Client(address, timeout=10)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ClusterProblem(
            f"连不上 Dask 集群 {address}（{error}）；请核对地址，并确认调度器在运行"
        ) from error
    with client:
        yield client


def prepare(file: Path, folder: Path, mapping: Mapping | None) -> Prepared:
    """Read and check one file; its tables stand in `folder` as Parquet files afterwards.

    Raises:
        IngestError: the file cannot be used at all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with Workbench() as workbench:
        workbench.sql("SET threads=1")  # the others run beside it, on the same cores
        sorter = Sorter(workbench)
        sorter.read(file, mapping)
        parts = [_part(workbench, cells, folder) for cells in sorter.all]
        return Prepared(tuple(parts), tuple(sorter.notices))


def _part(workbench: Workbench, cells: Cells, folder: Path) -> Part:
    sheet, rows = cells.sheet, parse(workbench, cells, _divisions())
    names = {"rows": rows, "cells": cells.name, "faults": sheet.faults}
    files = {
        kind: _written(workbench, name, folder / f"{cells.index}-{kind}.parquet")
        for kind, name in names.items()
        if name is not None
    }
    return Part(
        cells.table.name, files["rows"], files["cells"], files.get("faults"),
        sheet.file, sheet.name, tuple(sheet.headings),
    )  # fmt: skip


@cache
def _divisions() -> Divisions:
    return Divisions.national()


def _prepare(job: _Job) -> Prepared:
    return prepare(*job)


def _written(workbench: Workbench, name: str, path: Path) -> str:
    target = quoted(str(path))
    workbench.sql(f"COPY (FROM {name}) TO {target} (FORMAT parquet, COMPRESSION zstd)")
    return str(path)


def _view(workbench: Workbench, path: str, index: int | None) -> str:
    columns = "*" if index is None else f"* REPLACE ({index} AS _sheet)"
    return workbench.view("prepared", f"SELECT {columns} FROM read_parquet({quoted(path)})")


@contextmanager
def scratch_folder(folder: Path | None) -> Iterator[Path]:
    """A folder for prepared files, gone afterwards: in `folder`, else in the system's own."""
    with tempfile.TemporaryDirectory(prefix="chainscout-", dir=folder) as path:
        yield Path(path)


def _jobs(files: _Files, folder: Path, mapping: Mapping | None) -> list[_Job]:
    return [(file.absolute(), folder / str(i), mapping) for i, file in enumerate(files)]
