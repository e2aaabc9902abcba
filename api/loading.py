"""The process of one job: ``python -m api.loading FOLDER STORE``."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from api.jobs import Job, load, save
from api.uploads import MAPPING
from graph import open_store
from graph.store import StoreError
from ingest import Care, IngestError
from ingest import load as ingest

_EVERY = 0.3


def run(folder: Path, store: str) -> None:
    """Load the files of the job in `folder` into `store`; what came of it stands in its state."""
    job = load(folder)
    job.status, job.pid = "running", os.getpid()
    save(folder, job)
    try:
        _load(folder, store, job)
        job.status = "done"
    except (IngestError, StoreError) as error:
        # Where the files lie on the server is nobody's business.
        said = str(error).replace(f"{folder / 'files'}{os.sep}", "")
        job.status, job.problem = "failed", said.replace(f"{folder}{os.sep}", "")
    except BaseException:
        job.status, job.problem = "failed", "程序出错，没有改动任何数据；请把任务编号告诉管理员"
        raise
    finally:
        job.finished = datetime.now(UTC).isoformat(timespec="seconds")
        job.progress = None
        save(folder, job)


def _load(folder: Path, store: str, job: Job) -> None:
    said = 0.0

    def progress(what: str, done: int, of: int) -> None:
        nonlocal said
        if time.monotonic() - said >= _EVERY:
            said = time.monotonic()
            job.progress = (what, done, of)
            save(folder, job)

    own = folder / MAPPING
    report = ingest(
        open_store(store),
        [folder / "files" / name for name in job.files],
        mapping=own if own.exists() else job.mapping,
        strict=job.strict,
        rejects=folder / "rejects.jsonl",
        progress=progress,
        care=Care(region=job.region),
    )
    job.summary, job.notices = report.to_dict(), report.notices


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2])
