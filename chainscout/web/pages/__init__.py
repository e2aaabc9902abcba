"""One module a page: each parses what is asked, calls the packages below, fills a template."""

from __future__ import annotations

from chainscout.web.pages import (
    atlas,
    chains,
    data,
    exports,
    firms,
    gaps,
    home,
    lists,
    options,
    pick,
    progress,
    projects,
    signin,
    targets,
    watching,
)  # fmt: skip

ROUTERS = (
    home.router, chains.router, gaps.router, targets.router, firms.router, atlas.router,
    pick.router, exports.router, lists.router, progress.router, projects.router, data.router,
    watching.router, options.router, signin.router,
)  # fmt: skip

__all__ = ["ROUTERS"]
