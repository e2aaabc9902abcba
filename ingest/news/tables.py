"""Tables in a text: lines of cells under a heading with 项目名称, as copied from a page or a file.

Cells are parted by tabs, bars or two blanks and more; a heading says what each column is, and in
which unit (投资额（万元）).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.news.amounts import money_in
from ingest.news.answer import Project, Span
from ingest.news.areas import mu_in
from ingest.news.clauses import Part
from ingest.news.stages import last_stage, stage_of

# Column → what its heading contains; the first that fits, in this order.
_COLUMNS = {
    "name": re.compile("项目名称|^项目$|工程名称|^名称$"),
    "amount": re.compile(
        "投资(?:总?额|金额|规模|概算|估算)|总投资|计划投资|^投资(?!方|主体|人|单位|商|企业)|金额"
    ),
    "land": re.compile("用地|占地|土地|面积"),
    "stage": re.compile("进展|进度|阶段|状态|形象|推进情况"),
    "firm": re.compile(
        "投资(?:主体|方|商|人|单位|企业)|业主|建设单位|企业名称|实施单位|签约(?:方|企业)|公司"
    ),
    "region": re.compile("地点|地址|落户|落地|所在|选址|属地|县区|区县|县市|地区"),
}
_UNIT = re.compile(r"\((?P<unit>[^()]*)\)")
_AREA_UNIT = re.compile("平方公里|平方米|平米|公顷|亩")
_SUM = re.compile("^(?:合计|总计|小计|共计|总数)")


@dataclass(frozen=True)
class Column:
    """What a column holds (see `_COLUMNS`), and the unit that its heading says."""

    kind: str
    unit: str


@dataclass(frozen=True)
class Row:
    """A project of a table, its line, and the text of its cell of place."""

    project: Project
    line: Part
    place: str


def rows(text: str) -> Iterator[Row]:
    """The projects of all tables in a text that has been made even, line by line."""
    columns: dict[int, Column] = {}
    titled: str | None = None
    at = 0
    for line in text.split("\n"):
        part = Part(line, at)
        at += len(line) + 1
        cells = _cells(part)
        if (found := heading(cells)) is not None:
            columns = found
        elif columns and len(cells) > 1:
            row = _row(part, cells, columns, titled)
            if row is not None:
                yield row
        elif line.strip():
            columns = {}
            titled = last_stage(line) if len(line) <= 40 else None


def spans(found: Sequence[Row]) -> list[Span]:
    """Where the lines of rows stand: what is there is read."""
    return [(row.line.start, row.line.end) for row in found]


def _cells(line: Part) -> list[Part]:
    separator = r"\t" if "\t" in line.text else r"\|" if "|" in line.text else " {2,}"
    cells, at = [], 0
    for piece in re.split(f"({separator})", line.text):
        if re.fullmatch(separator, piece) is None:
            stripped = piece.strip()
            start = line.start + at + (piece.find(stripped) if stripped else 0)
            cells.append(Part(stripped, start))
        at += len(piece)
    return cells


def heading(cells: Sequence[Part]) -> dict[int, Column] | None:
    """The columns of a line that is a heading: it names the projects and something more."""
    if len(cells) < 2 or any(len(cell.text) > 20 for cell in cells):
        return None
    found: dict[int, Column] = {}
    for i, cell in enumerate(cells):
        unit = _UNIT.search(cell.text)
        bare = _UNIT.sub("", cell.text).replace(" ", "")
        for kind, pattern in _COLUMNS.items():
            if pattern.search(bare) and kind not in {c.kind for c in found.values()}:
                found[i] = Column(kind, unit["unit"] if unit else "")
                break
    kinds = {column.kind for column in found.values()}
    return found if "name" in kinds and len(kinds) > 1 else None


def _row(
    line: Part, cells: Sequence[Part], columns: Mapping[int, Column], titled: str | None
) -> Row | None:
    by_kind = {c.kind: (cells[i], c.unit) for i, c in columns.items() if i < len(cells)}
    name = by_kind.get("name", (Part("", 0), ""))[0]
    bare = re.sub("(?<=..)项目$", "", name.text)
    if len(bare) < 3 or _SUM.match(bare) or _SUM.match(cells[0].text) or not _is_words(bare):
        return None
    cost, said = by_kind.get("amount", (Part("", 0), ""))
    yi, currency = money_in(cost.text, said)
    word = last_stage(by_kind["stage"][0].text) if "stage" in by_kind else None
    word = word or titled
    firm = by_kind["firm"][0].text if "firm" in by_kind else ""
    project = Project(
        name=bare,
        span=(name.start, name.start + len(bare)),
        evidence=(line.start, line.end),
        firm=firm if len(firm) > 1 else None,
        amount=yi * 10_000 if yi is not None else None,
        currency=currency,
        amount_yi=yi,
        land_mu=_land(*by_kind["land"]) if "land" in by_kind else None,
        stage=stage_of(word),
        stage_word=word,
    )
    return Row(project, line, by_kind["region"][0].text if "region" in by_kind else "")


def _is_words(text: str) -> bool:
    return re.search("[\u4e00-\u9fff]{2}", text) is not None


def _land(cell: Part, unit: str) -> float | None:
    said = _AREA_UNIT.search(unit)
    return mu_in(cell.text, said.group() if said else "亩")
