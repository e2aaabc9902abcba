"""Relatedness scatter: how near each gap is to what the region has, against its priority."""

from __future__ import annotations

import math
from dataclasses import dataclass

from graph.draw.style import DEFINITIONS, FAINT, INK, LOOKS, MARKS, QUIET, legend
from graph.draw.svg import Picture, Sheet, shortened, text_width
from graph.gaps.report import ChainGaps, GapReport, LinkGap

WIDTH, HEIGHT = 780.0, 540.0
LEFT, RIGHT, TOP, BOTTOM = 72.0, 36.0, 76.0, 104.0
RADIUS, LETTERS = 8.0, 11.0


@dataclass(frozen=True)
class _Frame:
    """From values to pixels; both axes begin at zero."""

    x_most: float
    y_most: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        return LEFT + wide * x / self.x_most, HEIGHT - BOTTOM - high * y / self.y_most


def relatedness_scatter(
    report: GapReport, chain: str | None = None, *, labels: int = 12
) -> Picture:
    """The gaps of one chain: relatedness density to the right, priority upwards.

    Args:
        report: of `find_gaps`.
        chain: id or name of a chain of the report; None = its first.
        labels: the gaps of highest priority that are named, where their names find room.

    Raises:
        ValueError: the report has no such chain.
    """
    gaps = report.chain(chain)
    points = _points(gaps)
    title = f"{report.name}·{gaps.name} 缺口：关联密度与优先度"
    frame = _Frame(
        max([x for _, x, _ in points], default=0.0) * 1.12 or 1.0,
        max([y for _, _, y in points], default=0.0) * 1.12 or 1.0,
    )
    sheet = Sheet(WIDTH, HEIGHT)
    sheet.text(LEFT, 34, title, 18, fill=INK, font_weight="bold")
    unknown = sum(link.gap_type is not None for link in gaps.links) - len(points)
    if unknown:
        sheet.text(LEFT, 56, f"另有 {unknown} 个缺口的关联密度未知，未画出", 12, fill=QUIET)
    _axes(sheet, frame)
    for link, x, y in reversed(points):
        _point(sheet, link, *frame.at(x, y))
    _name(sheet, [(link.name, *frame.at(x, y)) for link, x, y in points], labels)
    legend(sheet, LEFT, HEIGHT - 30)
    return sheet.picture(title, DEFINITIONS)


def _points(gaps: ChainGaps) -> list[tuple[LinkGap, float, float]]:
    """Gaps with known relatedness and priority, the most urgent first."""
    found = [
        (link, link.relatedness, link.priority)
        for link in gaps.links
        if link.gap_type and link.relatedness is not None and link.priority is not None
    ]
    return sorted(found, key=lambda point: (-point[2], point[0].id))


def _axes(sheet: Sheet, frame: _Frame) -> None:
    bottom, middle = HEIGHT - BOTTOM, (TOP + HEIGHT - BOTTOM) / 2
    for value in _ticks(frame.x_most):
        x, _ = frame.at(value, 0)
        sheet.line(x, TOP, x, bottom, stroke="#ececea")
        sheet.text(x, bottom + 18, f"{value:g}", 11, fill=QUIET, text_anchor="middle")
    for value in _ticks(frame.y_most):
        _, y = frame.at(0, value)
        sheet.line(LEFT, y, WIDTH - RIGHT, y, stroke="#ececea")
        sheet.text(LEFT - 8, y + 4, f"{value:g}", 11, fill=QUIET, text_anchor="end")
    sheet.line(LEFT, bottom, WIDTH - RIGHT, bottom, stroke=FAINT)
    sheet.line(LEFT, TOP, LEFT, bottom, stroke=FAINT)
    words = "关联密度（与本地现有环节的接近程度）"
    sheet.text((LEFT + WIDTH - RIGHT) / 2, bottom + 40, words, 12, fill=INK, text_anchor="middle")
    sheet.text(
        20, middle, "优先度", 12, fill=INK, text_anchor="middle",
        transform=f"rotate(-90 20 {middle:.1f})",
    )  # fmt: skip


def _ticks(most: float) -> list[float]:
    """At most seven round values from 0 to `most`."""
    power = 10.0 ** math.floor(math.log10(most))
    step = next(s for s in (0.1, 0.2, 0.5, 1.0, 2.0) if most / (s * power) <= 6) * power
    return [round(i * step, 10) for i in range(int(most / step + 1e-9) + 1)]


def _point(sheet: Sheet, link: LinkGap, x: float, y: float) -> None:
    look = LOOKS[link.status]
    sheet.open(f"{link.name}：关联密度 {link.relatedness:.3f}，优先度 {link.priority:.3f}")
    sheet.circle(
        x, y, RADIUS, fill=look.fill, stroke=look.edge, stroke_width=look.width,
        stroke_dasharray=look.dash,
    )  # fmt: skip
    if link.gap_type:
        sheet.text(
            x, y + 3.6, MARKS[link.gap_type], 10, fill="#8f3800", text_anchor="middle",
            font_weight="bold",
        )  # fmt: skip
    sheet.close()


Area = tuple[float, float, float, float]


def _name(sheet: Sheet, points: list[tuple[str, float, float]], limit: int) -> None:
    """Names beside their points where they cover no other name or point."""
    taken: list[Area] = [(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for _, x, y in points]
    for name, x, y in points[:limit]:
        words = shortened(name, 150, LETTERS)
        wide = text_width(words, LETTERS)
        for left, base in (
            (x + RADIUS + 4, y + 4), (x - RADIUS - 4 - wide, y + 4),
            (x - wide / 2, y - RADIUS - 5), (x - wide / 2, y + RADIUS + 13),
        ):  # fmt: skip
            area = (left, base - LETTERS, left + wide, base + 3)
            inside = left >= LEFT and area[2] <= WIDTH - 4 and area[1] >= TOP - 16
            if inside and not any(_meet(area, other) for other in taken):
                sheet.text(left, base, words, LETTERS, fill=INK)
                taken.append(area)
                break


def _meet(a: Area, b: Area) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
