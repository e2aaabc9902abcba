"""What all tables share: names of constraints, times in UTC, JSON."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

Json = dict[str, Any]


def now() -> dt.datetime:
    """This moment, in UTC."""
    return dt.datetime.now(dt.UTC)


class UtcTime(TypeDecorator[dt.datetime]):
    """A moment with its zone: always UTC; SQLite keeps no zone of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        """To UTC; a time without a zone is a mistake of the program."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """With its zone."""
        if value is None:
            return None
        found: dt.datetime = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return found.astimezone(dt.UTC)


class Base(DeclarativeBase):
    """A table of the workspace.

    `audited` names the kind of object in the audit log; a table without it is a log itself or a
    part of an object that is audited. `secret` columns enter neither the log nor its digests.
    """

    # Migrations change constraints by name, so that every one needs a name that can be foreseen.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dt.datetime: UtcTime(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[dict[str, Any]]: JSON(),
        str: String(),
    }
    audited: ClassVar[str] = ""
    secret: ClassVar[frozenset[str]] = frozenset()


class Numbered:
    """A row with a number of its own."""

    id: Mapped[int] = mapped_column(primary_key=True)


class Stamped:
    """When and by whom a row was made."""

    at: Mapped[dt.datetime] = mapped_column(default=now)
    by: Mapped[str]


__all__ = ["Base", "Json", "Numbered", "Stamped", "UtcTime", "now"]
