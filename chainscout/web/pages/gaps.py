"""缺口: what a region lacks, why, and how far the order hangs on the weights."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import needs
from chainscout.output.notes import gap_notes
from chainscout.web.asking import AskedDep, Text
from chainscout.web.frame import page
from graph.gaps import ChainGaps, GapReport, LinkGap, weight_sensitivity
from workspace.actor import Role

router = APIRouter(include_in_schema=False, dependencies=[needs(Role.viewer)])
_SHOWN = 100


@router.get("/gaps", response_class=HTMLResponse)
def gaps(
    request: Request, asked: AskedDep, status: Text = "", kind: Text = "", whole: bool = False
) -> HTMLResponse:
    """Gaps by priority; `whole` lists the links that are no gap as well."""
    report = asked.gaps() if asked.region else None
    rows = _rows(report, status, kind, whole) if report else []
    answer = report.to_dict() if report else None
    sensitivity = weight_sensitivity(report).to_dict() if report and asked.chain else None
    return page(
        request,
        "pages/gaps.html",
        title=f"{asked.region}缺口" if asked.region else "缺口",
        asked=asked,
        chains=asked.chains(),
        rows=[
            {"chain": {"id": chain.id, "name": chain.name}, **link.to_dict()}
            for chain, link in rows[:_SHOWN]
        ],
        total=len(rows),
        answer=answer,
        summary=_summary(answer) if answer else [],
        ranks={g["link"]["id"]: g for g in sensitivity["gaps"]} if sensitivity else {},
        sensitivity=sensitivity,
        notes=gap_notes(answer) if answer else [],
        chosen={"status": status, "kind": kind, "whole": whole},
        report=report,
    )


def _rows(
    report: GapReport, status: str, kind: str, whole: bool
) -> list[tuple[ChainGaps, LinkGap]]:
    """Gaps, the most urgent first, then the other links if wanted."""
    cells = list(report.gaps())
    if whole:
        cells += [(c, link) for c in report.chains for link in c.links if link.gap_type is None]
    return [
        (chain, link)
        for chain, link in cells
        if (not status or link.status == status) and (not kind or link.gap_type == kind)
    ]


def _summary(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """A row a chain: links by status."""
    return [
        {
            "chain": chain["chain"],
            "established": chain["established"],
            "links": len(chain["links"]),
            "gaps": sum(link["gap_type"] is not None for link in chain["links"]),
            **{
                status: sum(link["status"] == status for link in chain["links"])
                for status in ("strong", "present", "weak", "missing")
            },
        }
        for chain in answer["chains"]
    ]


__all__ = ["router"]
