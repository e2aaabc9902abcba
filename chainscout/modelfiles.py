"""Trained models beside the store: one file a data version."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

from chainscout import settings
from recommender.learned import Learned

_FILE = re.compile(r"learned-v(\d+)\.json")


def folder_of(store_uri: str) -> Path:
    """Beside a store that is a file; in the cache folder for one on a server."""
    if "://" in store_uri:
        return settings.folder("cache") / "models" / quote(store_uri, safe="")
    return Path(store_uri + ".models")


def keep(model: Learned, store_uri: str, version: int) -> Path:
    """Write the model of a data version; returns its file."""
    path = folder_of(store_uri) / f"learned-v{version}.json"
    model.save(path)
    return path


def newest(store_uri: str, version: int) -> tuple[Learned, Path] | None:
    """The model of this data version or of the nearest one before it; None if there is none.

    Raises ModelUnreadable.
    """
    folder = folder_of(store_uri)
    found = {
        int(match[1]): path
        for path in (folder.glob("*.json") if folder.is_dir() else ())
        if (match := _FILE.fullmatch(path.name)) and int(match[1]) <= version
    }
    if not found:
        return None
    path = found[max(found)]
    return Learned.load(path), path


__all__ = ["folder_of", "keep", "newest"]
