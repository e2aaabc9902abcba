"""Gap analysis: 有什么, 缺什么, of which type, how urgent, and why."""

from __future__ import annotations

from graph.gaps.find import find_gaps
from graph.gaps.report import ChainGaps, ComponentValue, GapReport, LinkGap, LocalFirm
from graph.gaps.rules import GAP_TYPES, STATUSES, GapType, Status, classify_link
from graph.gaps.sensitivity import RankRange, Sensitivity, weight_sensitivity
from graph.gaps.settings import COMPONENTS, GapSettings, GapWeights
from graph.gaps.table import gap_table

__all__ = [
    "COMPONENTS",
    "GAP_TYPES",
    "STATUSES",
    "ChainGaps",
    "ComponentValue",
    "GapReport",
    "GapSettings",
    "GapType",
    "GapWeights",
    "LinkGap",
    "LocalFirm",
    "RankRange",
    "Sensitivity",
    "Status",
    "classify_link",
    "find_gaps",
    "gap_table",
    "weight_sensitivity",
]
