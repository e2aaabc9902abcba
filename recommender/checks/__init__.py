"""Check lists (七评一看): declarative constraints of a region or park, each with its points.

:mod:`~recommender.checks.model` says what a list is, :mod:`~recommender.checks.read` reads one,
:mod:`~recommender.checks.park` makes one of a park's row, :mod:`~recommender.checks.judge` applies
it to candidates.
"""

from __future__ import annotations

from recommender.checks.model import Check, CheckList, CheckListInvalid
from recommender.checks.read import EXAMPLE, read_checks

__all__ = ["EXAMPLE", "Check", "CheckList", "CheckListInvalid", "read_checks"]
