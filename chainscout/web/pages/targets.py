"""找谁: the ranked list with its reasons, and why one firm is on it or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from api.access import needs
from api.deps import ModelsDep, TunedDep
from chainscout import settings
from chainscout.output.notes import target_notes
from chainscout.output.targets import SHEETS, VERDICTS, checks_section, considered
from chainscout.web.asking import Asked, AskedDep, Long, Text
from chainscout.web.frame import page, part
from chainscout.web.pages.rivals import rivals
from graph.lookup import LookupProblem
from recommender import RankSettings, explain, recommend
from recommender.checks import EXAMPLE, CheckList, read_checks
from recommender.learned.files import TrainedModels
from recommender.models import Model
from recommender.query import QueryError
from recommender.signals import SIGNALS
from recommender.tuning import Tuned
from workspace.actor import Role

router = APIRouter(include_in_schema=False, dependencies=[needs(Role.viewer)])
_SEARCHED = 1000
_PREFIX = "w_"
Known = Literal["without", "only"]
CheckListName = Literal["", "none", "example"]
Top = Annotated[int, Query(ge=1, le=500)]


@dataclass(frozen=True)
class Wanted:
    """What narrows and weighs the list."""

    top: int
    known: Known
    home: str
    tag: str
    weights: dict[str, float]
    model: str
    models: TrainedModels
    tuned: Tuned
    list_name: CheckListName = ""

    def scored_by(self, asked: Asked) -> Model | str | None:
        """The trained model where it is chosen and there is one, else None. Raises NotTrained."""
        if not self.model:
            return None
        version = asked.snapshot.data_version
        return self.models.meant(self.model, version, regional=bool(asked.code))

    @property
    def settings(self) -> RankSettings:
        """The office's settings of the ranking with the chosen weights and check list."""
        return self.tuned.ranking(weights=self.weights, checks=self.checks)

    @property
    def usual(self) -> dict[str, float]:
        """The office's own weights, which the sliders start from."""
        return self.tuned.ranking().weights

    @property
    def checks(self) -> CheckList | None:
        """The chosen check list: unasked the office's own, where it has one."""
        own = settings.text("checks")
        source = {"": own, "none": "", "example": EXAMPLE}[self.list_name]
        return read_checks(source) if source else None

    @property
    def narrowed(self) -> bool:
        return bool(self.home or self.tag)

    def lets(self, target: dict[str, Any]) -> bool:
        """Whether a target passes the filters."""
        region, tags = target["firm"]["region"], target["firm"]["tags"]
        return (not self.home or bool(region and self.home in region["name"])) and (
            not self.tag or any(self.tag in tag for tag in tags)
        )

    def fields(self) -> dict[str, Any]:
        """As parameters of an address."""
        usual = self.usual
        changed = {
            _PREFIX + name: f"{value:g}"
            for name, value in self.weights.items()
            if value != usual[name]
        }
        known = "" if self.known == "without" else self.known
        return {"top": self.top, "known": known, "home": self.home, "tag": self.tag,
                "model": self.model, "checks": self.list_name, **changed}  # fmt: skip


def weighed(request: Request, tuned: TunedDep) -> tuple[Tuned, dict[str, float]]:
    """What the office set, and its weights with those of the address.

    Raises:
        QueryError: a weight of the address is none, or all are zero.
    """
    weights = dict(tuned.ranking().weights)
    for name in weights:
        text = request.query_params.get(_PREFIX + name)
        if text:
            weights[name] = _weight(name, text)
    if not sum(weights.values()):
        raise QueryError("权重不能全为 0，请至少给一项大于 0 的权重")
    return tuned, weights


def wanted(
    models: ModelsDep,
    weighing: Annotated[tuple[Tuned, dict[str, float]], Depends(weighed)],
    top: Top = 20,
    known: Known = "without",
    home: Text = "",
    tag: Text = "",
    model: Literal["", "auto", "learned"] = "",
    checks: CheckListName = "",
) -> Wanted:
    """Filters and weights of the address. Raises QueryError, see :func:`weighed`."""
    tuned, weights = weighing
    return Wanted(top, known, home.strip(), tag.strip(), weights, model, models, tuned, checks)


def _weight(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise QueryError(f"权重 {name} 应在 0 与 1 之间，现为「{text[:20]}」")
    return value


WantedDep = Annotated[Wanted, Depends(wanted)]


def ranked(asked: Asked, want: Wanted) -> dict[str, Any]:
    """The contract's answer, narrowed by the filters. Raises LookupProblem, QueryError."""
    answer = recommend(
        asked.snapshot,
        region=asked.code or None,
        chain=asked.chain or None,
        link=asked.link_text or None,
        top=_SEARCHED if want.narrowed else want.top,
        settings=want.settings,
        model=want.scored_by(asked),
        known=want.known,
    ).to_dict()
    if want.narrowed:
        answer["targets"] = [t for t in answer["targets"] if want.lets(t)][: want.top]
    return answer


def _on_sheet(answer: dict[str, Any] | None) -> dict[str, Any]:
    """The sheet of the check list, and the firm of each of its rows."""
    every = (*answer["targets"], *answer["refused"]) if answer else ()
    judged = [target for target in every if target["checks"]]
    return {
        "judged": checks_section(judged) if judged else None,
        "judged_firms": [target["firm"]["id"] for target in judged],
        "summed": len(SHEETS),
    }


@router.get("/targets", response_class=HTMLResponse)
def targets(
    request: Request, asked: AskedDep, want: WantedDep, only: Annotated[str, Query()] = ""
) -> HTMLResponse:
    """The list; with ``only=rows`` the rows alone, for the sliders."""
    # A link of a chain that was asked before is not one of the chain asked now.
    problem = ""
    try:
        answer = ranked(asked, want) if asked.chain or asked.link_text else None
    except LookupProblem as error:
        if error.kind != "link":
            raise
        answer, problem = None, str(error)
    context: dict[str, Any] = {
        "asked": asked,
        "answer": answer,
        "want": want,
        "considered": considered(answer) if answer else "",
        "signals": SIGNALS,
        "most": 0.5 if max(want.weights.values()) <= 0.5 else 1,
        **_on_sheet(answer),
        "own_checks": bool(settings.text("checks")),
        "problem": problem,
        "trained": bool(want.models.mark(asked.snapshot.data_version)),
        "fields": {
            "region": asked.code, "chain": asked.chain, "link": asked.link_text, **want.fields(),
        },
    }  # fmt: skip
    if only == "rows":
        return part("pages/_targets.html", **context)
    notes = target_notes(answer) if answer else []
    return page(
        request, "pages/targets.html", title="找谁", chains=asked.chains(), notes=notes, **context
    )


@router.get("/explain", response_class=HTMLResponse)
def why(request: Request, asked: AskedDep, want: WantedDep, firm: Long) -> HTMLResponse:
    """Why a firm is on the list or not."""
    answer = explain(
        asked.snapshot, firm, asked.code or None, asked.chain or None, asked.link_text or None,
        want.settings, want.scored_by(asked), top=want.top, known=want.known,
    ).to_dict()  # fmt: skip
    name = answer["firm"]["name"]
    return page(
        request, "pages/explain.html", title=f"为什么：{name}", asked=asked, answer=answer,
        verdicts=VERDICTS, want=want,
        rivals=rivals(asked, answer["query"], answer["firm"]["id"]),
    )  # fmt: skip


__all__ = ["Wanted", "WantedDep", "ranked", "router", "wanted"]
