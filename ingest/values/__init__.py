"""Cells as people write them → values, or an exact reason why not.

Every parser takes a cell as a file reader gives it (text, number, date, None). A marker of
absence (—, 无, 暂无, N/A …) is None: missing, never zero. Everything else is a value or a
ValueProblem, whose reason stands in the rejects file; no other exception leaves this package.
"""

from __future__ import annotations

from ingest.values.cells import Cell, RangeProblem, ValueProblem, is_missing
from ingest.values.dates import parse_date
from ingest.values.lists import split_list
from ingest.values.money import MONEY_UNITS, Amount, Money, parse_amount_yi, parse_money
from ingest.values.numbers import parse_integer, parse_number, parse_ratio

__all__ = [
    "MONEY_UNITS",
    "Amount",
    "Cell",
    "Money",
    "RangeProblem",
    "ValueProblem",
    "is_missing",
    "parse_amount_yi",
    "parse_date",
    "parse_integer",
    "parse_money",
    "parse_number",
    "parse_ratio",
    "split_list",
]
