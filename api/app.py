"""The HTTP face: ``create_app`` puts routes, rules, errors and the snapshot together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.params import Depends as Dependency
from fastapi.responses import Response

from api import describe, problems, schemas
from api.access.accounts import AccountAccess
from api.access.local import LocalAccess
from api.config import Config
from api.deps import NotModified
from api.holder import SnapshotHolder
from api.jobs import Jobs
from api.requests import Limits, RequestId
from api.routes import ROUTERS
from api.validation import OnlyKnown
from api.warm import warm
from graph import Snapshot, open_store
from recommender.learned.files import TrainedModels
from workspace import open_workspace
from workspace.tuning import InForce

PREFIX = "/api/v1"


def release() -> str:
    """The version of the product; 0 where it runs without having been installed."""
    try:
        return installed("chainscout")
    except PackageNotFoundError:
        return "0"


def create_app(
    store: str | Config, first: Callable[[], Snapshot] | None = None, **given: Any
) -> FastAPI:
    """The application over a store.

    Args:
        store: the address of the store, or all of the configuration.
        first: gives the first snapshot where somebody has begun to open it already.
        **given: fields of :class:`api.config.Config`, where `store` is an address.

    Raises:
        StoreError: the store cannot be read.
        WorkspaceUnavailable: the workspace cannot be opened.
        RuleMissing: a route does not say who may use it.
    """
    config = store if isinstance(store, Config) else Config(store, **given)
    app = FastAPI(
        title="chainscout",
        version=release(),
        description=describe.ABOUT,
        openapi_tags=describe.TAGS,
        # Our own routes serve the document and its page: with a rule, and without the internet.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    _equip(app, config, first)
    only_known = Depends(OnlyKnown())
    for router in ROUTERS:
        add_routes(app, router, prefix=PREFIX, also=[only_known])
    add_routes(app, describe.router)
    problems.install(app)
    app.add_exception_handler(NotModified, _not_modified)
    app.add_middleware(
        Limits, body=config.body_limit, upload=config.upload_limit, seconds=config.seconds
    )
    app.add_middleware(RequestId)
    return app


def add_routes(
    app: FastAPI, router: APIRouter, prefix: str = "", also: Sequence[Dependency] = ()
) -> None:
    """Put the routes of `router` into `app`, each with the problems that any may answer.

    Args:
        app: gets the routes.
        router: has them.
        prefix: goes before their paths.
        also: dependencies asked before those of the router.
    """
    answers: dict[int | str, dict[str, Any]] = {
        status: {"model": schemas.Problem, "content": {problems.MEDIA_TYPE: {}}}
        for status in ("4XX", "5XX")
    }
    app.include_router(router, prefix=prefix, responses=answers, dependencies=also)


def _equip(app: FastAPI, config: Config, first: Callable[[], Snapshot] | None) -> None:
    """What routes find in ``app.state``."""
    workspace = open_workspace(config.workspace_place)
    app.state.config = config
    app.state.workspace = workspace
    app.state.tuned = tuned = InForce(workspace)
    app.state.access = (
        AccountAccess(workspace, config.secret) if config.login else LocalAccess(config.secret)
    )
    app.state.folder = config.state_folder
    app.state.models = TrainedModels(config.models_folder)
    app.state.jobs = Jobs(config.state_folder / "jobs", config.store)
    app.state.holder = SnapshotHolder(
        open_store(config.store),
        config.reload_seconds,
        prepare=lambda snapshot: warm(snapshot, tuned.now()),
        first=first,
    )


def _not_modified(_: object, error: Exception) -> Response:
    headers = error.headers if isinstance(error, NotModified) else None
    return Response(status_code=304, headers=headers)


__all__ = ["PREFIX", "add_routes", "create_app", "release"]
