"""Learn the weights of the resolver: `python -m benchmarks.training.names FILE… -o weights.json`.

FILE: CSV or JSON lines with columns `name` (short) and `fullname` of public firms; `--context`: a
table of firms with `name`, `region`, `products` for some of them. Questions asked:

- of the registry of all full names: the real short names, once with the firm there and once
  without it (answer: none); full names as people write them (`Variants.written`); other firms that
  look alike (`Variants.others`; answer: none);
- of the same registry with half of the firms turned into plain 有限公司 among made-up ones: short
  names as people make them for such firms (`Variants.shortened`), and the rest again.

Some questions come with the region of the firm or a few of its products. The weights maximise the
likelihood of the right answers (conditional logit with the outside option "none", ridge penalty).
`--holdout` leaves out one half of the firms, by a hash of their names, to measure on the other;
`--without` the firms of a file of labelled pairs.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.optimize import minimize

from benchmarks.quality.distractors import distractors
from benchmarks.training.variants import Variants
from graph.regions import Divisions
from ingest.namemodel import Kind, NameParts, parse
from ingest.names import name_key
from ingest.resolve.blocking import Blocks
from ingest.resolve.features import FEATURES, Candidate, Habits, lay, product_fit, table, words_said
from ingest.resolve.model import NONE_FEATURES, STOCK, is_full, none_features
from ingest.resolve.registry import block_column, candidates, key_column, prior_column

RIDGE = 0.5
TOP = 16
PRIOR = 4.0
DISTRACTORS = 20_000
VARIANT = 0.7  # how much a made-up spelling counts beside a real short name
PLAIN = 0.3  # and how much a made-up short name of a plain company counts
CONTEXT = 0.2  # share of questions with a region, and of those with products
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Context:
    """What is known of a firm besides its name."""

    region: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A name asked for, the full name of its firm (None: in no registry), how much it counts."""

    parts: NameParts
    answer: str | None
    weight: float = 1.0
    removed: str | None = None
    region: tuple[str, ...] = ()
    products: str = ""


@dataclass(frozen=True)
class Case:
    """A question with the features of its candidates; `right` is −1 for none of them."""

    question: Question
    names: tuple[str, ...]
    pairs: Floats
    none: Floats
    right: int


def read_pairs(files: Iterable[Path]) -> list[tuple[str, str]]:
    """(short, full) of the files, each once, in the order of the texts."""
    found: set[tuple[str, str]] = set()
    for file in files:
        text = file.read_text(encoding="utf-8-sig")
        jsonl = file.suffix in (".json", ".jsonl")
        rows = map(json.loads, text.splitlines()) if jsonl else csv.DictReader(text.splitlines())
        found.update((row["name"], row["fullname"]) for row in rows)
    return sorted(found)


def half(full: str) -> int:
    """0 or 1 by a hash of the name, the same on every machine."""
    return hashlib.md5(full.encode(), usedforsecurity=False).digest()[0] % 2


def read_context(file: Path | None) -> dict[str, Context]:
    """Full name → where the firm is and what it makes."""
    if file is None:
        return {}
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return {
            row["name"]: Context(_region(row["region"]), tuple(row["products"].split(";")))
            for row in csv.DictReader(stream)
        }


