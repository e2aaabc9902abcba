"""Firm names taken apart: place, core (字号), trade, legal form."""

from __future__ import annotations

from ingest.namemodel.forms import Kind
from ingest.namemodel.parse import NameParts, clean, parse
from ingest.namemodel.places import Place, compatible, letter_codes, places_at

__all__ = [
    "Kind",
    "NameParts",
    "Place",
    "clean",
    "compatible",
    "letter_codes",
    "parse",
    "places_at",
]
