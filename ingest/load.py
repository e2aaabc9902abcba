"""The way of a row: file → cells → values → identity → merge → store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from graph.regions import Divisions
from graph.schema import LOAD_ORDER, STANDARD, TABLES, Table
from graph.store import EMPTY, Store, StoreNotFound, Writer
from ingest import derive
from ingest import mapping as mappings
from ingest.cells import Cells, from_layout
from ingest.errors import RowsRejected, TableUnknown
from ingest.headings import META_TABLE, layout, table_for, table_named
from ingest.merge import merge
from ingest.parse import parse
from ingest.readers import Sheet, files_in, read_file
from ingest.references import ChainIndex, EndIndex, FirmIndex
from ingest.rejects import Rejects, checked_path, unshielded
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
    target = checked_path(Path(rejects)) if rejects is not None else None
    with Workbench() as workbench:
        loading = _Loading(workbench, files, target)
        for number, file in enumerate(files):
            say(f"读取 {file.name}", number, len(files))
            for sheet in read_file(workbench, file):
                loading.take(sheet, chosen)
        loading.check_any()
        report = loading.run(store, say, strict, ", ".join(f.name for f in files)[:200])
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
    rejects_file: Path | None = None
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
        if self._is_note(sheet):
            self.notices.append(f"{sheet.where}：是说明，不是数据，已跳过")
            return
        mapped = chosen or mappings.recognised(sheet)
        if META_TABLE in sheet.headings:
            mapped = None  # a rejects file has standard headings, whatever its source had
        if mapped is not None or META_TABLE in sheet.headings:
            self._settle(sheet)
        if mapped is not None:
            for cells in mapped.apply(self.workbench, sheet, self.sheets):
                self._add(cells)
            return
        if META_TABLE in sheet.headings:
            for table, part in self._parts(sheet):
                self._add_layout(part, table)
            return
        self._add_layout(sheet, table_for(sheet.name, sheet.headings, sheet.where))

    def _settle(self, sheet: Sheet) -> None:
        """Read a sheet once that several tables are made of."""
        sheet.table = sheet.read(
            lambda: self.workbench.create("raw", f"SELECT * FROM {sheet.table}")
        )

    def _is_note(self, sheet: Sheet) -> bool:
        """A sheet of explanations beside tables, as in the template workbook."""
        return sheet.name.strip() in ("说明", "填写说明", "README", "字典", "选项")

    def _parts(self, sheet: Sheet) -> Iterator[tuple[str, Sheet]]:
        """A rejects file by table. Raises TableUnknown for a row that names none."""
        column = f"c{sheet.headings.index(META_TABLE)}"
        own = table_named(sheet.name)
        labels: dict[str, list[str]] = {}
        found = f"SELECT coalesce(trim({column}), '') AS t, min(_row) FROM {sheet.table} GROUP BY t"
        for label, row in self.workbench.rows(f"{found} ORDER BY 2"):
            table = table_named(label) if label else own
            if table is None:
                standard = {name: TABLES[name] for name in STANDARD}
                raise TableUnknown.in_row(sheet.where, row, META_TABLE, label, standard)
            labels.setdefault(table, []).append(label)
        for table, texts in labels.items():
            wanted = ", ".join(quoted(text) for text in texts)
            cells = ", ".join(f"{unshielded(f'c{i}')} AS c{i}" for i in range(len(sheet.headings)))
            kept = self.workbench.create(
                "raw",
                f"SELECT _row, {cells} FROM {sheet.table}"
                f" WHERE coalesce(trim({column}), '') IN ({wanted})",
            )
            faults = self._faults_in(sheet, kept)
            headings = self._used(sheet, kept, TABLES[table])
            yield table, replace(sheet, headings=headings, table=kept, faults=faults)

    def _used(self, sheet: Sheet, table: str, kind: Table) -> list[str]:
        """The headings under which the part `table` of `sheet` has something, and its own."""
        own = {name for column in kind.columns for name in (column.name, column.label)}
        counts = ", ".join(f"count(nullif(trim(c{i}), ''))" for i in range(len(sheet.headings)))
        (filled,) = self.workbench.rows(f"SELECT {counts} FROM {table}")
        return [
            heading if some or heading in own else ""
            for heading, some in zip(sheet.headings, filled, strict=True)
        ]

    def _faults_in(self, sheet: Sheet, table: str) -> str | None:
        if sheet.faults is None:
            return None
        return self.workbench.create(
            "faults", f"SELECT * FROM {sheet.faults} SEMI JOIN {table} USING (_row)"
        )

    def _add_layout(self, sheet: Sheet, table: str) -> None:
        found = layout(TABLES[table], sheet.headings, sheet.where)
        if found.unknown:
            names = "、".join(name[:40] for name in list(found.unknown)[:12])
            self.notices.append(f"{sheet.where}：标准表里没有的列作为其他属性保留：{names}")
        self._add(from_layout(self.workbench, sheet, found, self.sheets))

    def _add(self, cells: Cells) -> None:
        self.cells.setdefault(cells.table.name, []).append(cells)
        self.sheets += 1

    def check_any(self) -> None:
        if not self.cells:
            mappings.nothing_to_load(self.files)

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
            # Before the store changes: should this fail, no rejected row is lost.
            if len(self.rejects):
                report.rejects_file = self.rejects_file or self.rejects.default_path(self.files[0])
                self.rejects.write(report.rejects_file)
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
