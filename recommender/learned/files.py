"""Trained models as files in a folder, one a data version, and which of them a question means."""

from __future__ import annotations

import re
import threading
from pathlib import Path

from recommender.learned.model import Learned
from recommender.models import Model
from recommender.query import QueryError

TRAINED = ("auto", "learned")
"""Names that may mean a trained model."""
_FILE = re.compile(r"learned-v(\d+)\.json")


class NotTrained(QueryError):
    """The trained model is asked for and there is none."""


class TrainedModels:
    """The trained models in `folder`; each file is read once, and again where it was replaced."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, Learned] = {}
        self._lock = threading.Lock()

    def keep(self, model: Learned, version: int) -> Path:
        """Write the model of a data version; returns its file."""
        path = self.folder / f"learned-v{version}.json"
        model.save(path)
        return path

    def mark(self, version: int) -> str:
        """What tells the model for a data version from every other; "" = there is none."""
        path = self._file(version)
        return "" if path is None else _mark(path)

    def hangs_on(self, name: str | None, version: int) -> str:
        """What an answer scored by `name` hangs on beside the data; "" = nothing."""
        return self.mark(version) if name in TRAINED else ""

    def newest(self, version: int) -> Learned | None:
        """The model of this data version or of the nearest one before it; None if there is none.

        Raises:
            ModelUnreadable: its file is not one of this release.
        """
        path = self._file(version)
        if path is None:
            return None
        mark = _mark(path)
        with self._lock:
            if mark not in self._read:
                self._read = {mark: Learned.load(path)}
            return self._read[mark]

    def meant(self, name: str | None, version: int, *, regional: bool) -> Model | str | None:
        """What scores where `name` is asked for: a trained model, a name, None = the default.

        A trained model learned who goes to which region: unasked, it answers for regions only.

        Raises:
            NotTrained, ModelUnreadable.
        """
        if name is not None and name not in TRAINED:
            return name
        if name != "learned" and not regional:
            return None
        found = self.newest(version)
        if found is None and name == "learned":
            raise NotTrained("还没有训练好的模型；请先运行 chainscout model train")
        return found

    def _file(self, version: int) -> Path | None:
        found = {
            int(match[1]): path
            for path in (self.folder.glob("*.json") if self.folder.is_dir() else ())
            if (match := _FILE.fullmatch(path.name)) and int(match[1]) <= version
        }
        return found[max(found)] if found else None


def _mark(path: Path) -> str:
    return f"{path.name}@{path.stat().st_mtime_ns}"


__all__ = ["TRAINED", "NotTrained", "TrainedModels"]
