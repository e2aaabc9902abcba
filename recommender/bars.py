"""Values of several models as horizontal bars with their intervals."""

from __future__ import annotations

from collections.abc import Mapping

from graph.draw.style import FAINT, INK, LOOKS, QUIET
from graph.draw.svg import Picture, Sheet, shortened
from recommender.measures import Measured

ROW, LABEL, PLOT, RIGHT, TOP = 26.0, 170.0, 380.0, 60.0, 40.0


def bars(title: str, values: Mapping[str, Measured]) -> Picture:
    """One bar a model, the longest first; the line through its end is the 95 % interval."""
    ordered = sorted(values.items(), key=lambda pair: (-pair[1]["value"], pair[0]))
    most = max([own["interval"][1] for own in values.values()] + [1e-9])
    scale = PLOT / max(most, 1.0)
    sheet = Sheet(LABEL + PLOT + RIGHT, TOP + ROW * len(ordered) + 16)
    sheet.text(10, 24, title, 14, fill=INK)
    for number, (name, own) in enumerate(ordered):
        y = TOP + number * ROW
        low, high = (LABEL + end * scale for end in own["interval"])
        said = f"{name} {own['value']:.3f}"
        sheet.open(said)
        sheet.text(
            LABEL - 8, y + 15, shortened(name, LABEL - 16, 12), 12, text_anchor="end", fill=INK
        )
        sheet.rect(
            LABEL, y + 4, max(own["value"] * scale, 0.5), ROW - 11, fill=LOOKS["present"].fill
        )
        sheet.line(low, y + 11, high, y + 11, stroke=INK, stroke_width=1.2)
        sheet.text(high + 6, y + 15, f"{own['value']:.3f}", 11, fill=QUIET)
        sheet.close()
    sheet.line(LABEL, TOP, LABEL, TOP + ROW * len(ordered), stroke=FAINT)
    return sheet.picture(title)
