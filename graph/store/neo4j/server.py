"""The server behind a URI: address, credentials, transactions, and what its errors mean.

The only module that knows the driver.
"""

from __future__ import annotations

import atexit
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, Protocol, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

import neo4j
from neo4j import Driver, ManagedTransaction
from neo4j import exceptions as failures

from graph.store.base import (
    StoreBusy,
    StoreError,
    StoreFull,
    StoreNotFound,
    StoreUnreachable,
)

T = TypeVar("T")
Record = dict[str, Any]
USER, PASSWORD = "CHAINSCOUT_NEO4J_USER", "CHAINSCOUT_NEO4J_PASSWORD"
_DEFAULT_USER = "neo4j"
# What the driver tries again it notes as a warning; without a log of the application's own that
# would land on the user's screen.
logging.getLogger("neo4j").addHandler(logging.NullHandler())
RETRY_SECONDS = 20.0
"""During which a transaction is tried again after a lost connection or a passing error."""
_CONNECT_SECONDS = 10.0


@dataclass(frozen=True)
class Address:
    """Where a store is. Credentials never show in `text`, nor when the address is printed."""

    text: str
    bolt: str
    database: str | None
    user: str = field(repr=False)
    password: str = field(repr=False)

    @classmethod
    def of(cls, uri: str, environ: Mapping[str, str] | None = None) -> Address:
        """Read ``bolt://user:password@host:port/database``; the environment fills what is missing.

        Raises:
            StoreError: `uri` names no host, or a port that is none.
        """
        known = os.environ if environ is None else environ
        parts = urlsplit(uri)
        host = _host(parts)
        database = parts.path.strip("/") or None
        user = unquote(parts.username or "") or known.get(USER) or _DEFAULT_USER
        password = unquote(parts.password or "") or known.get(PASSWORD) or ""
        tail = f"/{database}" if database else ""
        bolt = f"{parts.scheme}://{host}"
        return cls(f"{bolt}{tail}", bolt, database, user, password)


def _host(parts: SplitResult) -> str:
    try:
        port = parts.port
    except ValueError:
        port = -1
    if not parts.hostname or port == -1:
        place = parts.netloc.rpartition("@")[2]
        raise StoreError(f"{parts.scheme}://{place}：地址不对，应为 bolt://主机:端口")
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{name}:{port}" if port else name


class Server:
    """Statements and managed transactions against one database of a server."""

    def __init__(self, address: Address) -> None:
        self.address = address

    def read(self, query: str, **parameters: Any) -> list[Record]:
        """The records of one reading statement. Raises StoreError."""

        def work(tx: ManagedTransaction) -> list[Record]:
            return _records(tx.run(query, parameters))

        with self._session() as session:
            return session.execute_read(work)

    @contextmanager
    def reading(self) -> Iterator[Callable[..., list[Record]]]:
        """Several reading statements over one connection. Raises StoreError."""
        with self._session() as session:

            def read(query: str, **parameters: Any) -> list[Record]:
                return session.execute_read(lambda tx: _records(tx.run(query, parameters)))

            yield read

    def write(self, work: Callable[[Run], T]) -> T:
        """Run `work` as one transaction, again after a passing error. Raises StoreError."""
        with self._session() as session:
            return session.execute_write(lambda tx: work(_Run(tx)))

    def attempt(self, query: str, seconds: float, **parameters: Any) -> list[Record]:
        """One writing statement that gives up after `seconds` of waiting for a lock.

        Raises StoreBusy when it had to give up.
        """

        def work(tx: ManagedTransaction) -> list[Record]:
            return _records(tx.run(query, parameters))

        timed = neo4j.unit_of_work(timeout=max(seconds, 0.05))(work)
        with self._session() as session:
            return session.execute_write(timed)

    def declare(self, statements: list[str]) -> None:
        """Run schema statements, each by itself, and wait until indexes answer.

        That another client declares the same at the same moment is no error.
        """
        with self._session() as session:
            for statement in statements:
                try:
                    session.execute_write(partial(_declared, statement))
                except failures.ClientError as error:
                    if "AlreadyExists" not in str(error.code):
                        raise
            session.run("CALL db.awaitIndexes(600)").consume()

    @contextmanager
    def _session(self) -> Iterator[neo4j.Session]:
        place = self.address
        with _understood(place):
            driver = _driver(place.bolt, place.user, place.password, RETRY_SECONDS)
            with driver.session(database=place.database) as session:
                yield session


