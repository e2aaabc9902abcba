"""The office's weights and thresholds, for commands that compute with them."""

from __future__ import annotations

from pathlib import Path

from api.config import Config
from chainscout import settings
from chainscout.cli.common import Context, state
from recommender.tuning import Tuned


def tuned_of(context: Context) -> Tuned:
    """What is in force in the workspace; the defaults where there is none yet.

    A command that only asks makes no workspace.
    """
    uri = state(context).store_uri
    place = Config(uri, workspace=settings.text("workspace")).workspace_place
    if "://" not in place and not Path(place).expanduser().exists():
        return Tuned()
    from chainscout.cli.desk import reading  # the database takes longer to load than to ask
    from workspace import tuning

    with reading(context) as session:
        return tuning.current(session)


__all__ = ["tuned_of"]
