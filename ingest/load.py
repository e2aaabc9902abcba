"""The way of a row: file → cells → values → identity → merge → store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from graph.regions import Divisions
from graph.schema import LOAD_ORDER, TABLES
from graph.store import EMPTY, Store, StoreNotFound, Writer
from ingest import derive
from ingest import mapping as mappings
from ingest.cells import Cells, from_layout
from ingest.errors import RowsRejected
from ingest.headings import META_TABLE, layout, table_for, table_named
from ingest.merge import merge
from ingest.parse import parse
from ingest.readers import Sheet, files_in, read_file
from ingest.references import ChainIndex, EndIndex, FirmIndex
from ingest.rejects import Rejects, default_path
from ingest.report import LoadReport, TableCount
from ingest.workbench import Workbench, quoted

Progress = Callable[[str, int, int], None]


def load(
    store: Store,
    paths: Sequence[str | Path],
    *,
    mapping: str | Path | None = None,
    strict: bool = False,
    rejects: str | Path | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Load files into `store` as one transaction; good rows are kept, bad rows handed back.

    Args:
        store: where to; made if there is none.
        paths: files, or folders of files, of any readable kind.
        mapping: a mapping file, or the name of a shipped one.
        strict: change nothing if any row is rejected.
        rejects: where rejected rows go; beside the working folder by default.
        progress: called with (what, done, of).

    Returns:
        What was read, accepted, rejected, created, updated and left unchanged, by table.

    Raises:
        IngestError: an input cannot be used at all, or `strict` and rows were rejected; the
            store is as it was.
        StoreError: the store cannot be written; it is as it was.
    """
    say = progress or (lambda what, done, of: None)
    files = list(files_in([Path(p) for p in paths]))
    chosen = mappings.open_mapping(mapping) if mapping is not None else None
    with Workbench() as workbench:
        loading = _Loading(workbench)
        for number, file in enumerate(files):
            say(f"读取 {file.name}", number, len(files))
            for sheet in read_file(workbench, file):
                loading.take(sheet, chosen)
        loading.check_any(files)
        report = loading.run(store, say, strict, ", ".join(f.name for f in files)[:200])
        if len(loading.rejects):
            target = Path(rejects) if rejects else default_path(files[0], len(loading.rejects))
            loading.rejects.write(target)
            report.rejects_file = target
            if strict:
                raise RowsRejected(
                    f"有 {len(loading.rejects)} 行被退回（见 {target}），严格模式下未写入任何数据"
                )
        report.notices = loading.notices
    return report


