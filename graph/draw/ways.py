"""Ways in as a picture: a row each, from what the region has to the firm on the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from graph.draw.style import INK, LOOKS, PAPER, QUIET
from graph.draw.svg import Picture, Sheet, fitted, shortened

BOX_WIDTH, BOX_HEIGHT = 196.0, 34.0
GAP_X, GAP_Y = 124.0, 14.0
MARGIN, FOOT = 8.0, 30.0
NOTE = "自左至右为引荐顺序；线越粗关联越强，虚线为未注明强度；箭头为关联本身的方向"
_UNKNOWN = 0.5
_LINE, _OTHERS = "#8c8c8c", "#fff3c9"
Step: TypeAlias = Mapping[str, Any]


def ways_in(
    ways: Sequence[Mapping[str, Any]],
    *,
    title: str = "对接路径",
    href: Callable[[str, str], str] = lambda kind, ident: "",
) -> Picture:
    """Ways to one firm as a picture.

    Args:
        ways: paths as the contract gives them (`graph.paths.Path.to_dict`), ending at one firm.
        title: what the picture is called for those who cannot see it.
        href: the address of an end by kind and id; empty = none.

    Raises:
        ValueError: there is no way.
    """
    if not ways:
        raise ValueError("no ways to draw")
    longest = max(len(way["steps"]) for way in ways)
    high = len(ways) * (BOX_HEIGHT + GAP_Y) - GAP_Y
    right = MARGIN + longest * (BOX_WIDTH + GAP_X)
    sheet = Sheet(right + BOX_WIDTH + MARGIN, MARGIN + high + FOOT)
    for row, way in enumerate(ways):
        y = MARGIN + row * (BOX_HEIGHT + GAP_Y)
        for left, step in enumerate(reversed(way["steps"])):
            x = right - (left + 1) * (BOX_WIDTH + GAP_X)
            _tie(sheet, x + BOX_WIDTH, y + BOX_HEIGHT / 2, step)
            _box(sheet, x, y, BOX_HEIGHT, step["from"], href)
    _box(sheet, right, MARGIN, high, ways[0]["steps"][-1]["to"], href, firm=True)
    sheet.text(MARGIN, sheet.height - 8, NOTE, 11, fill=QUIET)
    return sheet.picture(title)


def _tie(sheet: Sheet, x: float, y: float, step: Step) -> None:
    """One tie from (x, y) to the right, its label on the line."""
    weight, end = step["weight"], x + GAP_X
    dash = {"stroke_dasharray": "4 3"} if weight is None else {}
    wide = 0.8 + 3.2 * (_UNKNOWN if weight is None else weight)
    sheet.open(_said(step))
    sheet.line(x, y, end, y, stroke=_LINE, stroke_width=f"{wide:.1f}", **dash)
    tip, back = (end, -9.0) if step["direction"] == "forward" else (x, 9.0)
    for side in (-4.5, 4.5):
        sheet.line(tip + back, y + side, tip, y, stroke=INK, stroke_width=1.5)
    sheet.text(
        x + GAP_X / 2, y + 4, shortened(str(step["label"]), GAP_X - 26, 11.5), 11.5, fill=INK,
        text_anchor="middle", paint_order="stroke", stroke=PAPER, stroke_width=5,
    )  # fmt: skip
    sheet.close()


def _said(step: Step) -> str:
    weight = "强度未注明" if step["weight"] is None else f"强度 {step['weight']:.2f}"
    date = f"，{step['date']}" if step["date"] else ""
    return f"{step['label']}：{weight}，来源：{step['source'] or '未注明'}{date}"


def _box(
    sheet: Sheet, x: float, y: float, height: float, end: Mapping[str, Any],
    href: Callable[[str, str], str], *, firm: bool = False,
) -> None:  # fmt: skip
    """An end: the firm filled, other firms with square corners, people and the rest round."""
    name, kind, look = str(end["name"]), str(end["kind"]), LOOKS["strong"]
    others = kind != "firm"
    sheet.open(name, href=href(kind, str(end["id"])))
    sheet.rect(
        x, y, BOX_WIDTH, height, rx=BOX_HEIGHT / 2 if others else 3,
        fill=look.fill if firm else _OTHERS if others else PAPER, stroke=look.fill,
        stroke_width=1.2,
    )  # fmt: skip
    words, size = fitted(name, BOX_WIDTH - 20, 13, 10)
    sheet.text(
        x + BOX_WIDTH / 2, y + height / 2 + size * 0.36, words, size,
        fill=look.ink if firm else INK, text_anchor="middle",
    )  # fmt: skip
    sheet.close()


__all__ = ["ways_in"]
