"""Amounts of tables that are text: a heading says the unit once, the rows have bare numbers.

序号 项目名称 总投资(万元) 形象进度
1 宏远隔膜 15800 主体封顶
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingest.news.answer import Project
from ingest.values import ValueProblem, parse_amount_yi

_HEADING = re.compile(
    r"(?m)^(?=.*(?:项目|工程)名?称?)(?P<line>.*投资\S{0,4}\((?P<unit>[万亿]元)\).*)$"
)
# Other columns of numbers.
_NUMBERS = re.compile(r"亩|面积|㎡|平方|人数|产值|税|年度|完成")
_NUMBER = re.compile(r"(?<=\s)[0-9][0-9,]*(?:\.[0-9]+)?(?=\s|$)")


def with_columns(projects: Iterable[Project], even: str) -> tuple[Project, ...]:
    """The projects, those in rows under such a heading with the amount of their row."""
    tables = list(_tables(even))
    return tuple(_filled(project, tables, even) for project in projects)


def _tables(even: str) -> Iterator[tuple[int, int, int, str]]:
    """Start and end of the rows, number of the amount's column among those of numbers, unit."""
    for match in _HEADING.finditer(even):
        cells = match["line"].split()
        at = next((i for i, cell in enumerate(cells) if match["unit"] in cell), None)
        name = next((i for i, cell in enumerate(cells) if "项目" in cell or "工程" in cell), 0)
        if at is None or at <= name:
            continue
        before = sum(_NUMBERS.search(cell) is not None for cell in cells[name + 1 : at])
        blank = even.find("\n\n", match.end())
        yield match.end(), len(even) if blank < 0 else blank, before, match["unit"]


def _filled(project: Project, tables: Iterable[tuple[int, int, int, str]], even: str) -> Project:
    if project.amount_yi is not None:
        return project
    for start, end, column, unit in tables:
        if not start <= project.span[0] < end:
            continue
        line_end = even.find("\n", project.span[1])
        row = even[project.span[1] : line_end if line_end >= 0 else len(even)]
        numbers = _NUMBER.findall(row)
        if len(numbers) <= column:
            return project
        try:
            amount = parse_amount_yi(numbers[column] + unit)
        except ValueProblem:
            return project
        if amount is not None:
            yi = amount.amount_yi
            return replace(project, amount=yi * 10_000, amount_yi=yi, currency=amount.currency)
    return project
