"""CSV and JSON: what other programs read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from chainscout.output.cells import spreadsheet
from chainscout.output.document import Column, Section


def to_csv(section: Section, headings: str = "en") -> str:
    """RFC 4180 with LF line ends; cells that a spreadsheet would run are neutralised.

    Args:
        section: the table.
        headings: ``en`` for programs: field names, codes, numbers whole; ``zh`` for people: Chinese
            headings, words for codes, shares and scores with four decimals.
    """
    text, people = io.StringIO(), headings != "en"
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(c.label if people else c.name for c in section.columns)
    for row in section.rows:
        cells = map(_told, row, section.columns) if people else row
        writer.writerow("" if v is None else spreadsheet(v) for v in cells)
    return text.getvalue()


def _told(value: Any, column: Column) -> Any:
    """A cell as people read it in a table."""
    if isinstance(value, float):
        return round(value, 4)
    return (column.says or {}).get(value, value) if isinstance(value, str) else value


def to_json(answer: Any) -> str:
    """The answer of the contract, indented, Chinese as it is. NaN is refused: unknown is null."""
    return json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False, default=str) + "\n"


def to_jsonl(records: Iterable[Any]) -> str:
    """One compact JSON object per line."""
    return "".join(json_line(record) for record in records)


def json_line(record: Any) -> str:
    """One line of JSON lines, with its line feed."""
    return json.dumps(record, ensure_ascii=False, allow_nan=False, default=str) + "\n"


__all__ = ["json_line", "to_csv", "to_json", "to_jsonl"]
