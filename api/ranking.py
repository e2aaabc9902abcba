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
from recommender.learned.files import TrainedModels
from recommender.models import Model
from recommender.settings import RankSettings
from recommender.tuning import Tuned


def ranked(
    snapshot: Snapshot, query: Question, models: TrainedModels, tuned: Tuned
) -> dict[str, Any]:
    """The contract's answer; raises what :func:`recommender.recommend` does, and NotTrained."""
    chosen, region = _placed(snapshot, query, tuned)
    return recommend(
        snapshot, region, query.chain, query.link, query.top, chosen,
        _scored_by(snapshot, query, region, models), known=query.known, product=query.product,
    ).to_dict()  # fmt: skip


def explained(
    snapshot: Snapshot, query: FirmQuestion, models: TrainedModels, tuned: Tuned
) -> dict[str, Any]:
    """Why one firm is on the list of the same question, or why not."""
    chosen, region = _placed(snapshot, query, tuned)
    return explain(
        snapshot, query.firm, region, query.chain, query.link, chosen,
        _scored_by(snapshot, query, region, models),
        top=query.top, known=query.known, product=query.product,
    ).to_dict()  # fmt: skip


def _scored_by(
    snapshot: Snapshot, query: Question, region: str | None, models: TrainedModels
) -> Model | str | None:
    """Unasked, no trained model: over a million firms its first answer takes half a minute."""
    if query.model is None:
        return None
    return models.meant(query.model, snapshot.data_version, regional=region is not None)


def _placed(snapshot: Snapshot, query: Question, tuned: Tuned) -> tuple[RankSettings, str | None]:
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
        settings = tuned.ranking(**given)
    except ValidationError as error:
        found = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(found) from error
    if query.park is None:
        return settings, query.region
    settings, own = with_park(snapshot, settings, query.park)
    return settings, query.region or own


__all__ = ["explained", "ranked"]
