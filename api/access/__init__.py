"""Who may do what: callers, the rule every route carries, forms that cannot be forged."""

from __future__ import annotations

from api.access.forms import FORM_COOKIE, FORM_FIELD, FormKeeper
from api.access.rules import (
    ANYBODY,
    Forged,
    Needs,
    NotSignedIn,
    RuleMissing,
    actor_of,
    check_rules,
    needs,
    routes_and_rules,
)

__all__ = [
    "ANYBODY",
    "FORM_COOKIE",
    "FORM_FIELD",
    "Forged",
    "FormKeeper",
    "Needs",
    "NotSignedIn",
    "RuleMissing",
    "actor_of",
    "check_rules",
    "needs",
    "routes_and_rules",
]
