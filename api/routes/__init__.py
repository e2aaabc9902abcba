"""HTTP routes: each parses, calls one function of the domain, and returns a declared shape."""

from __future__ import annotations

from api.routes import (
    analysis,
    catalogue,
    contacts,
    lists,
    loads,
    projects,
    reports,
    system,
    texts,
    tuning,
)

ROUTERS = (
    catalogue.router, analysis.router, texts.router, loads.router, lists.router, projects.router,
    contacts.router, reports.router, tuning.router, system.router,
)  # fmt: skip

__all__ = ["ROUTERS"]
