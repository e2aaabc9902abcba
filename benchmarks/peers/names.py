"""Scores of other tools for the labelled pairs of names, for `benchmarks.quality name_pairs`.

Run in an environment of its own, which the project does not need otherwise:

    python -m venv peers && peers/bin/pip install -r benchmarks/peers/requirements-names.txt
    peers/bin/python benchmarks/peers/names.py

It writes `names.json` beside this file: the digest of the pairs, and tool → version and a score for
each pair, in their order.
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


def main() -> None:
    """Score all pairs with each tool and write the file."""
    with PAIRS.open(encoding="utf-8", newline="") as stream:
        pairs = [(row["left"], row["right"]) for row in csv.DictReader(stream)]
    scored = {"string_grouper": ("string-grouper", string_grouper(pairs))}
    # logic-v2 gives 1.0 to any two names in Chinese characters, so its predecessor stands here.
    for algorithm in ("logic-v1", "regression-v1"):
        scored[f"nomenklatura_{algorithm}"] = ("nomenklatura", nomenklatura(pairs, algorithm))
    tools = {
        tool: {"version": version(package), "scores": [round(score, 4) for score in scores]}
        for tool, (package, scores) in scored.items()
    }
    found = {"pairs": hashlib.sha256(PAIRS.read_bytes()).hexdigest(), "tools": tools}
    (HERE / "names.json").write_text(json.dumps(found, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
