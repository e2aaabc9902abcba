"""Pages for the browser, made on the server; nothing is loaded from elsewhere."""

from __future__ import annotations

from chainscout.web.site import create_site

__all__ = ["create_site"]
