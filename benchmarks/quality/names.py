"""Short names → full names, "none" allowed.

Train: files with a column `fullname` (CSV or JSON lines), the registry; `--distractors N` adds
made-up firms to it. Truth: rows with `name` and `fullname`, by default those of train. A name with
several full names in the truth is right with any; an empty full name, or one that the registry
does not hold, is right when nothing is matched automatically.

Where train has a column `name`, its short names are told to the product as a registry has them,
all but those asked; the model `names_only` knows full names alone, as the peers do.

The shipped weights were learned from public firms; to measure on firms that they have not seen,
train on one half (`benchmarks.training.names --holdout 0`) and ask for that half only:
`--weights FILE --half 0`.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.quality.distractors import distractors
from benchmarks.quality.metrics import Measured, mean
from benchmarks.training.names import half
from ingest.resolve import Registry, Resolver
from ingest.resolve.model import Model

PEER_MATCH = {"char_tfidf": 0.75, "rapidfuzz": 0.90}
_BATCH = 256


@dataclass(frozen=True)
class Guess:
    """The best firm for a name, empty if there is none, and whether it was taken unasked."""

    name: str
    automatic: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this evaluator takes besides the common arguments."""
    parser.add_argument("--distractors", type=int, default=0, help="made-up firms to add")
    parser.add_argument("--weights", type=Path, help="weights of the resolver, not those shipped")
    parser.add_argument("--half", type=int, choices=(0, 1), help="only this half of the firms")
    parser.add_argument("--no-peers", action="store_true", help="only the product's own model")
    parser.add_argument("--wrong", action="store_true", help="name the wrong answers")


def evaluate(arguments: argparse.Namespace) -> dict[str, Any]:
    """The contract's object for this evaluator."""
    if not arguments.train:
        raise SystemExit("names: --train is required: a file with a column fullname")
    rows = read(arguments.train)
    registry = sorted({row["fullname"] for row in rows if row.get("fullname")})
    truth = truths(read(arguments.truth or arguments.train), arguments.half)
    if arguments.distractors:
        registry += distractors(registry, arguments.distractors)
    asked = list(truth)
    short = short_names(rows, truth)
    told = [short.get(full, []) for full in registry]
    guesses = {"chainscout": ours(registry, asked, arguments.weights, told)}
    if any(told):
        guesses["names_only"] = ours(registry, asked, arguments.weights)
    if not arguments.no_peers:
        guesses["char_tfidf"] = char_tfidf(registry, asked)
        guesses["rapidfuzz"] = whole_string(registry, asked)
    known = set(registry)
    answers = [frozenset(truth[name] & known) for name in asked]
    if arguments.wrong:
        report(asked, truth, guesses["chainscout"], answers)
    models = {name: measured(found, answers) for name, found in guesses.items()}
    return {"name": "names", "n": len(asked), "registry": len(registry), "models": models}


def read(paths: Iterable[Path]) -> list[dict[str, str]]:
    """The rows of CSV files and JSON lines."""
    rows: list[dict[str, str]] = []
    for path in paths:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        if path.suffix == ".csv":
            rows.extend(csv.DictReader(lines))
        else:
            rows.extend(json.loads(line) for line in lines if line.strip())
    return rows


def truths(rows: Iterable[dict[str, str]], which: int | None) -> dict[str, set[str]]:
    """Short name → its full names, in the order of the rows."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        full = (row.get("fullname") or "").strip()
        if row.get("name") and (which is None or half(full) == which):
            found[row["name"]].update({full} - {""})
    return found


def short_names(rows: Iterable[dict[str, str]], asked: Container[str]) -> dict[str, list[str]]:
    """Full name → its short names of `rows`, those asked for left out."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        name = row.get("name")
        if name and name not in asked and name not in found[row["fullname"]]:
            found[row["fullname"]].append(name)
    return found


# ── answers ─────────────────────────────────────────────────────────────────────────────────────


def ours(
    registry: Sequence[str],
    asked: Sequence[str],
    weights: Path | None,
    told: Sequence[Sequence[str]] = (),
) -> list[Guess]:
    """The product's resolver, all names in one list as a file of them is resolved."""
    model = Model.of(json.loads(weights.read_text(encoding="utf-8"))) if weights else None
    resolver = Resolver(Registry.of_names(registry, aliases=told), model=model)
    return [
        Guess(a.candidates[0].name if a.candidates else "", a.decision == "match")
        for a in resolver.resolve(asked)
    ]


def char_tfidf(registry: Sequence[str], asked: Sequence[str]) -> list[Guess]:
    """Cosine of tf-idf vectors of characters and their pairs."""
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 2))
    names = vectors.fit_transform(registry).T.tocsr()
    queries = vectors.transform(asked)
    found = []
    for start in range(0, len(asked), _BATCH):
        scores = (queries[start : start + _BATCH] @ names).tocsr()
        found += [_best(registry, scores[i].toarray()[0]) for i in range(scores.shape[0])]
    return [Guess(name, score >= PEER_MATCH["char_tfidf"]) for name, score in found]


def whole_string(registry: Sequence[str], asked: Sequence[str]) -> list[Guess]:
    """Rapidfuzz's WRatio of the whole texts."""
    found = []
    for start in range(0, len(asked), _BATCH):
        some = asked[start : start + _BATCH]
        scores = process.cdist(some, registry, scorer=fuzz.WRatio, dtype=np.float32)
        found += [_best(registry, row / 100.0) for row in scores]
    return [Guess(name, score >= PEER_MATCH["rapidfuzz"]) for name, score in found]


def _best(registry: Sequence[str], scores: Any) -> tuple[str, float]:
    at = int(scores.argmax())
    return (registry[at], float(scores[at])) if scores[at] > 0 else ("", 0.0)


# ── measures ────────────────────────────────────────────────────────────────────────────────────


def measured(guesses: Sequence[Guess], answers: Sequence[frozenset[str]]) -> dict[str, Measured]:
    """top1 over names whose firm is there; the automatic answers over all names."""
    right = [g.name in answer for g, answer in zip(guesses, answers, strict=True)]
    there = [bool(answer) for answer in answers]
    taken = [g.automatic for g in guesses]
    found = {
        "top1": _mean(right, lambda i: there[i]),
        "auto_precision": _mean(right, lambda i: taken[i]),
        "auto_coverage": _mean(taken, lambda i: there[i]),
    }
    if not all(there):
        found["absent_left_alone"] = _mean([not t for t in taken], lambda i: not there[i])
    return found


def _mean(values: Sequence[bool], where: Callable[[int], bool]) -> Measured:
    return mean(np.array([v for i, v in enumerate(values) if where(i)], dtype=np.float64))


def report(
    asked: Sequence[str],
    truth: dict[str, set[str]],
    guesses: Sequence[Guess],
    answers: Sequence[frozenset[str]],
) -> None:
    """One line a wrong answer; those taken unasked are marked."""
    for name, guess, answer in zip(asked, guesses, answers, strict=True):
        if guess.name not in answer and (answer or guess.automatic):
            mark = "!" if guess.automatic else " "
            print(f"{mark} {name}: {guess.name or '-'}, right: {'/'.join(truth[name]) or '-'}")


__all__ = ["add_arguments", "evaluate"]
