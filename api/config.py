"""What an application is made with."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Config:
    """Where things are, and limits.

    Attributes:
        store: as :func:`graph.open_store` takes it.
        workspace: file or address of the workspace; "" = beside the store.
        folder: where uploads wait and what pages keep; None = beside the store.
        models: where the trained models of the store are; None = beside the store.
        login: whether callers have to sign in or bring a key. Without, everybody who reaches the
            server under a local name is the person at the machine.
        secret: signs the tokens of forms; the same in all workers.
        reload_seconds: how often, at most, a newer data version is looked for.
        upload_limit: bytes of an upload.
        body_limit: bytes of any other request.
        seconds: how long an answer may take to begin.
    """

    store: str
    workspace: str = ""
    folder: Path | None = None
    models: Path | None = None
    login: bool = False
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    reload_seconds: float = 1.0
    upload_limit: int = 200 << 20
    body_limit: int = 2 << 20
    seconds: float = 60.0

    @property
    def workspace_place(self) -> str:
        """Where the workspace is."""
        return self.workspace or f"{self._base}.workspace.db"

    @property
    def state_folder(self) -> Path:
        """Where uploads wait and what pages keep."""
        return self.folder or Path(f"{self._base}.server")

    @property
    def models_folder(self) -> Path:
        """Where the trained models of the store are."""
        return self.models or Path(f"{self._base}.models")

    @property
    def _base(self) -> str:
        return "chainscout" if "://" in self.store else self.store


__all__ = ["Config"]
