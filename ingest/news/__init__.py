"""News, work reports and articles → projects, firms, totals, each with the span it came from."""

from __future__ import annotations

from ingest.news.answer import Extraction, Mention, Project, Total
from ingest.news.extract import extract_file, extract_text, why
from ingest.news.read import read_text

__all__ = [
    "Extraction",
    "Mention",
    "Project",
    "Total",
    "extract_file",
    "extract_text",
    "read_text",
    "why",
]
