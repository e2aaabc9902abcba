"""The command line: ``chainscout``."""

from __future__ import annotations

from chainscout.cli.run import main, run

__all__ = ["main", "run"]
