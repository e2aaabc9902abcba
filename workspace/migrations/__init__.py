"""The schema of the workspace, step by step; applied when a workspace is opened.

A new step: change the models, then run ``python -m workspace.migrations "what changes"`` and read
what it wrote into ``versions/``. A test compares models and migrated schema on both engines.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock
from sqlalchemy import Connection, Engine, text

from workspace.errors import WorkspaceUnavailable

# Any number, the same in every release: who migrates holds it.
_ADVISORY_LOCK = 4_713_220_901


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; the steps lie beside this file, in an installed package too."""
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    found.attributes["connection"] = connection
    return found


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest step. Raises WorkspaceUnavailable for a newer one."""
    scripts = ScriptDirectory.from_config(config())
    head = scripts.get_current_head()
    with engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    if at == head:
        return
    known = {script.revision for script in scripts.walk_revisions()}
    if at is not None and at not in known:
        raise WorkspaceUnavailable(
            f"工作区由更新版本的程序建立（{at}）；请升级 chainscout 后再打开"
        )
    database = engine.url.database
    if engine.dialect.name == "sqlite" and database and database != ":memory:":
        with FileLock(f"{database}.lock", timeout=600):
            _upgrade(engine)
    else:
        _upgrade(engine)


def _upgrade(engine: Engine) -> None:
    """All steps in one transaction; who comes second finds nothing left to do."""
    with engine.execution_options(chainscout_writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": _ADVISORY_LOCK})
        command.upgrade(config(connection), "head")


__all__ = ["config", "migrate"]
