"""Command line, pages and settings of the product."""

from __future__ import annotations

__version__ = "0.1.0"
