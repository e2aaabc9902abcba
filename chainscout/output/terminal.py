"""Documents in a terminal, readable in 100 columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from chainscout.output.cells import shown, width
from chainscout.output.document import Column, Document, Section

_GAP = 2  # columns between two columns: one of padding, one of the box
_NAME, _PLACE = 20, 12  # of names beside long sentences
_LEAST = 24  # a column of sentences is not narrower than this
_NUMBER = re.compile(r"^\d+\. ")
# Marks that do not begin a line, and those that do not end one.
_CLOSING, _OPENING = "，。；：、）」》】！？)]}%,.;:", "（「《【([{"


def draw(document: Document, console: Console) -> None:
    """Print `document`. Cells are plain text: markup in them is not followed."""
    console.print(Group(*_parts(document, console.width)))


def _parts(document: Document, room: int) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(document.title, style="bold")]
    facts = "　".join(f"{label}：{value}" for label, value in document.facts if len(value) < 40)
    if facts:
        parts.append(Text(facts, style="dim"))
    for section in document.sections:
        if section.terminal:
            parts += ["", *_section(section, len(document.sections) > 1, room)]
    return parts


def _section(section: Section, titled: bool, room: int) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if titled:
        parts.append(Text(f"【{section.title}】", style="bold cyan"))
    if section.note:
        parts.append(Text(wrap(section.note, room)))
    parts.append(_table(section, room) if section.rows else Text(f"（{section.empty}）"))
    return parts


def _table(section: Section, room: int) -> Table:
    brief = [i for i, column in enumerate(section.columns) if column.brief]
    columns = [section.columns[i] for i in brief]
    cells = [[_cell(row[i], section.columns[i]) for i in brief] for row in section.rows]
    widths = _widths(columns, cells, room)
    wrapped = [[wrap(t, w) for t, w in zip(row, widths, strict=True)] for row in cells]
    tall = sum(any("\n" in text for text in row) for row in wrapped)
    table = Table(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, _GAP - 1, 0, 0),
        leading=1 if 2 * tall > len(wrapped) else 0,
    )  # fmt: skip
    for column, wide in zip(columns, widths, strict=True):
        if column.numeric:
            table.add_column(column.label, justify="right", width=wide, no_wrap=True)
        else:
            table.add_column(column.label, width=wide, no_wrap=True)
    for row in wrapped:
        table.add_row(*(Text(text) for text in row))
    return table


def _cell(value: object, column: Column) -> str:
    """A cell's text; of several numbered sentences the first few."""
    text = shown(value, column)
    if column.kind != "long" or "\n" not in text:
        return text
    return "".join(_NUMBER.sub("", line) for line in text.split("\n")[: column.sentences])


def _widths(columns: Sequence[Column], cells: Sequence[Sequence[str]], room: int) -> list[int]:
    """What each column needs; those of sentences share what is left."""
    need = [
        max([width(column.label), *(width(row[i]) for row in cells)])
        for i, column in enumerate(columns)
    ]
    free = [i for i, column in enumerate(columns) if column.kind == "long"]
    # Where sentences need the room, names wrap: the first column of names less than the others.
    tight = any(need[i] > 2 * _LEAST for i in free)
    first = next((i for i, column in enumerate(columns) if column.kind == "text"), -1)
    widths = []
    for i, (n, column) in enumerate(zip(need, columns, strict=True)):
        most = (_NAME if i == first else _PLACE) if tight else column.width
        widths.append(n if column.numeric else max(width(column.label), min(n, most)))
    left = room - sum(w for i, w in enumerate(widths) if i not in free) - _GAP * len(columns)
    for i in free:
        widths[i] = min(need[i], max(_LEAST, left // len(free)))
    return widths


def wrap(text: str, room: int) -> str:
    """`text` in lines of at most `room` columns; Chinese breaks anywhere but before a full stop.

    Words and numbers of the Latin script stay whole where they fit a line.
    """
    return "\n".join(line for part in text.split("\n") for line in _lines(part, room))


def _lines(text: str, room: int) -> list[str]:
    lines: list[list[str]] = [[]]
    for piece in _pieces(text, room):
        line = lines[-1]
        if line and sum(map(width, line)) + width(piece) > room:
            lines.append(_carried(line, piece))
            line = lines[-1]
        if line or piece.strip():
            line.append(piece)
    return ["".join(line).rstrip() for line in lines]


def _pieces(text: str, room: int) -> list[str]:
    """Characters, and words of the Latin script that fit a line, as what is never divided."""
    found = []
    for piece in re.findall(r"[!-~]+|.", text):
        found += [piece] if width(piece) <= room else list(piece)
    return found


def _carried(line: list[str], piece: str) -> list[str]:
    """What goes to the next line with `piece`, taken from the end of `line`."""
    carried: list[str] = []
    while len(line) > 1 and (piece[0] in _CLOSING or line[-1][-1] in _OPENING):
        piece = line.pop()
        carried.insert(0, piece)
        if piece[0] not in _CLOSING and line[-1][-1] not in _OPENING:
            break
    return carried


__all__ = ["draw", "wrap"]
