"""The site as a worker process makes it: configuration comes in the environment."""

from __future__ import annotations

import json
import os
from pathlib import Path

from fastapi import FastAPI

from api.config import Config
from chainscout.web.site import create_site

VARIABLE = "CHAINSCOUT_SERVING"


def hand_over(config: Config) -> None:
    """Put `config` where worker processes find it."""
    kept = {**vars(config), "folder": str(config.folder) if config.folder else None}
    os.environ[VARIABLE] = json.dumps(kept)


def site() -> FastAPI:
    """The site of the configuration that :func:`hand_over` left."""
    kept = json.loads(os.environ[VARIABLE])
    folder = kept.pop("folder")
    return create_site(Config(**kept, folder=Path(folder) if folder else None))


__all__ = ["VARIABLE", "hand_over", "site"]
