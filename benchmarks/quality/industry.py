"""Products → industry of firms not seen before.

Train and truth are pairs of files: industries (JSON lines with `company_code`, `company_name`,
`industry_code` and, used of train only, `industry_name`) and products (CSV with `code`, `product`,
`weight`, the share of revenue). The first two digits of an industry code are its L1, the first four
its L2, all six its L3. Without `--truth` the firms of train are split: `--seed`, `--share`.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from benchmarks.quality.metrics import Measured, mean
from ingest.classify import FirmText, LabelModel
from ingest.classify.industries import industries


@dataclass(frozen=True)
class Firm:
    """A firm with its products (name, share of revenue) and its industry."""

    name: str
    products: tuple[tuple[str, float | None], ...]
    industry: str
    industry_name: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this evaluator takes besides the common arguments."""
    parser.add_argument("--seed", type=int, default=0, help="which firms are hidden, no --truth")
    parser.add_argument("--share", type=float, default=0.2, help="how many of them")
    parser.add_argument("--no-peers", action="store_true", help="only the product's own model")


def evaluate(arguments: argparse.Namespace) -> dict[str, Any]:
    """The contract's object for this evaluator."""
    train = read(arguments.train)
    if arguments.truth:
        known = {firm.name for firm in train}
        truth = [firm for firm in read(arguments.truth) if firm.name not in known]
    else:
        order = np.random.default_rng(arguments.seed).permutation(len(train))
        hidden = set(order[: int(arguments.share * len(train))].tolist())
        truth = [firm for i, firm in enumerate(train) if i in hidden]
        train = [firm for i, firm in enumerate(train) if i not in hidden]
    guesses = {"chainscout": ours(train, truth)}
    if not arguments.no_peers:
        guesses["svm_products"] = peer(train, truth, named=False)
        guesses["svm_name_products"] = peer(train, truth, named=True)
        guesses["svm_name_products_words"] = peer(train, truth, named=True, told=True)
        guesses["chainscout_without_words"] = ours(train, truth, told=False)
    models = {name: measured(found, truth) for name, found in guesses.items()}
    return {"name": "industry", "n": len(truth), "models": models}


def read(paths: Sequence[Path]) -> list[Firm]:
    """Firms that have both products and an industry, of files in any order."""
    industries: dict[str, tuple[str, str, str]] = {}
    products: dict[str, list[tuple[str, float | None]]] = defaultdict(list)
    for path in paths:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".csv":
            for row in csv.DictReader(text.splitlines()):
                share = float(row["weight"]) if row.get("weight") else None
                products[_key(row["code"])].append((row["product"], share))
        else:
            for line in filter(str.strip, text.splitlines()):
                row = json.loads(line)
                if "industry_code" in row:
                    called = row.get("industry_name", "")
                    found = (row["company_name"], row["industry_code"], called)
                    industries[_key(row["company_code"])] = found
    return [
        Firm(name, tuple(products[code]), industry, called)
        for code, (name, industry, called) in industries.items()
        if code in products
    ]


def _key(code: str) -> str:
    return code.replace(".", "")


def ours(train: Sequence[Firm], truth: Sequence[Firm], *, told: bool = True) -> list[list[str]]:
    """Three guesses a firm by the product's own model, told what is typical of each industry."""
    labels = [firm.industry for firm in train]
    names = {firm.industry: firm.industry_name for firm in train if firm.industry_name}
    if told:
        names = {code: known.name for code, known in industries().items()} | names
    parents = {label: (label[:4], label[:2]) for label in (*labels, *names)}
    texts = [_text(firm) for firm in train]
    model = LabelModel.train(texts, labels, parents, names, None if told else {})
    answers = model.guess([_text(firm) for firm in truth], top=3)
    return [[guess.label for guess in answer] for answer in answers]


def _text(firm: Firm) -> FirmText:
    return FirmText.of_products(firm.products, firm.name)


def peer(
    train: Sequence[Firm], truth: Sequence[Firm], *, named: bool, told: bool = False
) -> list[list[str]]:
    """The usual recipe: character 1–4-gram tf-idf of all texts in one, linear SVM.

    `told`: an industry's name and typical words are one more text of it.
    """

    def text(firm: Firm) -> str:
        return " ".join([firm.name] * named + [product for product, _ in firm.products])

    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True, min_df=2)
    more = {code: " ".join((k.name, *k.words)) for code, k in industries().items()} if told else {}
    rows = vectors.fit_transform([*(text(firm) for firm in train), *more.values()])
    model = LinearSVC().fit(rows, [*(firm.industry for firm in train), *more])
    scores = model.decision_function(vectors.transform([text(firm) for firm in truth]))
    best = np.argsort(-scores, axis=1)[:, :3]
    return [[str(model.classes_[i]) for i in row] for row in best]


def measured(guesses: Sequence[Sequence[str]], truth: Sequence[Firm]) -> dict[str, Measured]:
    """Accuracy of the first guess at both levels, and of the first three at L3."""
    pairs = [(list(found), firm.industry) for found, firm in zip(guesses, truth, strict=True)]
    hits = {
        "l1_top1": [bool(found) and found[0][:2] == true[:2] for found, true in pairs],
        "l3_top1": [found[:1] == [true] for found, true in pairs],
        "l3_top3": [true in found[:3] for found, true in pairs],
    }
    return {name: mean(np.array(hit, dtype=np.float64)) for name, hit in hits.items()}
