"""Run by Alembic: over the connection that the caller opened."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from workspace.models import Base
from workspace.models.base import UtcTime


def _render(kind: str, obj: Any, _: Any) -> str | Literal[False]:
    """A step stands by itself: it does not import what the models look like today."""
    if kind == "type" and isinstance(obj, UtcTime):
        return "sa.DateTime(timezone=True)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    # SQLite cannot alter a table; Alembic then makes a new one and copies.
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=False,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
