"""The chain map: links from upstream to downstream, what the region has and what it lacks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from graph.draw.layout import Box, Layout, arrange
from graph.draw.style import DEFINITIONS, INK, LOOKS, QUIET, badge, legend, swatch
from graph.draw.svg import Picture, Sheet, fitted, shortened, text_width
from graph.gaps.report import STAGES, ChainGaps, GapReport, LinkGap
from graph.gaps.rules import GAP_TYPES, STATUSES

if TYPE_CHECKING:
    from graph.leaders import Leader

MARGIN, HEAD, FOOT = 28.0, 104.0, 52.0
PAD = 9.0
NOTE = "箭头：供给方向（虚线为逆向或同列）；* 为按规模或标签推断的链主"
_FORM = re.compile(r"([（(]?集团[)）]?)?(股份)?(有限责任|有限)?公司$")


def chain_map(
    report: GapReport,
    chain: str | None = None,
    *,
    href: Callable[[LinkGap], str] | None = None,
) -> Picture:
    """One chain of a report as a layered map.

    Args:
        report: of `find_gaps`.
        chain: id or name of a chain of the report; None = its first.
        href: the address that a link of the chain leads to; None = nowhere.

    Raises:
        ValueError: the report has no such chain.
    """
    gaps = report.chain(chain)
    graph = report.snapshot.chain_graph(report.snapshot.chain_rows[gaps.id])
    stages = {link.id: link.stage for link in gaps.links}
    layout = arrange(graph, stages, left=MARGIN, top=HEAD)
    title = f"{report.name}·{gaps.name} 产业链图"
    wide = max(layout.width + MARGIN, MARGIN * 2 + text_width(title, 20), 960.0)
    sheet = Sheet(wide, layout.height + FOOT)
    _heading(sheet, report, gaps, title)
    _bands(sheet, layout)
    for feed in layout.feeds:
        dash = {"stroke_dasharray": "2 3"} if feed.back else {}
        sheet.path(
            feed.path, stroke="#8c8c8c", stroke_width=1, stroke_opacity=0.75,
            marker_end="url(#tip)", **dash,
        )  # fmt: skip
    for link in gaps.links:
        _link(sheet, layout.boxes[link.id], link, href(link) if href else "")
    end = legend(sheet, MARGIN, sheet.height - 26)
    sheet.text(end + 8, sheet.height - 15, NOTE, 11, fill=QUIET)
    return sheet.picture(title, DEFINITIONS)


def _heading(sheet: Sheet, report: GapReport, gaps: ChainGaps, title: str) -> None:
    sheet.text(MARGIN, 34, title, 20, fill=INK, font_weight="bold")
    have = sum(link.status in ("present", "strong") for link in gaps.links)
    lack = sum(link.gap_type is not None for link in gaps.links)
    words = (
        f"共 {len(gaps.links)} 个环节，已具备 {have} 个，缺口 {lack} 个，"
        f"{'已' if gaps.established else '尚未'}成链；数据版本 {report.data_version}"
    )
    if not gaps.links:
        words = f"这条产业链还没有环节；数据版本 {report.data_version}"
    sheet.text(MARGIN, 56, words, 12, fill=QUIET)


def _bands(sheet: Sheet, layout: Layout) -> None:
    for stage, (left, right) in layout.spans.items():
        sheet.rect(
            left - 12, HEAD - 34, right - left + 24, layout.height - HEAD + 46, rx=6,
            fill="#f6f6f4", stroke="#e4e4e0", stroke_width=1,
        )  # fmt: skip
        sheet.text(
            (left + right) / 2, HEAD - 14, STAGES[stage], 14, fill=QUIET, font_weight="bold",
            text_anchor="middle",
        )  # fmt: skip


def _link(sheet: Sheet, box: Box, link: LinkGap, href: str) -> None:
    look = LOOKS[link.status]
    sheet.open(_title(link), href=href)
    swatch(sheet, box.x, box.y, box.width, box.height, link.status)
    room = box.width - 2 * PAD - (22 if link.gap_type else 0)
    name, size = fitted(link.name, room, 14, 10)
    # On the hatching of a weak link letters get a paper edge.
    halo = {} if link.status != "weak" else _halo()
    sheet.text(box.x + PAD, box.y + 23, name, size, fill=look.ink, font_weight="bold", **halo)
    sheet.text(
        box.x + PAD, box.y + 43, shortened(_second(link), box.width - 2 * PAD, 10.5), 10.5,
        fill=look.ink, **halo,
    )  # fmt: skip
    if link.gap_type:
        badge(sheet, box.x + box.width - 15, box.y + 16, link.gap_type)
    sheet.close()


def _halo() -> dict[str, object]:
    return {"paint_order": "stroke", "stroke": "#fff8e0", "stroke_width": 3}


def _second(link: LinkGap) -> str:
    counts = f"本地 {link.local_firms} 家 / 全国 {link.national_firms}"
    if not link.local_firms:
        return f"全国 {link.national_firms} 家"
    return f"{link.local_firms} 家·链主 {_short(link.leader)}" if link.leader else counts


def _short(leader: Leader) -> str:
    """The leader's name without its legal form, with * where it is only inferred."""
    return _FORM.sub("", leader.name) + ("*" if leader.basis == "inferred" else "")


def _title(link: LinkGap) -> str:
    kind = f"，{GAP_TYPES[link.gap_type]}" if link.gap_type else ""
    leader = f"，链主 {link.leader.name}" if link.leader else ""
    return f"{link.name}：{STATUSES[link.status]}{kind}{leader}\n{''.join(link.reasons)}"