class Asker:
    """Makes questions about firms; `names` turns a full name into that of the registry."""

    def __init__(
        self,
        pairs: Sequence[tuple[str, str]],
        names: Mapping[str, str],
        context: Mapping[str, Context],
        seed: int,
    ) -> None:
        self._draw = Random(seed)
        self._pairs, self._names, self._context = pairs, names, context
        self._parts = {full: parse(names[full]) for _, full in pairs}
        self._known = {name_key(name) for name in names.values()}
        self._variants = Variants(list(self._parts.values()), self._draw)

    def questions(self) -> list[Question]:
        """All questions about the firms of the pairs."""
        found: list[Question] = []
        for short, full in self._pairs:
            plain = self._names[full] != full
            text = self._variants.shortened(self._parts[full]) if plain else short
            if text is not None:
                weight = PLAIN if plain else 1.0
                found.append(self._asked(text, full, full, weight))
                if self._draw.random() < 0.6:
                    found.append(self._asked(text, full, None, weight))
        for full, parts in self._parts.items():
            written, other = self._variants.written(parts), self._variants.others(parts)
            if written is not None and name_key(written) not in self._known:
                found.append(self._asked(written, full, full, VARIANT))
            if other is not None and name_key(other) not in self._known:
                found.append(Question(parse(other), None, VARIANT))
        return found

    def _asked(self, text: str, full: str, answer: str | None, weight: float = 1.0) -> Question:
        """A question about a firm, sometimes with context; without an answer it is taken away."""
        draw, name = self._draw, self._names[full]
        known = self._context.get(full, Context())
        region = known.region if draw.random() < CONTEXT else ()
        few = draw.sample(known.products, k=min(len(known.products), 2))
        products = "、".join(few) if draw.random() < CONTEXT else ""
        removed = None if answer else name
        return Question(parse(text), name if answer else None, weight, removed, region, products)


def habits_of(pairs: Sequence[tuple[str, str]]) -> tuple[dict[str, float], float]:
    """Word → share of short names that say it, drawn to the usual share where it is rare."""
    had: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for short, full in pairs:
        name = parse(full)
        for word, heard in words_said(name, lay(parse(short), name)):
            had[word] += 1
            said[word] += heard
    usual = said.total() / had.total()
    kept = {w: round((said[w] + PRIOR * usual) / (n + PRIOR), 3) for w, n in had.items() if n > 2}
    return dict(sorted(kept.items())), round(usual, 3)


def cases(
    asked: Sequence[Question],
    registry: Sequence[str],
    habits: Habits,
    context: Mapping[str, Context],
) -> list[Case]:
    """The candidates of each question in the registry with their features."""
    parts = [parse(name) for name in registry]
    keys = key_column(pa.array(registry))
    blocks = Blocks(block_column(keys).to_pylist(), prior_column(keys))
    found = candidates(blocks, [q.parts for q in asked], TOP)
    made = []
    for question, rows in zip(asked, found, strict=True):
        kept = [i for i in rows if registry[i] != question.removed]
        some = [_candidate(parts[i], context.get(registry[i]), question) for i in kept]
        pairs = table(question.parts, some, habits, question.region)
        names = tuple(registry[i] for i in kept)
        right = names.index(question.answer) if question.answer in names else -1
        numbers = np.array(pairs, dtype=np.float64).reshape(-1, len(FEATURES))
        made.append(Case(question, names, numbers, np.array(none_features(question.parts)), right))
    return made


def _candidate(parts: NameParts, known: Context | None, question: Question) -> Candidate:
    """With the region the registry has (of made-up firms: their written place) and the fit."""
    region = known.region if known else parts.place_codes
    made = "、".join(known.products) if known else parts.trade
    fit = product_fit(question.products, made) if question.products else 0.0
    return Candidate(parts, region, fit=fit)


def fit(given: Sequence[Case]) -> tuple[Floats, Floats]:
    """Weights of the features of pairs and of none that make the right answers likeliest."""
    pairs, starts, none, right, weight = _packed(given)
    size = pairs.shape[1]
    group = np.repeat(np.arange(len(given)), np.diff(starts))

    def loss(theta: Floats) -> tuple[float, Floats]:
        scores, outside = pairs @ theta[:size], none @ theta[size:]
        top = outside.copy()
        np.maximum.at(top, group, scores)
        odds, out = np.exp(scores - top[group]), np.exp(outside - top)
        total = out + np.bincount(group, odds, len(given))
        chosen = np.where(right >= 0, scores[np.maximum(right, 0)], outside)
        value = float(weight @ (np.log(total) + top - chosen)) + RIDGE * float(theta @ theta)
        slope = odds / total[group]
        slope[right[right >= 0]] -= 1.0
        slope_none = out / total - (right < 0)
        gradient = np.concatenate(
            [pairs.T @ (slope * weight[group]), none.T @ (slope_none * weight)]
        )
        return value, gradient + 2 * RIDGE * theta

    start = np.zeros(size + none.shape[1])
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return best[:size], best[size:]


