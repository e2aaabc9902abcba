"""Loads that run beside the server: uploaded files in a folder, the state of the work in a file.

The work itself is a process of its own (:mod:`api.loading`): a large load takes neither the memory
nor the time of the one that answers, and any worker of the server can tell how far it is.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

Status = Literal["waiting", "running", "done", "failed"]
STATE = "state.json"
_KEPT = 200


class JobUnknown(LookupError):
    """No job has this id."""


@dataclass
class Job:
    """One load.

    Attributes:
        region: code of where the firms are whose rows do not say.
        progress: what is being done, how much of it is done, of how much.
        summary: the contract's summary of an ingest once it is done.
        problem: why it failed; for the user.
        mends: the job whose rejected rows this one mends.
    """

    id: str
    status: Status
    by: str
    files: list[str]
    created: str
    mapping: str | None = None
    strict: bool = False
    region: str | None = None
    finished: str | None = None
    progress: tuple[str, int, int] | None = None
    summary: dict[str, Any] | None = None
    notices: list[str] = field(default_factory=list)
    problem: str | None = None
    mends: str | None = None
    pid: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON, without what concerns the server alone."""
        done = dict(vars(self))
        del done["pid"], done["problem"]
        if self.progress:
            done["progress"] = dict(zip(("what", "done", "of"), self.progress, strict=True))
        rejects = self.summary and self.summary.get("rejects_file")
        if self.summary:
            done["summary"] = {**self.summary, "rejects_file": rejects and "rejects"}
        return {**done, "problem": self.problem}


class Jobs:
    """The loads of one store."""

    def __init__(self, folder: Path, store: str) -> None:
        self.folder = folder
        self.store = store

    def new_folder(self) -> Path:
        """A folder for the files of a job to come."""
        self.folder.mkdir(parents=True, exist_ok=True)
        made = self.folder / f"{datetime.now(UTC):%Y%m%d%H%M%S}-{secrets.token_hex(4)}"
        (made / "files").mkdir(parents=True)
        return made

    def start(
        self,
        folder: Path,
        by: str,
        *,
        mapping: str | None = None,
        strict: bool = False,
        region: str | None = None,
        mends: str | None = None,
    ) -> Job:
        """Load the files in ``folder/files``, in a process of its own."""
        names = sorted(file.name for file in (folder / "files").iterdir())
        job = Job(folder.name, "waiting", by, names, _now(), mapping, strict, region, mends=mends)
        save(folder, job)
        command = [sys.executable, "-m", "api.loading", str(folder), self.store]
        with (folder / "log.txt").open("wb") as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            )  # fmt: skip
        _CHILDREN.append(process)
        self._forget()
        return job

    def get(self, ident: str) -> Job:
        """A job. Raises JobUnknown."""
        folder = self.path(ident)
        return _checked(folder, load(folder))

    def path(self, ident: str) -> Path:
        """The folder of a job. Raises JobUnknown."""
        folder = self.folder / ident
        plain = ident.replace("-", "").isalnum() and ident.isascii()
        if not plain or not (folder / STATE).is_file():
            raise JobUnknown(f"没有导入任务「{ident[:60]}」；可能已被清理，请重新上传")
        return folder

    def all(self) -> list[Job]:
        """All jobs, the newest first."""
        if not self.folder.is_dir():
            return []
        folders = sorted((f for f in self.folder.iterdir() if (f / STATE).is_file()), reverse=True)
        return [_checked(folder, load(folder)) for folder in folders]

    def rejects(self, ident: str) -> Path | None:
        """The file of rejected rows of a job, None where there are none. Raises JobUnknown."""
        kept = self.path(ident) / "rejects.jsonl"
        return kept if kept.is_file() else None

    def _forget(self) -> None:
        """Remove the oldest jobs beyond two hundred, and those who ended from the process list."""
        _CHILDREN[:] = [child for child in _CHILDREN if child.poll() is None]
        for folder in sorted(self.folder.iterdir(), reverse=True)[_KEPT:]:
            shutil.rmtree(folder, ignore_errors=True)


_CHILDREN: list[subprocess.Popen[bytes]] = []


def load(folder: Path) -> Job:
    """The state of the job in `folder`."""
    kept = json.loads((folder / STATE).read_text(encoding="utf8"))
    return Job(**kept)


def save(folder: Path, job: Job) -> None:
    """Note the state of a job, whole or not at all."""
    draft = folder / f"{STATE}.{os.getpid()}"
    draft.write_text(json.dumps(vars(job), ensure_ascii=False), encoding="utf8")
    draft.replace(folder / STATE)


def _checked(folder: Path, job: Job) -> Job:
    """The job; one whose process is gone without a word has failed."""
    _CHILDREN[:] = [child for child in _CHILDREN if child.poll() is None]
    if job.status == "running" and job.pid and not _alive(job.pid):
        job = load(folder)  # it may have ended just now
        if job.status == "running":
            job.status, job.problem = "failed", "导入中途停止，没有改动任何数据；请重新导入"
    return job


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


__all__ = ["Job", "JobUnknown", "Jobs", "load", "save"]
