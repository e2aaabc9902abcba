"""Who came: region, chain and link of later investments are known, which firm was it?

Train: event files to a day T, and any other standard tables that widen the universe; truth: later
events in the same form. The universe is the bundled firms and those of train; bundled events are
left out altogether, so that no model sees anything after T. Chain and link are free text, put
in their place by the product's classifier; every model is asked through `recommend`, among all
firms there are. Left out and counted: firms not in the universe (`outside`), expansions at home
(`local`).

**The bundled positions and products were written down by people who knew the later world.** So each
figure stands twice: as the product comes, and without the bundled positions.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.quality.eventfiles import Report, Universe, is_events, read_reports
from benchmarks.quality.metrics import Measured, mean, recall_at
from graph import Snapshot
from graph.snapshot import firm_link_matrix
from recommender import MODELS, Model, RankSettings, recommend
from recommender.learned import train

CUTS = (10, 50, 100)
# Ranks below this count as not found; what they would add to the MRR is less than 1 / DEEPEST.
DEEPEST = 300
COMPARED = (
    "size",
    "popularity",
    "chain_popularity",
    "nearest",
    "random",
    "text",
    "text_size_popularity",
    "cooccurrence",
    "weights",
)
KNOWLEDGE = (
    "Bundled positions and products are editors' present-day knowledge; `without_positions` leaves "
    "the positions out (the products of bundled firms stay)."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this evaluator takes besides the common arguments."""
    parser.add_argument("--until", help="without --truth: train is cut before this day")
    parser.add_argument("--end", help="with --until: truth ends before this day")
    parser.add_argument("--only", nargs="+", help="models to compare; chainscout is always there")
    parser.add_argument(
        "--positions",
        choices=("both", "with", "without"),
        default="both",
        help="whether bundled positions may be used",
    )


@dataclass(frozen=True)
class Question:
    """A later event as it is asked, and the id of the firm that came."""

    report: Report
    region: str
    link: str | None
    product: str
    firm: str


@dataclass(frozen=True)
class Case:
    """The world at T, the questions, and how many events are none."""

    snapshot: Snapshot
    questions: tuple[Question, ...]
    day: str
    outside: int
    local: int


def evaluate(arguments: argparse.Namespace) -> dict[str, Any]:
    """The contract's object for this evaluator."""
    train_reports, truth, tables = _given(arguments)
    names = arguments.only or COMPARED
    found: dict[str, Any] = {}
    for kind in ("with", "without"):
        if arguments.positions in ("both", kind):
            with tempfile.TemporaryDirectory() as folder:
                world = Universe(Path(folder), tables, positions=kind == "with")
                case = _case(world, train_reports, truth)
                found[kind] = _measured(case, names)
    first = next(iter(found.values()))
    result: dict[str, Any] = {"name": "events", **first, "about": KNOWLEDGE}
    if len(found) == 2:
        result["without_positions"] = found["without"]
    elif "without" in found:
        result["positions"] = "without"
    return result


def _given(arguments: argparse.Namespace) -> tuple[list[Report], list[Report], list[Path]]:
    """Reports to T, reports after T, other tables."""
    if not arguments.train:
        raise SystemExit(
            "events: --train is required: event files, and tables that widen the world"
        )
    files = [path for path in arguments.train if is_events(path)]
    tables = [path for path in arguments.train if path not in files]
    reports = read_reports(files)
    if arguments.truth:
        return reports, read_reports(arguments.truth), tables
    if not arguments.until:
        raise SystemExit("events: give --truth, or --until to cut the train file in two")
    until, end = arguments.until, arguments.end or "9999"
    earlier = [report for report in reports if report.day < until]
    return earlier, [report for report in reports if until <= report.day < end], tables


def _case(world: Universe, earlier: Sequence[Report], later: Sequence[Report]) -> Case:
    snapshot = world.load(earlier)
    questions, outside, local = [], 0, 0
    places = world.placed(snapshot, later)
    for report, place in zip(later, places, strict=True):
        firm = world.firm(snapshot, report)
        if firm is None:
            outside += 1
        elif place.region is None or world.at_home(snapshot, report, firm, place.region):
            local += 1
        else:
            product = report.link or report.chain
            questions.append(Question(report, place.region, place.link, product, firm))
    day = max((report.day for report in earlier), default="2000")
    return Case(snapshot, tuple(questions), day, outside, local)


def _measured(case: Case, names: Sequence[str]) -> dict[str, Any]:
    settings = RankSettings(candidates="all")
    models: dict[str, Model] = {"chainscout": train(case.snapshot, settings=settings)}
    models |= {name: MODELS[name] for name in names}
    ranks, considered = {}, 0
    for name, model in models.items():
        ranks[name], considered = _ranks(case, model, settings)
    parts = _subsets(case)
    return {
        "n": len(case.questions),
        "outside": case.outside,
        "local": case.local,
        "candidates": considered,
        "train_until": case.day,
        "unmapped": sum(question.link is None for question in case.questions),
        "trained_on": models["chainscout"].trained_on,
        "models": {name: metrics(found, considered) for name, found in ranks.items()},
        "subsets": {
            part: {"n": int(rows.sum())}
            | {name: metrics(found[rows], considered) for name, found in ranks.items()}
            for part, rows in parts.items()
        },
    }


def _subsets(case: Case) -> dict[str, npt.NDArray[np.bool_]]:
    """Listed firms; firms without an event in train; firms that had a position."""
    firms, events = case.snapshot.firms, case.snapshot.events
    rows = np.array([firms.row(question.firm) for question in case.questions], dtype=np.int64)
    codes = firms.stock_code.to_pylist()
    held = np.diff(firm_link_matrix(case.snapshot).indptr)
    return {
        "listed": np.array([bool(codes[row]) for row in rows], dtype=np.bool_),
        "no_earlier_event": ~np.isin(rows, events.firm),
        "without_a_position": held[rows] == 0,
    }


def metrics(ranks: npt.NDArray[np.int64], candidates: int) -> dict[str, Measured]:
    """Recall at the cuts, MRR, lift at 50; rank 0 = not found."""
    found = recall_at(ranks, CUTS)
    inverse = np.divide(1.0, ranks, out=np.zeros(len(ranks)), where=ranks > 0)
    found["mrr"] = mean(inverse)
    chance = 50 / max(candidates, 50)
    at = found["recall_at_50"]
    found["lift_at_50"] = {
        "value": at["value"] / chance,
        "interval": [end / chance for end in at["interval"]],
    }
    return found


def _ranks(case: Case, model: Model, settings: RankSettings) -> tuple[npt.NDArray[np.int64], int]:
    """Rank of each question's firm (0 = not found), and the most firms considered."""
    ranks, considered = [], 0
    for question in case.questions:
        if question.link is None:
            ranks.append(0)
            continue
        answer = recommend(
            case.snapshot,
            region=question.region,
            link=question.link,
            top=DEEPEST,
            settings=settings,
            model=model,
            product=question.product,
        )
        considered = max(considered, answer.considered)
        by_firm = {target.firm.id: target.rank or 0 for target in answer.targets}
        ranks.append(by_firm.get(question.firm, 0))
    return np.array(ranks, dtype=np.int64), considered
