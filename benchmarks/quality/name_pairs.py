"""Hard pairs of Chinese firm names: is it one firm?

The pairs are in `name_pairs.csv`. The product is given the right name as its registry and asked for
the left one; a subsidiary, parent or branch is another firm. `chainscout` is its probability with a
threshold, as the peers' scores are: each gets the one with the best F1 on the half `dev`.
`automatic` is the decision `match` as it ships. All figures are of the half `test` (halves by group
of firms, so that no firm is in both); no weight was fitted to the pairs, rules were looked at on
`dev` alone.

`--former` tells the former names of the firms on the right (`former_names.csv`), as an export of
the business register has them, to the product as aliases of its registry; a peer, which compares
two names, gets the best of its scores with any of the names of the firm. Without `--former` the
product has only the renames that it brings along (`ingest/resolve/former.csv`), with `--no-renames`
none.

rapidfuzz and the tf-idf matcher run here; scores of tools that need an environment of their own are
read from `benchmarks/peers/names.json`, which `benchmarks/peers/names.py` writes.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.quality.metrics import DRAWS, Measured, mean
from ingest.resolve import Registry, Resolution, Resolver
from ingest.resolve.model import Model

PAIRS = Path(__file__).with_name("name_pairs.csv")
FORMER = Path(__file__).with_name("former_names.csv")
PEERS = Path(__file__).parents[1] / "peers" / "names.json"
SAME = "same"
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Names = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Pair:
    """Two names, what the left firm is to the right one, why the pair is hard."""

    left: str
    right: str
    label: str
    kind: str
    group: str

    @property
    def half(self) -> str:
        """`dev` or `test`, by a hash of the group of firms, the same on every machine."""
        digest = hashlib.md5(self.group.encode(), usedforsecurity=False).digest()
        return ("dev", "test")[digest[0] % 2]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this evaluator takes besides the common arguments."""
    parser.add_argument("--half", choices=("dev", "test", "both"), default="test")
    parser.add_argument("--leave", nargs="+", default=[], help="kinds to leave out: rename …")
    parser.add_argument("--former", action="store_true", help="former names are known")
    parser.add_argument("--no-renames", action="store_true", help="without the product's renames")
    parser.add_argument("--weights", type=Path, help="weights of the resolver, not those shipped")
    parser.add_argument("--wrong", action="store_true", help="name the wrong answers")


def evaluate(arguments: argparse.Namespace) -> dict[str, Any]:
    """The contract's object for this evaluator; `--train` and `--truth` are not needed."""
    path = arguments.truth[0] if arguments.truth else PAIRS
    pairs = read_pairs(path)
    dev = np.array([pair.half == "dev" for pair in pairs])
    asked = np.array(
        [arguments.half in (p.half, "both") and p.kind not in arguments.leave for p in pairs]
    )
    truth = np.array([pair.label == SAME for pair in pairs])
    former = read_former(FORMER) if arguments.former else {}
    answers = _answers(pairs, _model(arguments.weights), former, not arguments.no_renames)
    matched = np.array([answer.decision == "match" for answer in answers])
    if arguments.wrong:
        _report(pairs, answers, asked)
    models = {"automatic": measured(truth[asked], matched[asked])}
    models["automatic"]["relation"] = mean(_relations(pairs, answers)[asked])
    ours = {"chainscout": np.array([answer.score for answer in answers])}
    for name, scores in {**ours, **_peers(pairs, former), **_told(path, bool(former))}.items():
        taken = scores >= best_threshold(truth[dev], scores[dev])
        models[name] = measured(truth[asked], taken[asked])
    found = {"name": "name_pairs", "n": int(asked.sum()), "half": arguments.half}
    return {**found, "former": bool(former), "models": models}


