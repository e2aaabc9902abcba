"""Opening the workspace: SQLite file or PostgreSQL server, brought to the newest schema first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Executable, Row, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from workspace import audit
from workspace.actor import Actor
from workspace.errors import Conflict, WorkspaceUnavailable
from workspace.session import WorkSession

WAIT_SECONDS = 30.0
_WRITES = "chainscout_writes"


class Workspace:
    """The office's own data. Made by :func:`open_workspace`; may be shared by threads.

    ``with workspace.write(actor) as session:`` is a transaction: it is committed when the block
    ends well and undone otherwise. ``workspace.read(actor)`` sees one state and cannot write.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def name(self) -> str:
        """Where it is, without a password."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def read(self, actor: Actor) -> Iterator[WorkSession]:
        """A session that reads. Raises WorkspaceUnavailable."""
        with self._session(actor, writing=False) as session:
            yield session

    @contextmanager
    def write(self, actor: Actor) -> Iterator[WorkSession]:
        """A transaction. Raises Conflict, WorkspaceUnavailable."""
        with self._session(actor, writing=True) as session:
            yield session
            session.commit()

    def row(self, query: Executable) -> Row[Any] | None:
        """The first row of a query without a session: a third of the time, for what is asked often.

        Raises:
            WorkspaceUnavailable: the database cannot be asked.
        """
        try:
            with self.engine.connect() as connection:
                return connection.execute(query).first()
        except OperationalError as error:
            raise _unavailable(self.name, error) from error

    @contextmanager
    def _session(self, actor: Actor, *, writing: bool) -> Iterator[WorkSession]:
        engine = self.engine.execution_options(**{_WRITES: writing})
        try:
            with WorkSession(engine, actor, writing=writing) as session:
                if writing:
                    event.listen(session, "after_flush", audit.after_flush)
                yield session
        except (StaleDataError, IntegrityError) as error:
            raise Conflict("其他人刚刚改动了同一内容，您的改动没有保存；请刷新后重试") from error
        except OperationalError as error:
            raise _unavailable(self.name, error) from error

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def open_workspace(where: str | Path) -> Workspace:
    """The workspace at a file path or a ``postgresql://`` address; made on first use.

    An older schema is migrated, by one process at a time.

    Raises:
        WorkspaceUnavailable: no such server, no rights, or the schema is newer than this program.
    """
    from workspace.migrations import migrate

    url = _url(str(where))
    engine = _engine(url)
    try:
        migrate(engine)
    except (DBAPIError, OSError) as error:
        engine.dispose()
        raise _unavailable(url.render_as_string(hide_password=True), error) from error
    return Workspace(engine)


def _url(where: str) -> URL:
    if "://" not in where:
        return URL.create("sqlite", database=str(Path(where).expanduser().absolute()))
    try:
        url = make_url(where)
    except ArgumentError as error:
        raise WorkspaceUnavailable(f"工作区地址无法识别：{error}") from error
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise WorkspaceUnavailable(
            f"不支持的工作区地址 {url.drivername}://；请用文件路径或 postgresql:// 地址"
        )
    return url


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS})
        event.listen(engine, "connect", _sqlite_connected)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    try:
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    except ModuleNotFoundError as error:
        raise WorkspaceUnavailable(
            "使用 PostgreSQL 需要 psycopg：pip install 'chainscout[postgres]'"
        ) from error


def _sqlite_connected(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says, see below
    connection.execute("PRAGMA journal_mode = WAL")  # readers and the writer do not wait
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _sqlite_begin(connection: Connection) -> None:
    # A writer that began as a reader could find its ground changed and fail without waiting.
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _unavailable(where: str, error: Exception) -> WorkspaceUnavailable:
    reason = str(getattr(error, "orig", error)).strip().splitlines()
    return WorkspaceUnavailable(
        f"工作区 {where} 打不开或正忙（{reason[0] if reason else type(error).__name__}）；"
        "请检查路径、地址和权限后重试"
    )


__all__ = ["Workspace", "open_workspace"]
