"""Where trained models are: beside the store."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from chainscout import settings
from recommender.learned.files import TrainedModels


def trained_models(store_uri: str) -> TrainedModels:
    """The trained models of a store."""
    return TrainedModels(folder_of(store_uri))


def folder_of(store_uri: str) -> Path:
    """Beside a store that is a file; in the cache folder for one on a server."""
    if "://" in store_uri:
        return settings.folder("cache") / "models" / quote(store_uri, safe="")
    return Path(store_uri + ".models")


__all__ = ["folder_of", "trained_models"]
