"""The office's own table of GB/T 4754 with remarks, read for the classifier."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ingest.classify.remarks import Remarks
from ingest.errors import ColumnsMissing
from ingest.headings import fold
from ingest.readers import read_file
from ingest.workbench import Workbench

_REMARKS = ("说明", "注释", "备注", "类别说明", "范围", "remark", "remarks", "note", "notes")
# The finest first: sheets give one column a level, of which the last that is filled counts.
_CODES = (
    *("小类", "小类代码", "c4", "中类", "中类代码", "c3", "大类", "大类代码", "c2"),
    *("代码", "行业代码", "类别代码", "code", "gbt", "gbt4754", "gbt4754代码"),
)
_CODE = re.compile("[A-T]?([0-9]{2,4})")


def read_remarks(path: Path) -> Remarks:
    """The remarks of the first sheet that has codes and remarks.

    Codes stand in one column (C3985 or 3985) or in one a level (大类, 中类, 小类). Rows without a
    code of two to four digits or without a remark are passed over.

    Raises:
        UnreadableFile: the file cannot be read.
        ColumnsMissing: no sheet has a column of codes and one of remarks.
    """
    with Workbench() as workbench:
        sheets = list(read_file(workbench, path))
        for sheet in sheets:
            headings = [fold(heading) for heading in sheet.headings]
            said = [i for i, heading in enumerate(headings) if heading in _REMARKS]
            codes = [headings.index(name) for name in _CODES if name in headings]
            if said and codes:
                columns = ", ".join(f"c{i}" for i in (said[0], *codes))
                query = f"SELECT {columns} FROM {sheet.table} ORDER BY _row"
                return _of_rows(sheet.read(lambda q=query: workbench.rows(q)))  # type: ignore[misc]
    found = [heading for sheet in sheets for heading in sheet.headings]
    raise ColumnsMissing.of(path.name, "行业说明", ["代码", "说明"], found)


def _of_rows(rows: Sequence[Sequence[str | None]]) -> Remarks:
    texts: dict[str, str] = {}
    for said, *codes in rows:
        matches = (_CODE.fullmatch((code or "").strip().upper()) for code in codes)
        code = next((match[1] for match in matches if match), None)
        if code is not None and said and said.strip():
            texts.setdefault(code, said.strip())
    return Remarks(texts)


__all__ = ["read_remarks"]
