"""What a person is handed: one description of a document, drawn in many formats."""

from __future__ import annotations

from chainscout.output.document import Column, Document, Section
from chainscout.output.write import (
    FORMATS,
    SUFFIXES,
    OutputProblem,
    csv_for_people,
    emit,
    render,
    save,
)

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "Column",
    "Document",
    "OutputProblem",
    "Section",
    "csv_for_people",
    "emit",
    "render",
    "save",
]
