"""Questions of 找谁 as HTTP asks them, put to the ranking."""

from __future__ import annotations

from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.schemas import FirmQuestion, Question
from graph import Snapshot
from recommender import explain, recommend
from recommender.checks.park import with_park
from recommender.explaining import DEFAULT_DRAWS
from recommender.settings import RankSettings


def ranked(snapshot: Snapshot, query: Question) -> dict[str, Any]:
    """The contract's answer; raises what :func:`recommender.recommend` does."""
    chosen, region = _placed(snapshot, query)
    return recommend(
        snapshot, region, query.chain, query.link, query.top, chosen,
        known=query.known, product=query.product,
    ).to_dict()  # fmt: skip


def explained(snapshot: Snapshot, query: FirmQuestion) -> dict[str, Any]:
    """Why one firm is on the list of the same question, or why not."""
    chosen, region = _placed(snapshot, query)
    return explain(
        snapshot, query.firm, region, query.chain, query.link, chosen,
        top=query.top, known=query.known, product=query.product,
    ).to_dict()  # fmt: skip


def _placed(snapshot: Snapshot, query: Question) -> tuple[RankSettings, str | None]:
    """Settings, and the region: the park's own where a park is asked and no region."""
    given: dict[str, Any] = {
        "max_per_group": query.max_per_group,
        "max_per_link": query.max_per_link,
        "draws": DEFAULT_DRAWS if query.stability else 0,
    }
    for name in ("weights", "checks"):
        value = getattr(query, name, None)
        if value:
            given[name] = value
    try:
        settings = RankSettings.model_validate(given)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
    if query.park is None:
        return settings, query.region
    settings, own = with_park(snapshot, settings, query.park)
    return settings, query.region or own


__all__ = ["explained", "ranked"]
