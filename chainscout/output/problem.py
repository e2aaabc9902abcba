"""What goes wrong with results."""

from __future__ import annotations


class OutputProblem(Exception):
    """A result cannot be written; the message says where, why and what to do."""
