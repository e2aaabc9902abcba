"""What can go wrong with input as a whole; a single bad row is a reject, not an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from rapidfuzz import process

from graph.schema import Table


class IngestError(Exception):
    """The input cannot be used; nothing was changed. The message names file, place and remedy."""


class UnreadableFile(IngestError):
    """A file is missing, broken, of an unknown kind, or not what its name says."""

    @classmethod
    def because(cls, path: Path, reason: str) -> UnreadableFile:
        return cls(f"{path}：{reason}")


class TableUnknown(IngestError):
    """Neither the name nor the headings tell which standard table a sheet is."""

    @classmethod
    def of(cls, where: str, headings: Iterable[str], tables: Iterable[str]) -> TableUnknown:
        seen = "、".join(h[:40] for h in headings if h)[:200] or "（空）"
        return cls(
            f"{where}：认不出是哪张标准表。表头是：{seen}。"
            f"请把文件或工作表命名为其中之一：{'、'.join(tables)}，或用 --mapping 指定映射文件；"
            "不需要导入的工作表请删除或改名为「说明」"
        )

    @classmethod
    def in_row(
        cls, where: str, row: int, column: str, text: str, tables: Mapping[str, Table]
    ) -> TableUnknown:
        names = "、".join(table.label for table in tables.values())
        said = f"是「{text[:40]}」" if text else "是空的"
        return cls(f"{where} 第 {row} 行：「{column}」列{said}，应为其中之一：{names}")


class ColumnsMissing(IngestError):
    """A table lacks a required column."""

    @classmethod
    def of(
        cls, where: str, table: str, missing: Iterable[str], available: Iterable[str]
    ) -> ColumnsMissing:
        found = [h[:40] for h in available if h]
        hints = []
        for name in missing:
            near = process.extractOne(name, found, score_cutoff=50)
            hints.append(f"「{name}」" + (f"（是否就是「{near[0]}」？）" if near else ""))
        have = "、".join(found)[:200] or "（空）"
        return cls(f"{where}：作为 {table} 表缺少必填列 {'、'.join(hints)}；现有列：{have}")


class MappingInvalid(IngestError):
    """A mapping file is not what a mapping file must be."""


class RowsRejected(IngestError):
    """With --strict: some rows were rejected, so nothing was changed."""


class TooMuch(IngestError):
    """The working memory of a load does not hold what it has to look at together."""

    @classmethod
    def at(cls, limit: str) -> TooMuch:
        return cls(f"这批文件一次导入放不下（工作内存 {limit}），未写入任何数据；请分成几批导入")
