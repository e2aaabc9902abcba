"""Our own pictures as PNG, for documents that take no SVG.

Knows what :mod:`graph.draw` draws with — rectangles, circles, lines and curves, arrow heads, text
in one line, the hatching of weak links — and nothing else of SVG. Drawn larger and scaled down, so
that edges are smooth.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree

from PIL import Image, ImageDraw, ImageFont

from chainscout.output.fonts import Font
from graph.draw import Picture

Point = tuple[float, float]
_SVG = "{http://www.w3.org/2000/svg}"
_FINE = 2  # drawn so many times larger than wanted
_PAPER, _STRIPE, _TIP = "#fff3c9", "#e8cf70", "#8c8c8c"
_ANCHOR = {"start": "ls", "middle": "ms", "end": "rs"}


def to_png(picture: Picture, font: Font, scale: float = 2.0) -> bytes:
    """`picture` as PNG, `scale` pixels for one of its units."""
    root = ElementTree.fromstring(picture.svg)
    size = (round(picture.width * scale), round(picture.height * scale))
    image = Image.new("RGB", (size[0] * _FINE, size[1] * _FINE), "#ffffff")
    pen = _Pen(image, ImageDraw.Draw(image), scale * _FINE, font)
    for element in _drawn(root):
        draw = _DRAW.get(element.tag.removeprefix(_SVG))
        if draw is not None:
            draw(pen, element)
    out = io.BytesIO()
    image.resize(size, Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _drawn(element: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """All that is drawn in its order: not what is only defined, nor the sheet of paper itself."""
    for child in element:
        if child.tag == f"{_SVG}defs" or child.get("width") == "100%":
            continue
        yield child
        yield from _drawn(child)


@dataclass
class _Pen:
    image: Image.Image
    draw: ImageDraw.ImageDraw
    scale: float
    font: Font

    def number(self, element: ElementTree.Element, name: str, default: float = 0.0) -> float:
        return float(element.get(name) or default) * self.scale

    def letters(self, size: float, bold: bool) -> ImageFont.FreeTypeFont:
        return _face(self.font.bold if bold else self.font, max(1, round(size)))


@cache
def _face(font: Font, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font.file), size, index=font.number)


def _box(pen: _Pen, element: ElementTree.Element) -> None:
    x, y = pen.number(element, "x"), pen.number(element, "y")
    corner = (x + pen.number(element, "width"), y + pen.number(element, "height"))
    _shape(pen, element, (x, y, *corner), pen.number(element, "rx"))


def _circle(pen: _Pen, element: ElementTree.Element) -> None:
    x, y, r = (pen.number(element, name) for name in ("cx", "cy", "r"))
    _shape(pen, element, (x - r, y - r, x + r, y + r), r)


def _shape(
    pen: _Pen, element: ElementTree.Element, box: tuple[float, float, float, float], radius: float
) -> None:
    fill, edge = element.get("fill", "none"), element.get("stroke", "none")
    width = max(1, round(pen.number(element, "stroke-width", 1.0)))
    dash = [float(d) * pen.scale for d in (element.get("stroke-dasharray") or "none").split()
            if d != "none"]  # fmt: skip
    if fill.startswith("url"):
        _hatched(pen, box, radius)
    elif fill != "none":
        pen.draw.rounded_rectangle(box, radius, fill=fill)
    if edge == "none":
        return
    if dash:
        _dashed(pen, list(_outline(box, radius)), edge, width, dash)
    else:
        pen.draw.rounded_rectangle(box, radius, outline=edge, width=width)


def _hatched(pen: _Pen, box: tuple[float, float, float, float], radius: float) -> None:
    left, top, right, bottom = (round(v) for v in box)
    wide, high = right - left, bottom - top
    tile = Image.new("RGB", (wide, high), _PAPER)
    lines = ImageDraw.Draw(tile)
    step, width = 7 * pen.scale * math.sqrt(2), max(1, round(2.2 * pen.scale))
    x = -float(high)
    while x < wide:
        lines.line([(x, high), (x + high, 0)], fill=_STRIPE, width=width)
        x += step
    mask = Image.new("L", (wide, high), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, wide - 1, high - 1), radius, fill=255)
    pen.image.paste(tile, (left, top), mask)


def _outline(box: tuple[float, float, float, float], radius: float) -> Iterator[Point]:
    left, top, right, bottom = box
    corners = (
        (right - radius, top + radius, -90), (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90), (left + radius, top + radius, 180),
    )  # fmt: skip
    first: Point | None = None
    for x, y, begin in corners:
        for angle in range(begin, begin + 91, 15):
            turn = math.radians(angle)
            point = (x + radius * math.cos(turn), y + radius * math.sin(turn))
            first = first or point
            yield point
    if first:
        yield first


def _path(pen: _Pen, element: ElementTree.Element) -> None:
    numbers = [float(n) * pen.scale for n in re.findall(r"-?\d+(?:\.\d+)?", element.get("d", ""))]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    if "C" in element.get("d", ""):
        points = list(_curve(points))
    width = max(1, round(pen.number(element, "stroke-width", 1.0)))
    colour = element.get("stroke", "#000000")
    dash = [float(d) * pen.scale for d in (element.get("stroke-dasharray") or "").split()]
    if dash:
        _dashed(pen, points, colour, width, dash)
    else:
        pen.draw.line(points, fill=colour, width=width, joint="curve")
    if element.get("marker-end"):
        _arrow(pen, points)


def _curve(points: list[Point]) -> Iterator[Point]:
    """Points of a cubic Bézier curve."""
    p0, p1, p2, p3 = points
    for i in range(33):
        t = i / 32
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        yield (
            a * p0[0] + b * p1[0] + c * p2[0] + d * p3[0],
            a * p0[1] + b * p1[1] + c * p2[1] + d * p3[1],
        )


def _arrow(pen: _Pen, points: list[Point]) -> None:
    (x0, y0), (x, y) = points[-2], points[-1]
    turn = math.atan2(y - y0, x - x0)
    length, half = 6 * pen.scale, 3 * pen.scale
    back = (x - length * math.cos(turn), y - length * math.sin(turn))
    side = (half * math.sin(turn), -half * math.cos(turn))
    pen.draw.polygon(
        [(x, y), (back[0] + side[0], back[1] + side[1]), (back[0] - side[0], back[1] - side[1])],
        fill=_TIP,
    )


def _dashed(pen: _Pen, points: list[Point], colour: str, width: int, dash: list[float]) -> None:
    """A line of dashes along `points`."""
    on, left, turn = True, dash[0], 0
    for (x0, y0), (x1, y1) in pairwise(points):
        length, done = math.hypot(x1 - x0, y1 - y0), 0.0
        while length - done > 1e-6:
            step = min(left, length - done)
            a, b = done / length, (done + step) / length
            if on:
                ends = [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in (a, b)]
                pen.draw.line(ends, fill=colour, width=width)
            done, left = done + step, left - step
            if left <= 1e-6:
                on, turn = not on, turn + 1
                left = dash[turn % len(dash)]


def _text(pen: _Pen, element: ElementTree.Element) -> None:
    place = (pen.number(element, "x"), pen.number(element, "y"))
    letters = pen.letters(
        pen.number(element, "font-size", 12), element.get("font-weight") == "bold"
    )
    halo = element.get("paint-order") == "stroke"
    pen.draw.text(
        place, element.text or "", fill=element.get("fill", "#000000"), font=letters,
        anchor=_ANCHOR[element.get("text-anchor", "start")],
        stroke_width=round(1.5 * pen.scale) if halo else 0, stroke_fill=element.get("stroke"),
    )  # fmt: skip


_DRAW = {"rect": _box, "circle": _circle, "path": _path, "text": _text}

__all__ = ["to_png"]
