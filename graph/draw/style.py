"""Colours and patterns of statuses: told apart by hue, by lightness and by pattern.

Hues are from the palette of Okabe and Ito (2008, Color Universal Design), which the common kinds of
colour blindness tell apart; lightness falls from missing to strong, and weak is hatched, so that a
black-and-white print says the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from graph.draw.svg import Sheet, text_width
from graph.gaps.rules import GAP_TYPES, STATUSES, GapType, Status

INK, QUIET, FAINT, PAPER = "#1a1a1a", "#5a5a5a", "#c4c4c4", "#ffffff"


@dataclass(frozen=True)
class Look:
    """How a status is drawn."""

    fill: str
    ink: str
    edge: str
    dash: str = "none"
    width: float = 1.2


LOOKS: dict[Status, Look] = {
    "strong": Look("#005a8f", PAPER, "#003a5c"),
    "present": Look("#a9d6f0", INK, "#0072b2"),
    "weak": Look("url(#weak)", INK, "#8a6d00"),
    "missing": Look(PAPER, INK, "#b34700", "5 3", 1.6),
}
MARKS: dict[GapType, str] = {kind: word[0] for kind, word in GAP_TYPES.items()}
"""建 补 延 强: the sign of a gap is a character, not a colour."""

DEFINITIONS = (
    '<pattern id="weak" width="7" height="7" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="7" height="7" fill="#fff3c9"/>'
    '<rect width="2.2" height="7" fill="#e8cf70"/></pattern>'
    '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" '
    'orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#8c8c8c"/></marker>'
)


def swatch(
    sheet: Sheet, x: float, y: float, w: float, h: float, status: Status, *, quiet: bool = False
) -> None:
    """A rectangle in the look of `status`; `quiet`: without dashes, where there are hundreds."""
    look = LOOKS[status]
    if quiet and status == "missing":
        look = replace(look, edge="#e2cdbf", dash="none", width=1.0)
    sheet.rect(
        x, y, w, h, rx=4, fill=look.fill, stroke=look.edge, stroke_width=look.width,
        stroke_dasharray=look.dash,
    )  # fmt: skip


def badge(sheet: Sheet, x: float, y: float, kind: GapType, radius: float = 9) -> None:
    """The sign of a gap, around (x, y)."""
    sheet.circle(x, y, radius, fill=PAPER, stroke="#b34700", stroke_width=1.5)
    size = radius * 1.25
    sheet.text(
        x, y + size * 0.36, MARKS[kind], size, fill="#8f3800", text_anchor="middle",
        font_weight="bold",
    )  # fmt: skip


def legend(sheet: Sheet, x: float, y: float, *, marks: bool = True) -> float:
    """Statuses and gap signs in a row from (x, y); returns where it ends."""
    for status, word in STATUSES.items():
        swatch(sheet, x, y, 22, 13, status)
        sheet.text(x + 28, y + 11, word, 11, fill=INK)
        x += 28 + text_width(word, 11) + 16
    for kind, word in GAP_TYPES.items() if marks else ():
        badge(sheet, x + 7, y + 6.5, kind, 7)
        sheet.text(x + 18, y + 11, word, 11, fill=INK)
        x += 18 + text_width(word, 11) + 16
    return x
