"""What routes are given: the snapshot in force, and query parameters with names."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.access import NotSignedIn, actor_of
from api.holder import SnapshotHolder
from api.jobs import Jobs
from graph import Snapshot
from recommender.learned.files import TrainedModels
from recommender.tuning import Tuned
from workspace import Actor, WorkSession, Workspace, audit
from workspace.tuning import InForce


async def _holder(request: Request) -> SnapshotHolder:
    holder: SnapshotHolder = request.app.state.holder
    return holder


async def _tuned(request: Request) -> Tuned:
    """The office's weights and thresholds in force, whichever process changed them."""
    looks: InForce = request.app.state.tuned
    # Another thread costs more than a look into a file does.
    return await run_in_threadpool(looks.now) if looks.waits else looks.now()


TunedDep = Annotated[Tuned, Depends(_tuned)]


def etag(snapshot: Snapshot, tuned: Tuned, release: str) -> str:
    """The tag of every answer that depends on data, the office's settings and this release."""
    created = "".join(c for c in snapshot.version.created if c.isalnum())
    return f'W/"{snapshot.data_version}-{created or "0"}-{tuned.mark}-{release}"'


async def _snapshot(request: Request, response: Response, tuned: TunedDep) -> Snapshot:
    """The snapshot in force; 304 when the caller has the answer of this version already."""
    snapshot = (await _holder(request)).snapshot
    tag = etag(snapshot, tuned, request.app.version + _model(request, snapshot))
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    known = [t.strip() for t in request.headers.get("If-None-Match", "").split(",")]
    if request.method == "GET" and tag in known:
        raise NotModified(headers)
    response.headers.update(headers)
    return snapshot


def _model(request: Request, snapshot: Snapshot) -> str:
    """A trained model may be replaced while the data stand."""
    models: TrainedModels = request.app.state.models
    mark = models.hangs_on(request.query_params.get("model"), snapshot.data_version)
    return f"-{zlib.crc32(mark.encode()):08x}" if mark else ""


async def _models(request: Request) -> TrainedModels:
    models: TrainedModels = request.app.state.models
    return models


class NotModified(HTTPException):
    """The caller's copy is still good."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__(304, headers=headers)


def caller(request: Request) -> Actor:
    """Who asks. Raises NotSignedIn."""
    found = actor_of(request)
    if found is None:
        raise NotSignedIn("请先登录")
    return found


@dataclass(frozen=True)
class Desk:
    """The workspace as the caller may use it."""

    workspace: Workspace
    actor: Actor

    @contextmanager
    def read(self) -> Iterator[WorkSession]:
        """A session that reads."""
        with self.workspace.read(self.actor) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[WorkSession]:
        """A transaction."""
        with self.workspace.write(self.actor) as session:
            yield session

    def exported(self, kind: str, ident: object, content: bytes, name: str) -> None:
        """Enter into the audit log that the caller took a file with them."""
        with self.write() as session:
            audit.exported(session, kind, ident, content, name)

    def did(self, action: str, kind: str, ident: object = "", **detail: object) -> None:
        """Enter into the audit log what is no change of the workspace itself."""
        with self.write() as session:
            audit.record(session, action, kind, ident, **detail)


def desk(request: Request) -> Desk:
    """The caller's desk. Raises NotSignedIn."""
    return Desk(request.app.state.workspace, caller(request))


async def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.jobs
    return jobs


ActorDep = Annotated[Actor, Depends(caller)]
DeskDep = Annotated[Desk, Depends(desk)]
JobsDep = Annotated[Jobs, Depends(_jobs)]
ModelsDep = Annotated[TrainedModels, Depends(_models)]
HolderDep = Annotated[SnapshotHolder, Depends(_holder)]
SnapshotDep = Annotated[Snapshot, Depends(_snapshot)]

RegionText = Annotated[
    str, Query(max_length=100, description="地区：代码、全称或简称", examples=["东营市"])
]
ChainText = Annotated[
    str, Query(max_length=200, description="产业链：编号或名称", examples=["海上风电装备"])
]
LinkText = Annotated[str, Query(max_length=200, description="环节：编号或名称", examples=["叶片"])]
FirmText = Annotated[
    str,
    Query(
        max_length=200,
        description="企业：编号、名称、简称、统一社会信用代码或股票代码",
        examples=["明阳智能"],
    ),
]
__all__ = [
    "ActorDep",
    "ChainText",
    "Desk",
    "DeskDep",
    "FirmText",
    "HolderDep",
    "JobsDep",
    "LinkText",
    "ModelsDep",
    "NotModified",
    "RegionText",
    "SnapshotDep",
    "TunedDep",
    "caller",
    "desk",
    "etag",
]