def _records(result: neo4j.Result) -> list[Record]:
    """The values as they came: no walk through long lists in search of nodes to unfold."""
    return [dict(record) for record in result]


def _declared(statement: str, tx: ManagedTransaction) -> None:
    tx.run(statement).consume()


class Run(Protocol):
    """What a transaction's work calls to run a statement."""

    def __call__(self, query: str, **parameters: Any) -> list[Record]:
        """The records of a statement."""
        ...


class _Run:
    def __init__(self, tx: ManagedTransaction) -> None:
        self._tx = tx

    def __call__(self, query: str, **parameters: Any) -> list[Record]:
        return _records(self._tx.run(query, parameters))


@cache
def _driver(bolt: str, user: str, password: str, retry: float) -> Driver:
    """One driver, with its pool of connections, for all stores at an address."""
    driver = neo4j.GraphDatabase.driver(
        bolt,
        auth=(user, password),
        connection_timeout=_CONNECT_SECONDS,
        max_transaction_retry_time=retry,
        notifications_min_severity="OFF",
    )
    atexit.register(driver.close)
    return driver


@contextmanager
def _understood(place: Address) -> Iterator[None]:
    """Turn what the driver raises into errors of the store."""
    try:
        yield
    except (failures.DriverError, failures.Neo4jError) as error:
        raise meaning(place, error) from error


def meaning(place: Address, error: Exception) -> StoreError:
    """What an error of the driver or the server is to a user."""
    where, code = place.text, str(getattr(error, "code", "") or "")
    if isinstance(error, failures.AuthError | failures.ConfigurationError):
        return StoreError(
            f"{where}：用户名或密码不对，或没有权限。用环境变量 {USER} 和 {PASSWORD} 给出"
        )
    if code.endswith("DatabaseNotFound"):
        return StoreNotFound(f"{where}：服务器上没有这个数据库，这里还没有数据")
    if isinstance(error, failures.ServiceUnavailable | failures.SessionExpired) or code.endswith(
        ("DatabaseUnavailable", "Shutdown", "GeneralError.Unavailable")
    ):
        return StoreUnreachable(
            f"{where}：连不上 Neo4j 服务器，或连接中断。请检查地址、端口和服务是否在运行；"
            "未完成的写入不会生效，原有数据完好，服务恢复后重新运行即可"
        )
    if code.endswith(("TransactionTimedOut", "TransactionTimedOutClientConfiguration",
                      "LockAcquisitionTimeout")):  # fmt: skip
        return StoreBusy(f"{where}：另一个写入正在占用，请稍后再试")
    if "OutOfMemory" in code or "MemoryPool" in code:
        return StoreError(f"{where}：Neo4j 服务器内存不足，写入未生效。请增大服务器的堆内存后重试")
    if "No space left" in str(error) or "OutOfDiskSpace" in code or "ReadOnly" in code:
        return StoreFull(f"{where}：服务器磁盘空间不足或只读，写入未生效，原有数据完好")
    return StoreError(f"{where}：Neo4j 服务器拒绝了操作（{_reason(error)}）")


def _reason(error: Exception) -> str:
    text = str(getattr(error, "message", "") or error)
    return " ".join(text.split())[:300]


__all__ = ["PASSWORD", "USER", "Address", "Record", "Run", "Server", "meaning"]
