"""Administrative divisions of China: the national table, and from text or code to a division."""

from __future__ import annotations

from graph.regions.match import Choice, RegionMatch
from graph.regions.resolve import Divisions
from graph.regions.table import Division, DivisionsInvalid

__all__ = ["Choice", "Division", "Divisions", "DivisionsInvalid", "RegionMatch"]
