"""CSV and JSON: what other programs read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from chainscout.output.cells import spreadsheet
from chainscout.output.document import Section


def to_csv(section: Section, headings: str = "en") -> str:
    """RFC 4180 with LF line ends; cells that a spreadsheet would run are neutralised."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(c.name if headings == "en" else c.label for c in section.columns)
    for row in section.rows:
        writer.writerow("" if v is None else spreadsheet(v) for v in row)
    return text.getvalue()


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