@dataclass
class _Loading:
    """One load: the cells by table, what was rejected, what to tell the user."""

    workbench: Workbench
    cells: dict[str, list[Cells]] = field(default_factory=dict)
    rejects: Rejects = field(default_factory=Rejects)
    notices: list[str] = field(default_factory=list)
    sheets: int = 0

    @cached_property
    def divisions(self) -> Divisions:
        return Divisions.national()

    # sheets → cells --------------------------------------------------------------------------

    def take(self, sheet: Sheet, chosen: mappings.Mapping | None) -> None:
        """Turn one sheet into cells of one table, or of several through a mapping."""
        mapped = chosen or mappings.recognised(sheet)
        if mapped is not None or META_TABLE in sheet.headings:
            self._settle(sheet)
        if mapped is not None:
            for cells in mapped.apply(self.workbench, sheet, self.sheets):
                self._add(cells)
            return
        if META_TABLE in sheet.headings:
            for table in self._tables_in(sheet):
                self._add_layout(sheet, table, f"c{sheet.headings.index(META_TABLE)}")
            return
        where = sheet.where
        if self._is_note(sheet):
            self.notices.append(f"{where}：不是标准表，已跳过")
            return
        self._add_layout(sheet, table_for(sheet.name, sheet.headings, where))

    def _settle(self, sheet: Sheet) -> None:
        """Read a sheet once that several tables are made of."""
        sheet.table = sheet.read(
            lambda: self.workbench.create("raw", f"SELECT * FROM {sheet.table}")
        )

    def _is_note(self, sheet: Sheet) -> bool:
        """A sheet of explanations beside tables, as in the template workbook."""
        return sheet.name.strip() in ("说明", "填写说明", "README", "字典", "选项")

    def _tables_in(self, sheet: Sheet) -> list[str]:
        column = f"c{sheet.headings.index(META_TABLE)}"
        labels = self.workbench.rows(f"SELECT DISTINCT {column} FROM {sheet.table}")
        return sorted({t for (label,) in labels if label and (t := table_named(label))})

    def _add_layout(self, sheet: Sheet, table: str, only: str | None = None) -> None:
        found = layout(TABLES[table], sheet.headings, sheet.where)
        if found.unknown:
            names = "、".join(list(found.unknown)[:12])
            self.notices.append(f"{sheet.where}：标准表里没有的列作为其他属性保留：{names}")
        part = sheet
        if only:
            wanted = ", ".join(quoted(n) for n in (table, TABLES[table].label))
            kept = self.workbench.create(
                "raw", f"SELECT * FROM {sheet.table} WHERE {only} IN ({wanted})"
            )
            part = Sheet(sheet.file, sheet.name, sheet.headings, kept)
        self._add(from_layout(self.workbench, part, found, self.sheets))

    def _add(self, cells: Cells) -> None:
        self.cells.setdefault(cells.table.name, []).append(cells)
        self.sheets += 1

    def check_any(self, files: Sequence[Path]) -> None:
        if not self.cells:
            mappings.nothing_to_load(files)

    # cells → store ---------------------------------------------------------------------------

    def run(self, store: Store, say: Progress, strict: bool, note: str) -> LoadReport:
        report = LoadReport(0)
        with suppress(_Undo), store.write(note) as writer:
            session = derive.Session(
                self.workbench,
                writer,
                self.divisions,
                ChainIndex.of(writer),
                FirmIndex(self.workbench, writer),
                EndIndex(writer, self.divisions),
            )
            self._national(writer)
            tables = [name for name in LOAD_ORDER if name in self.cells]
            for number, name in enumerate(tables):
                say(f"写入 {TABLES[name].label}", number, len(tables))
                report.tables[name] = self._table(session, name)
            say("保存", len(tables), len(tables))
            if strict and len(self.rejects):
                raise _Undo
        report.data_version = _version(store)
        return report

    def _national(self, writer: Writer) -> None:
        """The table of divisions comes with the product."""
        if writer.read("regions", ["code"]).num_rows == 0:
            writer.put("regions", derive.national_regions(self.divisions, writer.next_version))

    def _table(self, session: derive.Session, name: str) -> TableCount:
        table, sources = TABLES[name], self.cells[name]
        count = TableCount()
        parts = []
        for cells in sources:
            self.rejects.broken(table, cells)
            count.read += len(cells.sheet.broken)
            count.read += self.workbench.value(f"SELECT count(*) FROM {cells.name}")
            parts.append(parse(self.workbench, cells, self.divisions))
        rows = parts[0]
        if len(parts) > 1:
            union = " UNION ALL ".join(f"SELECT * FROM {p}" for p in parts)
            rows = self.workbench.create("rows", union)
            self.workbench.drop(*parts)
        ready = derive.ready(session, table, rows, sources)
        good = self._split(ready, sources)
        self.workbench.drop(*(cells.name for cells in sources))
        counts = merge(self.workbench, session.writer, table, good)
        self.workbench.drop(good)
        session.loaded(table.name)
        count.rejected = self.rejects.of(name)
        count.created, count.updated = counts.created, counts.updated
        count.unchanged = counts.unchanged
        return count

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


class _Undo(Exception):
    """Leaves the transaction without a trace."""


def _version(store: Store) -> int:
    try:
        return store.version().number
    except StoreNotFound:
        return EMPTY.number


__all__ = ["Progress", "load"]
