"""The HTTP face: ``create_app`` puts routes, errors and the snapshot together."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

from fastapi import FastAPI
from fastapi.responses import Response

from api import problems, schemas
from api.deps import NotModified
from api.holder import SnapshotHolder
from api.requests import RequestId
from api.routes import analysis, catalogue, system
from graph import open_store

PREFIX = "/api/v1"
_DESCRIPTION = (
    "产业链招商的三个问题：有什么、缺什么、找谁。分值均为 0–1；未知为 null，不是 0。"
    "每个答案都写明所依据的数据版本（data_version），ETag 随数据版本变化。"
)


def release() -> str:
    """The version of the product; 0 where it runs without having been installed."""
    try:
        return installed("chainscout")
    except PackageNotFoundError:
        return "0"


def create_app(store_uri: str, *, reload_seconds: float = 1.0) -> FastAPI:
    """The application over the store at `store_uri`.

    Args:
        store_uri: as :func:`graph.open_store` takes it.
        reload_seconds: how often, at most, a newer data version is looked for.

    Raises:
        StoreError: the store cannot be read.
    """
    app = FastAPI(
        title="chainscout",
        version=release(),
        description=_DESCRIPTION,
        # The pages that FastAPI makes load their scripts from the internet.
        docs_url=None,
        redoc_url=None,
    )
    app.state.holder = SnapshotHolder(open_store(store_uri), reload_seconds)
    answers = {"model": schemas.Problem, "content": {problems.MEDIA_TYPE: {}}}
    for routes in (catalogue.router, analysis.router, system.router):
        app.include_router(routes, prefix=PREFIX, responses={"4XX": answers, "5XX": answers})
    problems.install(app)
    app.add_exception_handler(NotModified, _not_modified)
    app.add_middleware(RequestId)
    return app


def _not_modified(_: object, error: Exception) -> Response:
    headers = error.headers if isinstance(error, NotModified) else None
    return Response(status_code=304, headers=headers)


__all__ = ["PREFIX", "create_app", "release"]
