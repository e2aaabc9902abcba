"""The way of a row: file → cells → values → identity → merge → store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from graph.lookup import region_code
from graph.regions import Divisions
from graph.schema import LOAD_ORDER, TABLES
from graph.store import EMPTY, Store, StoreNotFound, Writer
from ingest import derive
from ingest import mapping as mappings
from ingest.cells import Cells
from ingest.doubts import Care, Doubts
from ingest.errors import RowsRejected
from ingest.merge import merge
from ingest.parse import parse
from ingest.partitions import Workers, scratch_folder
from ingest.readers import files_in
from ingest.references import ChainIndex, EndIndex, FirmIndex
from ingest.rejects import Rejects, checked_path
from ingest.report import LoadReport, TableCount
from ingest.sorter import Sorter
from ingest.workbench import Workbench

Progress = Callable[[str, int, int], None]
_SHOWN = 3  # names of files in the note of a version
NO_CHAINS = (
    "库里还没有产业链，企业归不到环节：用 chainscout reference 装入自带的产业链，"
    "或导入自己的「产业链」「环节」两张表；有产品或经营范围的企业那时自动归类"
)


def load(
    store: Store,
    paths: Sequence[str | Path],
    *,
    mapping: str | Path | None = None,
    strict: bool = False,
    rejects: str | Path | None = None,
    progress: Progress | None = None,
    workers: Workers | None = None,
    care: Care | None = None,
) -> LoadReport:
    """Load files into `store` as one transaction; good rows are kept, bad rows handed back.

    Args:
        store: where to; made if there is none.
        paths: files, or folders of files, of any readable kind.
        mapping: a mapping file, or the name of a shipped one.
        strict: change nothing if any row is rejected.
        rejects: where rejected rows go; beside the working folder by default.
        progress: called with (what, done, of).
        workers: read and check the files side by side; None = here, one after the other.
        care: what is done about names, texts and places that are not certain.

    Returns:
        What was read, accepted, rejected, created, updated and left unchanged, by table.

    Raises:
        IngestError: an input cannot be used at all, or `strict` and rows were rejected; the
            store is as it was.
        StoreError: the store cannot be written; it is as it was.
        Unknown, Ambiguous: the region of `care` is none, or several.
    """
    care = care or Care()
    home = region_code(Divisions.national(), care.region) if care.region else None
    say = progress or (lambda what, done, of: None)
    files = list(files_in([Path(p) for p in paths]))
    chosen = mappings.open_mapping(mapping) if mapping is not None else None
    target = checked_path(Path(rejects)) if rejects is not None else None
    with Workbench() as workbench, ExitStack() as open_until_done:
        sorter = Sorter(workbench)
        if workers is None:
            for number, file in enumerate(files):
                say(f"读取 {file.name}", number, len(files))
                sorter.read(file, chosen)
        else:
            folder = open_until_done.enter_context(scratch_folder(workers.scratch))
            for number, prepared in enumerate(workers.map(files, folder, chosen), 1):
                say(f"读取 {files[number - 1].name}", number, len(files))
                prepared.hand_over(sorter)
        if not sorter.cells:
            mappings.nothing_to_load(files)
        loading = _Loading(
            workbench, files, sorter.cells, sorter.notices, target,
            chosen=chosen, care=care, region=home,
        )  # fmt: skip
        report = loading.run(store, say, strict, _names(files))
        if strict and len(loading.rejects):
            raise RowsRejected(
                f"有 {len(loading.rejects)} 行被退回（见 {report.rejects_file}），"
                "严格模式下未写入任何数据"
            )
        report.notices = loading.notices
    return report


@dataclass
class _Loading:
    """One load: the cells by table, what was rejected, what to tell the user."""

    workbench: Workbench
    files: Sequence[Path]
    cells: dict[str, list[Cells]]
    notices: list[str]
    rejects_file: Path | None = None
    rejects: Rejects = field(default_factory=Rejects)
    chosen: mappings.Mapping | None = None
    care: Care = field(default_factory=Care)
    region: str | None = None

    @cached_property
    def divisions(self) -> Divisions:
        return Divisions.national()

    def run(self, store: Store, say: Progress, strict: bool, note: str) -> LoadReport:
        report = LoadReport(0)
        with suppress(_Undo), store.write(note) as writer:
            doubts = Doubts(self.workbench, store, writer, self.care.resolve, self._complete())
            session = derive.Session(
                self.workbench,
                writer,
                self.divisions,
                ChainIndex.of(writer),
                FirmIndex(self.workbench, writer, doubts),
                EndIndex(writer, self.divisions),
                doubts,
                self.region,
            )
            self._national(writer)
            tables = [name for name in LOAD_ORDER if name in self.cells]
            for number, name in enumerate(tables):
                say(f"写入 {TABLES[name].label}", number, len(tables))
                report.tables[name] = self._table(session, name)
            if "firms" in self.cells and not session.chains.chains:
                self.notices.append(NO_CHAINS)
            if self._classifies():
                say("按文本归类", len(tables), len(tables))
                from ingest.placing import place  # brings scikit-learn, which takes seconds

                report.classified = place(writer, doubts, self.care)
            say("保存", len(tables), len(tables))
            report.merged, report.tied = doubts.merged, doubts.tied
            report.asked = dict(doubts.asked)
            self.notices += doubts.notices
            # Before the store changes: should this fail, no rejected row is lost.
            if len(self.rejects):
                report.rejects_file = self.rejects_file or self.rejects.default_path(self.files[0])
                self.rejects.write(report.rejects_file)
            if strict and len(self.rejects):
                raise _Undo
        report.data_version = _version(store)
        return report

    def _complete(self) -> set[int]:
        """The sources whose mapping says that their names are whole and right."""
        sources = [cells for found in self.cells.values() for cells in found]
        mapped = ((c.index, mappings.mapping_of(c.sheet, self.chosen)) for c in sources)
        return {index for index, mapping in mapped if mapping and mapping.complete}

    def _classifies(self) -> bool:
        """Whether firms are given links by their texts: those of this load; by new links, all."""
        concerned = [*self.cells.get("firms", []), *self.cells.get("links", [])]
        if self.care.classify is None:
            mapped = any(mappings.mapping_of(c.sheet, self.chosen) for c in concerned)
            return bool(concerned) and not mapped
        return self.care.classify and bool(concerned)

    def _national(self, writer: Writer) -> None:
        """The table of divisions comes with the product."""
        if writer.read("regions", ["code"]).num_rows == 0:
            writer.put("regions", derive.national_regions(self.divisions, writer.next_version))

    def _table(self, session: derive.Session, name: str) -> TableCount:
        table, sources = TABLES[name], self.cells[name]
        count = TableCount()
        parts = []
        for cells in sources:
            count.read += self.workbench.value(f"SELECT count(*) FROM {cells.name}")
            if name == "firms":
                self._nowhere(cells)
            parts.append(cells.parsed or parse(self.workbench, cells, self.divisions))
        rows = parts[0]
        if len(parts) > 1:
            union = " UNION ALL ".join(f"SELECT * FROM {p}" for p in parts)
            rows = self.workbench.create("rows", union)
            self.workbench.drop(*parts)
        ready = derive.ready(session, table, rows, sources)
        good = self._split(ready, sources)
        self.workbench.drop(*(cells.name for cells in sources))
        counts = merge(self.workbench, session.writer, table, good)
        session.doubts.written(table, good)
        self.workbench.drop(good)
        session.loaded(table.name)
        count.rejected = self.rejects.of(name)
        count.created, count.updated = counts.created, counts.updated
        count.unchanged = counts.unchanged
        return count

    def _nowhere(self, cells: Cells) -> None:
        """Say that a sheet of firms has no place for any of them: they would count nowhere."""
        if self.region:
            where = self.divisions.full_name(self.region)
            self.notices.append(f"{cells.sheet.where}：没有写所在地的企业，按{where}计")
        elif not self.workbench.value(f"SELECT count(region) + count(address) FROM {cells.name}"):
            self.notices.append(
                f"{cells.sheet.where}：没有「所在地」也没有「地址」，其中新的企业不算在任何地区；"
                "请在导入时指定地区（--region 地区），或加上「所在地」一列再导入"
            )

    def _split(self, ready: str, sources: list[Cells]) -> str:
        """The rows without a fault; the others go to the rejects with their reasons."""
        if not self.workbench.value(f"SELECT count(*) FROM {ready} WHERE len(_errors) > 0"):
            return ready
        failures = self.workbench.create(
            "failures",
            f"SELECT _sheet, _row, array_to_string(_errors, '；') AS reason FROM {ready}"
            " WHERE len(_errors) > 0",
        )
        self.rejects.failed(self.workbench, sources, failures)
        good = self.workbench.create("good", f"SELECT * FROM {ready} WHERE len(_errors) = 0")
        self.workbench.drop(ready, failures)
        return good


def _names(files: Sequence[Path]) -> str:
    """What a version is of, in its history."""
    shown = "、".join(file.name[:60] for file in files[:_SHOWN])
    return shown if len(files) <= _SHOWN else f"{shown} 等 {len(files)} 个文件"


class _Undo(Exception):
    """Leaves the transaction without a trace."""


def _version(store: Store) -> int:
    try:
        return store.version().number
    except StoreNotFound:
        return EMPTY.number


__all__ = ["Progress", "load"]
