"""Amounts of tables that are text with single blanks, whose cells cannot be told apart.

序号 项目名称 总投资(万元) 形象进度
1 宏远隔膜 15800 主体封顶

Tables with tabs, bars or wider gaps are read cell by cell (:mod:`ingest.news.tables`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from ingest.news.amounts import money_in
from ingest.news.answer import Project
from ingest.news.clauses import Part
from ingest.news.tables import heading

# Headings of other columns of numbers.
_NUMBERS = re.compile(r"亩|面积|㎡|平方|人数|产值|税|年度|完成")
_NUMBER = re.compile(r"(?<=\s)[0-9][0-9,]*(?:\.[0-9]+)?(?=\s|$)")


class _Table(NamedTuple):
    """Where rows stand, which of a row's numbers is the amount, and its unit."""

    start: int
    end: int
    number: int
    unit: str


def with_columns(projects: Iterable[Project], even: str) -> tuple[Project, ...]:
    """The projects, those in rows under such a heading with the amount of their row."""
    tables = list(_tables(even))
    return tuple(_filled(project, tables, even) for project in projects)


def _tables(even: str) -> Iterator[_Table]:
    for line in re.finditer("(?m)^.+$", even):
        cells = line.group().split()
        columns = heading([Part(cell, 0) for cell in cells]) or {}
        at = {column.kind: i for i, column in columns.items()}
        if "amount" not in at or at["amount"] < at["name"] or not columns[at["amount"]].unit:
            continue
        others = cells[at["name"] + 1 : at["amount"]]
        before = sum(_NUMBERS.search(cell) is not None for cell in others)
        blank = even.find("\n\n", line.end())
        end = len(even) if blank < 0 else blank
        yield _Table(line.end(), end, before, columns[at["amount"]].unit)


def _filled(project: Project, tables: Iterable[_Table], even: str) -> Project:
    at = project.span[0]
    table = next((table for table in tables if table.start <= at < table.end), None)
    if project.amount_yi is not None or table is None:
        return project
    row = even[project.span[1] :].partition("\n")[0]
    numbers = _NUMBER.findall(row)[table.number :]
    yi, currency = money_in(numbers[0], table.unit) if numbers else (None, None)
    if yi is None:
        return project
    return replace(project, amount=yi * 10_000, amount_yi=yi, currency=currency)