def _packed(given: Sequence[Case]) -> tuple[Floats, npt.NDArray[np.int64], Floats, Any, Floats]:
    sizes = [len(case.names) for case in given]
    starts = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    right = np.array(
        [starts[i] + c.right if c.right >= 0 else -1 for i, c in enumerate(given)], dtype=np.int64
    )
    weight = np.array([case.question.weight for case in given])
    return (
        np.vstack([_doubled(c.pairs) for c in given]),
        starts,
        np.array([c.none for c in given]),
        right,
        weight,
    )


def _doubled(pairs: Floats) -> Floats:
    """The features, and once more those of candidates that are no 股份有限公司."""
    plain = np.where(pairs[:, STOCK : STOCK + 1] > 0, 0.0, pairs)
    return np.hstack([pairs, plain])


def train(
    pairs: Sequence[tuple[str, str]],
    registry: Sequence[str],
    context: Mapping[str, Context],
    seed: int = 7,
) -> dict[str, Any]:
    """What the file of weights holds, learned from the pairs."""
    kept, usual = habits_of(pairs)
    habits = Habits(kept, usual)
    plain = {name: _plain(name) if _coin(name) else name for name in registry}
    crowded = [*dict.fromkeys(plain.values()), *distractors(registry, DISTRACTORS, seed)]
    known = {plain[name]: found for name, found in context.items() if name in plain}
    same = {name: name for name in registry}
    learned = cases(Asker(pairs, same, context, seed).questions(), registry, habits, context)
    learned += cases(Asker(pairs, plain, context, seed + 1).questions(), crowded, habits, known)
    model: dict[str, Any] = {"trained_on": len(pairs)}
    for kind, full in (("full", True), ("short", False)):
        mine = [case for case in learned if is_full(case.question.parts) == full]
        pair, none = fit(mine)
        model[kind] = {
            "pair": _named(FEATURES, pair[: len(FEATURES)]),
            "plain": _named(FEATURES, pair[len(FEATURES) :]),
            "none": _named(NONE_FEATURES, none),
        }
        print(f"{kind}: {len(mine)} questions")
    return {**model, "kept_usually": usual, "kept": kept}


def _labelled(file: Path) -> set[str]:
    """Keys of all names of a file of labelled pairs."""
    with file.open(encoding="utf-8", newline="") as stream:
        return {name_key(row[side]) for row in csv.DictReader(stream) for side in ("left", "right")}


def _plain(name: str) -> str:
    """A stock company as the plain company it could be."""
    parts = parse(name)
    return parts.body + "有限公司" if parts.kind is Kind.STOCK else name


def _coin(name: str) -> bool:
    return bool(hashlib.md5(name.encode(), usedforsecurity=False).digest()[1] % 2)


def _region(text: str) -> tuple[str, ...]:
    code = Divisions.national().resolve(text).code if text else None
    return (code,) if code else ()


def _named(names: Sequence[str], values: Floats) -> dict[str, float]:
    return {
        name: round(float(v), 3) for name, v in zip(names, values, strict=True) if abs(v) > 5e-4
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn from the files and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--context", type=Path, help="firms with name, region, products")
    parser.add_argument("--holdout", type=int, choices=(0, 1), help="leave out this half of firms")
    parser.add_argument("--without", type=Path, help="leave out the firms of these pairs")
    given = parser.parse_args(arguments)
    pairs = read_pairs(given.files)
    registry = sorted({full for _, full in pairs})
    if given.holdout is not None:
        pairs = [pair for pair in pairs if half(pair[1]) != given.holdout]
    if given.without is not None:
        named = _labelled(given.without)
        pairs = [pair for pair in pairs if named.isdisjoint(map(name_key, pair))]
    model = train(pairs, registry, read_context(given.context))
    given.output.write_text(
        json.dumps(model, ensure_ascii=False, indent=0) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
