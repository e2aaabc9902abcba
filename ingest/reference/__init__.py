"""The data that come with the product: reference chains and a sample of well-known firms."""

from __future__ import annotations

from pathlib import Path

from graph.store import Store
from ingest.doubts import Care
from ingest.load import Progress, load
from ingest.report import LoadReport

FOLDER = Path(__file__).parent


def reference_files(*, firms: bool = True) -> list[Path]:
    """The bundled files; without `firms` only the chains."""
    chains = sorted(FOLDER.glob("chains/*.yaml"))
    rest = [*FOLDER.glob("firms/*.csv"), *FOLDER.glob("positions/*.csv"), *FOLDER.glob("*.csv")]
    return chains + (sorted(rest) if firms else [])


def load_reference(
    store: Store, *, firms: bool = True, progress: Progress | None = None
) -> LoadReport:
    """Load the bundled data into `store`. Not one row of it may be rejected (a test says so)."""
    files = reference_files(firms=firms)
    # Its names were checked one by one; the links are for the firms that an office has already.
    care = Care(resolve=False, stored_only=True)
    return load(store, files, strict=True, progress=progress, care=care)


__all__ = ["FOLDER", "load_reference", "reference_files"]
