"""Pages for the browser, made on the server; nothing is loaded from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chainscout.web.site import create_site


def __getattr__(name: str) -> Any:
    """`create_site` when it is asked for: who starts a server need not load its pages."""
    if name != "create_site":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from chainscout.web.site import create_site

    return create_site


__all__ = ["create_site"]