def read_pairs(path: Path) -> list[Pair]:
    """The labelled pairs of a file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Pair(row["left"], row["right"], row["label"], row["kind"], row["group"])
            for row in csv.DictReader(stream)
        ]


def read_former(path: Path) -> dict[str, list[str]]:
    """Name of a firm → what it was called before."""
    found: dict[str, list[str]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found[row["name"]].append(row["former"])
    return found


# ── answers ─────────────────────────────────────────────────────────────────────────────────────


def _model(weights: Path | None) -> Model:
    return Model.of(json.loads(weights.read_text(encoding="utf-8"))) if weights else Model.shipped()


def _answers(pairs: Sequence[Pair], model: Model, former: Names, renames: bool) -> list[Resolution]:
    """What the product says to each left name, the right one being its whole registry."""
    found: dict[tuple[str, str], Resolution] = {}
    for right in sorted({pair.right for pair in pairs}):
        registry = Registry.of_names([right], aliases=[former.get(right, ())])
        resolver = Resolver(registry, model=model, renames=renames)
        for pair in pairs:
            if pair.right == right:
                found[pair.left, right] = resolver.resolve([pair.left])[0]
    return [found[pair.left, pair.right] for pair in pairs]


def _relations(pairs: Sequence[Pair], answers: Sequence[Resolution]) -> Floats:
    """1.0 where the product says what the left firm is to the right one as the label has it."""
    said = [answer.candidates[0].relation if answer.candidates else "" for answer in answers]
    kinds = {"same", "subsidiary", "parent", "branch"}
    told = [relation if relation in kinds else "different" for relation in said]
    return np.array([t == pair.label for t, pair in zip(told, pairs, strict=True)], np.float64)


def _peers(pairs: Sequence[Pair], former: Names) -> dict[str, Floats]:
    """Tool → its score of each pair, the best over the names of the firm on the right."""
    names = [(pair.right, *former.get(pair.right, ())) for pair in pairs]
    left = [pair.left for pair, some in zip(pairs, names, strict=True) for _ in some]
    right = [name for some in names for name in some]
    starts = np.cumsum([0, *(len(some) for some in names[:-1])])
    scores = {
        "rapidfuzz": np.array(list(map(fuzz.WRatio, left, right))),
        "tfidf": _tfidf(left, right),
    }
    return {tool: np.maximum.reduceat(each, starts) for tool, each in scores.items()}


def _told(path: Path, former: bool) -> dict[str, Floats]:
    """Scores of tools that ran elsewhere, none of them if they ran on other pairs."""
    if not PEERS.exists():
        return {}
    found = json.loads(PEERS.read_text(encoding="utf-8"))
    if found["pairs"] != hashlib.sha256(path.read_bytes()).hexdigest():
        print(
            f"{PEERS.name} is of other pairs than {path.name}: run benchmarks/peers/names.py again"
        )
        return {}
    key = "scores_with_former" if former else "scores"
    return {tool: np.array(told[key]) for tool, told in found["tools"].items()}


def _tfidf(left: Sequence[str], right: Sequence[str]) -> Floats:
    """Cosine of tf-idf vectors of character 1–3-grams of the names."""
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3)).fit(sorted({*left, *right}))
    product = vectors.transform(left).multiply(vectors.transform(right))
    return np.asarray(product.sum(axis=1), dtype=np.float64).ravel()


# ── measures ────────────────────────────────────────────────────────────────────────────────────


def best_threshold(truth: Flags, scores: Floats) -> float:
    """The score from which taking pairs as one firm gives the best F1."""
    return float(max(np.unique(scores), key=lambda least: f1(truth, scores >= least)))


def precision(truth: Flags, taken: Flags) -> float:
    return float((truth & taken).sum() / max(taken.sum(), 1))


def recall(truth: Flags, taken: Flags) -> float:
    return float((truth & taken).sum() / max(truth.sum(), 1))


def f1(truth: Flags, taken: Flags) -> float:
    return float(2 * (truth & taken).sum() / max(truth.sum() + taken.sum(), 1))


def measured(truth: Flags, taken: Flags) -> dict[str, Measured]:
    """Precision, recall and F1 with 95 % percentile bootstrap intervals over pairs."""
    measures: dict[str, Callable[[Flags, Flags], float]] = {
        "f1": f1, "precision": precision, "recall": recall,
    }  # fmt: skip
    drawn = np.random.default_rng(0).integers(0, len(truth), (DRAWS, len(truth)))
    found: dict[str, Measured] = {}
    for name, measure in measures.items():
        values = [measure(truth[rows], taken[rows]) for rows in drawn]
        low, high = np.quantile(values, [0.025, 0.975])
        found[name] = {"value": measure(truth, taken), "interval": [float(low), float(high)]}
    return found


def _report(pairs: Sequence[Pair], answers: Sequence[Resolution], asked: Flags) -> None:
    for pair, answer, wanted in zip(pairs, answers, asked, strict=True):
        wrong = (answer.decision == "match") != (pair.label == SAME)
        if wanted and wrong:
            print(f"{pair.kind}: {pair.left} | {pair.right}: {answer.decision} {answer.score:.2f}")


__all__ = ["add_arguments", "evaluate"]
