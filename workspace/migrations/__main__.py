"""Write the next step: ``python -m workspace.migrations "what changes"``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from workspace.migrations import config, migrate


def main(message: str) -> None:
    """Compare the models with an empty database at the newest step."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'scratch.db'}")
        migrate(engine)
        with engine.connect() as connection:
            command.revision(config(connection), message, autogenerate=True)


if __name__ == "__main__":
    main(sys.argv[1])
