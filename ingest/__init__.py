"""From files to the graph: read, check, identify, merge; good rows kept, bad rows handed back."""

from __future__ import annotations

from ingest.doubts import Care
from ingest.errors import IngestError
from ingest.load import load
from ingest.report import LoadReport, TableCount

__all__ = ["Care", "IngestError", "LoadReport", "TableCount", "load"]
