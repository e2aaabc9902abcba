"""Projects in texts: which are found, which are made up, and whether their amounts are right.

Truth are pairs of files of one name: the text (.txt, .md, .docx, …) and a .json with
`{"region", "projects": [{"name", "amount_yi"?, "land_mu"?, "stage"?, "firm"?}]}`. A found project
is right if its name, without 项目 and marks, equals a true one, or one holds the other and is at
most half as long again. Amounts, land, stages and investors are compared where the truth has them.
Nothing is learned: no `--train`.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality.metrics import mean
from ingest.news import Project, extract_text, read_text

LONGER = 1.5
# What is compared of a project that was found, where its truth says it → name of the metric.
COMPARED = {
    "amount_yi": "amount_accuracy",
    "land_mu": "land_accuracy",
    "stage": "stage_accuracy",
    "firm": "firm_accuracy",
}
_MARKS = re.compile(r"[\s“”\"'()（）·、,，《》「」—-]|项目")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this evaluator takes besides the common arguments."""
    parser.add_argument("--wrong", action="store_true", help="name what was missed or made up")


def evaluate(arguments: argparse.Namespace) -> dict[str, Any]:
    """The contract's object for this evaluator."""
    found_right, true_found = [], []
    said: dict[str, list[bool]] = {key: [] for key in COMPARED}
    for text, truth in pairs(arguments.truth):
        found = list(extract_text(read_text(text)).projects)
        matched = match(found, truth["projects"])
        found_right += [i in matched.values() for i in range(len(found))]
        true_found += [i in matched for i in range(len(truth["projects"]))]
        for i, j in matched.items():
            for key in COMPARED:
                true = truth["projects"][i].get(key)
                if true is not None:
                    said[key].append(near(getattr(found[j], key), true))
        if arguments.wrong:
            report(text.name, found, truth["projects"], matched)
    shares = {"precision": found_right, "recall": true_found}
    shares |= {COMPARED[key]: right for key, right in said.items() if right}
    metrics = {name: mean(np.array(right, dtype=np.float64)) for name, right in shares.items()}
    models = {"chainscout": metrics}
    return {"name": "news", "n": len(true_found), "models": models}


def pairs(paths: Sequence[Path]) -> list[tuple[Path, dict[str, Any]]]:
    """The texts among the paths (files or folders), each with what its .json says."""
    files = [f for p in paths for f in (sorted(p.iterdir()) if p.is_dir() else [p])]
    truths = {f.with_suffix(""): f for f in files if f.suffix == ".json"}
    texts = [f for f in files if f.suffix in (".txt", ".md", ".docx", ".pdf", ".html")]
    return [
        (text, json.loads(truths[text.with_suffix("")].read_text(encoding="utf-8")))
        for text in texts
        if text.with_suffix("") in truths
    ]


def match(found: Sequence[Project], true: Sequence[dict[str, Any]]) -> dict[int, int]:
    """Row of a true project → row of the found one, equal names before similar ones."""
    keys = [_key(project.name) for project in found]
    matched: dict[int, int] = {}
    for same in (lambda a, b: a == b, _similar):
        for i, project in enumerate(true):
            key = _key(project["name"])
            free = (j for j, k in enumerate(keys) if j not in matched.values() and same(k, key))
            if i not in matched and (j := next(free, None)) is not None:
                matched[i] = j
    return matched


def report(
    name: str, found: Sequence[Project], true: Sequence[dict[str, Any]], matched: dict[int, int]
) -> None:
    """Print what was missed, made up, or given another amount."""
    missed = [p["name"] for i, p in enumerate(true) if i not in matched]
    extra = [p.name for j, p in enumerate(found) if j not in matched.values()]
    amounts = [
        (true[i]["name"], true[i].get("amount_yi"), found[j].amount_yi)
        for i, j in matched.items()
        if not near(found[j].amount_yi, true[i].get("amount_yi"))
    ]
    print(f"{name}: missed {missed}, made up {extra}, amounts {amounts}")


def _key(name: str) -> str:
    return _MARKS.sub("", name)


def _similar(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return bool(short) and short in long and len(long) <= LONGER * len(short)


def near(one: float | str | None, other: float | str | None) -> bool:
    """Whether two values are the same; numbers to a millionth."""
    if not isinstance(one, float | int) or not isinstance(other, float | int):
        return one == other
    return abs(one - other) <= 1e-6 * max(abs(one), abs(other))
