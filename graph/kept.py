"""Arrays of one data version kept as files beside the store, so that opening it costs no work.

A version never changes, so what is computed from it alone can be read back by every later process:
the columns of the snapshot and what analyses derive for the whole country. Files are mapped into
memory, not read: they are there at once, and the workers of a server share one copy.

    demo.duckdb.versions/000007.kept-5c1f…/firms.ids.arrow, firms.region.npy, …, firms.json

The folder's name holds a digest of the version's file and of this code: another file under the same
number, or another release, has another folder. A part counts once its list (``firms.json``), which
is written last, is there. Nothing here is ever needed: where a part is missing or broken it is
computed again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
import pyarrow as pa

log = logging.getLogger(__name__)
T = TypeVar("T")
Column: TypeAlias = Any
"""numpy array, Arrow array or Arrow table: what the fields of a part hold."""

WORTH = 50_000
"""Firms from which keeping is worth the disk; a smaller store opens in no time anyway."""


class Kept:
    """The kept parts of one version, in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, file: Path, *marks: object) -> Kept:
        """Those of the version in `file`; `marks` are what else tells its content."""
        stat = file.stat()
        text = repr((stat.st_size, stat.st_mtime_ns, *marks, _release()))
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        return cls(file.with_name(f"{file.stem}.kept-{digest}"))

    def get(self, name: str, kind: type[T]) -> T | None:
        """The part `name`, a dataclass of columns; None where it is not kept or not whole."""
        try:
            listed = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
            return kind(**{field: self._load(*entry) for field, entry in listed.items()})
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, pa.ArrowInvalid) as error:
            log.warning("%s: %s is computed again: %s", self.folder, name, error)
            return None

    def _load(self, name: str, size: int, form: str) -> Column:
        path = self.folder / name
        if path.stat().st_size != size:
            raise ValueError(f"{name} has not the size it was written with")
        if form == "numpy":
            return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
        if form == "empty":  # nothing cannot be mapped
            return np.load(path, allow_pickle=False)
        table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        if form == "table":
            return table
        chunks = table.column(0)
        return chunks.chunk(0) if chunks.num_chunks == 1 else chunks.combine_chunks()

    def has(self, name: str) -> bool:
        """Whether the part is there."""
        return (self.folder / f"{name}.json").exists()

    def put(self, parts: Mapping[str, object]) -> None:
        """Write the parts that are not there yet; where that is not possible the log says so."""
        try:
            self._sweep()
            self.folder.mkdir(parents=True, exist_ok=True)
            for name, part in parts.items():
                if not self.has(name):
                    self._put(name, part)
        except OSError as error:
            log.warning("%s: nothing is kept there: %s", self.folder, error)

    def _put(self, name: str, part: Any) -> None:
        listed = {}
        for field in fields(part):
            if field.init and field.repr:  # what a part remembers of its use is no part of it
                listed[field.name] = self._save(f"{name}.{field.name}", getattr(part, field.name))
        draft = self._draft(f"{name}.json")
        draft.write_text(json.dumps(listed), encoding="utf-8")
        draft.replace(self.folder / f"{name}.json")

    def _save(self, name: str, column: Column) -> tuple[str, int, str]:
        """Write one column under a name of its own process first, then under its own."""
        draft = self._draft(name)
        with draft.open("wb") as file:
            if isinstance(column, np.ndarray):
                form = "numpy" if column.size else "empty"
                np.save(file, np.ascontiguousarray(column), allow_pickle=False)
            else:
                form = "table" if isinstance(column, pa.Table) else "array"
                table = column if form == "table" else pa.table({"column": column})
                with pa.ipc.new_file(file, table.schema) as writer:
                    writer.write_table(table)
            file.flush()
            os.fsync(file.fileno())
        size = draft.stat().st_size
        draft.replace(self.folder / name)
        return name, size, form

    def _draft(self, name: str) -> Path:
        return self.folder / f".{name}.{os.getpid()}"

    def _sweep(self) -> None:
        """Remove what was kept of other versions; a process that has it mapped keeps it."""
        for other in self.folder.parent.glob("[0-9]*.kept-*"):
            if other != self.folder:
                shutil.rmtree(other, ignore_errors=True)


@cache
def _release() -> str:
    """A digest of the code and the tables that kept parts are computed by."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for file in sorted([*here.rglob("*.py"), *here.rglob("*.csv"), *here.parent.glob("api/*.py")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()


__all__ = ["WORTH", "Kept"]
