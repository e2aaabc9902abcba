"""HTTP routes: each parses, calls one function of the domain, and returns a declared shape."""

from __future__ import annotations

from api.routes import analysis, catalogue, system

ROUTERS = (catalogue.router, analysis.router, system.router)

__all__ = ["ROUTERS"]
