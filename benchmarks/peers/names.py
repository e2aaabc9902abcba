"""Scores of other tools for the labelled pairs of names, for `benchmarks.quality name_pairs`.

Run in an environment of its own, which the project does not need otherwise:

    python -m venv peers && peers/bin/pip install -r benchmarks/peers/requirements-names.txt
    peers/bin/python benchmarks/peers/names.py

It writes `names.json` beside this file: the digests of the pairs and of the former names, and for
each tool its version and a score for each pair, in their order: of the two names, and the best of
those with any former name of the firm on the right.
"""

from __future__ import annotations

import csv
import hashlib
import importlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAIRS = HERE.parent / "quality" / "name_pairs.csv"
FORMER = HERE.parent / "quality" / "former_names.csv"
Pairs = Sequence[tuple[str, str]]


def string_grouper(pairs: Pairs) -> list[float]:
    """Cosine of tf-idf vectors of character 3-grams, as the tool has it, but not made ASCII."""
    pandas, tool = importlib.import_module("pandas"), importlib.import_module("string_grouper")
    left, right = (pandas.Series(side) for side in zip(*pairs, strict=True))
    scores: list[float] = tool.compute_pairwise_similarities(
        left, right, normalize_to_ascii=False
    ).tolist()
    return scores


def nomenklatura(pairs: Pairs, algorithm: str) -> list[float]:
    """Score of two companies that have nothing but names."""
    matching = importlib.import_module("nomenklatura.matching")
    model = importlib.import_module("followthemoney").model
    chosen = matching.get_algorithm(algorithm)
    config = chosen.default_config()

    def company(key: str, name: str) -> Any:
        entity = model.make_entity("Company")
        entity.id = key
        entity.add("name", name)
        entity.add("country", "cn")
        return entity

    return [
        float(chosen.compare(company("left", left), company("right", right), config).score)
        for left, right in pairs
    ]


def former_pairs(pairs: Pairs) -> list[tuple[int, str, str]]:
    """(number of the pair, left name, former name of the right one)."""
    with FORMER.open(encoding="utf-8", newline="") as stream:
        known = [(row["name"], row["former"]) for row in csv.DictReader(stream)]
    return [
        (i, left, former)
        for i, (left, right) in enumerate(pairs)
        for name, former in known
        if name == right
    ]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Score all pairs with each tool and write the file."""
    with PAIRS.open(encoding="utf-8", newline="") as stream:
        pairs = [(row["left"], row["right"]) for row in csv.DictReader(stream)]
    more = former_pairs(pairs)
    asked = [*pairs, *((left, former) for _, left, former in more)]
    # string-grouper weighs n-grams by the names it is given, so each run gets its own
    apart = [*string_grouper(pairs), *string_grouper(asked)[len(pairs) :]]
    scored = {"string_grouper": ("string-grouper", apart)}
    # logic-v2 gives 1.0 to any two names in Chinese characters, so its predecessor stands here.
    for algorithm in ("logic-v1", "regression-v1"):
        scored[f"nomenklatura_{algorithm}"] = ("nomenklatura", nomenklatura(asked, algorithm))
    tools = {}
    for tool, (package, scores) in scored.items():
        alone = [round(score, 4) for score in scores[: len(pairs)]]
        best = list(alone)
        for (i, _, _), score in zip(more, scores[len(pairs) :], strict=True):
            best[i] = max(best[i], round(score, 4))
        known = {"scores": alone, "scores_with_former": best}
        tools[tool] = {"version": version(package), **known}
    digests = {"pairs": _digest(PAIRS), "former": _digest(FORMER)}
    found = {**digests, "tools": tools}
    (HERE / "names.json").write_text(json.dumps(found, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
