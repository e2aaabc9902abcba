"""The site as a worker process makes it: configuration comes in the environment."""

from __future__ import annotations

import json
import os
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from api.config import Config
from api.memory import steady
from graph import Snapshot, open_store

if TYPE_CHECKING:
    from fastapi import FastAPI

VARIABLE = "CHAINSCOUT_SERVING"


def hand_over(config: Config) -> None:
    """Put `config` where worker processes find it."""
    os.environ[VARIABLE] = json.dumps(vars(config), default=str)


def site() -> FastAPI:
    """The site of the configuration that :func:`hand_over` left."""
    steady()
    kept = json.loads(os.environ[VARIABLE])
    for name in ("folder", "models"):
        kept[name] = Path(kept[name]) if kept[name] else None
    config = Config(**kept)
    with ThreadPoolExecutor(1) as ahead:
        # The snapshot is opened while the site's modules are loaded: reading waits, loading works.
        first: Future[Snapshot] = ahead.submit(open_store(config.store).snapshot)
        from chainscout.web.site import create_site

        return create_site(config, first=first.result)


__all__ = ["VARIABLE", "hand_over", "site"]
