"""Sheets sorted by what they hold: the cells of each standard table, through a mapping or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from graph.schema import STANDARD, TABLES, Table
from ingest import mapping as mappings
from ingest.cells import Cells, from_layout
from ingest.errors import TableUnknown
from ingest.headings import META_TABLE, layout, table_for, table_named
from ingest.readers import Sheet, read_file
from ingest.rejects import unshielded
from ingest.workbench import Workbench, quoted


@dataclass
class Sorter:
    """Takes sheets one by one; `cells` grows by table in the order of the sheets."""

    workbench: Workbench
    cells: dict[str, list[Cells]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    sheets: int = 0

    def read(self, file: Path, chosen: mappings.Mapping | None) -> None:
        """Take all sheets of a file. Raises IngestError."""
        for sheet in read_file(self.workbench, file):
            self.take(sheet, chosen)

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
                self.add(cells)
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
        for column, heading in found.stand_ins.items():
            label = found.table[column].label
            self.notices.append(f"{sheet.where}：没有「{label}」一列，以「{heading}」代替")
        self.add(from_layout(self.workbench, sheet, found, self.sheets))

    def add(self, cells: Cells) -> None:
        """Take cells that are there already."""
        self.cells.setdefault(cells.table.name, []).append(cells)
        self.sheets += 1

    @property
    def all(self) -> list[Cells]:
        """All cells in the order of their sheets."""
        return sorted((c for found in self.cells.values() for c in found), key=lambda c: c.index)
