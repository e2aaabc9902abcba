"""One module a page: each parses what is asked, calls the packages below, fills a template."""

from __future__ import annotations

from chainscout.web.pages import atlas, chains, exports, firms, gaps, home, pick, targets

ROUTERS = (
    home.router, chains.router, gaps.router, targets.router, firms.router, atlas.router,
    pick.router, exports.router,
)  # fmt: skip

__all__ = ["ROUTERS"]
